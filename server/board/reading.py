"""One reading of the whole board for a request: offices, limits, alarms, in one transaction."""

from __future__ import annotations

from dataclasses import dataclass

from server.board.alarms import Alarm, alarms_of
from server.board.drill import BookRow, DayRow, LateRow, read_books, read_days, read_late
from server.board.offices import OfficeRow, Period, Scope, read_offices
from server.board.thresholds import Thresholds, read_thresholds
from server.board.view import OfficeView, views_of
from server.confirmations import Confirmed, confirmed_at
from server.pages import Web

__all__ = ["DAYS_OFFERED", "Board", "OfficePage", "find_office", "period_of", "read_board"]

DAYS_OFFERED = (7, 30, 90)
TREND_DAYS = 14


@dataclass(frozen=True, slots=True)
class Board:
    """The offices an operator may see, with their alarms."""

    period: Period
    limits: Thresholds
    views: list[OfficeView]
    alarms: list[Alarm]


@dataclass(frozen=True, slots=True)
class OfficePage:
    """Everything about one office; `confirmed` tells of the catalogue at each PC, by its log."""

    view: OfficeView
    days: list[DayRow]
    late: list[LateRow]
    books: list[BookRow]
    confirmed: dict[str, Confirmed]

    @property
    def row(self) -> OfficeRow:
        """The office itself."""
        return self.view.row


def period_of(web: Web, asked: str) -> Period:
    """The period asked for, 30 days unless it is one of those offered."""
    known = {str(days): days for days in DAYS_OFFERED}
    return Period(web.now_ms(), known.get(asked, 30))


def read_board(web: Web, scope: Scope, period: Period) -> Board:
    """Read the offices of `scope`."""
    with web.database.read("") as tx:
        limits = read_thresholds(tx)
    with web.database.read_city() as tx:
        rows = read_offices(tx, period, scope)
    alarms = alarms_of(rows, limits, period.now_ms, calendar=web.calendar)
    return Board(period, limits, views_of(rows, alarms), alarms)


def find_office(web: Web, code: str, period: Period) -> OfficePage | None:
    """One office, read behind the wall that hides all others; None when there is none."""
    with web.database.read("") as tx:
        limits = read_thresholds(tx)
    with web.database.read(code) as tx:
        rows = read_offices(tx, period, frozenset({code}))
        if not rows:
            return None
        days = read_days(tx, code, Period(period.now_ms, TREND_DAYS))
        late, books = read_late(tx, code, period.now_ms), read_books(tx, code)
        found = confirmed_at(tx, code, period.now.date())
    alarms = alarms_of(rows, limits, period.now_ms, calendar=web.calendar)
    confirmed = {one.device.hex(): one for one in found}
    return OfficePage(views_of(rows, alarms)[0], days, late, books, confirmed)
