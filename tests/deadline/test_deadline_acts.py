"""Acts on the clock: supplements, extension, stop; refusals; the words of the explanation."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from models.calendar import weekly_hours
from models.calendar_notice import Notice, NoticeKind, with_notices
from models.deadline import (
    ClockEvent,
    CountMode,
    Deadline,
    Effect,
    EventKind,
    Limit,
    LimitUnit,
    check_event,
    compute_deadline,
    effect_words,
    limit_words,
)
from models.deadline_moved import DeadlineCase, Moved, moved_dates
from models.errors import InputError, NotAllowed, OfficeError
from models.words import use_language
from services.calendars.load import load_calendar
from services.language import load_catalogue
from tests.deadline.golden import vietnam

CALENDAR = load_calendar()
FIVE = Limit(Decimal(5), LimitUnit.WORKING_DAY)
RECEIVED = vietnam("2026-11-02T09:00")
REQUESTED, SUPPLEMENTED, EXTENDED, STOPPED = EventKind


def act(kind: EventKind, at: str, new_due: str = "") -> ClockEvent:
    return ClockEvent(kind, vietnam(at), vietnam(new_due) if new_due else None)


def due(*history: ClockEvent, limit: Limit = FIVE) -> Deadline:
    return compute_deadline(RECEIVED, limit, calendar=CALENDAR, history=history)


def refused(*history: ClockEvent) -> OfficeError:
    with pytest.raises(OfficeError) as error:
        due(*history)
    assert error.value.next_step
    return error.value


def test_a_pause_keeps_the_promise_and_says_what_comes() -> None:
    deadline = due(act(REQUESTED, "2026-11-04T10:00"))
    assert deadline.paused and deadline.due == deadline.original_due
    assert [step.effect for step in deadline.explanation] == [
        Effect.FIRST_DAY,
        Effect.COUNTED,
        Effect.PAUSED,
    ]
    assert "tính lại từ đầu" in list(deadline.lines())[-1]


def test_a_restart_tells_the_whole_story() -> None:
    deadline = due(act(REQUESTED, "2026-11-20T10:00"), act(SUPPLEMENTED, "2026-11-21T09:00"))
    assert [step.effect.value for step in deadline.explanation] == [
        *["first_day", "counted", "skipped", "counted", "overdue", "paused", "restarted"],
        *["waited", "first_day", "skipped", "counted", "skipped", "skipped", "counted", "due"],
    ]
    text = "\n".join(deadline.lines())
    for words in ("24/11 nghỉ Ngày Văn hóa Việt Nam", "tính lại từ đầu", "Điều 147 BLDS 2015"):
        assert words in text
    assert deadline.restarts == 1 and deadline.original_due == vietnam("2026-11-09T17:30")


def test_a_second_extension_is_refused() -> None:
    once = act(EXTENDED, "2026-11-04T09:00", "2026-11-12T17:30")
    again = act(EXTENDED, "2026-11-05T09:00", "2026-11-16T17:30")
    error = refused(once, again)
    assert isinstance(error, NotAllowed) and error.code == "HT-08"


def test_even_after_a_restart_there_is_only_one_extension() -> None:
    history = [
        act(EXTENDED, "2026-11-04T09:00", "2026-11-12T17:30"),
        act(REQUESTED, "2026-11-05T09:00"),
        act(SUPPLEMENTED, "2026-11-06T09:00"),
        act(EXTENDED, "2026-11-09T09:00", "2026-11-30T17:30"),
    ]
    assert refused(*history).code == "HT-08"
    assert due(*history[:3]).extended


@pytest.mark.parametrize(
    ("code", "history"),
    [
        ("HT-06", [act(SUPPLEMENTED, "2026-11-04T09:00")]),
        ("HT-07", [act(REQUESTED, "2026-11-04T09:00"), act(REQUESTED, "2026-11-05T09:00")]),
        ("HT-11", [act(STOPPED, "2026-11-04T09:00"), act(REQUESTED, "2026-11-05T09:00")]),
        (
            "HT-12",
            [
                act(REQUESTED, "2026-11-03T09:00"),
                act(EXTENDED, "2026-11-04T09:00", "2026-11-30T09:00"),
            ],
        ),
        ("HT-13", [act(EXTENDED, "2026-11-04T09:00")]),
        ("HT-05", [act(REQUESTED, "2026-11-01T09:00")]),
        ("HT-05", [act(REQUESTED, "2026-11-05T09:00"), act(SUPPLEMENTED, "2026-11-04T09:00")]),
    ],
)
def test_impossible_acts_are_refused(code: str, history: list[ClockEvent]) -> None:
    assert refused(*history).code == code


def test_stopping_ends_the_clock_even_while_waiting() -> None:
    stop = act(STOPPED, "2026-11-06T09:00")
    waiting = due(act(REQUESTED, "2026-11-04T09:00"), stop)
    assert waiting.stopped and not waiting.paused
    assert [s.effect for s in waiting.explanation][-2:] == [Effect.PAUSED, Effect.STOPPED]
    assert due(stop).explanation[-1].end == stop.at


def test_acts_of_the_same_moment_keep_their_order() -> None:
    at = "2026-11-04T10:00"
    deadline = due(act(REQUESTED, at), act(SUPPLEMENTED, at))
    assert deadline.restarts == 1 and deadline.due == vietnam("2026-11-11T17:30")


def test_a_request_at_the_due_moment_is_not_yet_overdue() -> None:
    in_time, late = (
        {step.effect for step in due(act(REQUESTED, at)).explanation}
        for at in ("2026-11-09T17:30", "2026-11-09T17:30:01")
    )
    assert Effect.OVERDUE not in in_time and Effect.OVERDUE in late


def checked(event: ClockEvent, *history: ClockEvent) -> Deadline:
    return check_event(event, RECEIVED, FIVE, calendar=CALENDAR, history=history)


def test_an_extension_comes_at_latest_the_day_before() -> None:
    assert checked(act(EXTENDED, "2026-11-08T23:59", "2026-11-12T17:30")).extended
    for late in ("2026-11-09T00:00", "2026-11-09T17:00", "2026-11-10T09:00"):
        with pytest.raises(NotAllowed) as error:
            checked(act(EXTENDED, late, "2026-11-12T17:30"))
        assert error.value.code == "HT-09"


def test_an_extension_must_move_the_date() -> None:
    for new_due in ("2026-11-09T17:30", "2026-11-06T17:30", "2026-11-09T22:00"):
        with pytest.raises(InputError) as error:
            checked(act(EXTENDED, "2026-11-04T09:00", new_due))
        assert error.value.code == "HT-10"


def test_other_acts_pass_the_check_with_the_deadline_they_give() -> None:
    assert checked(act(REQUESTED, "2026-11-20T09:00")).paused


def test_a_time_without_an_offset_is_our_own_bug() -> None:
    with pytest.raises(ValueError, match="without an offset"):
        compute_deadline(datetime(2026, 11, 2), FIVE, calendar=CALENDAR)


def test_any_offset_is_read_as_vietnams_time() -> None:
    utc = datetime(2026, 11, 2, 8, 0, 1, tzinfo=UTC)
    limit = Limit(None, LimitUnit.SAME_DAY, cutoff_15h=True)
    assert compute_deadline(utc, limit, calendar=CALENDAR).due == vietnam("2026-11-03T17:30")


@pytest.mark.parametrize("value", [None, "0", "-1", "1001", "NaN", "Infinity"])
def test_a_limit_without_sense_is_refused(value: str | None) -> None:
    with pytest.raises(InputError) as error:
        Limit(Decimal(value) if value else None, LimitUnit.WORKING_DAY)
    assert error.value.code == "HT-03"


def test_months_are_whole() -> None:
    with pytest.raises(InputError):
        Limit(Decimal("1.5"), LimitUnit.MONTH)


def test_unconfirmed_days_are_named_and_warned_about() -> None:
    deadline = compute_deadline(vietnam("2027-02-03T09:00"), FIVE, calendar=CALENDAR)
    assert [day.day for day in deadline.unconfirmed] == [4, 5, 6, 7, 8, 9, 10]
    assert any("chưa có thông báo chính thức" in line for line in deadline.lines())
    assert due().unconfirmed == ()


def test_an_unconfirmed_day_matters_to_calendar_days_only_at_their_end() -> None:
    def unconfirmed(days: int) -> list[int]:
        limit = Limit(Decimal(days), LimitUnit.CALENDAR_DAY)
        found = compute_deadline(vietnam("2026-11-16T09:00"), limit, calendar=CALENDAR)
        return [day.day for day in found.unconfirmed]

    assert [unconfirmed(days) for days in (6, 7, 9, 12)] == [[23], [23], [], [28]]


def test_notes_say_how_fractions_and_days_were_read_and_no_rule_that_does_not_apply() -> None:
    def first_line(limit: Limit, hours: str = "08:00-12:00,13:30-17:30") -> str:
        calendar = load_calendar(hours=weekly_hours(hours))
        lines = list(compute_deadline(RECEIVED, limit, calendar=calendar).lines())
        return " ".join(lines[:2])

    half = Decimal("17.5")
    assert "17,5 ngày làm tròn lên 18" in first_line(Limit(half, LimitUnit.WORKING_DAY))
    elapsed = Limit(half, LimitUnit.WORKING_DAY, CountMode.ELAPSED)
    assert "17,5 ngày làm việc = 8400 phút" in first_line(elapsed)
    assert "vẫn quy đổi" not in first_line(elapsed)
    assert "450 phút: vẫn quy đổi" in first_line(elapsed, "08:00-12:00,13:30-17:00")
    flagged = Limit(Decimal(1), LimitUnit.WORKING_DAY, cutoff_15h=True)
    assert "15 giờ" not in first_line(flagged)


def test_lines_name_weekends_makeup_days_and_hours_worked() -> None:
    def text(received: str, limit: Limit) -> str:
        return "\n".join(compute_deadline(vietnam(received), limit, calendar=CALENDAR).lines())

    days = text("2026-08-20T09:00", Limit(Decimal(8), LimitUnit.WORKING_DAY))
    assert "22/08 ngày thứ 2 – ngày làm bù cho 31/08/2026 (9441/TB-BNV)" in days
    assert "23/08 nghỉ cuối tuần" in days and "24/08–28/08 ngày thứ 3–7" in days
    hours = text("2026-11-02T16:15", Limit(Decimal(2), LimitUnit.WORKING_HOUR))
    assert "02/11 tính" not in hours and "02/11–03/11 tính 2 giờ làm việc" in hours
    short = text("2026-11-06T17:15", Limit(Decimal(2), LimitUnit.WORKING_HOUR))
    assert "tính 15 phút làm việc" in short and "tính 1 giờ 45 phút làm việc" in short
    rolled = text("2026-04-16T09:00", Limit(Decimal(10), LimitUnit.CALENDAR_DAY))
    assert "Ngày cuối 26/04 là Giỗ Tổ Hùng Vương" in rolled and "28/04 (Điều 148" in rolled
    late = text("2026-11-02T15:00:01", Limit(None, LimitUnit.SAME_DAY, cutoff_15h=True))
    assert "02/11 nhận sau 15:00" in late
    month = text("2026-11-02T09:00", Limit(Decimal(1), LimitUnit.MONTH))
    assert "03/11–02/12 tính theo tháng" in month
    seconds = text("2026-11-02T10:00:30", Limit(Decimal(1), LimitUnit.WORKING_HOUR))
    assert "Hạn trả: 11:00:30 ngày 02/11/2026" in seconds


def test_a_plain_notice_still_has_a_name() -> None:
    calendar = with_notices(CALENDAR, [Notice(vietnam("2026-11-03").date(), NoticeKind.HOLIDAY)])
    deadline = compute_deadline(RECEIVED, FIVE, calendar=calendar)
    assert "03/11 nghỉ lễ" in list(deadline.lines())


def test_everything_is_said_in_english_too() -> None:
    use_language("en", load_catalogue("en"))
    deadline = compute_deadline(vietnam("2026-11-20T16:00"), FIVE, calendar=CALENDAR)
    assert "24/11: day off, Vietnamese Culture Day (NQ 28/2026/QH16)" in list(deadline.lines())
    assert effect_words(Effect.SKIPPED) == "day off"
    assert limit_words(Limit(Decimal("17.50"), LimitUnit.WORKING_DAY)) == "17.5 working days"


def test_limits_in_words() -> None:
    words = [
        limit_words(Limit(Decimal(value) if value else None, LimitUnit(unit), cutoff_15h=cutoff))
        for value, unit, cutoff in [
            ("17.5", "working_day", False),
            ("20", "calendar_day", False),
            ("2", "working_hour", False),
            ("3", "month", False),
            ("", "same_day", False),
            ("", "same_day", True),
        ]
    ]
    assert words == [
        "17,5 ngày làm việc",
        "20 ngày",
        "2 giờ làm việc",
        "3 tháng",
        "trong ngày làm việc",
        "trong ngày, sau 15 giờ thì ngày làm việc tiếp theo",
    ]
    assert {effect_words(effect) for effect in Effect} >= {"tính", "nghỉ"}


def test_a_holiday_added_late_lists_every_date_it_moves_and_no_other() -> None:
    late = with_notices(CALENDAR, [Notice(vietnam("2026-11-09").date(), NoticeKind.HOLIDAY, "Bão")])
    extended = act(EXTENDED, "2026-11-03T09:00", "2026-11-16T17:30")
    cases = [
        DeadlineCase("a", RECEIVED, FIVE),
        DeadlineCase("b", vietnam("2026-11-16T09:00"), FIVE),
        DeadlineCase("c", RECEIVED, FIVE, (extended,)),
        DeadlineCase("d", RECEIVED, Limit(Decimal(6), LimitUnit.CALENDAR_DAY)),
    ]
    moved = moved_dates(cases, CALENDAR, late)
    assert [(m.id, f"{m.old_due:%d/%m}", f"{m.new_due:%d/%m}") for m in moved] == [
        ("a", "09/11", "10/11"),
        ("d", "09/11", "10/11"),
    ]
    assert isinstance(moved[0], Moved)
    assert any("09/11 nghỉ Bão" in step.rule for step in moved[0].explanation)
    assert moved_dates(cases, CALENDAR, CALENDAR) == []


def test_a_recorded_extension_survives_a_later_holiday_that_overtakes_it() -> None:
    extended = act(EXTENDED, "2026-11-06T09:00", "2026-11-10T17:30")
    week_off = [Notice(vietnam(f"2026-11-{d:02}").date(), NoticeKind.HOLIDAY) for d in range(3, 14)]
    late = with_notices(CALENDAR, week_off)
    deadline = compute_deadline(RECEIVED, FIVE, calendar=late, history=[extended])
    assert deadline.due == vietnam("2026-11-20T17:30")
