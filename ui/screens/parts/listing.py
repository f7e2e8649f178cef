"""A screen around a list: it takes the cursor when the list has come, not before."""

from __future__ import annotations

from typing import Any

from PySide6.QtGui import QShowEvent

from ui.screens.base import Screen
from ui.widgets import DataTable

__all__ = ["ListScreen"]


class ListScreen(Screen):
    """Set `start` to the list and call `ready` when its rows are shown.

    An empty list cannot hold the cursor: the screen itself does then, so that its keys work.
    """

    _entering = False

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._entering = True

    def ready(self) -> None:
        """The rows are there: take the cursor once after the screen came to the front."""
        if self._entering and self.isVisible():
            self._entering = False
            self.take_focus()

    def take_focus(self) -> None:
        """Into the list when it has rows, else to the screen."""
        table: DataTable[Any] | None = self.start if isinstance(self.start, DataTable) else None
        if table is not None and not table.view.isVisible():
            self.setFocus()
        else:
            super().take_focus()
