"""Reads golden.csv: cases worked out by hand from the law and the official notices, not the code.

`hours` is weekday hours, or weekday/Saturday hours; `notices` are date=kind or date=kind=hours
added to the official calendar; `events` are kind=time, with /new date for an extension.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from models.calendar import DEFAULT_HOURS, VIETNAM, WorkCalendar, parse_spans, weekly_hours
from models.calendar_notice import Notice, NoticeKind
from models.deadline import ClockEvent, CountMode, EventKind, Limit, LimitUnit
from services.calendars.load import load_calendar

FILE = Path(__file__).with_name("golden.csv")


@dataclass(frozen=True)
class GoldenCase:
    """One row, ready for the engine."""

    name: str
    row: dict[str, str]
    received: datetime
    limit: Limit
    calendar: WorkCalendar
    history: tuple[ClockEvent, ...]
    due: datetime
    original_due: datetime


def vietnam(text: str) -> datetime:
    """A time of Vietnam without its offset, as written in the table."""
    return datetime.fromisoformat(text).replace(tzinfo=VIETNAM)


def read_cases() -> list[GoldenCase]:
    """All rows of the table."""
    with FILE.open(encoding="utf-8", newline="") as file:
        return [_case(number, row) for number, row in enumerate(csv.DictReader(file), start=2)]


def _case(number: int, row: dict[str, str]) -> GoldenCase:
    unit = LimitUnit(row["unit"])
    limit = Limit(
        Decimal(row["limit"]) if row["limit"] else None,
        unit,
        CountMode(row["mode"] or "whole_days"),
        cutoff_15h=bool(row["cutoff"]),
    )
    hours = DEFAULT_HOURS
    if row["hours"]:
        weekdays, _, saturday = row["hours"].partition("/")
        hours = weekly_hours(weekdays, saturday=saturday)
    return GoldenCase(
        name=f"line {number}: {row['received']} {row['limit']} {row['unit']} {row['mode']}",
        row=row,
        received=vietnam(row["received"]),
        limit=limit,
        calendar=load_calendar(notices=_notices(row["notices"]), hours=hours),
        history=tuple(_event(text) for text in row["events"].split(";") if text),
        due=vietnam(row["due"]),
        original_due=vietnam(row["original_due"]),
    )


def _notices(text: str) -> list[Notice]:
    notices = []
    for part in text.split(";") if text else ():
        day, kind, *hours = part.split("=")
        spans = parse_spans(hours[0]) if hours else None
        notices.append(Notice(date.fromisoformat(day), NoticeKind(kind), hours=spans))
    return notices


def _event(text: str) -> ClockEvent:
    kind, _, moments = text.partition("=")
    at, _, new_due = moments.partition("/")
    return ClockEvent(EventKind(kind), vietnam(at), vietnam(new_due) if new_due else None)
