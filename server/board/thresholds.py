"""When the board raises an alarm: one typed list of limits that operators may change."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection, select, text

from models.errors import InputError
from models.words import tr
from server.board.tables import board_setting

__all__ = ["LIMITS", "Limit", "Thresholds", "older", "read_thresholds", "write_threshold"]

_PUT = text(
    "INSERT INTO board_setting (name, value) VALUES (:name, :value) "
    "ON CONFLICT (name) DO UPDATE SET value = excluded.value"
)
VERSION = re.compile(r"[0-9]+(\.[0-9]+){0,3}")


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The limits in force.

    Minutes of silence are working minutes; `oldest_version` "" checks no version; `refusals` are
    refused pushes within a day.
    """

    silent_minutes: int = 30
    drift_seconds: int = 120
    queue_minutes: int = 60
    gap_minutes: int = 10
    refusals: int = 20
    reading_minutes: int = 5
    oldest_version: str = ""


@dataclass(frozen=True, slots=True)
class Limit:
    """One limit as the page shows it; `most` is the largest number taken."""

    name: str
    words: Callable[[], str]
    most: int = 10_000


LIMITS = (
    Limit("silent_minutes", lambda: tr("Đơn vị im lặng quá (phút làm việc)")),
    Limit("drift_seconds", lambda: tr("Đồng hồ máy lệch quá (giây)"), 86_400),
    Limit("queue_minutes", lambda: tr("Việc chưa gửi để quá (phút)")),
    Limit("gap_minutes", lambda: tr("Số văn bản bị khuyết quá (phút)")),
    Limit("refusals", lambda: tr("Lần gửi bị từ chối trong 24 giờ, từ (lần)")),
    Limit("reading_minutes", lambda: tr("Số liệu bảng điều hành chậm quá (phút)")),
    Limit("oldest_version", lambda: tr("Phiên bản chương trình thấp nhất (để trống: không xét)")),
)


def read_thresholds(tx: Connection) -> Thresholds:
    """The limits in force."""
    stored = tx.execute(select(board_setting.c.name, board_setting.c.value)).all()
    known = {limit.name for limit in LIMITS}
    values: dict[str, str | int] = {}
    for name, value in stored:
        if name in known:
            values[name] = value if name == "oldest_version" else int(value)
    return Thresholds(**values)  # type: ignore[arg-type]


def write_threshold(tx: Connection, name: str, value: str) -> None:
    """Change one limit; raises `InputError` MC-61 for a value it cannot have."""
    limit = next(limit for limit in LIMITS if limit.name == name)
    tx.execute(_PUT, {"name": name, "value": _checked(limit, value.strip())})


def _checked(limit: Limit, typed: str) -> str:
    if limit.name == "oldest_version":
        good = not typed or (VERSION.fullmatch(typed) and len(typed) <= 20)
    else:
        good = typed.isascii() and typed.isdecimal() and 1 <= int(typed[:9]) <= limit.most
    if good:
        return typed
    raise InputError(
        "MC-61",
        tr("Giá trị «{value}» không dùng được cho ngưỡng này.", value=typed[:40]),
        tr("Nhập số nguyên từ 1 đến {most}, hoặc phiên bản dạng 1.2.3.", most=limit.most),
        field=limit.name,
    )


def older(version: str, oldest: str) -> bool:
    """Whether a program's version lies below `oldest`; an unreadable one does."""
    return bool(oldest) and _parts(version) < _parts(oldest)


def _parts(version: str) -> tuple[int, ...]:
    found = VERSION.match(version)
    return tuple(int(part[:9]) for part in found[0].split(".")) if found else ()
