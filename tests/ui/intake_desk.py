"""The intake screen in its real window, and short words for what a clerk does there."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from models.dossier import Dossier
from tests.support.office import Desk
from tests.support.typing import type_text
from tests.ui.desk_window import Window, open_window
from ui.screens.intake.screen import IntakeScreen
from ui.tasks import Tasks

BIRTH = "1.001193"
MARRIAGE = "1.000894"
WILL = "2.001019"
CARD = "001194012345||Nguyễn Thị Ánh Nguyệt|12081994|Nữ|Định Công, Hoàng Mai, Hà Nội|10052021"


@dataclass
class IntakeDesk:
    """A clerk at the intake screen."""

    desk: Desk
    window: Window
    screen: IntakeScreen

    @property
    def view(self):
        return self.screen.view

    @property
    def fields(self):
        return self.screen.view.person.fields

    def focus(self) -> QWidget:
        """What the keys go to."""
        widget = self.screen.window().focusWidget()
        assert widget is not None
        return widget

    def press(self, key: Qt.Key, modifier=Qt.KeyboardModifier.NoModifier, *, times: int = 1):
        """Press a key where the cursor is."""
        for _ in range(times):
            QTest.keyClick(self.focus(), key, modifier)
            QApplication.processEvents()

    def enter(self, text: str = "") -> None:
        """Type where the cursor is, then Enter."""
        type_text(self.focus(), text)
        self.press(Qt.Key.Key_Return)

    def type_into(self, field, text: str) -> None:
        """Put the cursor into a field, type, and leave it."""
        field.setFocus()
        field.line.selectAll()
        type_text(field.line, text)
        field.line.editingFinished.emit()

    def choose(self, code: str) -> None:
        """Choose a procedure by typing its code."""
        picker = self.view.procedure.picker
        picker.setFocus()
        picker.line.selectAll()
        type_text(picker.line, code)
        picker.popup.search()
        self.press(Qt.Key.Key_Return)
        self.look()

    def scan(self, text: str = CARD) -> None:
        """A scanner types a card where the cursor is, and Enter."""
        for letter in text:
            type_text(self.focus(), letter)
        self.press(Qt.Key.Key_Return)
        self.look()

    def look(self) -> None:
        """Let the screen read what is typed."""
        self.screen.look()
        self.window.settle()

    def fill(self, code: str = BIRTH) -> None:
        """A complete visit of one dossier, ready to be received."""
        self.choose(code)
        self.view.person.fields.number.setFocus()
        self.scan()
        self.type_into(self.fields.phone, "0912345678")
        self.type_into(self.fields.address, "12 ngõ 99 Định Công Hạ, phường Định Công")
        self.view.checklist.mark_all()
        self.look()

    def receive(self) -> tuple[Dossier, ...]:
        """Ctrl+Enter."""
        self.screen.receive_button.click()
        self.window.settle()
        return self.screen.received


def open_intake(desk: Desk, tasks: Tasks, login: str = "tiepnhan") -> IntakeDesk:
    """The screen as `login` finds it on coming to work."""
    window = open_window(desk, login, tasks, size=(1366, 768))
    window.session.shell.activateWindow()
    screen = window.go("intake")
    assert isinstance(screen, IntakeScreen)
    return IntakeDesk(desk, window, screen)
