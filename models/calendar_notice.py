"""Notices that change the calendar: official swaps, late holidays, half days of one office."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date as Date
from enum import StrEnum

from models.calendar import DayInfo, DayKind, Span, WorkCalendar

__all__ = ["Notice", "NoticeKind", "with_notices"]


class NoticeKind(StrEnum):
    """What a notice makes of a date; the two last ones correct an earlier row."""

    HOLIDAY = "holiday"
    COMPENSATORY_OFF = "compensatory_off"
    MAKEUP_WORKING = "makeup_working"
    HALF_DAY = "half_day"
    WORKING = "working"
    WEEKEND = "weekend"


@dataclass(frozen=True)
class Notice:
    """One row: the date, what it becomes, its name, the document that says so.

    `confirmed` is False for a date expected but not announced. `announced` is the date of the
    document. `hours` belong to HALF_DAY (and may narrow a MAKEUP_WORKING day).
    """

    date: Date
    kind: NoticeKind
    label_vi: str = ""
    label_en: str = ""
    source: str = ""
    confirmed: bool = True
    announced: Date | None = None
    hours: tuple[Span, ...] | None = None

    def day_info(self) -> DayInfo:
        """The day as this notice makes it."""
        half = self.kind is NoticeKind.HALF_DAY
        return DayInfo(
            self.date,
            DayKind.WORKING if half else DayKind(self.kind.value),
            self.label_vi,
            self.label_en,
            self.source,
            self.confirmed,
            self.hours,
        )


def with_notices(calendar: WorkCalendar, notices: Iterable[Notice]) -> WorkCalendar:
    """The same calendar after the notices, a later one winning over an earlier one."""
    days = dict(calendar.days)
    for notice in notices:
        if calendar.first <= notice.date <= calendar.last:
            days[notice.date] = notice.day_info()
    return WorkCalendar(days, calendar.first, calendar.last, calendar.hours)
