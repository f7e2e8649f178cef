"""Login, throttling, training accounts, and the three questions of the first start."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.support.typing import type_text
from tests.ui.gallery import make_first_run, make_login
from ui.shell.login import LoginWindow
from ui.widgets import Button


def shown(qtbot, window):
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    return window


def test_login_with_the_keyboard_alone(qtbot):
    window = shown(qtbot, LoginWindow("Phường Định Công"))
    asked = []
    window.asked.connect(lambda *what: asked.append(what))
    card = window.card
    qtbot.keyClick(card.password.line, Qt.Key.Key_Return)
    assert asked == [] and card.login.error()
    type_text(card.login.line, "hạnh")
    qtbot.keyClick(card.login.line, Qt.Key.Key_Return)
    assert card.password.line.hasFocus()
    qtbot.keyClick(card.password.line, Qt.Key.Key_Return)
    assert asked == [] and card.password.error()
    type_text(card.password.line, "mật khẩu ")
    qtbot.keyClick(card.password.line, Qt.Key.Key_Return)
    assert asked == [("hạnh", "mật khẩu ")]


def test_a_refusal_clears_the_password_and_busy_blocks_a_second_try(qtbot):
    window = shown(qtbot, make_login())
    asked = []
    window.asked.connect(lambda *what: asked.append(what))
    window.card.login.set_text("a")
    window.card.password.set_text("b")
    window.busy()
    window.card.press()
    assert asked == []
    window.refuse("Sai tên đăng nhập hoặc mật khẩu.")
    assert window.card.problem.text() == "Sai tên đăng nhập hoặc mật khẩu."
    assert window.card.password.text() == "" and window.card.password.line.hasFocus()


def test_throttling_counts_down_then_opens_again(qtbot):
    window = shown(qtbot, make_login())
    window.wait(2)
    card = window.card
    assert not card.button.isEnabled() and "2 giây" in card.problem.text()
    card._second.timeout.emit()
    assert "1 giây" in card.problem.text()
    card._second.timeout.emit()
    assert card.button.isEnabled() and not card.problem.isVisible()


def test_a_training_account_enters_with_one_click(qtbot):
    window = shown(qtbot, make_login())
    asked = []
    window.asked.connect(lambda *what: asked.append(what))
    buttons = window.findChildren(Button)
    next(b for b in buttons if "Lê Minh Đức" in b.accessibleName()).click()
    assert asked == [("canbo", "tap-huan-1")]


def answers(window):
    got = []
    window.answered.connect(got.append)
    return got


def choose_unit(qtbot, window):
    window.unit.setFocus()
    type_text(window.unit.line, "Định")
    qtbot.waitUntil(window.unit.popup.is_open)
    qtbot.keyClick(window.unit.line, Qt.Key.Key_Return)


def test_training_needs_only_the_unit(qtbot):
    window = shown(qtbot, make_first_run())
    got = answers(window)
    assert window.person_note.isVisible() and not window.login.isVisible()
    window.press()
    assert got == [] and window.unit.error()
    choose_unit(qtbot, window)
    QTest.keyClick(window, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert [(a.mode, a.unit, a.login, a.password) for a in got] == [("training", 0, "", "")]


def test_a_real_office_checks_the_first_administrator(qtbot):
    window = shown(qtbot, make_first_run())
    got = answers(window)
    window.real.click()
    choose_unit(qtbot, window)
    window.full_name.set_text("Nguyễn Văn A")
    window.login.set_text("quantri")
    window.password.set_text("ngắn")
    window.again.set_text("khác")
    window.press()
    assert got == []
    assert window.password.error() == "Cần ít nhất 10 ký tự."
    assert window.again.error() == "Hai lần gõ mật khẩu không giống nhau."
    for field in (window.password, window.again):
        field.set_text("một câu dễ nhớ")
    window.press()
    assert [(a.mode, a.full_name, a.password) for a in got] == [
        ("real", "Nguyễn Văn A", "một câu dễ nhớ")
    ]
    window.busy()
    assert not window.button.isEnabled()
    window.refuse("Ổ đĩa đầy.")
    assert window.button.isEnabled() and window.banner.words.text() == "Ổ đĩa đầy."
