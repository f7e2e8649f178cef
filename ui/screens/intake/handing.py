"""How the dossier came, how the result goes back, how many sets, and a note."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from models.words import tr
from ui.screens.intake.forms import VisitForm, whole_number
from ui.screens.intake.words import channel_items, return_items
from ui.widgets import Card, ComboField, Field, row

__all__ = ["HandingCard"]


class HandingCard(Card):
    """Channel, return and address belong to the visit; sets and note to the dossier in front."""

    edited = Signal()

    def __init__(self, *, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent, margin=10, gap=6)
        self._visit: VisitForm | None = None
        self.channel = ComboField(tr("Kênh nộp"), channel_items())
        self.back = ComboField(tr("Nhận kết quả"), return_items())
        self.sets = Field(tr("Số bộ"))
        self.note = Field(tr("Ghi chú"), limit=1000)
        self.address = Field(tr("Địa chỉ nhận kết quả qua bưu chính"), limit=500)
        line = row(gap=8)
        for field, width in ((self.channel, 27), (self.back, 27), (self.sets, 13), (self.note, 40)):
            line.addWidget(field, width)
        self.body.addLayout(line)
        self.add(self.address)
        for field in (self.sets, self.note, self.address):
            field.edited.connect(lambda _text: self._typed())
            field.committed.connect(lambda _text: self._typed())
        for choice in (self.channel, self.back):
            choice.chosen.connect(lambda _value: self._typed())
        self.address.hide()

    def order(self) -> list[QWidget]:
        """The editors in the order Enter goes through them."""
        return [
            self.channel.combo, self.back.combo, self.address.line, self.sets.line, self.note.line,
        ]  # fmt: skip

    def show_form(self, visit: VisitForm) -> None:
        """Show another visit, or another dossier of it."""
        self._visit = visit
        self.channel.set_value(visit.channel)
        self.back.set_value(visit.return_method)
        self.address.set_text(visit.return_address)
        self.sets.set_text(visit.front.sets)
        self.note.set_text(visit.front.note)
        self.address.setVisible(visit.return_method == "postal")

    def wrong(self) -> bool:
        """Say under the field what is missing; True when something is."""
        bad: Field | None = None
        if not whole_number(self.sets.text()):
            self.sets.set_error(tr("Từ 1 bộ."))
            bad = self.sets
        if self.back.value() == "postal" and not self.address.text():
            self.address.set_error(tr("Ghi địa chỉ để bưu chính chuyển kết quả."))
            bad = bad or self.address
        if bad is not None:
            bad.setFocus()
        return bad is not None

    def _typed(self) -> None:
        if self._visit is None:
            return
        visit, form = self._visit, self._visit.front
        visit.channel = int(str(self.channel.value()))
        visit.return_method = str(self.back.value())
        visit.return_address = self.address.text()
        form.sets, form.note = self.sets.text(), self.note.text()
        self.address.setVisible(visit.return_method == "postal")
        self.edited.emit()
