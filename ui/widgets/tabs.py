"""Sections of one screen: behind tabs (Ctrl+Tab goes to the next), or beside a list."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QTabWidget, QWidget

from ui.widgets.layout import column

__all__ = ["Tabs", "beside"]


class Tabs(QTabWidget):
    """Tabs with plain words; `shown` of a section is called when it comes to the front.

    >>> tabs = Tabs(tr("Các phần"))
    >>> tabs.add(tr("Người dùng"), people, shown=people.shown)
    """

    def __init__(self, name: str, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setDocumentMode(True)
        self.tabBar().setDrawBase(False)
        self.tabBar().setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.tabBar().setAccessibleName(name)
        self.setAccessibleName(name)
        self._shown: list[Callable[[], object]] = []
        self.currentChanged.connect(lambda _number: self.show_current())

    def add(self, words: str, section: QWidget, *, shown: Callable[[], object]) -> None:
        """Add a section called `words`."""
        self._shown.append(shown)
        self.addTab(section, words.replace("&", "&&"))

    def show_current(self) -> None:
        """Let the section in front read what it shows."""
        if 0 <= self.currentIndex() < len(self._shown):
            self._shown[self.currentIndex()]()


def beside(panel: QWidget, width: int) -> QWidget:
    """`panel` in a room `width` wide, for what stands at the right of a list."""
    room = QWidget()
    room.setFixedWidth(width)
    column(room, gap=0).addWidget(panel)
    return room
