"""The real window with a real city over HTTP: online by itself, others' work appears, all ends."""

from __future__ import annotations

import threading

import pytest

from models.events.intake import Noted
from tests.support.office import Desk
from tests.sync.test_service import City
from tests.ui.desk_window import open_window
from ui.tasks import Tasks

PATIENCE_MS = 90_000


@pytest.fixture
def city(desk: Desk):
    made = City(desk)
    yield made
    made.stop()


@pytest.fixture
def window(desk: Desk, tasks: Tasks):
    made = open_window(desk, "tiepnhan", tasks)
    yield made
    made.session.exchange.stop()
    made.session.syncing.stop()
    made.close()


def chip(window) -> str:
    return window.session.shell.top.network.accessibleName()


def test_a_window_goes_online_sends_everything_and_shows_what_others_did(
    qtbot, desk: Desk, city: City, window
):
    dossier = desk.receive()
    window.session.open("dossiers")
    qtbot.waitUntil(lambda: chip(window) == "Trực tuyến", timeout=PATIENCE_MS)
    own = desk.core.journal.device.log
    with desk.core.store.read() as conn:
        held = conn.exec_driver_sql("SELECT max(seq) FROM ev WHERE log = ?", (own,)).scalar_one()
    assert city.store.heads()[own].seq == held
    screen = window.go("dossiers", dossier.id)
    screen.search.set_text("Nguy")
    told = []
    window.session.desk.changes.told.connect(lambda changed, _by: told.append(changed))
    city.other_pc_says(Noted("từ máy khác"), f"dossier/{dossier.id}")
    qtbot.waitUntil(lambda: any(dossier.id in c.dossiers for c in told), timeout=PATIENCE_MS)
    window.settle()
    assert desk.load(dossier.id).events == 2
    assert screen.search.text() == "Nguy"  # typing is left alone
    assert screen.panel.view.dossier.events == 2  # the dossier beside the list is read again


def test_send_now_asks_the_city_and_the_queue_empties(qtbot, desk: Desk, city: City, window):
    window.session.open("sync")
    qtbot.waitUntil(lambda: chip(window).startswith("Trực tuyến"), timeout=PATIENCE_MS)
    screen = window.go("sync")
    desk.receive()
    screen.primary_action.click()

    def emptied() -> bool:
        screen.shown()
        window.settle()
        return screen.view.status.unsent == 0

    qtbot.waitUntil(emptied, timeout=PATIENCE_MS)
    assert screen.view.receipt.seq > 0 and screen.queue.table.empty.isVisible()


def test_an_office_of_its_own_runs_without_peers_and_ends_its_threads(qtbot, desk: Desk, window):
    window.session.open("today")
    qtbot.waitUntil(lambda: window.session.exchange.service is not None, timeout=PATIENCE_MS)
    assert not window.session.exchange.send_now()
    assert chip(window).startswith("Chưa nối với thành phố")
    window.session.exchange.stop()
    assert [t.name for t in threading.enumerate() if t.name == "sync"] == []
    assert window.session.exchange.service is None
