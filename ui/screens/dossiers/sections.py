"""What every section of a dossier is: filled when it is looked at, forgotten when it changed."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from models.words import tr
from services.dossiers.view import DossierView
from ui.screens.base import Screen
from ui.screens.parts.why import explain_due
from ui.widgets import WhyPanel, column

__all__ = ["Section", "WhySection"]


class Section(QWidget):
    """One part of a dossier; a subclass says its `title` and fills itself in `fill`."""

    def __init__(self, screen: Screen) -> None:
        super().__init__()
        self.screen = screen
        self._filled = False
        self.box = column(self, gap=8, margin=(0, 8, 0, 0))

    def title(self) -> str:
        """The words of its tab."""
        raise NotImplementedError

    def fill(self, view: DossierView) -> None:
        """Show `view`."""
        raise NotImplementedError

    def show_view(self, view: DossierView) -> None:
        """Fill it unless it already shows this reading."""
        if not self._filled:
            self._filled = True
            self.fill(view)

    def forget(self) -> None:
        """What it shows is out of date."""
        self._filled = False


class WhySection(Section):
    """Why the promised date is that date, with the first one kept."""

    def __init__(self, screen: Screen) -> None:
        super().__init__(screen)
        self.panel = WhyPanel()
        self.box.addWidget(self.panel)

    def title(self) -> str:
        """The words of its tab."""
        return tr("Vì sao ngày này")

    def fill(self, view: DossierView) -> None:
        """Explain the date in force."""
        explain_due(self.panel, view.dossier, self.screen.desk.office.core.calendar)
