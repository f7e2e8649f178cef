"""The fees of the dossier: name, amount, quantity, one line each, and their sum."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from models.fee import dong
from models.words import tr
from ui.screens.intake.forms import FeeForm, whole_number
from ui.screens.intake.marks import mark
from ui.widgets import Card, Elided, IconButton, Label, Link, Small, clear, column, nfc, row

__all__ = ["FeesCard"]


class FeesCard(Card):
    """`edited` on every change; `remade` when lines came or went. Forms change in place."""

    edited = Signal()
    remade = Signal()

    def __init__(self, *, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent, gap=3, margin=10)
        self.fees: list[FeeForm] = []
        head = row(gap=6)
        head.addWidget(Label(tr("Phí, lệ phí"), role="strong"))
        self.more = Link(tr("Thêm"))
        self.more.setAccessibleName(tr("Thêm một khoản phí"))
        self.sum = Label("", role="strong")
        head.addWidget(self.more)
        head.addStretch()
        head.addWidget(self.sum)
        self.body.addLayout(head)
        self.lines = column(gap=3)
        self.body.addLayout(self.lines)
        self.note = Elided("", role="small")
        self.body.addWidget(self.note)
        self.more.clicked.connect(self.add_line)
        self.show_fees([], "")

    def show_fees(self, fees: list[FeeForm], published: str) -> None:
        """Show the fees of another dossier and what the catalogue publishes about them."""
        self.fees = fees
        self.note.setText(published)
        self.note.setVisible(bool(published))
        clear(self.lines)
        self.rows = [FeeLineRow(fee, self) for fee in fees]
        for line in self.rows:
            self.lines.addWidget(line)
        self._sum()
        self.remade.emit()

    def add_line(self) -> None:
        """One more line, the cursor in its name."""
        self.fees.append(FeeForm())
        self.show_fees(self.fees, self.note.text())
        self.rows[-1].name.setFocus()

    def drop(self, fee: FeeForm) -> None:
        """Take a line away."""
        self.fees[:] = [other for other in self.fees if other is not fee]
        self.show_fees(self.fees, self.note.text())
        self.more.setFocus()
        self.edited.emit()

    def wrong(self) -> bool:
        """Mark lines that are neither a fee nor empty; True when there is one."""
        bad = [line for line in self.rows if not line.check()]
        if bad:
            bad[0].amount.setFocus()
        return bool(bad)

    def changed(self) -> None:
        """A line was typed into."""
        self._sum()
        self.edited.emit()

    def order(self) -> list[QWidget]:
        """The editors in the order Enter goes through them."""
        return [part for line in self.rows for part in (line.name, line.amount, line.quantity)]

    def _sum(self) -> None:
        lines = [line for fee in self.fees if (line := fee.line()) is not None]
        self.sum.setText(dong(sum(line.payable for line in lines)) if lines else "")


class FeeLineRow(QWidget):
    """One fee."""

    def __init__(self, fee: FeeForm, card: FeesCard) -> None:
        super().__init__()
        self._fee, self._card = fee, card
        line = row(self, gap=4)
        self.name = edit(tr("Tên khoản phí"), fee.name)
        self.amount = edit(tr("Số tiền"), grouped(fee.amount))
        self.quantity = edit(tr("Số lượng"), fee.quantity)
        self.amount.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.quantity.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.amount.setFixedWidth(84)
        self.quantity.setFixedWidth(40)
        self.away = IconButton("close", tr("Bỏ khoản phí này"), act=lambda: card.drop(fee))
        line.addWidget(self.name, 1)
        for widget in (self.amount, Small("×"), self.quantity, self.away):
            line.addWidget(widget)
        for editor in (self.name, self.amount, self.quantity):
            editor.textEdited.connect(lambda _text: self._typed())
        self.amount.editingFinished.connect(
            lambda: self.amount.setText(grouped(self.amount.text()))
        )

    def check(self) -> bool:
        """Mark the amount or the quantity when they are not numbers; an empty line is fine."""
        empty = self._fee.untouched()
        good = {
            self.name: empty or bool(self._fee.name.strip()),
            self.amount: empty or whole_number(self._fee.amount) is not None,
            self.quantity: empty or bool(whole_number(self._fee.quantity)),
        }
        for editor, right in good.items():
            mark(editor, "" if right else tr("Gõ số tiền và số lượng bằng chữ số."))
        return all(good.values())

    def _typed(self) -> None:
        self._fee.name = nfc(self.name.text()).strip()
        self._fee.amount, self._fee.quantity = self.amount.text(), self.quantity.text()
        self.check()
        self._card.changed()


def edit(words: str, text: str) -> QLineEdit:
    """A line whose words are its placeholder and accessible name."""
    editor = QLineEdit(text)
    editor.setPlaceholderText(words)
    editor.setAccessibleName(words)
    editor.setMaxLength(200)
    editor.setCursorPosition(0)
    return editor


def grouped(text: str) -> str:
    """An amount with dots between thousands; what is not a number stays as typed."""
    amount = whole_number(text)
    return text if amount is None else f"{amount:,}".replace(",", ".")
