"""The working calendar of an office: which days it works, in which hours, and why.

Days are of five kinds because the law knows five: the ordinary working day, the weekly rest day,
the public holiday (Labour Code 2019, art. 112), the day off instead of another one (art. 111.3 and
the yearly swaps), and the Saturday worked instead of a swapped day. A weekly rest day may still
have opening hours (desks open on Saturday morning): the desk receives, hours run, but the day is
not counted as a working day.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, timezone
from enum import StrEnum
from functools import cached_property
from itertools import pairwise
from types import MappingProxyType

from models.errors import InputError
from models.words import current_language, tr

__all__ = [
    "DEFAULT_HOURS",
    "VIETNAM",
    "DayInfo",
    "DayKind",
    "OfficeHours",
    "Span",
    "WorkCalendar",
    "parse_spans",
    "weekly_hours",
]

VIETNAM = timezone(timedelta(hours=7), "+07")
"""Vietnam's time; no summer time since 1975, so a fixed offset is exact."""

SATURDAY = 5


class DayKind(StrEnum):
    """What a date is for the people who work in the office."""

    WORKING = "working"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    COMPENSATORY_OFF = "compensatory_off"
    MAKEUP_WORKING = "makeup_working"

    @property
    def counts(self) -> bool:
        """True for the kinds that count as a working day."""
        return self in (DayKind.WORKING, DayKind.MAKEUP_WORKING)


@dataclass(frozen=True, order=True)
class Span:
    """One unbroken stretch of opening hours within a day."""

    start: time
    end: time

    def __str__(self) -> str:
        return f"{self.start:%H:%M}-{self.end:%H:%M}"


def parse_spans(text: str) -> tuple[Span, ...]:
    """Read "08:00-12:00,13:30-17:30"; `InputError` HT-02 if it is not hours in order."""
    spans = []
    try:
        for part in text.replace(" ", "").split(","):
            start, end = part.split("-")
            spans.append(Span(time.fromisoformat(start), time.fromisoformat(end)))
    except ValueError as error:
        raise _bad_hours(text) from error
    return _checked(tuple(spans), text)


def _checked(spans: tuple[Span, ...], text: str) -> tuple[Span, ...]:
    edges = [edge for span in spans for edge in (span.start, span.end)]
    if any(later <= earlier for earlier, later in pairwise(edges)):
        raise _bad_hours(text)
    if any(edge.tzinfo or edge.second or edge.microsecond for edge in edges):
        raise _bad_hours(text)
    return spans


def _bad_hours(text: str) -> InputError:
    return InputError(
        "HT-02",
        tr("Giờ làm việc “{text}” không hợp lệ.", text=text),
        tr("Hãy viết theo mẫu 08:00-12:00,13:30-17:30, giờ sau lớn hơn giờ trước."),
        field="hours",
    )


@dataclass(frozen=True)
class OfficeHours:
    """Opening hours of each weekday (Monday first) from the date `since` on."""

    week: tuple[tuple[Span, ...], ...]
    since: date = date.min

    def __post_init__(self) -> None:
        if len(self.week) != 7 or not any(self.week[:SATURDAY]):
            raise _bad_hours(str(self))
        for spans in self.week:
            _checked(spans, ", ".join(map(str, spans)))

    def __str__(self) -> str:
        days = (",".join(map(str, spans)) for spans in self.week)
        return f"{self.since.isoformat()}:{'|'.join(days)}"

    def on(self, weekday: int) -> tuple[Span, ...]:
        """The hours of a weekday, 0 for Monday."""
        return self.week[weekday]

    def makeup(self) -> tuple[Span, ...]:
        """The hours of a make-up Saturday: Monday's, or those of the first weekday worked."""
        return next(spans for spans in self.week if spans)


def weekly_hours(weekdays: str, *, saturday: str = "", since: date = date.min) -> OfficeHours:
    """The same hours Monday to Friday, and Saturday's if the desk opens then."""
    daily = parse_spans(weekdays)
    rest = parse_spans(saturday) if saturday else ()
    return OfficeHours((daily,) * SATURDAY + (rest, ()), since)


