"""Dates as people type them: 5/3/1990, 05-03-90, 05031990, or only the year of birth."""

from __future__ import annotations

import re
from datetime import date

from models.errors import InputError
from models.words import tr

__all__ = ["FIRST_YEAR", "parse_birth", "parse_date", "show_date"]

FIRST_YEAR = 1900
"""No living applicant was born before; personal id numbers start at this year too."""

_PARTS = re.compile(r"([0-9]{1,2})[/\-. ]+([0-9]{1,2})[/\-. ]+([0-9]{4}|[0-9]{2})")
_RUN = re.compile(r"([0-9]{2})([0-9]{2})([0-9]{4})")
_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_YEAR = re.compile(r"[0-9]{4}")
_AHEAD = 20
"""A two-digit year means at most this many years ahead of today."""


def parse_date(text: str, today: date) -> date:
    """The date typed as day, month, year (or ISO); a two-digit year is the one near `today`.

    Raises InputError: ND-32 when it is not a date at all, ND-33 when no calendar has it (30/02).
    """
    return _parse(text, "date", latest_year=today.year + _AHEAD)


def parse_birth(text: str, today: date) -> str:
    """A date of birth as stored: "1990-03-05", or "1958" when only the year is known; "" stays "".

    Raises InputError: ND-32 and ND-33 as `parse_date`, ND-34 for a birth after `today`, ND-35
    before 1900.
    """
    typed = text.strip()
    if not typed:
        return ""
    if _YEAR.fullmatch(typed):
        stored, year, future = typed, int(typed), int(typed) > today.year
    else:
        day = _parse(typed, "birth", latest_year=today.year)
        stored, year, future = day.isoformat(), day.year, day > today
    if future:
        raise InputError(
            "ND-34",
            tr("Ngày sinh {typed} ở sau ngày hôm nay.", typed=typed),
            tr("Kiểm tra lại ngày, tháng, năm sinh."),
            field="birth",
        )
    if year < FIRST_YEAR:
        raise InputError(
            "ND-35",
            tr("Năm sinh {year} quá xa.", year=year),
            tr("Nhập đủ bốn chữ số của năm sinh, từ {first} trở đi.", first=FIRST_YEAR),
            field="birth",
        )
    return stored


def show_date(stored: str) -> str:
    """A stored ISO date as 05/03/1990; a year alone or anything else as it is."""
    found = _ISO.fullmatch(stored)
    return f"{found[3]}/{found[2]}/{found[1]}" if found else stored


def _parse(text: str, field: str, *, latest_year: int) -> date:
    typed = text.strip()
    iso = _ISO.fullmatch(typed)
    found = iso or _PARTS.fullmatch(typed) or _RUN.fullmatch(typed)
    if not found:
        raise InputError(
            "ND-32",
            tr("“{typed}” không phải là ngày.", typed=typed[:30]),
            tr("Nhập ngày/tháng/năm, ví dụ 05/03/1990."),
            field=field,
        )
    first, month, last = found.groups()
    day, year_text = (last, first) if iso else (first, last)
    year = int(year_text)
    if len(year_text) == 2:
        # the latest century that does not pass the latest year allowed
        year += latest_year // 100 * 100
        year -= 100 if year > latest_year else 0
    return _on_calendar(year, int(month), day=int(day), field=field)


def _on_calendar(year: int, month: int, *, day: int, field: str) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise InputError(
            "ND-33",
            tr("Không có ngày {day} trong lịch.", day=f"{day:02d}/{month:02d}/{year:04d}"),
            tr("Kiểm tra lại ngày và tháng."),
            field=field,
        ) from None
