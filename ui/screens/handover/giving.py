"""Who receives the result, on what paper, how; a scanned citizen card fills it in."""

from __future__ import annotations

from collections.abc import Callable

from models.cccd_qr import looks_like_cccd, parse_cccd
from models.dossier import Dossier
from models.errors import InputError
from models.fee import dong
from models.folding import vn_fold
from models.words import tr
from services.dossiers import issuing
from ui.screens.acts.facts import fees_due
from ui.screens.acts.form import ActForm
from ui.screens.base import Screen
from ui.widgets import Banner, ComboField, Field, Label, row

__all__ = ["ask_hand_over"]


class GivingForm(ActForm):
    """The dialog of the handover; the submitter stands in it already."""

    def __init__(self, screen: Screen, dossier: Dossier, then: Callable[[], object]) -> None:
        super().__init__(
            screen, dossier, title=tr("Trả kết quả"), primary=tr("Trả kết quả"), width=560
        )
        self._then = then
        intake, person = dossier.intake, dossier.submitter
        due = fees_due(dossier)
        self.owed = sum(line.payable for line in due)
        if self.owed:
            banner = Banner()
            banner.say(
                tr("Còn phải thu {sum}. Thu phí trước, hoặc ghi lý do vẫn trả.",
                   sum=dong(self.owed)),
                kind="soon", closable=False,
            )  # fmt: skip
            self.body.addWidget(banner)
        self.receiver = self.ask("receiver", Field(tr("Người nhận"), limit=1100))
        self.number = Field(tr("Số giấy tờ tùy thân"), optional=True, limit=1100)
        self.fields["id_number"] = self.number
        self.method = ComboField(
            tr("Cách trả"),
            [("desk", tr("Tại quầy")), ("postal", tr("Qua bưu chính công ích")),
             ("online", tr("Trực tuyến"))],
        )  # fmt: skip
        pair = row(gap=8)
        pair.addWidget(self.number, 1)
        pair.addWidget(self.method, 1)
        self.body.addLayout(pair)
        self.relation = self.ask(
            "note",
            Field(
                tr("Quan hệ, giấy ủy quyền, ghi chú"), optional=True, limit=900,
                placeholder=tr("ví dụ: con; giấy ủy quyền số 12 ngày 20/11/2026"),
            ),
        )  # fmt: skip
        self.who_line = Label("", role="small").wrapped()
        self.body.addWidget(self.who_line)
        if person is not None:
            self.receiver.set_text(person.name)
            self.number.set_text(person.id_number)
        if intake is not None:
            self.method.set_value(intake.return_method)
        for field in (self.receiver, self.number):
            field.committed.connect(self._scanned)
        self.receiver.edited.connect(lambda _text: self._compare())
        self.on_primary(self._give)
        self._compare()

    def _scanned(self, text: str) -> None:
        """A citizen card was scanned into a field: name and number come from it."""
        if not looks_like_cccd(text):
            return
        try:
            card = parse_cccd(text)
        except InputError as error:
            self.receiver.set_error(error.sentence())
            return
        self.receiver.set_text(card.name)
        self.number.set_text(card.number)
        self._compare()

    def is_stranger(self) -> bool:
        """Whether the receiver is neither the applicant nor the submitter."""
        known = {vn_fold(p.name) for p in (self.dossier.applicant, self.dossier.submitter) if p}
        return vn_fold(self.receiver.text()) not in known

    def _compare(self) -> None:
        if self.is_stranger():
            self.who_line.setText(
                tr("Không phải người nộp hay chủ hồ sơ: ghi quan hệ hoặc giấy ủy quyền.")
            )
        else:
            self.who_line.setText(tr("Đúng tên người nộp hoặc chủ hồ sơ; đối chiếu giấy tờ."))

    def _give(self) -> bool:
        self._scanned(self.receiver.text())
        note = self.relation.text()
        if not note and self.is_stranger():
            self.relation.set_error(tr("Người khác nhận thay: ghi quan hệ hoặc giấy ủy quyền."))
            self.relation.setFocus()
            return False
        if not note and self.owed:
            self.relation.set_error(tr("Còn khoản phải thu: ghi lý do vẫn trả."))
            self.relation.setFocus()
            return False
        receiver, number = self.receiver.text(), self.number.text()
        method = str(self.method.value() or "desk")
        return self.carry_out(
            lambda: issuing.hand_over(
                self.core, self.who, self.dossier.id, receiver=receiver, id_number=number,
                method=method, note=note,
            ),
            tr("Đã trả kết quả cho {name}.", name=receiver),
            then=lambda _d: self._then(),
        )  # fmt: skip


def ask_hand_over(screen: Screen, dossier: Dossier, *, then: Callable[[], object]) -> GivingForm:
    """Open the dialog; `then` runs after the result was handed over."""
    box = GivingForm(screen, dossier, then)
    box.start()
    return box