DEFAULT_HOURS = weekly_hours("08:00-12:00,13:30-17:30")


@dataclass(frozen=True)
class DayInfo:
    """One date that is not an ordinary one, with its name in both languages and its source.

    `confirmed` is False while no official notice for that date is known. `hours` replaces the
    office's usual hours on that date (half days).
    """

    date: date
    kind: DayKind
    label_vi: str = ""
    label_en: str = ""
    source: str = ""
    confirmed: bool = True
    hours: tuple[Span, ...] | None = None

    @property
    def label(self) -> str:
        """The name of the day in the language in use."""
        english = current_language() == "en" and self.label_en
        return english or self.label_vi

    def __str__(self) -> str:
        hours = "" if self.hours is None else ",".join(map(str, self.hours))
        return f"{self.date.isoformat()}|{self.kind}|{self.label_vi}|{self.confirmed}|{hours}"


@dataclass(frozen=True)
class WorkCalendar:
    """The days and hours of an office between `first` and `last` (both included).

    `days` holds only the dates that differ from the ordinary week. A question about a date outside
    the range raises `InputError` HT-01: an unknown year is never silently taken for a year without
    holidays.
    """

    days: Mapping[date, DayInfo]
    first: date
    last: date
    hours: tuple[OfficeHours, ...] = field(default=(DEFAULT_HOURS,))

    def __post_init__(self) -> None:
        ordered = tuple(sorted(self.hours, key=lambda hours: hours.since))
        object.__setattr__(self, "hours", ordered)
        object.__setattr__(self, "days", MappingProxyType(dict(self.days)))

    def __hash__(self) -> int:
        return hash(self.version)

    @cached_property
    def version(self) -> str:
        """16 hex digits that change whenever a day or an hour of the calendar changes."""
        parts = [self.first.isoformat(), self.last.isoformat(), *map(str, self.hours)]
        parts += [str(self.days[day]) for day in sorted(self.days)]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]

    def day(self, day: date) -> DayInfo:
        """What the date is, and why."""
        self._check_range(day)
        special = self.days.get(day)
        if special is not None:
            return special
        if day.weekday() < SATURDAY and self._hours(day).on(day.weekday()):
            return DayInfo(day, DayKind.WORKING)
        return DayInfo(day, DayKind.WEEKEND)

    def is_working(self, day: date) -> bool:
        """True if the date counts as a working day (ngày làm việc)."""
        return self.day(day).kind.counts

    def spans(self, day: date) -> tuple[Span, ...]:
        """The opening hours of the date; empty when the office is closed."""
        info = self.day(day)
        if info.hours is not None:
            return info.hours
        if info.kind is DayKind.MAKEUP_WORKING:
            return self._hours(day).makeup()
        if info.kind in (DayKind.WORKING, DayKind.WEEKEND):
            return self._hours(day).on(day.weekday())
        return ()

    def intervals(self, day: date) -> list[tuple[datetime, datetime]]:
        """The opening hours of the date as moments of Vietnam's time."""
        at = datetime.combine
        return [(at(day, s.start, VIETNAM), at(day, s.end, VIETNAM)) for s in self.spans(day)]

    def _hours(self, day: date) -> OfficeHours:
        known = [hours for hours in self.hours if hours.since <= day]
        return known[-1] if known else self.hours[0]

    def _check_range(self, day: date) -> None:
        if self.first <= day <= self.last:
            return
        raise InputError(
            "HT-01",
            tr(
                "Lịch làm việc chỉ có từ {first} đến {last}, không tính được ngày {day}.",
                first=f"{self.first:%d/%m/%Y}",
                last=f"{self.last:%d/%m/%Y}",
                day=f"{day:%d/%m/%Y}",
            ),
            tr("Hãy kiểm tra ngày, hoặc cập nhật lịch nghỉ."),
            field="date",
        )
