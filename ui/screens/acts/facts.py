"""Putting facts right and taking money."""

from __future__ import annotations

from dataclasses import replace

from models.dates import show_date
from models.dossier import Dossier
from models.fee import dong
from models.intake import FeeLine
from models.party import Person
from models.words import tr
from services.dossiers import handling
from ui.screens.acts.form import ActForm
from ui.screens.base import Screen
from ui.widgets import CheckField, ComboField, Field, Label, Quiet, TextArea, row

__all__ = ["ask_collect_fee", "ask_correct", "fees_due"]


def fees_due(dossier: Dossier) -> tuple[FeeLine, ...]:
    """The fees of intake that nobody has paid yet."""
    paid = list(dossier.fees_paid)
    due = []
    for line in dossier.intake.fees if dossier.intake else ():
        if line in paid:
            paid.remove(line)
        else:
            due.append(line)
    return tuple(due)


def ask_collect_fee(screen: Screen, dossier: Dossier) -> None:
    """Which money was taken, on what receipt?"""
    box = ActForm(screen, dossier, title=tr("Thu tiền"), primary=tr("Ghi đã thu"))
    marks: list[tuple[CheckField, FeeLine]] = []
    for line in fees_due(dossier):
        mark = CheckField(f"{line.name} × {line.quantity}: {dong(line.payable)}")
        mark.setChecked(True)
        marks.append((mark, line))
        box.body.addWidget(mark)
    if not marks:
        box.body.addWidget(Quiet(tr("Không còn khoản nào đã ghi khi tiếp nhận.")).wrapped())
    other = Field(tr("Khoản khác"), optional=True, limit=200)
    amount = Field(tr("Số tiền (đồng)"), optional=True, limit=15)
    line_of_two = row(gap=8)
    line_of_two.addWidget(other, 3)
    line_of_two.addWidget(amount, 2)
    box.body.addLayout(line_of_two)
    total = Label("", role="strong")
    receipt = box.ask("receipt", Field(tr("Số biên lai"), optional=True, limit=60))
    box.body.addWidget(total)
    box.fields["fees"] = other

    def chosen() -> tuple[FeeLine, ...]:
        lines = tuple(line for mark, line in marks if mark.isChecked())
        digits = amount.text().replace(".", "")
        if digits.isdecimal() and int(digits):
            lines = (*lines, FeeLine(other.text() or tr("Khoản thu khác"), int(digits)))
        return lines

    def add_up() -> None:
        total.setText(tr("Tổng: {sum}", sum=dong(sum(line.payable for line in chosen()))))

    def act() -> bool:
        digits = amount.text().replace(".", "")
        if digits and not digits.isdecimal():
            amount.set_error(tr("Chỉ nhập chữ số, ví dụ 8000."))
            return False
        lines, number = chosen(), receipt.text()
        return box.carry_out(
            lambda: handling.collect_fee(
                box.core, box.who, dossier.id, lines=lines, receipt=number
            ),
            tr("Đã ghi thu {sum}.", sum=dong(sum(line.payable for line in lines))),
        )

    for mark, _line in marks:
        mark.toggled.connect(lambda _on: add_up())
    amount.edited.connect(lambda _text: add_up())
    add_up()
    box.on_primary(act)
    box.start()


class PersonFields:
    """The fields of one person inside the dialog."""

    def __init__(self, box: ActForm) -> None:
        self.name = box.ask("name", Field(tr("Họ và tên")))
        pair = row(gap=8)
        self.number = Field(tr("Số giấy tờ tùy thân"), limit=30)
        self.birth = Field(tr("Ngày sinh"), optional=True, limit=10)
        self.phone = Field(tr("Điện thoại"), optional=True, limit=30)
        for name, field in (
            ("id_number", self.number), ("birth", self.birth), ("phone", self.phone)
        ):  # fmt: skip
            box.fields[name] = field
            pair.addWidget(field)
        box.body.addLayout(pair)
        self.address = box.ask("address", Field(tr("Địa chỉ hiện nay"), optional=True, limit=500))

    def show(self, person: Person) -> None:
        """Fill the fields."""
        self.name.set_text(person.name)
        self.number.set_text(person.id_number)
        self.birth.set_text(show_date(person.birth))
        self.phone.set_text(person.phone)
        self.address.set_text(person.address)

    def apply(self, person: Person) -> Person:
        """The person as the fields now say; the service checks and tidies."""
        return replace(
            person, name=self.name.text(), id_number=self.number.text(),
            birth=self.birth.text(), phone=self.phone.text(), address=self.address.text(),
        )  # fmt: skip


def ask_correct(screen: Screen, dossier: Dossier) -> None:
    """Whose facts were taken down wrongly, and what is right?"""
    applicant, submitter = dossier.applicant, dossier.submitter
    assert applicant is not None and submitter is not None
    box = ActForm(
        screen, dossier, title=tr("Sửa thông tin"), primary=tr("Sửa và ghi lý do"), width=620
    )
    same = applicant == submitter
    people: dict[object, Person] = {"applicant": applicant, "submitter": submitter}
    whose = ComboField(
        tr("Của ai"), [("applicant", tr("Chủ hồ sơ")), ("submitter", tr("Người nộp"))]
    )
    whose.setVisible(not same)
    box.body.addWidget(whose)
    fields = PersonFields(box)
    fields.show(applicant)
    whose.chosen.connect(lambda value: fields.show(people[value]))
    reason = box.ask("reason", TextArea(tr("Lý do sửa"), lines=2))

    def act() -> bool:
        which = whose.value()
        right = fields.apply(people[which])
        why = reason.text()
        owner = right if same or which == "applicant" else None
        giver = right if same or which == "submitter" else None
        return box.carry_out(
            lambda: handling.correct(
                box.core,
                box.who,
                dossier.id,
                reason=why,
                applicant=owner,
                submitter=giver,
                seen=dossier,
            ),
            tr("Đã sửa thông tin; bản cũ còn trong nhật ký."),
        )

    box.on_primary(act)
    box.start()
