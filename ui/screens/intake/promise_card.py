"""The date to be promised and its code; where the catalogue knows no limit, the fields for one."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from models.procedure import Procedure
from models.words import tr
from services.dossiers.preview import Expected
from ui.screens.intake.forms import ApplicationForm, LimitForm
from ui.screens.intake.words import moment, unit_items
from ui.widgets import Card, ComboField, Field, Label, Link, Quiet, Small, row

__all__ = ["PromiseCard"]


class PromiseCard(Card):
    """`edited` when the typed limit changes, `why_wanted` for the explanation."""

    edited = Signal()
    why_wanted = Signal()

    def __init__(self, *, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent, gap=3, margin=12)
        self._limit = LimitForm()
        self._known = False
        self._said = ""
        self.date = Label("–", role="big")
        self.date.setAccessibleName(tr("Hẹn trả kết quả"))
        self.why = Link(tr("Vì sao ngày này?"))
        self.code = Quiet("")
        self.override = Link(tr("Sửa thời hạn"))
        self.source = Small("").wrapped()
        self.value = Field(tr("Thời hạn"), placeholder="3")
        self.unit = ComboField(tr("Tính theo"), unit_items())
        self.basis = Field(
            tr("Căn cứ pháp lý"), placeholder=tr("Ví dụ: Điều 18 Luật Hộ tịch"), limit=400
        )
        self._lay_out()
        for field in (self.value, self.basis):
            field.edited.connect(lambda _text: self._typed())
            field.committed.connect(lambda _text: self._typed())
        self.unit.chosen.connect(lambda _value: self._typed())
        self.why.clicked.connect(self.why_wanted.emit)
        self.override.clicked.connect(self.toggle_own)
        self.show_form(ApplicationForm(), None)

    def order(self) -> list[QWidget]:
        """The editors of the limit in the order Enter goes through them."""
        return [self.value.line, self.unit.combo, self.basis.line]

    def _lay_out(self) -> None:
        self.add(Quiet(tr("Hẹn trả kết quả")), self.date)
        line = row(gap=6, margin=(-10, 0, 0, 0))
        line.addWidget(self.why)
        line.addStretch()
        line.addWidget(self.override)
        self.body.addLayout(line)
        self.add(self.source)
        self._fields = QWidget()
        middle = row(self._fields, gap=6)
        for field, width in ((self.value, 18), (self.unit, 82)):
            middle.addWidget(field, width)
        self.add(self._fields, self.basis, self.code)

    def show_form(self, form: ApplicationForm, procedure: Procedure | None) -> None:
        """Show the limit of another dossier."""
        self._limit = form.limit
        self._known = bool(procedure and procedure.limit_known)
        self.value.set_text(form.limit.value)
        self.unit.set_value((form.limit.unit, form.limit.mode))
        self.basis.set_text(form.limit.basis)
        self.source.setText(self._source(procedure))
        self._dress(procedure is not None)
        if procedure is None:
            self.show_expected(None)

    def show_expected(self, expected: Expected | None) -> None:
        """Show the date this dossier would get now."""
        promise = expected.promise if expected else None
        intake = expected.dossier.intake if expected else None
        same = bool(promise and intake and promise.due[:4] == intake.received_at[:4])
        self.date.setText(moment(promise.due, year=not same) if promise else "–")
        self.date.setToolTip(moment(promise.due) if promise else "")
        self.why.setEnabled(promise is not None)
        self.code.setText(tr("Mã {code}", code=intake.code) if intake else "")
        self.code.setVisible(intake is not None)
        problem = expected.problem if expected else None
        typed = self._limit.own and bool(self._limit.value)
        wrong = problem is not None and typed and problem.field == "limit"
        before, self._said = self._said, problem.what if wrong and problem else ""
        if self._said or self.value.error() == before:
            self.value.set_error(self._said)

    def refuse(self, field: str, words: str) -> bool:
        """Show an error of the limit or its basis; False when the field is not here."""
        target = {"limit": self.value, "legal_basis": self.basis}.get(field)
        if target is None:
            return False
        if not self._limit.own:
            self.toggle_own()
        target.set_error(words)
        target.setFocus()
        return True

    def toggle_own(self) -> None:
        """Type a limit of one's own instead of the catalogue's, or take the catalogue's again."""
        self._limit.own = not self._limit.own or not self._known
        self._dress(True)
        self.edited.emit()
        if self._limit.own:
            self.value.setFocus()

    def _dress(self, chosen: bool) -> None:
        own = chosen and self._limit.own
        self._fields.setVisible(own)
        self.basis.setVisible(own)
        self.value.setEnabled(self._limit.unit != "same_day")
        self.override.setVisible(chosen and self._known)
        self.override.set_text(
            tr("Dùng thời hạn danh mục") if self._limit.own else tr("Sửa thời hạn")
        )
        self.source.setVisible(bool(self.source.text()))

    def _source(self, procedure: Procedure | None) -> str:
        if procedure is None:
            return ""
        if procedure.limit_known:
            return tr("Nguồn: {source}", source=procedure.limit_source) \
                if procedure.limit_source else ""  # fmt: skip
        if procedure.limit_text:
            return tr(
                "Danh mục ghi “{text}”: chọn đúng thời hạn và ghi căn cứ.",
                text=procedure.limit_text,
            )
        return tr("Danh mục chưa có thời hạn: nhập thời hạn và căn cứ.")

    def _typed(self) -> None:
        limit = self._limit
        limit.value, limit.basis = self.value.text(), self.basis.text()
        limit.unit, limit.mode = self.unit.value()
        self._dress(True)
        self.edited.emit()
