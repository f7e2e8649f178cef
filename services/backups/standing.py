"""How this PC stands with its backups, in words: for the status line and for the administrator."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from models.words import tr
from services.backups.schedule import Last, Plan, plan_of, read_last
from services.core import Core
from services.settings import AT_CLOSING
from services.sync.standing import rough_age_words

__all__ = ["Standing", "at_words", "read_standing", "standing_of"]


@dataclass(frozen=True, slots=True)
class Standing:
    """The order, the last backup, and what is to be said; `warning` is empty while all is well.

    `state` is none (nothing ordered), waiting (none made yet), good, old or failed; `note` says why
    and what to do.
    """

    plan: Plan | None
    last: Last
    state: str
    warning: str
    note: str


def read_standing(core: Core) -> Standing:
    """How this PC stands now."""
    with core.store.read() as conn:
        last = read_last(conn)
    real = not core.office.training
    return standing_of(core.settings, last, core.clock.now(), real=real)


def standing_of(settings: Mapping[str, str], last: Last, now: datetime, *, real: bool) -> Standing:
    """The words for an order and a last backup; a training office need not have any."""
    plan = plan_of(settings)
    age = last.age(now)
    if plan is None:
        warning = tr("Chưa đặt lịch sao lưu") if real else ""
        note = tr("«Quản trị», phần «Máy của cơ quan»: chọn thư mục trên ổ khác.")
        return Standing(None, last, "none", warning, note)
    why = f"{last.words} ({last.fault})" if last.fault else ""
    if age is None:
        warning = tr("Chưa có bản sao lưu nào") if last.fault else ""
        return Standing(plan, last, "failed" if last.fault else "waiting", warning, why)
    if age <= timedelta(days=plan.warn_days):
        return Standing(plan, last, "failed" if last.fault else "good", "", why)
    words = tr("Bản sao lưu gần nhất đã cũ {age}", age=rough_age_words(int(age.total_seconds())))
    return Standing(plan, last, "old", words, why or tr("Máy sẽ tự sao lưu khi rảnh."))


def at_words(at: str) -> str:
    """When it is made, as people say it."""
    return tr("khi đóng chương trình") if at == AT_CLOSING else tr("hằng ngày lúc {at}", at=at)
