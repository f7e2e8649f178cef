"""How this PC stands to the others, in the words of the network chip and of the status line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from models.calendar import VIETNAM
from models.words import tr
from services.sync.status import PeerStatus, SyncStatus

__all__ = [
    "ASK_SKEW_MS", "WARN_SKEW_MS", "Reach", "Standing", "age_words", "clock_words", "own_skew",
    "rough_age_words",     "skew_words", "standing_of",
]  # fmt: skip

FRESH = timedelta(seconds=90)
"""A peer that answered within this time is there: a long poll lasts 25 s, a slow round twice."""

WARN_SKEW_MS = 2 * 60_000
ASK_SKEW_MS = 15 * 60_000
"""Above the first the clock is shown as wrong; above the second a receipt is printed only after a
person has said that its times are right (design notes: sync §4.4)."""

NOT_OURS = "DB-04"
"""Who answered is not our server: usually a network that wants a login first."""


class Reach(StrEnum):
    """How far this PC gets now."""

    CITY = "city"
    OFFICE = "office"
    ALONE = "alone"
    PORTAL = "portal"
    REVOKED = "revoked"
    UNENROLLED = "unenrolled"


@dataclass(frozen=True, slots=True)
class Standing:
    """What the chip says: `words` in full, `short` for a narrow window, `note` behind it."""

    reach: Reach
    words: str
    short: str
    note: str


def standing_of(status: SyncStatus, now: datetime) -> Standing:
    """The words of the chip at the moment `now`."""
    reach = _reach(status, now)
    waiting = _waiting(status, now)
    here = tr("chỉ có trên máy này: {count}", count=_number(status.here_only))
    parts = [_reach_words(reach, status, now)]
    short = [_short_words(reach)]
    if status.unsent and reach is not Reach.UNENROLLED:
        parts.append(waiting)
        short.append(tr("chờ gửi {count}", count=_number(status.unsent)))
    if status.here_only:
        parts.append(here)
        short.append(here)
    return Standing(reach, " · ".join(parts), " · ".join(short), _note(reach, status))


def _reach(status: SyncStatus, now: datetime) -> Reach:
    if status.revoked_after is not None:
        return Reach.REVOKED
    city = _city(status)
    if city is not None and _fresh(city, now) and not city.fault:
        return Reach.CITY
    if city is not None and city.fault == NOT_OURS:
        return Reach.PORTAL
    others = (p for p in status.peers if p.kind != "city")
    if any(_fresh(peer, now) and not peer.fault for peer in others):
        return Reach.OFFICE
    return Reach.ALONE if status.enrolled else Reach.UNENROLLED


def _city(status: SyncStatus) -> PeerStatus | None:
    return next((peer for peer in status.peers if peer.kind == "city"), None)


def _fresh(peer: PeerStatus, now: datetime) -> bool:
    return bool(peer.last_ok) and now - datetime.fromisoformat(peer.last_ok) <= FRESH


def _reach_words(reach: Reach, status: SyncStatus, now: datetime) -> str:
    if reach is Reach.OFFICE and not status.enrolled:
        return tr("Trong cơ quan, chưa nối với thành phố")
    if reach is Reach.ALONE:
        seen = max((p.last_ok for p in status.peers if p.last_ok), default="")
        return tr("Mất mạng từ {moment}", moment=_moment(seen, now)) if seen else tr("Mất mạng")
    return {
        Reach.CITY: tr("Trực tuyến"),
        Reach.OFFICE: tr("Chỉ trong cơ quan"),
        Reach.PORTAL: tr("Mạng đòi đăng nhập"),
        Reach.REVOKED: tr("Máy này đã bị thu hồi"),
        Reach.UNENROLLED: tr("Chưa nối với thành phố"),
    }[reach]


def _short_words(reach: Reach) -> str:
    return {
        Reach.CITY: tr("Trực tuyến"),
        Reach.OFFICE: tr("Trong cơ quan"),
        Reach.ALONE: tr("Mất mạng"),
        Reach.PORTAL: tr("Đòi đăng nhập"),
        Reach.REVOKED: tr("Đã thu hồi"),
        Reach.UNENROLLED: tr("Chưa nối"),
    }[reach]


def _waiting(status: SyncStatus, now: datetime) -> str:
    oldest = min((act.made_ms for act in status.acts), default=0)
    count = _number(status.unsent)
    if not oldest:
        return tr("chờ gửi {count}", count=count)
    age = rough_age_words(int(now.timestamp()) - oldest // 1000)
    return tr("chờ gửi {count} ({age})", count=count, age=age)


def _note(reach: Reach, status: SyncStatus) -> str:
    note = {
        Reach.CITY: tr("Máy này đang trao đổi với máy chủ thành phố."),
        Reach.OFFICE: tr("Các máy trong cơ quan vẫn thấy nhau; việc được gửi lên khi mạng về."),
        Reach.ALONE: tr("Cứ làm việc bình thường; việc được giữ ở đây và tự gửi khi mạng về."),
        Reach.PORTAL: tr("Mở trình duyệt và đăng nhập mạng; việc được giữ ở đây."),
        Reach.REVOKED: tr("Hỏi người quản trị trước khi làm tiếp trên máy này."),
        Reach.UNENROLLED: tr("Mọi việc được lưu đầy đủ trên máy này."),
    }[reach]
    if status.here_only and status.enrolled:
        note += "\n" + tr("«Chỉ có trên máy này»: chưa máy nào khác giữ bản thứ hai.")
    return note + "\n" + tr("Bấm để xem phần Đồng bộ.")


def _moment(stored: str, now: datetime) -> str:
    at = datetime.fromisoformat(stored).astimezone(VIETNAM)
    return f"{at:%H:%M}" if at.date() == now.astimezone(VIETNAM).date() else f"{at:%H:%M %d/%m}"


def _number(count: int) -> str:
    return f"{count:,}".replace(",", ".")


def age_words(seconds: int) -> str:
    """How long ago, in its two largest units: 3 ngày 2 giờ, 5 phút, dưới 1 phút."""
    minutes = max(0, seconds) // 60
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    if days and hours:
        return tr("{days} ngày {hours} giờ", days=days, hours=hours)
    if hours and minutes and not days:
        return tr("{hours} giờ {minutes} phút", hours=hours, minutes=minutes)
    return rough_age_words(seconds)


def rough_age_words(seconds: int) -> str:
    """How long ago, in its largest unit only: 3 ngày, 2 giờ, 5 phút, dưới 1 phút."""
    minutes = max(0, seconds) // 60
    if minutes >= 24 * 60:
        return tr("{days} ngày", days=minutes // (24 * 60))
    if minutes >= 60:
        return tr("{hours} giờ", hours=minutes // 60)
    return tr("{minutes} phút", minutes=minutes) if minutes else tr("dưới 1 phút")


def own_skew(status: SyncStatus) -> int | None:
    """How far this PC's clock is behind (+) or ahead (-) of the city's, else of most other PCs.

    In milliseconds; None while nobody's clock is known. Of two PCs that differ nobody can say
    whose is wrong: the median of all peers decides.
    """
    city = _city(status)
    if city is not None and city.offset_ms is not None:
        return city.offset_ms
    others = sorted(p.offset_ms for p in status.peers if p.offset_ms is not None)
    return others[len(others) // 2] if others else None


def skew_words(offset_ms: int) -> str:
    """A difference of clocks as people say it."""
    seconds = round(abs(offset_ms) / 1000)
    if seconds < 5:
        return tr("đúng giờ")
    age = age_words(seconds) if seconds >= 60 else tr("{seconds} giây", seconds=seconds)
    return tr("nhanh hơn {age}", age=age) if offset_ms > 0 else tr("chậm hơn {age}", age=age)


def clock_words(status: SyncStatus, *, above: int = WARN_SKEW_MS) -> str:
    """The warning about this PC's clock; "" while it is right or nothing is known.

    `above` is the difference in milliseconds that is still let pass.
    """
    offset = own_skew(status)
    if offset is None or abs(offset) <= above:
        return ""
    age = age_words(round(abs(offset) / 1000))
    if offset > 0:
        return tr("Đồng hồ máy này chậm {age}", age=age)
    return tr("Đồng hồ máy này nhanh {age}", age=age)
