"""A second, deliberately slow telling of the rules: minute by minute, day by day.

It shares nothing with the engine but the calendar's answers about single dates.
"""

from __future__ import annotations

import math
from datetime import datetime, time, timedelta

from models.calendar import VIETNAM, WorkCalendar
from models.deadline import CountMode, Limit, LimitUnit

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


def slow_due(received: datetime, limit: Limit, calendar: WorkCalendar) -> datetime:
    """The due time of a limit in working days, calendar days or hours, received on a minute."""
    start = received
    while not _touches_open(start, calendar):
        start += MINUTE
    if limit.unit is LimitUnit.WORKING_HOUR or limit.mode is CountMode.ELAPSED:
        per = 60 if limit.unit is LimitUnit.WORKING_HOUR else 480
        return _walk(start, math.ceil(limit.amount * per), calendar)
    wanted, day = math.ceil(limit.amount), start.date()
    if limit.unit is LimitUnit.CALENDAR_DAY:
        day += wanted * DAY
        while not calendar.is_working(day):
            day += DAY
    else:
        while wanted:
            day += DAY
            wanted -= calendar.is_working(day)
    return datetime.combine(day, calendar.spans(day)[-1].end, VIETNAM)


def _walk(moment: datetime, minutes: int, calendar: WorkCalendar) -> datetime:
    while minutes:
        if _minute_worked(moment, calendar):
            minutes -= 1
            moment += MINUTE
        elif calendar.spans(moment.date()):
            moment += MINUTE
        else:
            moment = datetime.combine(moment.date() + DAY, time.min, VIETNAM)
    return moment


def _minute_worked(moment: datetime, calendar: WorkCalendar) -> bool:
    clock = moment.time()
    return any(span.start <= clock < span.end for span in calendar.spans(moment.date()))


def _touches_open(moment: datetime, calendar: WorkCalendar) -> bool:
    clock = moment.time()
    return any(span.start <= clock <= span.end for span in calendar.spans(moment.date()))
