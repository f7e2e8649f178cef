"""On whose behalf somebody hands in a dossier, and on what paper."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from PySide6.QtWidgets import QWidget

from models.words import tr
from ui.screens.intake.forms import NOBODY, OtherForm
from ui.screens.intake.person_card import PersonFields
from ui.widgets import Dialog, Field, Quiet, row

__all__ = ["ask_other"]


class OtherDialog(Dialog):
    """The applicant somebody acts for."""

    def __init__(self, parent: QWidget, other: OtherForm, today: date) -> None:
        super().__init__(
            parent, tr("Nộp thay ai"), primary=tr("Dùng thông tin này"), width=560
        )  # fmt: skip
        self._today = today
        self.fields = PersonFields()
        self.authority = Field(
            tr("Giấy tờ ủy quyền hoặc quan hệ"),
            placeholder=tr("Ví dụ: văn bản ủy quyền 12/11/2026; cha của trẻ"),
        )
        words = tr("Người này là chủ hồ sơ; người nộp là người đại diện.")
        self.body.addWidget(Quiet(words).wrapped())
        f = self.fields
        lines = (
            (f.kind, f.number),
            (f.name,),
            (f.birth, f.sex, f.phone),
            (f.trouble,),
            (f.address,),
        )
        for line in lines:
            layout = row(gap=8)
            for field in line:
                layout.addWidget(field, 1)
            self.body.addLayout(layout)
        self.body.addWidget(self.authority)
        f.show(other.person)
        self.authority.set_text(other.authority)

    def answer(self) -> OtherForm | None:
        """What was typed, None (and the reason on the fields) while it has mistakes."""
        problems = self.fields.check(self._today, everything=True)
        wrong = [problem for problem in problems if problem.severity == "error"]
        if not self.authority.text():
            self.authority.set_error(tr("Ghi giấy tờ hoặc quan hệ cho phép nộp thay."))
        if wrong:
            self.fields.field_of(wrong[0]).setFocus()
        if wrong or not self.authority.text():
            self.say_problem("" if wrong else tr("Còn thiếu giấy tờ ủy quyền hoặc quan hệ."))
            return None
        return OtherForm(self.fields.person(), self.authority.text())


def ask_other(
    parent: QWidget,
    other: OtherForm | None,
    *,
    today: date,
    act: Callable[[OtherForm], object],
    gone: Callable[[], object],
) -> OtherDialog:
    """Ask for the applicant; `act(other)` when it is complete, `gone()` when nothing was chosen."""
    box = OtherDialog(parent, other or OtherForm(NOBODY), today)

    def press() -> bool:
        answer = box.answer()
        if answer is None:
            return False
        act(answer)
        return True

    box.on_primary(press)
    box.rejected.connect(gone)
    box.open()
    box.fields.number.setFocus()
    return box
