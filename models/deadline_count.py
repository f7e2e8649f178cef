"""Counts one run of a limit, from its starting moment to its due time, piece by piece.

Every piece of time between start and due is kept with what it did, so that the explanation is the
count itself and not a second telling of it.
"""

from __future__ import annotations

import calendar as month_table
import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_CEILING, Decimal

from models.calendar import DayInfo, DayKind, WorkCalendar
from models.deadline_terms import CountMode, Effect, Limit, LimitUnit
from models.working_time import (
    ONE_DAY,
    add_working_time,
    close_of,
    midnight,
    next_open_day,
    next_opening,
    next_working_day,
)

__all__ = ["CUTOFF", "MINUTES_PER_DAY", "Leg", "Piece", "count_leg"]

MINUTES_PER_DAY = 480
"""A working day has 8 hours when days are turned into minutes, whatever the office's own day."""

CUTOFF = time(15)
"""Up to and including 15:00 is "the same day" (Decree 23/2015, art. 7)."""


@dataclass(frozen=True)
class Piece:
    """A stretch of one date and what it did; `number` is the ordinal of a counted day.

    Every day within a limit of calendar days or months counts alike, so `day` is then told as an
    ordinary one: whether it is a day off makes no difference.
    """

    start: datetime
    end: datetime
    effect: Effect
    day: DayInfo
    number: int = 0


@dataclass(frozen=True)
class Leg:
    """One run of the clock: asked to start at `asked`, really began at `start`, ends at `due`."""

    asked: datetime
    start: datetime
    due: datetime
    pieces: tuple[Piece, ...]


def count_leg(moment: datetime, limit: Limit, calendar: WorkCalendar) -> Leg:
    """Run `limit` from `moment`; outside office hours the run begins at the next opening."""
    start = next_opening(moment, calendar)
    due = _due(start, limit, calendar)
    pieces = _minute_pieces if is_elapsed(limit) else _day_pieces
    return Leg(moment, start, due, tuple(pieces(start, due, limit, calendar)))


def is_elapsed(limit: Limit) -> bool:
    """True if the limit runs to the minute: hours, same-day work, and days in ELAPSED mode."""
    if limit.unit is LimitUnit.WORKING_DAY:
        return limit.mode is CountMode.ELAPSED
    return limit.unit in (LimitUnit.WORKING_HOUR, LimitUnit.SAME_DAY)


def limit_minutes(limit: Limit) -> int:
    """The limit in minutes of office time, a fraction of a minute rounded up."""
    per_unit = 60 if limit.unit is LimitUnit.WORKING_HOUR else MINUTES_PER_DAY
    return int((limit.amount * per_unit).to_integral_value(ROUND_CEILING))


def whole(value: Decimal) -> int:
    """Days rounded up: half a day ends with its day."""
    return math.ceil(value)


def _due(start: datetime, limit: Limit, calendar: WorkCalendar) -> datetime:
    if limit.unit is LimitUnit.SAME_DAY:
        return _same_day(start, limit, calendar)
    if is_elapsed(limit):
        return add_working_time(start, timedelta(minutes=limit_minutes(limit)), calendar)
    if limit.unit is LimitUnit.WORKING_DAY:
        day = start.date()
        for _ in range(whole(limit.amount)):
            day = next_working_day(day, calendar)
        return close_of(day, calendar)
    return close_of(_rolled(last_calendar_day(start.date(), limit), calendar), calendar)


def _same_day(start: datetime, limit: Limit, calendar: WorkCalendar) -> datetime:
    late = limit.cutoff_15h and start.time() > CUTOFF
    day = next_open_day(start.date(), calendar) if late else start.date()
    return close_of(day, calendar)


def last_calendar_day(first: date, limit: Limit) -> date:
    """The last day of a limit in calendar days or months, before any rolling.

    A month ends on the same day number, or on the month's last day (Civil Code art. 148.3).
    """
    if limit.unit is LimitUnit.CALENDAR_DAY:
        return first + timedelta(days=whole(limit.amount))
    months = first.year * 12 + first.month - 1 + int(limit.amount)
    year, month = months // 12, months % 12 + 1
    return date(year, month, min(first.day, month_table.monthrange(year, month)[1]))


def _rolled(day: date, calendar: WorkCalendar) -> date:
    """A last day that is a day off moves to the next working day (Civil Code art. 148.5)."""
    if calendar.is_working(day) and calendar.spans(day):
        return day
    return next_working_day(day, calendar)


def _dates(start: datetime, due: datetime) -> Iterator[date]:
    day = start.date()
    while day <= due.date():
        yield day
        day += ONE_DAY


def _clipped(day: date, start: datetime, due: datetime) -> tuple[datetime, datetime]:
    return max(midnight(day), start), min(midnight(day + ONE_DAY), due)


def _day_pieces(
    start: datetime, due: datetime, limit: Limit, calendar: WorkCalendar
) -> Iterator[Piece]:
    calendar_days = limit.unit is not LimitUnit.WORKING_DAY
    last = last_calendar_day(start.date(), limit) if calendar_days else due.date()
    rolled = last != due.date()
    number = 0
    for day in _dates(start, due):
        info, (begin, end) = calendar.day(day), _clipped(day, start, due)
        if day == start.date():
            yield Piece(begin, end, Effect.FIRST_DAY, info)
        elif rolled and day >= last:
            yield Piece(begin, end, Effect.MOVED, info)
        elif calendar_days or calendar.is_working(day):
            number += 1
            plain = calendar_days and day != last
            counted = DayInfo(day, DayKind.WORKING) if plain else info
            yield Piece(begin, end, Effect.COUNTED, counted, number)
        else:
            yield Piece(begin, end, Effect.SKIPPED, info)


def _minute_pieces(
    start: datetime, due: datetime, limit: Limit, calendar: WorkCalendar
) -> Iterator[Piece]:
    late = limit.unit is LimitUnit.SAME_DAY and due.date() != start.date()
    for day in _dates(start, due):
        info, (begin, end) = calendar.day(day), _clipped(day, start, due)
        if late and day == start.date():
            yield Piece(begin, end, Effect.FIRST_DAY, info)
        else:
            effect = Effect.COUNTED if calendar.spans(day) else Effect.SKIPPED
            yield Piece(begin, end, effect, info)
