"""Sentences for what two PCs stated differently, without knowing of each other."""

from __future__ import annotations

from typing import Any

from models.events import administration as said
from models.words import tr
from services.journal.rivals import Rival
from services.settings import SETTINGS

__all__ = ["KINDS", "rival_words"]

KINDS = ("setting", "template", "catalogue", "notice", "staff")


def rival_words(rival: Rival) -> str:
    """What stands against what, and where saving once more settles it."""
    values = rival.values()
    first: Any = values[0] if values else None
    match first:
        case said.SettingChanged():
            told = " / ".join(f"«{v.value}»" for v in values)
            return tr(
                "Hai máy ghi khác nhau {told} ở cài đặt: {label}. Lưu lại ở Quản trị để chốt.",
                told=told, label=_label(first.name),
            )  # fmt: skip
        case said.TemplateChanged():
            return tr(
                "Hai máy cùng sửa mẫu văn bản {name}; đang dùng bản sau. Lưu lại mẫu để chốt.",
                name=first.name,
            )
        case said.CatalogueImported():
            return tr(
                "Hai máy nhập hai danh mục cùng dùng từ {day}; đang dùng bản sau. Nhập lại để "
                "chốt.",
                day=first.effective_from,
            )
        case said.CalendarNoticeAdded():
            return tr(
                "Hai máy ghi khác nhau về ngày {day}; đang tính theo bản sau. Ghi lại để chốt.",
                day=first.day,
            )
        case said.StaffChanged():
            return tr(
                "Hai máy cùng sửa tài khoản {login}; bản sau đang có hiệu lực. Lưu lại để chốt.",
                login=first.login,
            )
    return tr("Hai máy ghi khác nhau về cùng một việc.")


def _label(name: str) -> str:
    return next((s.words() for s in SETTINGS if s.name == name), name)
