"""The line at the bottom of the window; each part says one thing and opens it when pressed."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QSizePolicy, QToolButton, QWidget

from ui.widgets.layout import row
from ui.widgets.text import tip

__all__ = ["StatusLine"]


class StatusLine(QWidget):
    """Named parts from left to right, and one at the right end.

    >>> line.say("saved", tr("Đã lưu trên máy này 14:32:07")); line.pressed.connect(self.open_part)
    """

    pressed = Signal(str)

    def __init__(self, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "bottom")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(26)
        self._parts: dict[str, QToolButton] = {}
        self._layout = row(self, gap=6, margin=(6, 0, 6, 0))
        self._layout.addStretch()

    def say(self, name: str, words: str, *, note: str = "", right: bool = False) -> None:
        """Show `words` in the part called `name`; empty words take the part away."""
        part = self._parts.get(name)
        if part is None:
            part = self._make(name)
            place = self._layout.count() if right else self._left_count()
            self._layout.insertWidget(place, part)
            part.setProperty("side", "right" if right else "left")
        part.setText(words.replace("&", "&&"))
        part.setAccessibleName(words)
        part.setToolTip(tip(note))
        part.setVisible(bool(words))

    def words(self, name: str) -> str:
        """What the part called `name` says, empty when there is none."""
        part = self._parts.get(name)
        return part.accessibleName() if part is not None else ""

    def _left_count(self) -> int:
        return sum(1 for part in self._parts.values() if part.property("side") == "left")

    def _make(self, name: str) -> QToolButton:
        part = QToolButton()
        part.setProperty("role", "status")
        part.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        part.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Expanding)
        part.clicked.connect(lambda: self.pressed.emit(name))
        self._parts[name] = part
        return part
