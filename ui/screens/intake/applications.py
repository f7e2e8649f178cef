"""The dossiers of one visit as a row of tabs; shown only when there are several."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QTabBar, QWidget

from models.words import tr
from ui.screens.intake.forms import VisitForm
from ui.screens.intake.words import short
from ui.widgets import IconButton

__all__ = ["ApplicationTabs"]


class ApplicationTabs(QTabBar):
    """`chosen(number)` when another dossier comes to the front, `dropped(number)` to go."""

    chosen = Signal(int)
    dropped = Signal(int)

    def __init__(self, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setExpanding(False)
        self.setDrawBase(False)
        self.setUsesScrollButtons(True)
        self.setElideMode(Qt.TextElideMode.ElideRight)
        self.setAccessibleName(tr("Các hồ sơ của lượt này"))
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.tabBarClicked.connect(self._clicked)

    def show_visit(self, visit: VisitForm) -> None:
        """Show the dossiers of this visit."""
        self.blockSignals(True)
        while self.count():
            self.removeTab(0)
        for number, form in enumerate(visit.applications, 1):
            title = short(form.title, 34) or tr("chưa chọn thủ tục")
            self.addTab(f"{number}. {title}".replace("&", "&&"))
            away = IconButton(
                "close",
                tr("Bỏ hồ sơ {number} khỏi lượt", number=number),
                act=lambda n=number - 1: self.dropped.emit(n),
            )
            self.setTabButton(number - 1, QTabBar.ButtonPosition.RightSide, away)
        self.setCurrentIndex(visit.current)
        self.blockSignals(False)
        self.setVisible(len(visit.applications) > 1)

    def _clicked(self, number: int) -> None:
        if number >= 0:
            self.chosen.emit(number)
