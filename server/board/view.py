"""What the board shows of an office, as values ready for a page, a CSV line or JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from models.folding import vn_fold
from models.on_time import Tally
from models.words import tr
from server.board.alarms import Alarm
from server.board.offices import OfficeRow
from server.board.words import kind_words

__all__ = [
    "FILTERS",
    "SORTS",
    "SORT_WORDS",
    "Chosen",
    "OfficeView",
    "choose",
    "definition",
    "state_words",
    "summary",
    "views_of",
]


@dataclass(frozen=True, slots=True)
class OfficeView:
    """An office with its alarms."""

    row: OfficeRow
    alarms: tuple[Alarm, ...]

    @property
    def never(self) -> bool:
        """Whether no PC of it has ever connected."""
        return self.row.seen_ms is None

    @property
    def level(self) -> int:
        """0 for a grave alarm, 1 for a lesser one, 2 never connected, 3 all is well."""
        if any(alarm.grave for alarm in self.alarms):
            return 0
        if any(alarm.kind != "never" for alarm in self.alarms):
            return 1
        return 2 if self.never else 3

    @property
    def state(self) -> str:
        """The level as a word for programs."""
        return ("grave", "lesser", "never", "fine")[self.level]

    def has(self, *kinds: str) -> bool:
        """Whether it has an alarm of one of the kinds."""
        return any(alarm.kind in kinds for alarm in self.alarms)


Key = Callable[[OfficeView], Any]


def _rate(view: OfficeView) -> float:
    rate = view.row.tally.rate
    return 2.0 if rate is None else rate


SORTS: dict[str, Key] = {
    "attention": lambda v: (v.level, -len(v.alarms)),
    "name": lambda v: (),
    "seen": lambda v: (v.never, v.row.seen_ms),
    "unsent": lambda v: (-v.row.unsent, v.row.unsent_since_ms or 0),
    "drift": lambda v: -abs(v.row.drift_ms),
    "received": lambda v: -v.row.received,
    "done": lambda v: -v.row.tally.done,
    "rate": _rate,
    "backlog": lambda v: -v.row.tally.backlog,
    "overdue": lambda v: -v.row.tally.open_late,
    "gaps": lambda v: -(v.row.missing + v.row.twice),
    "conflicts": lambda v: -v.row.conflicts,
}
"""Orders of the table, the worst first; offices alike stay in the order of their names."""

SORT_WORDS: dict[str, Callable[[], str]] = {
    "attention": lambda: tr("cần chú ý trước"),
    "name": lambda: tr("tên đơn vị"),
    "seen": lambda: tr("im lặng lâu nhất"),
    "unsent": lambda: tr("nhiều việc chưa gửi"),
    "rate": lambda: tr("tỷ lệ đúng hạn thấp"),
    "overdue": lambda: tr("nhiều hồ sơ quá hạn"),
    "backlog": lambda: tr("nhiều hồ sơ đang làm"),
}
"""The orders offered as words; the others are behind the heads of their columns."""

FILTERS: dict[str, tuple[Callable[[], str], Callable[[OfficeView], bool]]] = {
    "all": (lambda: tr("Tất cả đơn vị"), lambda v: True),
    "attention": (lambda: tr("Cần chú ý"), lambda v: v.level < 2),
    "silent": (lambda: tr("Mất liên lạc"), lambda v: v.has("silent")),
    "never": (lambda: tr("Chưa kết nối bao giờ"), lambda v: v.never),
    "unsent": (lambda: tr("Còn việc chưa gửi"), lambda v: v.row.unsent > 0),
    "overdue": (lambda: tr("Có hồ sơ quá hạn"), lambda v: v.row.tally.open_late > 0),
    "numbers": (lambda: tr("Số văn bản khuyết hoặc trùng"), lambda v: v.has("gap", "twice")),
    "conflicts": (lambda: tr("Có mâu thuẫn"), lambda v: v.row.conflicts > 0),
}


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a visitor asked to see, put right where it makes no sense."""

    show: str = "all"
    sort: str = "attention"
    backwards: bool = False
    words: str = ""

    @classmethod
    def of(cls, query: Any) -> Chosen:
        """From the parameters of an address."""
        show, sort = query.get("show", "all"), query.get("sort", "attention")
        return cls(
            show if show in FILTERS else "all",
            sort if sort in SORTS else "attention",
            query.get("dir") == "back",
            " ".join(query.get("q", "").split())[:60],
        )


def views_of(rows: Iterable[OfficeRow], alarms: Iterable[Alarm]) -> list[OfficeView]:
    """Each office with its own alarms."""
    by_office: dict[str, list[Alarm]] = {}
    for alarm in alarms:
        by_office.setdefault(alarm.office, []).append(alarm)
    return [OfficeView(row, tuple(by_office.get(row.code, ()))) for row in rows]


def choose(views: Sequence[OfficeView], chosen: Chosen) -> list[OfficeView]:
    """The offices asked for, in the order asked for."""
    fits, wanted = FILTERS[chosen.show][1], vn_fold(chosen.words)
    kept = [v for v in views if fits(v) and (not wanted or wanted in _searched(v))]
    kept.sort(key=SORTS[chosen.sort])
    return kept[::-1] if chosen.backwards else kept


def _searched(view: OfficeView) -> str:
    return vn_fold(f"{view.row.name} {view.row.code}")


@dataclass(frozen=True, slots=True)
class Summary:
    """The whole of what an operator may see."""

    offices: int
    connected: int
    never: int
    grave: int
    lesser: int
    unsent: int
    received: int
    tally: Tally
    stale: int
    stale_since_ms: int | None


def summary(views: Sequence[OfficeView]) -> Summary:
    """The sums above the table."""
    return Summary(
        offices=len(views),
        connected=sum(not v.never and not v.has("silent") for v in views),
        never=sum(v.never for v in views),
        grave=sum(a.grave for v in views for a in v.alarms),
        lesser=sum(not a.grave for v in views for a in v.alarms),
        unsent=sum(v.row.unsent for v in views),
        received=sum(v.row.received for v in views),
        tally=sum((v.row.tally for v in views), Tally()),
        stale=sum(v.row.stale for v in views),
        stale_since_ms=min(
            (v.row.stale_since_ms for v in views if v.row.stale_since_ms is not None), default=None
        ),
    )


def state_words(view: OfficeView) -> str:
    """How an office stands: its first alarm, else whether it has ever connected."""
    if view.level < 2:
        return kind_words(view.alarms[0].kind)
    return tr("chưa kết nối bao giờ") if view.never else tr("ổn")


def definition(days: int) -> str:
    """What the on-time rate counts, with its source."""
    return tr(
        "Tỷ lệ đúng hạn theo chỉ số 2.1 của Bộ chỉ số 766 (Quyết định 766/QĐ-TTg): hồ sơ giải "
        "quyết xong đúng hạn và hồ sơ đang giải quyết còn trong hạn, chia cho tất cả hồ sơ đã xong "
        "trong {days} ngày qua và đang giải quyết. Xong tính theo lúc có kết quả (trạng thái 9), "
        "không theo lúc trả. Hạn là ngày hẹn đang có hiệu lực; thời gian chờ bổ sung không trừ "
        "thêm vì hạn đã được tính lại khi nhận đủ giấy tờ.",
        days=days,
    )
