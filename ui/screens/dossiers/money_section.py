"""Phí: what was asked for, what was paid, what is left."""

from __future__ import annotations

from models.fee import dong
from models.intake import FeeLine
from models.words import tr
from services.dossiers.view import DossierView
from ui.screens.acts.facts import fees_due
from ui.screens.base import Screen
from ui.screens.dossiers.sections import Section
from ui.widgets import ChipText, Column, DataTable, Label

__all__ = ["MoneySection"]

Line = tuple[int, FeeLine, bool]


class MoneySection(Section):
    """One row per fee with its state."""

    def __init__(self, screen: Screen) -> None:
        super().__init__(screen)
        self.table: DataTable[Line] = DataTable(
            [
                Column(tr("Khoản thu"), lambda line: line[1].name),
                Column(tr("Số lượng"), lambda line: line[1].quantity, 90, align="right"),
                Column(tr("Thành tiền"), lambda line: dong(line[1].payable), 140, align="right"),
                Column(tr("Tình trạng"), paid_chip, 120),
            ],
            key=lambda line: line[0],
            empty=tr("Hồ sơ không phải nộp khoản nào."),
            name=tr("Phí, lệ phí của hồ sơ"),
        )
        self.total = Label("", role="strong")
        self.box.addWidget(self.table, 1)
        self.box.addWidget(self.total)

    def title(self) -> str:
        """The words of its tab."""
        return tr("Phí")

    def fill(self, view: DossierView) -> None:
        """List what was paid and what is due."""
        dossier = view.dossier
        lines = [(fee, True) for fee in dossier.fees_paid]
        lines += [(fee, False) for fee in fees_due(dossier)]
        self.table.show_rows([(n, fee, paid) for n, (fee, paid) in enumerate(lines)])
        paid = sum(fee.payable for fee, is_paid in lines if is_paid)
        due = sum(fee.payable for fee, is_paid in lines if not is_paid)
        words = tr("Đã thu {paid}, còn phải thu {due}.", paid=dong(paid), due=dong(due))
        self.total.setText(words if lines else "")


def paid_chip(line: Line) -> ChipText:
    """Paid or not."""
    return ChipText(tr("Đã thu"), "done") if line[2] else ChipText(tr("Chưa thu"), "soon")
