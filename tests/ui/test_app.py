"""The program from its first window: first run, sign-in, wrong password, a second copy."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer

from services.catalogue.catalogue import bundled_catalogue
from services.clock import VIETNAM, FixedClock
from services.office_file import find_office
from services.store.lock import FolderLock
from services.training.accounts import PASSWORD
from services.training.office import create_training_office
from ui.app import App, find_units, make_qt, refuse_entry
from ui.shell.first_run import FirstRunWindow
from ui.shell.login import LoginWindow
from ui.shell.shell import Shell


@pytest.fixture
def app(qtbot, tmp_path: Path):
    make_qt()
    clock = FixedClock(datetime(2026, 11, 16, 8, 0, tzinfo=VIETNAM))
    desktop = App(tmp_path, clock=clock)
    yield desktop
    if desktop.window is not None:
        qtbot.addWidget(desktop.window)
    desktop.close()


def make_office(app: App) -> None:
    unit = bundled_catalogue().search_units("Định Công")[0]
    create_training_office(app.home, unit, clock=app.clock).close()


def test_an_empty_folder_asks_three_things_and_becomes_a_training_office(app, qtbot) -> None:
    app.start()
    window = app.window
    assert isinstance(window, FirstRunWindow)
    window.unit.set_choice(found("Định Công"))
    window.press()
    qtbot.waitUntil(lambda: isinstance(app.window, Shell), timeout=60_000)
    office = find_office(app.home)
    assert office is not None and office.training and office.unit_name == "Phường Định Công"
    assert app.session.office.who.staff.login == "tiepnhan"


def found(text: str):
    hits = []
    find_units(text, hits.extend)
    return hits[0]


def test_sign_in_opens_the_window_of_that_person(app, qtbot) -> None:
    make_office(app)
    app.start()
    assert isinstance(app.window, LoginWindow)
    app.window.asked.emit("lanhdao", PASSWORD)
    qtbot.waitUntil(lambda: isinstance(app.window, Shell), timeout=20_000)
    assert set(app.window.specs) == {"today", "dossiers", "approve", "catalogue", "journal", "sync"}


def test_who_left_looks_into_the_closed_store_no_more(app, qtbot) -> None:
    make_office(app)
    app.start()
    app.window.asked.emit("lanhdao", PASSWORD)
    qtbot.waitUntil(lambda: isinstance(app.window, Shell), timeout=20_000)
    qtbot.waitUntil(app.tasks.idle, timeout=20_000)
    left = app.session
    timers = [t for t in left.findChildren(QTimer) if t.isActive()]
    with qtbot.waitSignal(left.destroyed, timeout=20_000):
        app.window.leave_asked.emit()
        assert timers and not any(timer.isActive() for timer in timers)
    qtbot.waitUntil(lambda: isinstance(app.window, LoginWindow), timeout=20_000)


def test_a_wrong_password_is_said_and_slowed_down(app, qtbot) -> None:
    make_office(app)
    app.start()
    card = app.window.card
    for _ in range(5):
        app.window.asked.emit("lanhdao", "sai")
        qtbot.waitUntil(app.tasks.idle, timeout=20_000)
    assert "không đúng" in card.problem.text()
    app.window.asked.emit("lanhdao", PASSWORD)
    qtbot.waitUntil(lambda: "30" in card.problem.text(), timeout=20_000)
    assert not card.button.isEnabled()


def test_a_second_copy_says_so_at_once(app, qtbot) -> None:
    make_office(app)
    lock = FolderLock(app.home)
    app.start()
    qtbot.waitUntil(lambda: "đang mở" in app.window.card.problem.text(), timeout=20_000)
    lock.release()


def test_our_own_mistake_leaves_the_sign_in_window_usable(app, qtbot, announce_log) -> None:
    announce_log("GD-99")
    make_office(app)
    app.start()
    qtbot.waitUntil(app.tasks.idle, timeout=20_000)
    window = app.window
    window.busy()
    refuse_entry(window, ZeroDivisionError("of our own"))
    assert window.card.button.isEnabled() and "GD-99" in window.card.problem.text()
