"""Trả kết quả: a scan opens the handover, strangers need a paper, debts need a reason."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtWidgets import QApplication

from models.intake import Component, FeeLine, LimitTaken
from models.workflow import Status
from services.dossiers import intake, issuing
from services.language import install_language
from tests.support.office import NGUYET, REGISTER_MARRIAGE
from tests.support.office import Desk as Office
from tests.support.walk import cut_texts, double_keys, nameless, rich_places, shown_texts
from tests.ui.admin_office import open_place
from tests.ui.desk_window import dialogs
from tests.ui.test_approve_screen import LONG, status
from ui.screens.handover.screen import SIDE_WIDTH

CARD = "001085000123|012345678|Trần Văn Ba|01021985|Nam|Số 5, Định Công, Hà Nội|01012022"


def received(desk: Office, person=NGUYET, fees=()):
    paper = intake.PaperGiven(Component("Tờ khai đăng ký kết hôn", kind="original"))
    limit = LimitTaken("3", "working_day", source="clerk", legal_basis="Điều 18 Luật Hộ tịch")
    application = intake.Application(REGISTER_MARRIAGE, (paper,), limit=limit, fees=fees)
    return intake.receive(desk.core, desk.as_("tiepnhan"), intake.Visit(person, (application,)))[0]


def finished(desk: Office, person=NGUYET, fees=()) -> str:
    dossier_id = received(desk, person, fees).id
    desk.to_officer(dossier_id)
    desk.submit(dossier_id)
    desk.approve(dossier_id)
    desk.number(dossier_id)
    desk.sign(dossier_id)
    desk.seal(dossier_id)
    issuing.finish(desk.core, desk.as_("vanthu"), dossier_id)
    return dossier_id


def code(desk: Office, dossier_id: str) -> str:
    return desk.load(dossier_id).intake.code


@pytest.fixture
def open_screen(qtbot, desk: Office):
    return lambda: open_place(qtbot, desk, "handover", "tiepnhan")


def scan(screen, text: str) -> None:
    """What a scanner types, and its Enter."""
    screen.search.set_text(text)
    screen.search.line.returnPressed.emit()


def test_a_scanned_code_opens_the_handover_at_once(desk, open_screen):
    finished(desk)
    wanted = finished(desk, LONG)
    screen = open_screen()
    scan(screen, code(desk, wanted).lower())
    box = dialogs()[-1]
    assert box.dossier.id == wanted and box.receiver.text() == LONG.name
    box.primary.click()
    after = desk.load(wanted)
    assert after.status is Status.HANDED_OVER and after.handed_over.receiver == LONG.name
    assert after.handed_over.id_number == LONG.id_number
    assert screen.search.text() == "" and len(screen.mail.keys()) == 1


def test_it_is_found_by_name_without_accents_and_by_phone(desk, open_screen):
    first = finished(desk)
    second = finished(desk, replace(LONG, phone="0987654321"))
    screen = open_screen()
    for typed, expected in (("anh nguyet", {first, second}), ("0987654321", {second}),
                            ("4321", {second}), ("khong co", set())):  # fmt: skip
        screen.search.set_text(typed)
        screen._look()
        assert set(screen.mail.keys()) == expected, typed
    assert screen.mail.empty.isVisible()


def test_a_dossier_that_is_not_ready_says_where_it_is(desk, open_screen):
    waiting = received(desk)
    finished(desk, LONG)
    screen = open_screen()
    scan(screen, waiting.intake.code)
    assert dialogs() == []
    assert waiting.intake.code in screen.note.words.text()
    assert "Đã tiếp nhận" in screen.note.words.text()


def test_somebody_else_needs_a_relation_or_a_paper(desk, open_screen):
    dossier_id = finished(desk)
    screen = open_screen()
    screen.give()
    box = dialogs()[-1]
    box.receiver.line.setText(CARD)
    box.receiver.line.editingFinished.emit()
    assert (box.receiver.text(), box.number.text()) == ("Trần Văn Ba", "001085000123")
    box.primary.click()
    assert status(desk, dossier_id) is Status.DONE and box.relation.error()
    box.relation.set_text("chồng; giấy ủy quyền số 12")
    box.method.set_value("postal")
    box.primary.click()
    given = desk.load(dossier_id).handed_over
    assert (given.receiver, given.method) == ("Trần Văn Ba", "postal")
    assert given.note == "chồng; giấy ủy quyền số 12"


def test_a_debt_is_collected_first_or_explained(desk, open_screen):
    dossier_id = finished(desk, fees=(FeeLine("Lệ phí", 8000),))
    screen = open_screen()
    assert any("8.000 đ" in text for text in shown_texts(screen))
    screen.give()
    box = dialogs()[-1]
    box.primary.click()
    assert status(desk, dossier_id) is Status.DONE and box.relation.error()
    box.reject()
    screen.collect()
    dialogs()[-1].primary.click()
    assert sum(line.payable for line in desk.load(dossier_id).fees_paid) == 8000
    assert any("Không còn khoản phải thu" in text for text in shown_texts(screen))
    screen.give()
    dialogs()[-1].primary.click()
    assert status(desk, dossier_id) is Status.HANDED_OVER


def test_nothing_waiting_says_so(open_screen):
    screen = open_screen()
    assert screen.mail.empty.isVisible() and not screen.main.isEnabled()


def test_a_damaged_card_is_said_at_the_field(desk, open_screen):
    finished(desk)
    screen = open_screen()
    scan(screen, "001085000123|x|||||")
    assert screen.search.error() and screen.errors == []


@pytest.mark.parametrize("size", [(1366, 768), (911, 512)])
def test_words_are_whole_and_plain(desk, open_screen, size):
    finished(desk, LONG, fees=(FeeLine("Lệ phí", 123_456_789_012),))
    screen = open_screen()
    screen.window().resize(*size)
    for _ in range(2):
        QApplication.processEvents()
    assert rich_places(screen) == [] and nameless(screen) == []
    assert cut_texts(screen) == [] and double_keys(screen.window()) == []


def test_the_facts_fit_their_column_in_english(desk, open_screen):
    install_language("en")
    finished(desk)
    screen = open_screen()
    needed = screen.side.widget().minimumSizeHint().width()
    assert needed <= screen.side.viewport().width() <= SIDE_WIDTH
