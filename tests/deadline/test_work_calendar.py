"""Days, hours, notices and their table."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time
from pathlib import Path

import pytest

from models.calendar import (
    DEFAULT_HOURS,
    DayInfo,
    DayKind,
    OfficeHours,
    Span,
    WorkCalendar,
    parse_spans,
    weekly_hours,
)
from models.calendar_notice import Notice, NoticeKind, with_notices
from models.errors import InputError
from models.words import use_language
from services.calendars.library import LIBRARY_FILE, library_notices
from services.calendars.load import load_calendar, official_notices
from services.calendars.table import notice_csv, read_notice_file, read_notices

OFF_2025 = """01-01 01-27 01-28 01-29 01-30 01-31 04-07 04-30 05-01 05-02 09-01 09-02"""
OFF_2026 = """01-01 01-02 02-16 02-17 02-18 02-19 02-20 04-27 04-30 05-01 08-31 09-01 09-02 11-24"""
OFF_2027 = """01-01 02-04 02-05 02-08 02-09 02-10 04-16 04-30 05-03 09-02 09-03 11-24"""
WORKED_SATURDAYS = {2025: ["04-26"], 2026: ["01-10", "08-22"], 2027: []}


@pytest.mark.parametrize(
    ("year", "off"), [(2025, OFF_2025), (2026, OFF_2026), (2027, OFF_2027)], ids=str
)
def test_weekdays_off_and_weekend_days_worked_are_those_of_the_notices(year: int, off: str) -> None:
    calendar = load_calendar(years=range(year, year + 1))
    dates = [
        date.fromordinal(n)
        for n in range(calendar.first.toordinal(), 1 + calendar.last.toordinal())
    ]
    found = [d for d in dates if d.weekday() < 5 and not calendar.is_working(d)]
    assert [f"{d:%m-%d}" for d in found] == off.split()
    worked = [d for d in dates if d.weekday() > 4 and calendar.is_working(d)]
    assert [f"{d:%m-%d}" for d in worked] == WORKED_SATURDAYS[year]


def test_days_say_what_they_are_and_on_whose_word() -> None:
    calendar = load_calendar()
    swap = calendar.day(date(2026, 1, 2))
    assert (swap.kind, swap.source) == (DayKind.COMPENSATORY_OFF, "12729/VPCP-KGVX")
    assert calendar.day(date(2026, 1, 10)).kind is DayKind.MAKEUP_WORKING
    assert calendar.day(date(2026, 11, 24)).label == "Ngày Văn hóa Việt Nam"
    assert calendar.day(date(2026, 11, 21)).kind is DayKind.WEEKEND
    assert calendar.day(date(2026, 11, 20)) == DayInfo(date(2026, 11, 20), DayKind.WORKING)
    use_language("en", {"x": "y"})
    assert calendar.day(date(2026, 11, 24)).label == "Vietnamese Culture Day"
    assert DayInfo(date(2026, 1, 1), DayKind.HOLIDAY, "Tết").label == "Tết"


def test_the_expected_tet_of_2027_and_the_proposed_swap_are_marked_unconfirmed() -> None:
    calendar = load_calendar()
    unsure = {day for day, info in calendar.days.items() if not info.confirmed and day.year < 2028}
    tet = {date(2027, 2, day) for day in range(4, 11)}
    assert unsure == tet | {date(2026, 11, 23), date(2026, 11, 28), date(2027, 9, 3)}


def test_a_culture_day_on_a_weekend_gives_no_certain_day_in_lieu() -> None:
    info = load_calendar().day(date(2029, 11, 26))
    assert info.kind is DayKind.COMPENSATORY_OFF and not info.confirmed


def test_an_unknown_year_is_refused_not_taken_for_one_without_holidays() -> None:
    with pytest.raises(InputError) as error:
        load_calendar().day(date(2036, 1, 1))
    assert error.value.code == "HT-01"
    assert load_calendar(years=range(2000, 2100)).first == date(2024, 1, 1)


def test_hours_change_on_their_effective_date_and_makeup_days_use_mondays() -> None:
    summer = weekly_hours("07:00-11:00,13:00-17:00", saturday="07:00-11:00", since=date(2026, 6, 1))
    calendar = load_calendar(hours=[summer, DEFAULT_HOURS])
    assert calendar.spans(date(2026, 5, 29)) == DEFAULT_HOURS.on(0)
    assert calendar.spans(date(2026, 6, 1)) == parse_spans("07:00-11:00,13:00-17:00")
    assert calendar.spans(date(2026, 6, 6)) == parse_spans("07:00-11:00")
    assert not calendar.is_working(date(2026, 6, 6))
    assert calendar.spans(date(2026, 8, 22)) == parse_spans("07:00-11:00,13:00-17:00")
    assert calendar.spans(date(2026, 5, 30)) == ()
    only_later = load_calendar(hours=summer)
    assert only_later.spans(date(2026, 5, 29)) == parse_spans("07:00-11:00,13:00-17:00")


def test_a_weekday_without_hours_is_a_rest_day() -> None:
    morning = parse_spans("08:00-12:00")
    calendar = load_calendar(hours=OfficeHours(((), morning, morning, morning, morning, (), ())))
    assert calendar.day(date(2026, 11, 2)).kind is DayKind.WEEKEND
    assert calendar.spans(date(2026, 8, 22)) == morning


@pytest.mark.parametrize(
    "text",
    [
        "",
        "8-12",
        "08:00",
        "12:00-08:00",
        "08:00-12:00,11:00-17:00",
        "08:00-08:00",
        "08:00:30-12:00",
        "25:00-26:00",
        "sáng",
        "08:00+07-12:00+07",
    ],
)
def test_bad_hours_are_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(InputError) as error:
        parse_spans(text)
    assert error.value.code == "HT-02" and error.value.next_step


def test_office_hours_need_seven_days_and_some_work() -> None:
    for week in [((),) * 7, (parse_spans("08:00-12:00"),) * 6]:
        with pytest.raises(InputError):
            OfficeHours(week)
    with pytest.raises(InputError):
        OfficeHours(((Span(time(9), time(8)),),) * 7)


def test_version_follows_every_day_and_hour() -> None:
    calendar = load_calendar()
    same = load_calendar()
    assert calendar.version == same.version and hash(calendar) == hash(same)
    assert calendar == same
    notice = Notice(date(2026, 12, 7), NoticeKind.HOLIDAY, "Bão")
    others = [
        with_notices(calendar, [notice]),
        with_notices(calendar, [replace(notice, confirmed=False)]),
        with_notices(
            calendar, [replace(notice, kind=NoticeKind.HALF_DAY, hours=parse_spans("08:00-12:00"))]
        ),
        load_calendar(hours=weekly_hours("08:00-12:00,13:00-17:00")),
        load_calendar(years=range(2025, 2030)),
    ]
    assert len({calendar.version, *(other.version for other in others)}) == 6


def test_later_notices_win_and_those_outside_the_range_are_left_out() -> None:
    day = date(2026, 12, 7)
    calendar = load_calendar(
        notices=[
            Notice(day, NoticeKind.HOLIDAY, "một"),
            Notice(day, NoticeKind.WORKING, "hai"),
            Notice(date(2050, 1, 1), NoticeKind.HOLIDAY),
        ]
    )
    assert calendar.day(day).label == "hai" and calendar.is_working(day)
    assert date(2050, 1, 1) not in calendar.days


def test_days_cannot_be_changed_behind_the_calendars_back() -> None:
    days = {date(2026, 1, 1): DayInfo(date(2026, 1, 1), DayKind.HOLIDAY)}
    calendar = WorkCalendar(days, date(2026, 1, 1), date(2026, 12, 31))
    days.clear()
    assert not calendar.is_working(date(2026, 1, 1))


def test_the_shipped_table_is_what_the_holidays_package_says() -> None:
    assert LIBRARY_FILE.read_text(encoding="utf-8") == notice_csv(library_notices())


def test_a_table_survives_writing_and_reading() -> None:
    notices = official_notices()
    assert read_notices(notice_csv(notices)).notices == notices
    half = Notice(
        date(2026, 12, 31),
        NoticeKind.HALF_DAY,
        "nghỉ chiều",
        "afternoon off",
        "TB 12",
        False,
        date(2026, 12, 1),
        parse_spans("08:00-12:00"),
    )
    assert read_notices(notice_csv([half])).notices == (half,)


def test_every_wrong_row_is_told_by_its_number() -> None:
    table = read_notices(
        "date,kind,hours,confidence,announced\n"
        "2026-12-07,holiday,,,\n"
        "2026-02-30,holiday,,,\n"
        "2026-12-08,feast,,,\n"
        "2026-12-09,half_day,,,\n"
        "2026-12-09,half_day,12-8,,\n"
        "2026-12-10,holiday,,maybe,\n"
        "2026-12-11,holiday,,,soon\n"
        ",holiday\n"
    )
    assert [notice.date for notice in table.notices] == [date(2026, 12, 7)]
    assert [error.row for error in table.errors] == [3, 4, 5, 6, 7, 8, 9]
    assert all(error.problem for error in table.errors)
    assert "2026-02-30" in table.errors[0].problem


def test_files_that_cannot_be_used_get_one_sentence(tmp_path: Path) -> None:
    for content, code in [
        (b"ngay,loai\n2026-01-01,le\n", "HT-20"),
        (b"date,kind\n" + b"x,y\n" * 5, "HT-20"),
        (b"\xff\xfe\x00", "HT-21"),
        (None, "HT-21"),
    ]:
        path = tmp_path / "lịch.csv"
        path.unlink(missing_ok=True)
        if content is not None:
            path.write_bytes(content)
        with pytest.raises(InputError) as error:
            read_notice_file(path)
        assert error.value.code == code and "lịch.csv" in error.value.what


def test_labels_are_composed_and_a_byte_order_mark_is_no_trouble(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("\ufeffdate,kind,label_vi\n2026-12-07,holiday,Ba\u0303o\n", encoding="utf-8")
    assert read_notice_file(path)[0].label_vi == "Bão"
