"""An intake by the keyboard alone, a card scanner in any field, the Vietnamese input method."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from models.dates import parse_birth
from models.workflow import Status
from tests.support.office import open_desk
from tests.support.typing import compose_text, type_text
from tests.support.walk import shown_texts
from tests.ui.intake_desk import BIRTH, CARD, MARRIAGE, IntakeDesk, open_intake
from ui.screens.intake.forms import NOBODY

KEY = Qt.Key
CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier


@pytest.fixture
def intake(tmp_path: Path, qapp, tasks) -> Iterator[IntakeDesk]:
    desk = open_desk(tmp_path / "home")
    made = open_intake(desk, tasks)
    yield made
    made.window.close()
    tasks.close()
    desk.office.close()


def test_a_whole_intake_by_keyboard_only(intake: IntakeDesk) -> None:
    screen, view = intake.screen, intake.view
    QTest.keyClick(screen.window(), KEY.Key_F2)
    assert intake.focus() is view.procedure.picker.line
    type_text(intake.focus(), "ks")
    view.procedure.picker.popup.search()
    intake.press(KEY.Key_Return)
    assert screen.form.front.procedure == BIRTH
    intake.enter("001194012345")
    compose_text(intake.focus(), "Nguyễn Thị Ánh Nguyệt")
    intake.press(KEY.Key_Return)
    intake.enter("12081994")
    intake.press(KEY.Key_Down, times=2)
    intake.press(KEY.Key_Return)
    intake.enter("0912 345 678")
    intake.enter("12 ngõ 99 Định Công Hạ")
    intake.enter()
    intake.enter()
    assert intake.focus() is view.checklist.table
    intake.press(KEY.Key_Space)
    intake.press(KEY.Key_Plus)
    intake.press(KEY.Key_Return)
    intake.press(KEY.Key_Space, times=2)
    intake.press(KEY.Key_Return)
    intake.press(KEY.Key_Space, times=4)
    QTest.keyClick(intake.focus(), KEY.Key_A, ALT)
    rows = len(screen.form.front.papers)
    intake.press(KEY.Key_Return, times=rows - 2)
    intake.enter()
    intake.press(KEY.Key_Down)
    intake.enter()
    intake.enter("5 Trần Duy Hưng, Hà Nội")
    intake.enter()
    intake.enter("Cần gấp")
    assert intake.focus() is screen.receive_button
    QTest.keyClick(intake.focus(), KEY.Key_Return, CTRL)
    intake.window.settle()
    assert screen.received, intake.window.said()
    (stored,) = screen.received
    dossier = intake.desk.load(stored.id)
    taken = dossier.intake
    assert dossier.status is Status.RECEIVED and taken.procedure == BIRTH
    person = dossier.submitter
    assert (person.name, person.id_number) == ("Nguyễn Thị Ánh Nguyệt", "001194012345")
    assert (person.birth, person.sex, person.phone) == ("1994-08-12", "nu", "0912345678")
    assert person.address == "12 ngõ 99 Định Công Hạ"
    states = [paper.state for paper in dossier.components]
    assert states[:3] == ["given", "missing", "not_applicable"] and set(states[3:]) == {"given"}
    assert dossier.components[0].count == 2
    assert (taken.return_method, taken.return_address) == ("postal", "5 Trần Duy Hưng, Hà Nội")
    assert taken.note == "Cần gấp" and taken.sets == 1
    assert screen.done.isVisible() and taken.code in shown_texts(screen.done)
    QTest.keyClick(intake.focus(), KEY.Key_Return, CTRL)
    assert screen.form.is_empty() and screen.view.isVisible()


def test_the_unknown_limit_stands_in_the_way_of_enter(intake: IntakeDesk) -> None:
    intake.choose(MARRIAGE)
    assert intake.focus() is intake.view.promise.value.line
    intake.enter("3")
    intake.enter()
    assert intake.focus() is intake.view.promise.basis.line
    intake.enter("Điều 18 Luật Hộ tịch")
    assert intake.focus() is intake.fields.number.line


def test_a_card_is_recognised_in_any_field(intake: IntakeDesk) -> None:
    view, form = intake.view, intake.screen.form
    intake.choose(BIRTH)
    intake.type_into(view.handing.note, "ghi chú cũ")
    before = [dict(vars(paper)) for paper in form.front.papers]
    f = view.person.fields
    for place in (
        view.procedure.picker.line, f.birth.line, f.sex.combo, view.checklist.table,
        view.handing.note.line, view.handing.sets.line, view.checklist.add_row, view.fees.more,
    ):  # fmt: skip
        f.show(NOBODY)
        place.setFocus()
        intake.scan()
        person = form.submitter
        assert (person.name, person.id_number) == ("Nguyễn Thị Ánh Nguyệt", "001194012345")
        assert (f.birth.text(), person.sex) == ("12/08/1994", "nu")
        assert person.verified == "unverified" and view.person.scanned.isVisible()
        assert person.address_on_card == "Định Công, Hoàng Mai, Hà Nội"
        assert form.front.procedure == BIRTH
        assert view.procedure.picker.text() == "Thủ tục đăng ký khai sinh"
        assert (form.front.note, form.front.sets) == ("ghi chú cũ", "1")
        assert [vars(paper) for paper in form.front.papers] == before and not form.front.fees


def test_a_card_typed_without_enter_is_taken_after_a_pause(intake: IntakeDesk, qtbot) -> None:
    intake.fields.name.setFocus()
    type_text(intake.focus(), "Lan " + CARD)
    qtbot.waitUntil(lambda: intake.screen.form.submitter.id_number == "001194012345")
    assert intake.fields.name.text() == "Nguyễn Thị Ánh Nguyệt"


def test_what_only_begins_like_a_card_stays_in_its_field(intake: IntakeDesk) -> None:
    intake.view.handing.note.setFocus()
    intake.enter("001194012345|hai")
    assert intake.view.handing.note.text() == "001194012345|hai"
    assert intake.screen.form.submitter.id_number == ""


def test_a_damaged_card_says_so_and_changes_nothing(intake: IntakeDesk) -> None:
    intake.fields.number.setFocus()
    intake.scan("001194012345||Nguyễn Thị Ánh Nguyệt|32131994|Nữ|Hà Nội|10052021")
    assert "không đọc được" in intake.window.said()
    assert intake.screen.form.submitter.id_number == ""


def test_a_number_typed_over_a_scan_is_no_longer_the_cards(intake: IntakeDesk) -> None:
    intake.fields.number.setFocus()
    intake.scan()
    intake.type_into(intake.fields.number, "001194099999")
    assert not intake.view.person.scanned.isVisible()
    assert intake.screen.form.submitter.address_on_card == ""


def test_decomposed_letters_are_stored_composed(intake: IntakeDesk) -> None:
    intake.fill()
    name = "Đặng Thị Mỹ Hằng"
    intake.type_into(intake.fields.name, unicodedata.normalize("NFD", name))
    intake.type_into(intake.view.handing.note, unicodedata.normalize("NFD", "trễ hẹn"))
    (stored,) = intake.receive()
    assert stored.submitter.name == name and stored.intake.note == "trễ hẹn"


WRONG = [
    ("birth", "31/02/1994", "Không có ngày 31/02/1994 trong lịch."),
    ("birth", "12/08/2199", "ở sau ngày hôm nay"),
    ("number", "00119401234", "phải có đúng 12 chữ số"),
    ("number", "AB", "Số hộ chiếu"),
    ("name", "N" * 300, "dài 300 ký tự"),
    ("name", "123", "Chưa có họ và tên."),
    ("phone", "09123", "không đúng"),
    ("address", "x" * 350, "dài 350 ký tự"),
]


def test_what_is_wrong_is_said_at_its_field_and_nothing_is_stored(intake: IntakeDesk) -> None:
    intake.fill()
    right = intake.screen.form.submitter
    for field, typed, sentence in WRONG:
        intake.fields.show(right)
        edited = getattr(intake.fields, field)
        intake.type_into(edited, typed)
        assert intake.receive() == ()
        said = edited.error() + intake.fields.trouble.text()
        assert sentence in said, said
        assert intake.focus() is edited.line
        assert edited.line.property("wrong") == "true"
    with intake.desk.core.store.read() as conn:
        assert conn.exec_driver_sql("SELECT count(*) FROM dossier").scalar_one() == 0


def test_an_error_goes_while_it_is_being_corrected(intake: IntakeDesk) -> None:
    intake.type_into(intake.fields.phone, "09123")
    assert intake.fields.trouble.isVisible()
    intake.fields.phone.setFocus()
    type_text(intake.fields.phone.line, "45678")
    assert not intake.fields.trouble.isVisible()
    assert parse_birth("", intake.desk.clock.now().date()) == ""
