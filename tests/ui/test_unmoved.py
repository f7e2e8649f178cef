"""Days off that came from the city: dates promised before are listed, and move only when asked."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from models.calendar_notice import Notice, NoticeKind
from models.errors import NotAllowed
from server.bundles import publish_notices
from services.administration import add_notice
from services.calendars.unmoved import move_promises, unmoved_promises
from tests.support.linked_city import linked_city
from tests.ui.admin_office import open_place
from ui.screens.admin.calendar import CalendarSection

STORM = Notice(date(2026, 11, 17), NoticeKind.HOLIDAY, "Nghỉ bão", "Storm", "CV 9/UBND")


@pytest.fixture
def city_says(desk, tmp_path):
    """Let a notice of the city arrive in the office."""

    def say(notice: Notice) -> None:
        publish_notices(link.city.journal, [link.office], [notice])
        link.deliver()

    with linked_city(desk, tmp_path) as link:
        yield say


def test_nothing_moves_by_itself_and_everything_when_asked(desk, city_says):
    before = desk.receive()
    assert unmoved_promises(desk.core) == ()
    city_says(STORM)
    (waiting,) = unmoved_promises(desk.core)
    assert waiting.dossier.id == before.id
    assert waiting.moved.new_due - waiting.moved.old_due == timedelta(days=1)
    assert desk.load(before.id).due == before.due
    with pytest.raises(NotAllowed):
        move_promises(desk.core, desk.as_("tiepnhan"), reason="x")
    move_promises(desk.core, desk.as_("quantri"), reason="Nghỉ bão (CV 9/UBND)")
    after = desk.load(before.id)
    assert after.due == waiting.moved.new_due.isoformat()
    assert after.original_due == before.due
    assert unmoved_promises(desk.core) == ()


def test_dates_promised_afterwards_are_right_already(desk, city_says):
    city_says(STORM)
    desk.receive()
    assert unmoved_promises(desk.core) == ()


def test_a_notice_of_the_office_itself_leaves_nothing_behind(desk):
    desk.receive()
    add_notice(desk.core, desk.as_("quantri"), STORM)
    assert unmoved_promises(desk.core) == ()


def test_the_window_lists_them_and_moves_them(qtbot, desk, city_says):
    dossier = desk.receive()
    city_says(STORM)
    screen = open_place(qtbot, desk, "admin", "quantri")
    section = screen.findChild(CalendarSection)
    section.shown()
    card = section.unmoved
    assert not card.isHidden() and len(card.waiting) == 1
    card.ask()
    assert card.dialog.table.rows()[0].dossier.id == dossier.id
    card.dialog.press()
    assert desk.load(dossier.id).due > dossier.due
    assert card.isHidden()
    assert screen.errors == []
