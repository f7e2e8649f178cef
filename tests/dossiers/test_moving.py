"""A notice moves promises from the date that was given, and is refused when it would do nothing."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from models.calendar import WorkCalendar
from models.calendar_notice import Notice, NoticeKind
from models.errors import InputError
from models.intake import LimitTaken
from services.administration import add_notice, change_setting, would_move
from services.dossiers import intake
from tests.support.office import NGUYET, Desk

STORM = Notice(date(2026, 11, 18), NoticeKind.HOLIDAY, "Nghỉ do bão", "", "CĐ 99")


def test_the_old_date_is_the_one_promised_whatever_the_hours_are_now(desk: Desk):
    dossier = desk.receive()
    change_setting(desk.core, desk.as_("quantri"), "hours", value="07:30-11:30,13:00-17:00")
    (moving,) = would_move(desk.core, STORM)
    assert moving.old_due.isoformat() == dossier.due == "2026-11-19T17:30:00+07:00"
    assert moving.moved is not None
    assert moving.moved.old_due == moving.old_due
    assert moving.moved.new_due.isoformat() == "2026-11-20T17:00:00+07:00"


def test_one_date_that_cannot_be_counted_does_not_hide_the_others(desk: Desk):
    usual = desk.receive()
    limit = LimitTaken("20", "working_day", source="clerk", legal_basis="Điều 18")
    far = intake.Application("1.004873", limit=limit)
    (last,) = intake.receive(desk.core, desk.as_("tiepnhan"), intake.Visit(NGUYET, (far,)))
    days = desk.core.calendar
    desk.core.calendar = WorkCalendar(days.days, days.first, date(2026, 11, 30), days.hours)
    seen = {m.dossier.id: m.moved for m in would_move(desk.core, STORM)}
    assert seen[last.id] is None and seen[usual.id] is not None
    add_notice(desk.core, desk.as_("quantri"), STORM)
    assert desk.load(last.id).due == last.due and desk.load(usual.id).due != usual.due


def test_a_notice_without_effect_is_refused(desk: Desk):
    beyond = desk.core.calendar.last + timedelta(days=1)
    for notice, code in (
        (Notice(beyond, NoticeKind.HOLIDAY, "Nghỉ", "", "TB 1"), "HT-32"),
        (Notice(date(2026, 11, 18), NoticeKind.HALF_DAY, "Nửa ngày", "", "TB 2"), "HT-33"),
    ):
        with pytest.raises(InputError) as caught:
            add_notice(desk.core, desk.as_("quantri"), notice)
        assert caught.value.code == code
    assert desk.core.calendar.is_working(date(2026, 11, 18))


def test_an_unknown_setting_is_named(desk: Desk):
    with pytest.raises(InputError) as caught:
        change_setting(desk.core, desk.as_("quantri"), "nope", value="1")
    assert caught.value.code == "HT-34" and "nope" in caught.value.what
