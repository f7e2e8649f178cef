"""Who stands at the desk: identity, contact, on whose behalf, and what is already known of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QWidget

from models.dates import show_date
from models.identity import id_kind_label
from models.party import Person, check_person, party_kind_label, sex_label
from models.phones import format_phone
from models.problems import Problem
from models.words import tr
from services.dossiers.familiar import Familiar
from ui.screens.intake.forms import NOBODY, OtherForm, guess_id_kind
from ui.screens.intake.marks import mark
from ui.screens.intake.words import day, short
from ui.widgets import Card, Chip, ComboField, Elided, Field, Label, Link, Small, row
from ui.widgets.fields import FieldFrame

__all__ = ["PersonCard", "PersonFields"]

LONGEST_TYPED, SEX_WIDTH = 400, 80
NARROW = ("birth", "phone")
"""Fields with no room for a sentence below them."""


def sentence_of(problem: Problem) -> str:
    """What is wrong, what to do, and the code for the help desk."""
    return f"{problem.what} {problem.next_step} ({problem.code})"


class PersonFields:
    """The fields of one person, and the problems of what stands in them.

    An error shows once its field was left; all of them when `check(everything=True)` asks.
    """

    def __init__(self) -> None:
        self.number = Field(tr("Số định danh cá nhân"), limit=LONGEST_TYPED)
        self.name = Field(tr("Họ và tên"), limit=LONGEST_TYPED)
        self.birth = Field(tr("Ngày sinh"), placeholder="31/12/1990")
        sexes: list[tuple[object, str]] = [("", "–"), ("nam", sex_label("nam"))]
        self.sex = ComboField(tr("Giới tính"), [*sexes, ("nu", sex_label("nu"))])
        self.phone = Field(tr("Điện thoại"))
        self.address = Field(tr("Nơi cư trú"), limit=LONGEST_TYPED)
        kinds = ("individual", "household_business", "organisation")
        self.kind = ComboField(tr("Là"), [(kind, party_kind_label(kind)) for kind in kinds])
        self.trouble = Label("", role="error").wrapped()
        self.trouble.hide()
        self._rest = NOBODY
        self._left: set[str] = set()
        self._said: dict[str, str] = {}
        for name, field in self.lines().items():
            field.committed.connect(lambda _text, n=name: self._left.add(n))
            field.edited.connect(lambda _text, n=name: self._left.discard(n))
        self.birth.committed.connect(lambda _text: self.show_birth())
        self.kind.chosen.connect(lambda _kind: self.dress())

    def lines(self) -> dict[str, Field]:
        """The fields one types into, by the name that problems use."""
        return {
            "id_number": self.number, "name": self.name, "birth": self.birth,
            "phone": self.phone, "address": self.address,
        }  # fmt: skip

    def person(self) -> Person:
        """The person as typed."""
        kind, number = str(self.kind.value()), self.number.text()
        single = kind == "individual"
        return replace(
            self._rest,
            kind=kind,  # type: ignore[arg-type]  # the values of the choice
            name=self.name.text(),
            id_kind=guess_id_kind(kind, number),
            id_number=number,
            birth=self.birth.text() if single else "",
            sex=str(self.sex.value() or "") if single else "",  # type: ignore[arg-type]
            phone=self.phone.text(),
            address=self.address.text(),
        )

    def show(self, person: Person) -> None:
        """Fill the fields without announcing it; errors of the one before go."""
        self._rest = person
        self._left.clear()
        for name in self.lines():
            self.say_wrong(name, "")
        self.number.set_text(person.id_number)
        self.name.set_text(person.name)
        self.birth.set_text(show_date(person.birth))
        self.sex.set_value(person.sex)
        self.phone.set_text(format_phone(person.phone))
        self.address.set_text(person.address)
        self.kind.set_value(person.kind)
        self.dress()

    def forget_card(self) -> None:
        """The number or the name is no longer the card's."""
        self._rest = replace(self._rest, address_on_card="")

    def dress(self) -> None:
        """Labels and fields for the kind of applicant."""
        single = self.kind.value() == "individual"
        self.number.label.setText(
            tr("Số định danh cá nhân") if single else tr("Mã số thuế hoặc số định danh")
        )
        self.name.label.setText(tr("Họ và tên") if single else tr("Tên"))
        for field in (self.birth, self.sex):
            field.setEnabled(single)

    def show_birth(self) -> None:
        """Write 5-3-90 in full once it can be read."""
        text = self.birth.text()
        digits = "".join(letter for letter in text if letter.isdigit())
        if len(digits) == 8 and digits == text:
            self.birth.set_text(f"{digits[:2]}/{digits[2:4]}/{digits[4:]}")

    def check(self, today: date, *, everything: bool) -> tuple[Problem, ...]:
        """Put each error under its field and return what was found; doubts are not errors here."""
        person = self.person()
        found = check_person(person, today)
        problems = tuple(p for p in found if p.severity != "warning")
        odd = [p.what for p in found if p.severity == "warning" and place_of(p) == "id_number"]
        if everything:
            self._left.update(self.lines())
        for name in self.lines():
            wrong = [p for p in problems if p.severity == "error" and place_of(p) == name]
            shown = bool(wrong) and name in self._left
            self.say_wrong(name, sentence_of(wrong[0]) if shown else "")
        usual = person.id_kind in ("", "personal_id") or person.kind != "individual"
        self.number.set_hint(odd[0] if odd else "" if usual else id_kind_label(person.id_kind))
        return problems

    def say_wrong(self, name: str, words: str) -> None:
        """Show an error of the field `name`; a narrow one says it below its row."""
        field = self.lines()[name]
        if name not in NARROW:
            if field.error() != words:
                field.set_error(words)
            return
        mark(field.line, words)
        self._said[name] = words
        self.trouble.setText(" ".join(said for said in self._said.values() if said))
        self.trouble.setVisible(any(self._said.values()))

    def field_of(self, problem: Problem) -> FieldFrame:
        """The field a problem is about."""
        return self.lines().get(place_of(problem), self.number)


