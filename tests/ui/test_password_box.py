"""Everybody changes their own password; the catalogue of the new day is taken up overnight."""

from __future__ import annotations

import pytest

from tests.support.office import Desk, open_desk
from tests.ui.desk_window import Window, dialogs, open_window
from ui.password import PasswordBox
from ui.tasks import Tasks
from ui.widgets import Choice


@pytest.fixture
def desk(qtbot, tmp_path):
    made = open_desk(tmp_path / "home")
    yield made
    made.office.close()


@pytest.fixture(params=["thuly", "kythuat"])
def window(request, desk: Desk, tasks: Tasks):
    opened = open_window(desk, request.param, tasks)
    opened.go(next(iter(opened.session.shell.specs)))
    yield opened
    opened.close()


def pressed(window: Window, box: PasswordBox, *words: str) -> None:
    for field, text in zip((box.old, box.new, box.again), words, strict=True):
        field.set_text(text)
    box.press()
    window.settle()


def test_the_key_in_the_top_bar_changes_the_password(window: Window, desk: Desk):
    login = window.session.office.who.staff.login
    window.session.shell.top.password.click()
    (box,) = dialogs()
    assert isinstance(box, PasswordBox)
    pressed(window, box, "motcua", "sao sáng", "sao tối")
    assert box.again.error() and box.isVisible()
    pressed(window, box, "sai", "sao sáng", "sao sáng")
    assert box.old.error() and box.isVisible() and box.primary.isEnabled()
    pressed(window, box, "motcua", "motcua", "motcua")
    assert box.new.error() and not box.old.error()
    pressed(window, box, "motcua", "sao sáng", "sao sáng")
    assert dialogs() == [] and "mật khẩu" in window.said()
    assert desk.office.vault.unlock(login, "sao sáng").staff_id == f"staff-{login}"


def test_the_search_field_finds_the_command_for_everybody(window: Window):
    hits: list[Choice] = []
    window.session._find("doi mat khau", hits.extend)
    window.settle()
    assert [hit.title for hit in hits] == ["Đổi mật khẩu của tôi"]
    window.session.shell.found.emit(hits[0])
    assert isinstance(dialogs()[0], PasswordBox)


def test_a_new_day_is_noticed_once(desk: Desk, tasks: Tasks):
    window, heard = open_window(desk, "tiepnhan", tasks), []
    window.session.desk.changes.told.connect(lambda changed, _by: heard.append(changed))
    window.session.look_at_the_date()
    window.settle()
    assert heard == []
    desk.clock.advance(days=1)
    for _ in range(2):
        window.session.look_at_the_date()
        window.settle()
    assert [changed.queues for changed in heard] == [True]
    window.close()
