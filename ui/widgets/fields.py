"""Fields: a label above, the place to type, and one line below for a hint or an error."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QComboBox,
    QLineEdit,
    QListView,
    QPlainTextEdit,
    QSizePolicy,
    QWidget,
)

from models.words import tr
from ui.icons import icon
from ui.widgets.layout import column, repolish
from ui.widgets.text import Label, nfc

__all__ = ["ComboField", "DateField", "Field", "FieldFrame", "SecretField", "TextArea"]


class FieldFrame(QWidget):
    """What every field has in common: label, editor, hint or error."""

    def __init__(
        self,
        label: str,
        editor: QWidget,
        *,
        optional: bool = False,
        hint: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.editor = editor
        self._hint = hint
        words = f"{label} {tr('(không bắt buộc)')}" if optional else label
        self.label = Label(words, role="label")
        self.label.setBuddy(editor)
        self.note = Label(hint, role="small").wrapped()
        self.note.setVisible(bool(hint))
        editor.setAccessibleName(label)
        self.setFocusProxy(editor)
        self.note.setContentsMargins(0, 3, 0, 0)
        layout = column(self, gap=0)
        layout.addWidget(self.label)
        layout.addSpacing(3)
        layout.addWidget(editor)
        layout.addWidget(self.note)
        # Takes what is left below, without asking for more: neighbours in a row stay aligned.
        layout.addWidget(QWidget())
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def set_error(self, text: str) -> None:
        """Say under the field what is wrong with it; an empty text takes the error back."""
        self._note(text or self._hint, "error" if text else "small")
        self.editor.setAccessibleDescription(text)
        self.editor.setProperty("wrong", "true" if text else "false")
        repolish(self.editor)

    def set_hint(self, text: str) -> None:
        """Change the hint under the field."""
        self._hint = text
        if self.note.property("role") != "error":
            self._note(text, "small")

    def error(self) -> str:
        """The error shown, or an empty text."""
        return self.note.text() if self.note.property("role") == "error" else ""

    def _note(self, text: str, role: str) -> None:
        self.note.setText(text)
        self.note.setVisible(bool(text))
        if self.note.property("role") != role:
            self.note.setProperty("role", role)
            repolish(self.note)


class Field(FieldFrame):
    """One line of text, put into NFC and stripped when the person leaves it.

    `edited(str)` while typing, `committed(str)` on leaving or Enter; Enter goes to the next field
    unless `on_enter` was given something else to do.

    >>> name = Field(tr("Họ và tên"), placeholder=tr("Như trên thẻ căn cước"))
    >>> name.committed.connect(self.look_up)
    """

    edited = Signal(str)
    committed = Signal(str)

    def __init__(
        self,
        label: str,
        *,
        optional: bool = False,
        hint: str = "",
        placeholder: str = "",
        limit: int = 300,
        parent: QWidget | None = None,
    ) -> None:
        self.line = QLineEdit()
        super().__init__(label, self.line, optional=optional, hint=hint, parent=parent)
        self.line.setPlaceholderText(placeholder)
        self.line.setMaxLength(limit)
        self._enter: Callable[[], object] = self.go_next
        self._last = ""
        self.line.textEdited.connect(self._typed)
        self.line.editingFinished.connect(self._left)
        self.line.returnPressed.connect(lambda: self._enter())

    def text(self) -> str:
        """What stands in the field, in NFC, without spaces around it."""
        return nfc(self.line.text()).strip()

    def set_text(self, text: str) -> None:
        """Fill the field without announcing it."""
        self._last = nfc(text)
        self.line.setText(self._last)
        self.line.setCursorPosition(0)
        self.set_error("")

    def on_enter(self, act: Callable[[], object]) -> None:
        """Let Enter do `act` instead of going to the next field."""
        self._enter = act

    def go_next(self) -> None:
        """Move to the field after this one."""
        self.window().focusNextChild()

    def _typed(self, text: str) -> None:
        if self.error():
            self.set_error("")
        self.edited.emit(nfc(text))

    def _left(self) -> None:
        text = self.text()
        if text != self.line.text():
            self.line.setText(text)
        if text != self._last:
            self._last = text
            self.committed.emit(text)


class SecretField(Field):
    """A password or PIN, with a button to look at what was typed."""

    def __init__(self, label: str, *, hint: str = "", parent: QWidget | None = None) -> None:
        super().__init__(label, hint=hint, parent=parent)
        self.line.setEchoMode(QLineEdit.EchoMode.Password)
        hints = Qt.InputMethodHint
        self.line.setInputMethodHints(hints.ImhHiddenText | hints.ImhSensitiveData)
        self._eye = self.line.addAction(icon("eye"), QLineEdit.ActionPosition.TrailingPosition)
        self._eye.setText(tr("Hiện mật khẩu"))
        self._eye.setToolTip(tr("Hiện hoặc ẩn mật khẩu"))
        self._eye.triggered.connect(self.toggle)

    def text(self) -> str:
        """The secret exactly as typed, in NFC; spaces count."""
        return nfc(self.line.text())

    def toggle(self) -> None:
        """Show the secret, or hide it again."""
        modes = QLineEdit.EchoMode
        hidden = self.line.echoMode() == modes.Password
        self.line.setEchoMode(modes.Normal if hidden else modes.Password)
        self._eye.setIcon(icon("eye-off" if hidden else "eye"))


class DateField(Field):
    """A date typed as dd/mm/yyyy (8 digits are enough); `value()` is None while it is not one."""

    PATTERN = re.compile(r"^(\d{1,2})[/.\- ]?(\d{1,2})[/.\- ]?(\d{4})$")

    def __init__(
        self,
        label: str,
        *,
        optional: bool = False,
        hint: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(
            label, optional=optional, hint=hint, placeholder=tr("ngày/tháng/năm"), parent=parent
        )
        self.line.setMaxLength(10)
        self._optional = optional
        self.committed.connect(lambda _text: self.check())

    def value(self) -> date | None:
        """The date typed, or None when there is none or it is impossible."""
        match = self.PATTERN.match(self.text())
        if match is None:
            return None
        day, month, year = (int(part) for part in match.groups())
        try:
            return date(year, month, day)
        except ValueError:
            return None

    def set_value(self, value: date | None) -> None:
        """Show `value`."""
        self.set_text(f"{value:%d/%m/%Y}" if value else "")

    def check(self) -> bool:
        """Write the date in full, or say what is wrong; True when the field can be accepted."""
        value = self.value()
        if value is not None:
            self.set_value(value)
            return True
        if not self.text() and self._optional:
            self.set_error("")
            return True
        self.set_error(tr("Ngày không có thật. Gõ ngày/tháng/năm, ví dụ 21/11/2026."))
        return False


class TextArea(FieldFrame):
    """Several lines of plain text; Tab leaves it."""

    edited = Signal(str)

    def __init__(
        self,
        label: str,
        *,
        optional: bool = False,
        hint: str = "",
        placeholder: str = "",
        lines: int = 3,
        parent: QWidget | None = None,
    ) -> None:
        self.area = QPlainTextEdit()
        super().__init__(label, self.area, optional=optional, hint=hint, parent=parent)
        self.area.setPlaceholderText(placeholder)
        self.area.setTabChangesFocus(True)
        self.area.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.area.setFixedHeight(self.area.fontMetrics().lineSpacing() * lines + 20)
        self.area.textChanged.connect(self._typed)

    def text(self) -> str:
        """What was written, in NFC, without empty space around it."""
        return nfc(self.area.toPlainText()).strip()

    def set_text(self, text: str) -> None:
        """Fill the field without announcing it."""
        self.area.blockSignals(True)
        self.area.setPlainText(nfc(text))
        self.area.blockSignals(False)

    def _typed(self) -> None:
        if self.error():
            self.set_error("")
        self.edited.emit(self.text())


class ComboField(FieldFrame):
    """One choice out of a few; each item has a value of its own. `chosen(value)` on change.

    >>> sex = ComboField(tr("Giới tính"), [("male", tr("Nam")), ("female", tr("Nữ"))])
    """

    chosen = Signal(object)

    def __init__(
        self,
        label: str,
        items: list[tuple[object, str]] | None = None,
        *,
        optional: bool = False,
        hint: str = "",
        parent: QWidget | None = None,
    ) -> None:
        self.combo = QComboBox()
        self.combo.setView(QListView())
        super().__init__(label, self.combo, optional=optional, hint=hint, parent=parent)
        self._values: list[object] = []
        self.combo.activated.connect(lambda _index: self.chosen.emit(self.value()))
        self.combo.installEventFilter(self)
        self.set_items(items or [])

    def set_items(self, items: list[tuple[object, str]]) -> None:
        """Offer other items, keeping the choice when it is still there."""
        before = self.value()
        self._values = [value for value, _words in items]
        self.combo.clear()
        self.combo.addItems([words for _value, words in items])
        if before in self._values:
            self.set_value(before)

    def value(self) -> object:
        """The value of the choice, None when there is nothing to choose."""
        index = self.combo.currentIndex()
        return self._values[index] if 0 <= index < len(self._values) else None

    def text(self) -> str:
        """The words of the choice."""
        return self.combo.currentText()

    def set_value(self, value: object) -> None:
        """Choose `value` without announcing it; an unknown value chooses nothing."""
        index = self._values.index(value) if value in self._values else -1
        self.combo.setCurrentIndex(index)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Enter goes to the next field; the wheel never changes a choice by accident."""
        if event.type() == QEvent.Type.Wheel and not self.combo.hasFocus():
            event.ignore()
            return True
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            enter = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            if event.key() in enter and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
                self.window().focusNextChild()
                return True
        return super().eventFilter(watched, event)
