"""A row of choices of which one is on: whose dossiers, which queue; arrows move along it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QTabBar, QWidget

__all__ = ["ChoiceRow"]


class ChoiceRow(QTabBar):
    """Words side by side; `chosen(value)` when the person takes another one.

    >>> scope = ChoiceRow([("mine", tr("Của tôi")), ("ward", tr("Toàn đơn vị"))], name=...)
    """

    chosen = Signal(object)

    def __init__(
        self, items: Sequence[tuple[object, str]], *, name: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._values: list[object] = []
        self.setAccessibleName(name)
        self.setDrawBase(False)
        self.setExpanding(False)
        self.setUsesScrollButtons(True)
        self.setElideMode(Qt.TextElideMode.ElideNone)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        for value, words in items:
            self._values.append(value)
            self.addTab(plain(words))
        self.currentChanged.connect(self._changed)

    def value(self) -> object:
        """The choice that is on."""
        index = self.currentIndex()
        return self._values[index] if 0 <= index < len(self._values) else None

    def set_value(self, value: object) -> None:
        """Turn `value` on without announcing it."""
        if value in self._values:
            self.blockSignals(True)
            self.setCurrentIndex(self._values.index(value))
            self.blockSignals(False)

    def set_words(self, value: object, words: str) -> None:
        """Say something else for `value`."""
        if value in self._values:
            self.setTabText(self._values.index(value), plain(words))

    def _changed(self, index: int) -> None:
        if index >= 0:
            self.chosen.emit(self._values[index])


def plain(words: str) -> str:
    """The words with no letter taken as a shortcut."""
    return words.replace("&", "&&")
