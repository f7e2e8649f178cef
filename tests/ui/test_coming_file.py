"""A paper whose file is still on another PC: the dossier says so, and offers it when it is here."""

from __future__ import annotations

import hashlib

import pytest

from models.changed import Changed
from models.intake import Attachment, Component, LimitTaken
from services.dossiers import intake
from tests.support.office import NGUYET, REGISTER_MARRIAGE
from tests.support.walk import shown_texts
from tests.ui.desk_window import open_window
from ui.widgets import Link

DATA = b"%PDF-1.7 a scan of another PC"


@pytest.fixture
def window(desk, tasks):
    made = open_window(desk, "tiepnhan", tasks)
    yield made
    made.close()


def test_a_file_on_its_way_is_shown_as_such_and_offered_once_it_is_here(desk, window):
    file = Attachment(hashlib.sha256(DATA).hexdigest(), "to-khai.pdf", len(DATA))
    paper = intake.PaperGiven(Component("Tờ khai", attachments=(file,)))
    limit = LimitTaken("3", "working_day", source="clerk", legal_basis="Điều 18")
    visit = intake.Visit(NGUYET, (intake.Application(REGISTER_MARRIAGE, (paper,), limit=limit),))
    dossier = intake.receive(desk.core, desk.as_("tiepnhan"), visit)[0]
    screen = window.go("dossiers", dossier.id)

    def offers() -> bool:
        links = screen.findChildren(Link)
        return any(each.text() == "Lưu ra tệp…" and each.isVisible() for each in links)

    assert "đang tải từ máy khác…" in shown_texts(screen) and not offers()
    with desk.core.store.write() as tx:
        desk.core.blobs.put(tx, DATA, media="application/pdf")
    window.session.desk.changes.tell(Changed(frozenset({dossier.id})))
    window.settle()
    assert "đang tải từ máy khác…" not in shown_texts(screen) and offers()