def place_of(problem: Problem) -> str:
    """The field under which a problem is shown."""
    return "id_number" if problem.field in ("id_kind", "") else problem.field


class PersonCard(Card):
    """The person at the desk. `edited` on every change, `known_wanted` to fill from what is known,
    `other_wanted` to name on whose behalf, `other_dropped` when it is nobody's."""

    edited = Signal()
    known_wanted = Signal()
    other_wanted = Signal()
    other_dropped = Signal()

    def __init__(self, *, parent: QWidget | None = None) -> None:
        super().__init__(tr("Người nộp"), gap=6, parent=parent)
        self.fields = PersonFields()
        fields = self.fields
        self.scanned = Chip(tr("CCCD quét, chưa xác thực"), "soon")
        self.remark.hide()
        self.head.addWidget(self.scanned)
        self.other = ComboField(
            tr("Nộp thay ai"), [(False, tr("Không")), (True, tr("Người khác…"))]
        )
        self.on_card = Small("").wrapped()
        self.on_behalf = Small("").wrapped()
        self.change_other = Link(tr("Sửa"))
        self.doubt = Label("", role="error").wrapped()
        self.reason = Field(
            tr("Lý do vẫn nhận"), placeholder=tr("Ví dụ: đã xem thẻ căn cước bản gốc")
        )
        self.known = Elided("", role="small")
        self.fill = Link(tr("Điền lại (Alt+D)"))
        for choice in (fields.kind, fields.sex, self.other):
            narrow(choice.combo)
        self._lay_out()
        for field in (*fields.lines().values(), self.reason):
            field.edited.connect(lambda _text: self.edited.emit())
            field.committed.connect(lambda _text: self.edited.emit())
        for choice in (fields.sex, fields.kind):
            choice.chosen.connect(lambda _value: self.edited.emit())
        self.other.chosen.connect(self._other_chosen)
        self.change_other.clicked.connect(self.other_wanted.emit)
        self.fill.clicked.connect(self.known_wanted.emit)
        self.say_scanned(False, "")
        self.say_other(None)
        self.say_doubts(())
        self.say_known(Familiar())

    def order(self) -> list[QWidget]:
        """The editors in the order Enter goes through them."""
        f = self.fields
        return [
            f.number.line, f.name.line, f.birth.line, f.sex.combo, f.phone.line, f.address.line,
            f.kind.combo, self.other.combo, self.reason.line,
        ]  # fmt: skip

    def _lay_out(self) -> None:
        f = self.fields
        self.add(f.number, f.name)
        middle = row(gap=8)
        f.sex.setFixedWidth(SEX_WIDTH)
        for field, width in ((f.birth, 47), (f.sex, 0), (f.phone, 53)):
            middle.addWidget(field, width)
        self.body.addLayout(middle)
        self.add(f.trouble, f.address, self.on_card)
        last = row(gap=8)
        last.addWidget(f.kind, 1)
        last.addWidget(self.other, 1)
        self.body.addLayout(last)
        self._behalf = line_with(self.on_behalf, self.change_other)
        self._known = line_with(self.known, self.fill)
        self.add(self._behalf, self.doubt, self.reason, self._known)
        self.body.addStretch()

    def say_scanned(self, scanned: bool, address: str) -> None:
        """Say that the data came from a card nobody has verified, and what address it prints."""
        self.scanned.setVisible(scanned)
        self.on_card.setVisible(bool(address))
        self.on_card.setText(tr("Trên thẻ: {address}", address=address))

    def say_other(self, other: OtherForm | None) -> None:
        """Show on whose behalf the person acts."""
        self.other.set_value(other is not None)
        self._behalf.setVisible(other is not None)
        if other is not None:
            parts = (other.person.name, other.person.id_number, other.authority)
            self.on_behalf.setText(" · ".join(part for part in parts if part))

    def say_doubts(self, doubts: Sequence[Problem]) -> None:
        """Show what must be accepted with a reason, and the field for it."""
        for widget in (self.doubt, self.reason):
            widget.setVisible(bool(doubts))
        self.doubt.setText(" ".join(problem.what for problem in doubts))

    def say_known(self, known: Familiar) -> None:
        """Show what the office already has of this person."""
        self._known.setVisible(bool(known.total))
        if known.total:
            newest = known.earlier[0]
            self.known.setText(
                tr("Đã có {count} hồ sơ; gần nhất {day}: {procedure}", count=known.total,
                   day=day(newest.received_at), procedure=short(newest.procedure_name))
            )  # fmt: skip
            self.known.setToolTip(
                "\n".join(f"{r.code} · {day(r.received_at)} · {r.procedure_name}"
                          for r in known.earlier)
            )  # fmt: skip

    def _other_chosen(self, wanted: object) -> None:
        if wanted:
            self.other_wanted.emit()
        else:
            self.other_dropped.emit()


def narrow(combo: QComboBox) -> None:
    """Let a choice be narrower than its longest words."""
    combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    combo.setMinimumContentsLength(3)


def line_with(words: Label, link: Link) -> QWidget:
    """Words and a link after them, to be shown and hidden together."""
    holder = QWidget()
    line = row(holder, gap=4)
    line.addWidget(words, 1)
    line.addWidget(link, 0, Qt.AlignmentFlag.AlignTop)
    return holder
