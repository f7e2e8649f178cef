"""Moving along a working calendar: next opening, close of business, minutes worked between."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from models.calendar import VIETNAM, WorkCalendar

__all__ = [
    "add_working_time",
    "close_of",
    "in_office_hours",
    "midnight",
    "next_open_day",
    "next_opening",
    "next_working_day",
    "office_minutes",
    "settle",
    "working_minutes_between",
    "working_time_between",
]

ONE_DAY = timedelta(days=1)


def midnight(day: date) -> datetime:
    """The first moment of the date, in Vietnam's time."""
    return datetime.combine(day, time.min, VIETNAM)


def _from(day: date, fits: Callable[[date], bool]) -> date:
    while not fits(day):
        day += ONE_DAY
    return day


def next_working_day(day: date, calendar: WorkCalendar) -> date:
    """The first date after `day` that counts as a working day and has hours."""
    return _from(day + ONE_DAY, lambda d: calendar.is_working(d) and bool(calendar.spans(d)))


def next_open_day(day: date, calendar: WorkCalendar) -> date:
    """The first date after `day` on which the office opens at all."""
    return _from(day + ONE_DAY, lambda d: bool(calendar.spans(d)))


def close_of(day: date, calendar: WorkCalendar) -> datetime:
    """Close of business of an open day."""
    return calendar.intervals(day)[-1][1]


def in_office_hours(moment: datetime, calendar: WorkCalendar) -> bool:
    """True within opening hours, both edges included."""
    moment = moment.astimezone(VIETNAM)
    return any(start <= moment <= end for start, end in calendar.intervals(moment.date()))


def next_opening(moment: datetime, calendar: WorkCalendar) -> datetime:
    """The moment itself within office hours, else the next opening (after lunch or a later day)."""
    moment = moment.astimezone(VIETNAM)
    for start, end in calendar.intervals(moment.date()):
        if moment <= end:
            return max(start, moment)
    return calendar.intervals(next_open_day(moment.date(), calendar))[0][0]


def settle(moment: datetime, calendar: WorkCalendar) -> datetime:
    """A promised moment brought into office hours.

    A closed day gives close of business of the next working day (Civil Code art. 148.5), a moment
    after closing gives that day's close, one before opening or at lunch gives the next opening.
    """
    moment = moment.astimezone(VIETNAM)
    day = moment.date()
    if not calendar.spans(day):
        return close_of(next_working_day(day, calendar), calendar)
    return min(next_opening(moment, calendar), close_of(day, calendar))


def add_working_time(start: datetime, length: timedelta, calendar: WorkCalendar) -> datetime:
    """The moment when `length` of opening hours has passed since `start`.

    Time used up exactly at the end of a stretch gives that end, not the next opening.
    """
    day, left = start.astimezone(VIETNAM).date(), length
    while True:
        for opens, closes in calendar.intervals(day):
            begin = max(opens, start)
            if begin < closes and left <= closes - begin:
                return begin + left
            left -= max(closes - begin, timedelta())
        day = next_open_day(day, calendar)


def working_time_between(a: datetime, b: datetime, calendar: WorkCalendar) -> timedelta:
    """Opening hours between two moments; zero if `b` is not after `a`."""
    a, b = a.astimezone(VIETNAM), b.astimezone(VIETNAM)
    total, day = timedelta(), a.date()
    while day <= b.date():
        for opens, closes in calendar.intervals(day):
            total += max(min(closes, b) - max(opens, a), timedelta())
        day += ONE_DAY
    return total


def working_minutes_between(a: datetime, b: datetime, calendar: WorkCalendar) -> int:
    """Whole minutes of opening hours between two moments, seconds dropped."""
    return working_time_between(a, b, calendar) // timedelta(minutes=1)


def office_minutes(day: date, calendar: WorkCalendar) -> int:
    """How many minutes the office is open on the date."""
    return working_minutes_between(midnight(day), midnight(day + ONE_DAY), calendar)
