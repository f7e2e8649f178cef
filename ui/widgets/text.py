"""Words on the screen, plain text by construction: labels, headings, links and tooltips."""

from __future__ import annotations

import html
import re
import unicodedata

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QLabel, QSizePolicy, QToolButton, QWidget

from models.words import tr
from ui.icons import icon
from ui.widgets.layout import row

__all__ = [
    "CodeLabel",
    "Elided",
    "Heading",
    "Label",
    "Link",
    "Quiet",
    "Small",
    "Title",
    "nfc",
    "tip",
]


BREAKABLE = re.compile(r"(?<=\S{28})(?=\S)")
BREAK = "\N{ZERO WIDTH SPACE}"


def nfc(text: str) -> str:
    """The text in composed form (NFC): what the store, the search and the printer expect."""
    return unicodedata.normalize("NFC", text)


def tip(text: str) -> str:
    """The text made safe for a tooltip, which Qt would otherwise read as HTML when it can."""
    if "<" not in text:
        return text
    return "<qt>" + html.escape(text).replace("\n", "<br>") + "</qt>"


class Label(QLabel):
    """A label that never reads its text as HTML.

    `role` chooses the look: "", "quiet", "small", "label", "heading", "title", "big", "strong",
    "error", "code", "key".
    """

    def __init__(self, text: str = "", *, role: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("role", role)
        self.setText(text)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def wrapped(self) -> Label:
        """The same label, its text broken over several lines as needed."""
        self.setWordWrap(True)
        self.setText(self._words)
        policy = self.sizePolicy()
        policy.setHorizontalPolicy(QSizePolicy.Policy.Ignored)
        policy.setVerticalPolicy(QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        return self

    def selectable(self) -> Label:
        """The same label, its text open to selection and copying."""
        flags = Qt.TextInteractionFlag
        self.setTextInteractionFlags(flags.TextSelectableByMouse | flags.TextSelectableByKeyboard)
        return self

    def setText(self, text: str) -> None:
        """Show `text`; in a wrapped label a very long token may break, so that it is not cut."""
        self._words = text
        super().setText(BREAKABLE.sub(BREAK, text) if self.wordWrap() else text)

    def text(self) -> str:
        """The words, as they were given."""
        return self._words

    def setToolTip(self, text: str) -> None:
        super().setToolTip(tip(text))


class Elided(Label):
    """One line that ends in an ellipsis where the room ends; the whole text is its tooltip."""

    def __init__(self, text: str = "", *, role: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, role=role, parent=parent)

    def minimumSizeHint(self) -> QSize:
        return QSize(40, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        end = Qt.TextElideMode.ElideRight
        words = self.fontMetrics().elidedText(" ".join(self.text().split()), end, self.width())
        self.setToolTip(self.text() if words != self.text() else "")
        painter.drawText(self.rect(), self.alignment() | Qt.TextFlag.TextSingleLine, words)
        painter.end()


class Title(Label):
    """The title of a screen."""

    def __init__(self, text: str = "", *, parent: QWidget | None = None) -> None:
        super().__init__(text, role="title", parent=parent)


class Heading(Label):
    """The short heading over a group of fields or a list."""

    def __init__(self, text: str = "", *, parent: QWidget | None = None) -> None:
        super().__init__(text, role="heading", parent=parent)


class Quiet(Label):
    """A remark that stands back: notes, units, explanations."""

    def __init__(self, text: str = "", *, parent: QWidget | None = None) -> None:
        super().__init__(text, role="quiet", parent=parent)


class Small(Label):
    """The smallest words: notes under a field, sources, footers."""

    def __init__(self, text: str = "", *, parent: QWidget | None = None) -> None:
        super().__init__(text, role="small", parent=parent)


class Link(QToolButton):
    """Underlined words that do something when pressed; reachable with Tab."""

    def __init__(self, text: str, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "link")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.set_text(text)

    def set_text(self, text: str) -> None:
        """Change the words."""
        self.setText(text.replace("&", "&&"))
        self.setAccessibleName(text)


class CodeLabel(QWidget):
    """A code that can be read out and copied with one click."""

    def __init__(self, text: str = "", *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        layout = row(self, gap=4)
        self.label = Label(text, role="code").selectable()
        self.button = QToolButton()
        self.button.setIcon(icon("copy"))
        self.button.setIconSize(QSize(16, 16))
        self.button.setToolTip(tr("Chép mã"))
        self.button.setAccessibleName(tr("Chép mã"))
        self.button.clicked.connect(self.copy)
        layout.addWidget(self.label)
        layout.addWidget(self.button)
        layout.addStretch()

    def set_text(self, text: str) -> None:
        """Show another code."""
        self.label.setText(text)

    def text(self) -> str:
        """The code shown."""
        return self.label.text()

    def copy(self) -> None:
        """Put the code on the clipboard."""
        QApplication.clipboard().setText(self.label.text())
