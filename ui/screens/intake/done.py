"""After storing: code and date large enough to read out, the receipt, and the way on."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from models.dossier import Dossier
from models.words import tr
from services.core import Core
from ui.screens.base import Screen
from ui.screens.intake.paper import ReceiptView
from ui.screens.intake.words import moment
from ui.screens.parts.paper import print_pdf, save_file
from ui.widgets import (
    Button,
    Card,
    CodeLabel,
    Label,
    PrimaryButton,
    Quiet,
    ScrollColumn,
    clear,
    column,
    repolish,
    row,
)

__all__ = ["DonePanel"]


class DonePanel(QWidget):
    """`next_wanted` for the next citizen."""

    next_wanted = Signal()

    def __init__(self, screen: Screen) -> None:
        super().__init__()
        self._screen = screen
        self.dossiers: tuple[Dossier, ...] = ()
        self.paper = ReceiptView(screen.desk.tasks)
        self.print_button = Button(
            tr("In giấy hẹn"), key="Ctrl+P", icon_name="printer", act=self.print_now
        )
        self.save_button = Button(
            tr("Lưu PDF"), key="Ctrl+S", icon_name="download", act=self.save_now
        )
        self.next_button = PrimaryButton(
            tr("Hồ sơ tiếp theo"), key="Ctrl+Return", act=self.next_wanted.emit
        )
        line = row(self)
        line.addWidget(self._left(), 5)
        paper = Card(tr("Giấy tiếp nhận hồ sơ và hẹn trả kết quả"), margin=8)
        paper.body.addWidget(self.paper, 1)
        line.addWidget(paper, 6)

    def _left(self) -> Card:
        card = Card(margin=20, gap=10)
        self.headline = Label("", role="strong").wrapped()
        self.headline.setProperty("tone", "done")
        card.add(self.headline)
        holder = ScrollColumn(gap=14)
        holder.setMinimumHeight(120)
        self.list = column(gap=14)
        holder.body.addLayout(self.list)
        holder.body.addStretch()
        card.body.addWidget(holder, 1)
        buttons = row(gap=8)
        for button in (self.print_button, self.save_button):
            buttons.addWidget(button)
        buttons.addStretch()
        card.body.addLayout(buttons)
        onward = row(gap=8)
        onward.addWidget(self.next_button)
        onward.addStretch()
        card.body.addLayout(onward)
        return card

    def show_stored(self, core: Core, dossiers: Sequence[Dossier], receiver: str) -> None:
        """Show what was stored and draw its receipt."""
        self.dossiers = tuple(dossiers)
        person = self.dossiers[0].submitter
        self.headline.setText(
            tr("Đã tiếp nhận {count} hồ sơ của {name}", count=len(self.dossiers),
               name=person.name if person else "")
        )  # fmt: skip
        clear(self.list)
        for dossier in self.dossiers:
            self.list.addWidget(self._entry(dossier))
        self.paper.say(tr("Đang dựng giấy hẹn…"))
        self.paper.show_receipt(core, self.dossiers, receiver)

    def print_now(self) -> None:
        """Print the receipt; it is stored already, so nothing waits for the printer."""
        if self.paper.pdf:
            print_pdf(self._screen, self.paper.pdf, title=self._name())

    def save_now(self) -> None:
        """Save the receipt as a PDF."""
        if self.paper.pdf:
            save_file(self._screen, self.paper.pdf, f"{self._name()}.pdf")

    def _name(self) -> str:
        intake = self.dossiers[0].intake
        return intake.code if intake else ""

    def _entry(self, dossier: Dossier) -> QWidget:
        intake = dossier.intake
        assert intake is not None
        entry = QWidget()
        lines = column(entry, gap=2)
        code = CodeLabel(intake.code)
        code.label.setProperty("role", "big")
        repolish(code.label)
        lines.addWidget(code)
        due = Label(tr("Hẹn trả {due}", due=moment(dossier.due)), role="title")
        for widget in (due.wrapped(), Label(intake.procedure_name).wrapped()):
            lines.addWidget(widget)
        applicant = dossier.applicant
        if applicant is not None and applicant != dossier.submitter:
            lines.addWidget(Quiet(tr("Chủ hồ sơ: {name}", name=applicant.name)).wrapped())
        return entry
