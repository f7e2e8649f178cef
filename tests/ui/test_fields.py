"""Fields: Vietnamese typing and input methods, NFC, Enter, errors, dates, choices."""

from __future__ import annotations

import unicodedata
from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QLineEdit, QWidget

from tests.support.typing import compose_text, type_text
from ui.widgets import (
    Card,
    Choice,
    ComboField,
    DateField,
    Field,
    SearchPicker,
    SecretField,
    TextArea,
    column,
    row,
)

NAME = "Nguyễn Thị Ánh Nguyệt"


def form(qtbot, *fields: QWidget) -> QWidget:
    """A window with these fields, ready to be typed in."""
    window = QWidget()
    layout = column(window)
    for field in fields:
        layout.addWidget(field)
    qtbot.addWidget(window)
    fields[0].window_kept_alive = window
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    fields[0].setFocus()
    return window


def test_decomposed_typing_becomes_composed_on_leaving(qtbot):
    field, other = Field("Họ và tên"), Field("Khác")
    form(qtbot, field, other)
    edited, committed = [], []
    field.edited.connect(edited.append)
    field.committed.connect(committed.append)
    type_text(field.line, "  " + unicodedata.normalize("NFD", NAME))
    assert edited[-1].strip() == NAME
    assert committed == []
    qtbot.keyClick(field.line, Qt.Key.Key_Return)
    assert committed == [NAME] and field.line.text() == NAME and field.text() == NAME
    qtbot.keyClick(other.line, Qt.Key.Key_Backtab)
    qtbot.keyClick(field.line, Qt.Key.Key_Return)
    assert committed == [NAME]


def test_an_input_method_can_compose(qtbot):
    field = Field("Họ và tên")
    form(qtbot, field)
    compose_text(field.line, "Ánh")
    assert field.text() == "Ánh"


def test_enter_goes_to_the_next_field_and_on_enter_replaces_that(qtbot):
    first, second, third = Field("a"), ComboField("b", [(1, "x")]), Field("c")
    form(qtbot, first, second, third)
    qtbot.keyClick(first.line, Qt.Key.Key_Return)
    assert second.combo.hasFocus()
    qtbot.keyClick(second.combo, Qt.Key.Key_Enter)
    assert third.line.hasFocus()
    pressed = []
    third.on_enter(lambda: pressed.append(1))
    qtbot.keyClick(third.line, Qt.Key.Key_Return)
    assert pressed == [1] and third.line.hasFocus()


def test_an_error_is_said_to_the_screen_reader_and_goes_when_typing(qtbot):
    field = Field("Họ và tên", hint="Như trên thẻ")
    form(qtbot, field)
    face = QAccessible.queryAccessibleInterface(field.line)
    assert face.text(QAccessible.Text.Name) == "Họ và tên"
    field.set_error("Hãy điền ô này.")
    assert field.error() == field.note.text() == "Hãy điền ô này."
    assert face.text(QAccessible.Text.Description) == "Hãy điền ô này."
    type_text(field.line, "A")
    assert field.error() == "" and field.note.text() == "Như trên thẻ"


def test_optional_is_said_and_long_input_is_cut(qtbot):
    field = Field("Ghi chú", optional=True, limit=300)
    assert field.label.text() == "Ghi chú (không bắt buộc)"
    type_text(field.line, "ệ" * 400)
    assert len(field.text()) == 300


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("21/11/2026", date(2026, 11, 21)),
        ("21112026", date(2026, 11, 21)),
        ("1-2-2026", date(2026, 2, 1)),
        ("29/02/2024", date(2024, 2, 29)),
        ("29/02/2026", None),
        ("31/04/2026", None),
        ("00/01/2026", None),
        ("21/11/26", None),
        ("abc", None),
        ("", None),
    ],
)
def test_dates_are_typed(qtbot, typed, value):
    field = DateField("Ngày sinh")
    form(qtbot, field)
    type_text(field.line, typed)
    assert field.value() == value
    assert field.check() is (value is not None)
    assert bool(field.error()) is (value is None)
    if value:
        assert field.text() == f"{value:%d/%m/%Y}"


def test_an_empty_optional_date_is_fine(qtbot):
    assert DateField("Ngày cấp", optional=True).check()


