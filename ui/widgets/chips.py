"""Chips: a state in words with a dot, coloured by kind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSizePolicy, QToolButton, QWidget

from ui.widgets.layout import repolish
from ui.widgets.text import Label, tip

__all__ = ["CHIP_COLOURS", "Chip", "ChipButton", "ChipText", "Kind"]

Kind = Literal["overdue", "soon", "done", "paused", "info", "neutral"]

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
        self.setText(f"●  {words}")
        self.setAccessibleName(words)
        if self.property("chip") != kind:
            self.setProperty("chip", kind)
            repolish(self)


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
        self.setText("●  " + words.replace("&", "&&"))
        self.setAccessibleName(words)
        self.setToolTip(tip(note))
        self.setProperty("chip", kind)
        repolish(self)
