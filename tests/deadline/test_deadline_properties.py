"""What must hold for every deadline, whatever the dates."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from models.calendar import DEFAULT_HOURS, VIETNAM, WorkCalendar, weekly_hours
from models.calendar_notice import Notice, NoticeKind, with_notices
from models.deadline import (
    ClockEvent,
    CountMode,
    EventKind,
    Limit,
    LimitUnit,
    compute_deadline,
)
from models.working_time import in_office_hours, next_opening, working_minutes_between
from services.calendars.load import load_calendar
from tests.deadline.plain_oracle import slow_due

FIRST, LAST = datetime(2025, 1, 1), datetime(2027, 12, 31, 23, 59)
CALENDARS = [
    load_calendar(),
    load_calendar(hours=weekly_hours("07:00-11:30,13:30-17:00")),
    load_calendar(hours=weekly_hours("08:00-12:00,13:30-17:00", saturday="08:00-12:00")),
]

minutes = st.datetimes(FIRST, LAST).map(
    lambda at: at.replace(second=0, microsecond=0, tzinfo=VIETNAM)
)
moments = st.datetimes(FIRST, LAST).map(lambda at: at.replace(tzinfo=VIETNAM))
calendars = st.sampled_from(CALENDARS)
amounts = st.integers(1, 60).map(lambda halves: Decimal(halves) / 2)
same_day = st.builds(Limit, st.none(), st.just(LimitUnit.SAME_DAY), cutoff_15h=st.booleans())
counted = st.builds(
    Limit,
    amounts,
    st.sampled_from([LimitUnit.WORKING_DAY, LimitUnit.CALENDAR_DAY, LimitUnit.WORKING_HOUR]),
    st.sampled_from(CountMode),
    cutoff_15h=st.booleans(),
)
months = st.builds(Limit, st.integers(1, 12).map(Decimal), st.just(LimitUnit.MONTH))
limits = st.one_of(same_day, counted, months)
day_limits = counted.map(
    lambda limit: Limit(
        limit.value,
        limit.unit,
        limit.mode if limit.unit is LimitUnit.WORKING_DAY else CountMode.WHOLE_DAYS,
    )
)


@given(minutes, day_limits, calendars)
def test_agrees_with_counting_minute_by_minute(
    received: datetime, limit: Limit, calendar: WorkCalendar
) -> None:
    assert compute_deadline(received, limit, calendar=calendar).due == slow_due(
        received, limit, calendar
    )


@given(moments, limits, calendars)
def test_due_is_in_office_hours_after_reception_and_fully_explained(
    received: datetime, limit: Limit, calendar: WorkCalendar
) -> None:
    deadline = compute_deadline(received, limit, calendar=calendar)
    assert in_office_hours(deadline.due, calendar)
    assert deadline.due >= received
    steps = deadline.explanation
    assert steps[0].start == received and steps[-1].end == deadline.due
    assert all(before.end == after.start for before, after in pairwise(steps))
    assert all(step.start <= step.end and step.rule for step in steps)


@given(moments, moments, limits, calendars)
def test_later_reception_is_never_due_earlier(
    one: datetime, other: datetime, limit: Limit, calendar: WorkCalendar
) -> None:
    early, late = sorted((one, other))
    due = [compute_deadline(at, limit, calendar=calendar).due for at in (early, late)]
    assert due[0] <= due[1]


@given(moments, limits, calendars, st.integers(0, 40))
def test_a_late_holiday_never_makes_it_earlier(
    received: datetime, limit: Limit, calendar: WorkCalendar, offset: int
) -> None:
    holiday = Notice(received.date() + timedelta(days=offset), NoticeKind.HOLIDAY)
    before = compute_deadline(received, limit, calendar=calendar).due
    after = compute_deadline(received, limit, calendar=with_notices(calendar, [holiday])).due
    assert after >= before
    assert after.date() != holiday.date


@given(moments, amounts)
def test_elapsed_time_is_exactly_the_limit(received: datetime, amount: Decimal) -> None:
    calendar = CALENDARS[0]
    received = received.replace(second=0, microsecond=0)
    limit = Limit(amount, LimitUnit.WORKING_HOUR)
    due = compute_deadline(received, limit, calendar=calendar).due
    assert working_minutes_between(received, due, calendar) == amount * 60


@given(moments, limits, calendars, st.lists(st.integers(1, 20_000), min_size=2, max_size=6))
def test_every_restart_gives_a_full_limit_and_keeps_the_first_promise(
    received: datetime, limit: Limit, calendar: WorkCalendar, gaps: list[int]
) -> None:
    at, history = received, []
    kinds = [EventKind.SUPPLEMENT_REQUESTED, EventKind.SUPPLEMENT_RECEIVED]
    for number, gap in enumerate(gaps):
        at += timedelta(minutes=gap)
        history.append(ClockEvent(kinds[number % 2], at))
    first = compute_deadline(received, limit, calendar=calendar)
    deadline = compute_deadline(received, limit, calendar=calendar, history=history)
    assert deadline.original_due == first.due
    assert deadline.due >= first.due
    assert deadline.paused == bool(len(gaps) % 2)
    assert deadline.restarts == len(gaps) // 2
    last = [event.at for event in history if event.kind is EventKind.SUPPLEMENT_RECEIVED][-1]
    assert deadline.due == compute_deadline(last, limit, calendar=calendar).due
    steps = deadline.explanation
    assert all(before.end == after.start for before, after in pairwise(steps))


@given(moments, limits, calendars, st.integers(0, 60))
def test_an_extension_never_makes_it_earlier_and_stays_in_office_hours(
    received: datetime, limit: Limit, calendar: WorkCalendar, days: int
) -> None:
    event = ClockEvent(EventKind.EXTENDED, received, received + timedelta(days=days))
    first = compute_deadline(received, limit, calendar=calendar)
    deadline = compute_deadline(received, limit, calendar=calendar, history=[event])
    assert deadline.due >= first.due == deadline.original_due
    assert in_office_hours(deadline.due, calendar)
    assert deadline.explanation[-1].end == deadline.due


@given(moments, calendars)
def test_next_opening_is_open_and_stays_put(moment: datetime, calendar: WorkCalendar) -> None:
    opening = next_opening(moment, calendar)
    assert opening >= moment and in_office_hours(opening, calendar)
    assert next_opening(opening, calendar) == opening


def test_the_plain_calendar_has_its_default_hours() -> None:
    assert CALENDARS[0].hours == (DEFAULT_HOURS,)
    assert CALENDARS[0].first == date(2024, 1, 1)
