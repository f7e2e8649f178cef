"""Chips: a state in words with a dot, coloured by kind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolButton, QWidget

from ui.theme import current_theme
from ui.widgets.layout import repolish
from ui.widgets.text import Label, tip

__all__ = ["CHIP_COLOURS", "Chip", "ChipButton", "ChipText", "Kind"]

Kind = Literal["overdue", "soon", "done", "paused", "info", "neutral"]

DOT = 6

CHIP_COLOURS: dict[Kind, tuple[str, str]] = {
    "overdue": ("overdue", "overdue_soft"),
    "soon": ("soon", "soon_soft"),
    "done": ("done", "done_soft"),
    "paused": ("paused", "paused_soft"),
    "info": ("accent_text", "accent_soft"),
    "neutral": ("paused", "paused_soft"),
}
"""Words and background of each kind, for those who paint chips themselves."""


@dataclass(frozen=True)
class ChipText:
    """What a chip says; table columns of kind "chip" return it."""

    words: str
    kind: Kind = "neutral"


class Chip(Label):
    """A chip among other widgets: `Chip(tr("Quá hạn 1 ngày"), "overdue")`."""

    def __init__(
        self, words: str = "", kind: Kind = "neutral", *, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent=parent)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.show_state(words, kind)

    def show_state(self, words: str, kind: Kind) -> None:
        """Say something else."""
        self.setText(words)
        self.setAccessibleName(words)
        if self.property("chip") != kind:
            self.setProperty("chip", kind)
            repolish(self)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        paint_dot(self)


class ChipButton(QToolButton):
    """A chip that opens something when pressed, like the network chip of the top bar."""

    def __init__(
        self, words: str = "", kind: Kind = "neutral", *, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.show_state(words, kind)

    def show_state(self, words: str, kind: Kind, note: str = "") -> None:
        """Say something else; `note` becomes the tooltip."""
        self.setText(words.replace("&", "&&"))
        self.setAccessibleName(words)
        self.setToolTip(tip(note))
        self.setProperty("chip", kind)
        repolish(self)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        paint_dot(self)


def paint_dot(chip: QWidget) -> None:
    """The dot at the left end of a chip; the style sheet leaves room for it."""
    words, _back = CHIP_COLOURS[chip.property("chip")]
    painter = QPainter(chip)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(current_theme().colour(words))
    painter.drawEllipse(QRectF(11, (chip.height() - DOT) / 2, DOT, DOT))
    painter.end()
