"""Times, ages and rates in words for the pages of the board."""

from __future__ import annotations

from datetime import datetime

from models.calendar import VIETNAM
from models.words import current_language, tr
from server.board.offices import DeviceRow

__all__ = [
    "ago_words", "behind_words", "device_words", "drift_cell", "duration_words", "kind_words",
    "moment_words", "number_words", "rate_words",
]  # fmt: skip

SECOND, MINUTE, HOUR, DAY = 1000, 60_000, 3_600_000, 86_400_000
BEHIND_MS = 10 * SECOND
"""Readings this far behind are worth a word; the alarm `stale` has a limit of its own."""


def duration_words(ms: int) -> str:
    """A length of time in its largest unit."""
    if ms < MINUTE:
        return tr("{count} giây", count=max(0, ms // SECOND))
    if ms < 2 * HOUR:
        return tr("{count} phút", count=ms // MINUTE)
    if ms < 2 * DAY:
        return tr("{count} giờ", count=ms // HOUR)
    return tr("{count} ngày", count=ms // DAY)


def ago_words(at_ms: int | None, now_ms: int) -> str:
    """How long ago, for a cell."""
    if at_ms is None:
        return tr("chưa lần nào")
    if now_ms - at_ms < MINUTE:
        return tr("vừa xong")
    return tr("{duration} trước", duration=duration_words(max(0, now_ms - at_ms)))


def moment_words(at_ms: int | None) -> str:
    """A moment as date and time of Vietnam; empty for none."""
    if not at_ms:
        return ""
    return f"{datetime.fromtimestamp(at_ms / 1000, VIETNAM):%H:%M %d/%m/%Y}"


def rate_words(rate: float | None) -> str:
    """A rate as percent with one decimal; never rounded up to 100."""
    if rate is None:
        return "–"
    tenths = int(rate * 1000 + 1e-9) if rate < 1 else 1000
    whole, part = divmod(tenths, 10)
    sign = "." if current_language() == "en" else ","
    return f"{whole}{sign}{part} %" if part else f"{whole} %"


def number_words(count: int) -> str:
    """A whole number with its thousands apart, as the language writes it."""
    sign = "," if current_language() == "en" else "."
    return f"{count:,}".replace(",", sign)


def drift_cell(offset_ms: int) -> str:
    """The error of a clock in a cell: nothing below two seconds."""
    if abs(offset_ms) < 2 * SECOND:
        return "0"
    sign = "+" if offset_ms > 0 else "−"
    return f"{sign}{duration_words(abs(offset_ms))}"


def behind_words(streams: int, since_ms: int | None, now_ms: int) -> str:
    """How far the readings are behind the journals; nothing while it is a matter of seconds."""
    if since_ms is None or now_ms - since_ms <= BEHIND_MS:
        return ""
    return tr(
        "Số liệu đang chậm {time}: còn {count} hồ sơ và sổ chờ cập nhật.",
        time=duration_words(now_ms - since_ms), count=number_words(streams),
    )  # fmt: skip


def kind_words(kind: str) -> str:
    """The name of a kind of alarm, for its chip."""
    return {
        "silent": tr("mất liên lạc"),
        "never": tr("chưa kết nối"),
        "fork": tr("nhật ký tách đôi"),
        "refused": tr("bị từ chối"),
        "twice": tr("trùng số"),
        "gap": tr("khuyết số"),
        "conflict": tr("mâu thuẫn"),
        "fault": tr("chưa đọc được"),
        "stale": tr("số liệu chậm"),
        "queue": tr("chưa gửi"),
        "drift": tr("lệch giờ"),
        "version": tr("bản cũ"),
    }.get(kind, kind)


def device_words(device: DeviceRow) -> tuple[str, str]:
    """How a PC stands, and the kind of its chip."""
    if device.revoked_after is not None:
        return tr("đã thu hồi"), "paused"
    if device.forked_ms is not None:
        return tr("nhật ký tách đôi"), "bad"
    if device.replaced:
        return tr("đã thay nhật ký mới"), "paused"
    if device.state == "provisional":
        return tr("chờ thành phố xác nhận"), "soon"
    return (tr("máy chủ cơ quan"), "good") if device.kind == "hub" else (tr("đang dùng"), "good")
