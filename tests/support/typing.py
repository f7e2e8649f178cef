"""Typing into widgets as a person does: by keys, or through an input method."""

from __future__ import annotations

from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QApplication, QWidget

from ui.tour.hands import type_text

__all__ = ["compose_text", "type_text"]


def compose_text(widget: QWidget, text: str) -> None:
    """Enter `text` the way an input method does: shown while composing, then committed."""
    QApplication.sendEvent(widget, QInputMethodEvent(text[:-1], []))
    event = QInputMethodEvent()
    event.setCommitString(text)
    QApplication.sendEvent(widget, event)
