"""Builds the working calendar: public holidays, then official notices, then the office's own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache
from pathlib import Path

from models.calendar import DEFAULT_HOURS, OfficeHours, WorkCalendar
from models.calendar_notice import Notice, with_notices
from services.calendars.table import read_notice_file

__all__ = ["YEARS", "load_calendar", "official_notices"]

FOLDER = Path(__file__).parents[2] / "resources" / "calendar"
FILES = ("public_holidays.csv", "notices.csv")
"""Days of the `holidays` package, then our own dated table, which wins."""

YEARS = range(2024, 2036)
"""The years for which days off are known, or at least expected."""


@cache
def official_notices() -> tuple[Notice, ...]:
    """All rows shipped with the program, later rows winning; read once."""
    return tuple(notice for name in FILES for notice in read_notice_file(FOLDER / name))


def load_calendar(
    *,
    notices: Iterable[Notice] = (),
    hours: OfficeHours | Sequence[OfficeHours] = DEFAULT_HOURS,
    years: range = YEARS,
) -> WorkCalendar:
    """The calendar of an office with its own `notices` and opening `hours`.

    `hours` may be several sets with their effective dates. `years` cannot reach beyond `YEARS`:
    further on no holidays are known.
    """
    sets = (hours,) if isinstance(hours, OfficeHours) else tuple(hours)
    first = date(max(years.start, YEARS.start), 1, 1)
    last = date(min(years.stop, YEARS.stop) - 1, 12, 31)
    empty = WorkCalendar({}, first, last, sets)
    return with_notices(empty, (*official_notices(), *notices))
