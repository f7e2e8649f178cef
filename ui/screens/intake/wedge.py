"""A card scanner types like a keyboard: its text is recognised in any field and taken out again.

A card begins with twelve digits and a bar, which nobody types. From the bar on no letter reaches
the field, and what the field held before the first digit is put back.
"""

from __future__ import annotations

import re

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QInputMethodEvent, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)

from models.cccd_qr import CARD_BYTES, looks_like_cccd

__all__ = ["Wedge"]

PAUSE_MS = 250
"""A scanner that sends no Enter at the end is done after this long."""

CARD_BEGINS = re.compile(r"[0-9]{12}\|")
NUMBER = 12
ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
TAKES_KEYS = (QLineEdit, QPlainTextEdit, QComboBox, QAbstractItemView, QAbstractButton)


class Wedge(QObject):
    """Watches the widgets given to `watch`; `scanned(text)` when a card's text came in."""

    scanned = Signal(str)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._where: QObject | None = None
        self._letters = ""
        self._before: list[str] = []
        self._card = ""
        self._held = ""
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(self._end)

    def watch(self, *widgets: QWidget) -> None:
        """Look at what is typed into `widgets` and everything inside them."""
        for widget in widgets:
            for part in (widget, *widget.findChildren(QWidget)):
                if isinstance(part, TAKES_KEYS):
                    part.removeEventFilter(self)
                    part.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind == QEvent.Type.FocusOut and not self._card:
            self._forget()
        elif kind == QEvent.Type.InputMethod and isinstance(event, QInputMethodEvent):
            return self._letter(watched, event.commitString())
        elif kind == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() in ENTER:
                return self._end()
            return self._letter(watched, event.text())
        return False

    def _letter(self, watched: QObject, letters: str) -> bool:
        """Remember what was typed; True when it belongs to a card and must not reach the field."""
        if self._card:
            self._card = (self._card + letters)[: CARD_BYTES * 2]
            self._pause.start()
            return True
        if watched is not self._where:
            self._forget()
            self._where = watched
        if not letters or not letters.isprintable():
            return False
        self._before = [*self._before, *[text_of(watched)] * len(letters)][-NUMBER - 1 :]
        self._letters = (self._letters + letters)[-NUMBER - 1 :]
        if not CARD_BEGINS.fullmatch(self._letters):
            return False
        self._card, self._held = self._letters, text_of(watched)
        put_back(watched, self._before[0])
        self._pause.start()
        return True

    def _end(self) -> bool:
        """The scan is over; True when there was one."""
        self._pause.stop()
        card, held, where = self._card, self._held, self._where
        self._forget()
        if not card:
            return False
        if looks_like_cccd(card):
            self.scanned.emit(card)
        else:
            put_back(where, held + card[NUMBER:])
        return True

    def _forget(self) -> None:
        self._letters, self._before, self._card, self._held = "", [], "", ""


def text_of(widget: QObject | None) -> str:
    """What stands in an editor; other widgets hold no text."""
    if isinstance(widget, QLineEdit):
        return widget.text()
    return widget.toPlainText() if isinstance(widget, QPlainTextEdit) else ""


def put_back(widget: QObject | None, text: str) -> None:
    """Give an editor the text it had; whoever listens to typing hears of it."""
    if isinstance(widget, QLineEdit):
        widget.setText(text)
        widget.textEdited.emit(text)
    elif isinstance(widget, QPlainTextEdit):
        widget.setPlainText(text)