def test_a_secret_keeps_its_spaces_and_can_be_looked_at(qtbot):
    field = SecretField("Mật khẩu")
    form(qtbot, field)
    type_text(field.line, " bí mật ")
    assert field.text() == " bí mật "
    assert field.line.echoMode() == QLineEdit.EchoMode.Password
    field.toggle()
    assert field.line.echoMode() == QLineEdit.EchoMode.Normal


def test_a_choice_keeps_its_value_when_items_change(qtbot):
    field = ComboField("Giới tính", [("f", "Nữ"), ("m", "Nam")])
    field.set_value("m")
    field.set_items([("o", "Khác"), ("m", "Nam")])
    assert field.value() == "m" and field.text() == "Nam"
    field.set_value("unknown")
    assert field.value() is None


def test_several_lines_and_tab_leaves(qtbot):
    area, other = TextArea("Lý do"), Field("Khác")
    form(qtbot, area, other)
    type_text(area.area, unicodedata.normalize("NFD", "Thiếu chữ ký"))
    qtbot.keyClick(area.area, Qt.Key.Key_Return)
    type_text(area.area, "của cha")
    assert area.text() == "Thiếu chữ ký\ncủa cha"
    qtbot.keyClick(area.area, Qt.Key.Key_Tab)
    assert other.line.hasFocus()


UNITS = ["Phường Định Công", "Phường Hoàng Mai", "Xã Ba Vì"]


def find(text, answer):

    answer([Choice(n, name) for n, name in enumerate(UNITS) if text in name])


def test_a_picker_works_with_the_keyboard_alone(qtbot):
    picker, other = SearchPicker("Đơn vị", find), Field("Khác")
    form(qtbot, picker, other)
    chosen = []
    picker.chosen.connect(chosen.append)
    compose_text(picker.line, "Phường")
    picker.line.textEdited.emit("Phường")
    qtbot.waitUntil(picker.popup.is_open)
    qtbot.keyClick(picker.line, Qt.Key.Key_Down)
    qtbot.keyClick(picker.line, Qt.Key.Key_Return)
    assert [choice.key for choice in chosen] == [1]
    assert picker.value() == 1 and picker.text() == "Phường Hoàng Mai"
    assert other.line.hasFocus() and not picker.popup.is_open()


def test_typing_on_takes_the_choice_back_and_escape_closes(qtbot):
    picker = SearchPicker("Đơn vị", find)
    form(qtbot, picker)
    qtbot.keyClick(picker.line, Qt.Key.Key_Down)
    assert picker.popup.is_open()
    qtbot.keyClick(picker.line, Qt.Key.Key_Return)
    assert picker.value() == 0
    picker.setFocus()
    type_text(picker.line, "x")
    assert picker.choice() is None
    qtbot.waitUntil(lambda: not picker.popup.is_open())
    picker.line.clear()
    picker.popup.search()
    assert picker.popup.is_open()
    qtbot.keyClick(picker.line, Qt.Key.Key_Escape)
    assert not picker.popup.is_open() and picker.line.hasFocus()


def test_a_late_answer_of_the_finder_is_dropped(qtbot):
    answers = []
    picker = SearchPicker("Đơn vị", lambda text, answer: answers.append((text, answer)))
    form(qtbot, picker)
    picker.line.setText("Ba")
    picker.popup.search()
    picker.line.setText("Hoàng")
    picker.popup.search()
    find("Hoàng", answers[1][1])
    find("Ba", answers[0][1])
    assert [choice.title for choice in picker.popup.model.choices] == ["Phường Hoàng Mai"]


def test_fields_side_by_side_stay_aligned_when_one_has_an_error(qtbot):
    card, left, right = Card(), DateField("Ngày sinh"), ComboField("Giới tính", [(1, "Nữ")])

    pair = row()
    pair.addWidget(left)
    pair.addWidget(right)
    card.body.addLayout(pair)
    qtbot.addWidget(card)
    card.resize(320, 200)
    card.show()
    left.set_error("Ngày không có thật. Gõ ngày/tháng/năm, ví dụ 21/11/2026.")
    qtbot.wait(10)
    assert left.line.mapTo(card, left.line.rect().topLeft()).y() == (
        right.combo.mapTo(card, right.combo.rect().topLeft()).y()
    )
