"""The first start asks three things: training or real, which unit, who administers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QWidget

from models.words import tr
from ui.widgets import (
    Banner,
    Card,
    Field,
    Finder,
    PrimaryButton,
    Quiet,
    RadioField,
    SearchPicker,
    SecretField,
    Small,
    Title,
    column,
    row,
)

__all__ = ["FirstRunAnswer", "FirstRunWindow"]

Mode = Literal["training", "real"]
PasswordRule = Callable[[str, str], str]
"""rule(password, login): what is wrong with the password, or an empty text."""


@dataclass(frozen=True)
class FirstRunAnswer:
    """What the person decided; the names are empty for a training office."""

    mode: Mode
    unit: object
    login: str
    full_name: str
    password: str


class FirstRunWindow(QWidget):
    """One page, three cards, one button. `answered(FirstRunAnswer)` when everything is right.

    >>> window = FirstRunWindow(find_units, password_rule=check_password, rules=sentence)
    >>> window.answered.connect(create_office)    # then window.refuse(text) if it cannot be done
    """

    answered = Signal(object)

    def __init__(
        self,
        find_units: Finder,
        *,
        password_rule: PasswordRule,
        rules: str,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._rule = password_rule
        self.setWindowTitle(tr("Một Cửa: lần đầu mở máy"))
        self.setProperty("role", "page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.resize(1000, 600)
        self.banner = Banner()
        self.unit = SearchPicker(
            tr("Xã, phường"),
            find_units,
            placeholder=tr("Gõ tên, không cần dấu: dinh cong"),
            hint=tr("126 xã, phường của thành phố Hà Nội. Không đổi được về sau."),
        )
        self.login = Field(tr("Tên đăng nhập"), limit=80)
        self.full_name = Field(tr("Họ và tên"), limit=120)
        self.password = SecretField(tr("Mật khẩu"), hint=rules)
        self.again = SecretField(tr("Gõ lại mật khẩu"))
        self.button = PrimaryButton(tr("Tạo cơ quan và bắt đầu"), key="Ctrl+Return", act=self.press)
        outer = column(self, gap=14, margin=24)
        outer.addWidget(Title(tr("Ba điều trước khi bắt đầu")))
        outer.addWidget(self.banner)
        cards = row(gap=14)
        for card in (self._mode_card(), self._unit_card(), self._person_card()):
            cards.addWidget(card, 1)
        outer.addLayout(cards, 1)
        foot = row()
        foot.addWidget(Small(tr("Mọi dữ liệu nằm trên máy này và được mã hoá.")))
        foot.addStretch()
        foot.addWidget(self.button)
        outer.addLayout(foot)
        self._mode_changed()

    def mode(self) -> Mode:
        """The kind of office chosen."""
        return "training" if self.training.isChecked() else "real"

    def press(self) -> None:
        """Check what was given; say what is missing, or announce the answer."""
        problems = [field for field in self._fields() if not self._check(field)]
        if problems:
            problems[0].setFocus()
            return
        real = self.mode() == "real"
        self.answered.emit(
            FirstRunAnswer(
                self.mode(),
                self.unit.value(),
                self.login.text() if real else "",
                self.full_name.text() if real else "",
                self.password.text() if real else "",
            )
        )

    def busy(self) -> None:
        """The office is being made: nothing can be pressed meanwhile."""
        self.button.setEnabled(False)
        self.banner.say(tr("Đang tạo cơ quan và khoá mã hoá…"), closable=False)

    def refuse(self, sentence: str) -> None:
        """Say why the office could not be made."""
        self.button.setEnabled(True)
        self.banner.say(sentence, kind="overdue")

    def _mode_card(self) -> Card:
        card = Card(tr("1. Dùng để làm gì?"))
        self.training = RadioField(tr("Tập huấn"))
        self.real = RadioField(tr("Làm việc thật"))
        self._modes = QButtonGroup(self)
        notes = (
            (self.training, tr("Cơ quan và hồ sơ dựng sẵn, mọi bản in có chữ TẬP HUẤN. Xoá được.")),
            (self.real, tr("Sổ trống, hồ sơ của người dân. Mọi việc đều ghi nhật ký.")),
        )
        for button, note in notes:
            self._modes.addButton(button)
            card.add(button, Small(note).wrapped())
            card.body.addSpacing(6)
        self.training.setChecked(True)
        self.training.toggled.connect(lambda _on: self._mode_changed())
        card.body.addStretch()
        return card

    def _unit_card(self) -> Card:
        card = Card(tr("2. Ở đâu?"))
        card.add(self.unit)
        card.body.addStretch()
        return card

    def _person_card(self) -> Card:
        card = Card(tr("3. Ai quản trị đầu tiên?"))
        self.ready_made = Quiet(
            tr("Cơ quan tập huấn có sẵn tài khoản cho từng vai; không cần điền gì.")
        ).wrapped()
        card.add(self.ready_made, self.full_name, self.login, self.password, self.again)
        card.body.addStretch()
        return card

    def _mode_changed(self) -> None:
        real = self.mode() == "real"
        self.ready_made.setVisible(not real)
        for field in (self.full_name, self.login, self.password, self.again):
            field.setVisible(real)

    def _fields(self) -> list[Field]:
        people = [self.full_name, self.login, self.password, self.again]
        return [self.unit, *people] if self.mode() == "real" else [self.unit]

    def _check(self, field: Field) -> bool:
        problem = ""
        if field is self.unit:
            problem = "" if self.unit.choice() else tr("Hãy chọn một xã, phường trong danh sách.")
        elif not field.text():
            problem = tr("Hãy điền ô này.")
        elif field is self.password:
            problem = self._rule(field.text(), self.login.text())
        elif field is self.again and field.text() != self.password.text():
            problem = tr("Hai lần gõ mật khẩu không giống nhau.")
        field.set_error(problem)
        return not problem
