"""The first start asks three things: what for, which office, who administers."""

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

Mode = Literal["training", "real", "join"]
PasswordRule = Callable[[str, str], str]
"""rule(password, login): what is wrong with the password, or an empty text."""


@dataclass(frozen=True)
class FirstRunAnswer:
    """What the person decided; the names are empty for a training office.

    `server` and `code` are those of an office that exists already, which this PC is to join.
    """

    mode: Mode
    unit: object
    login: str
    full_name: str
    password: str
    server: str = ""
    code: str = ""


class FirstRunWindow(QWidget):
    """One page, three cards, one button. `answered(FirstRunAnswer)` when everything is right.

    >>> window = FirstRunWindow(find_units, password_rule=check_password, rules=sentence)
    >>> window.answered.connect(create_office)    # then window.refuse(text) if it cannot be done
    """

    answered = Signal(object)
    progressed = Signal(int, int)

    def __init__(
        self,
        find_units: Finder,
        *,
        password_rule: PasswordRule,
        rules: str,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._rule, self._rules = password_rule, rules
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
        self.server = Field(
            tr("Địa chỉ máy chủ"), placeholder="https://", limit=300,
            hint=tr("Của thành phố, hoặc địa chỉ máy đã mời. Mã QR có sẵn địa chỉ."),
        )  # fmt: skip
        self.code = Field(
            tr("Mã ghi danh"), placeholder="00316-7K2QX-M4D8A", limit=300,
            hint=tr("Dùng một lần cho một máy. Mất mạng giữa chừng thì làm lại với cùng mã."),
        )  # fmt: skip
        self.progressed.connect(self._say_progress)
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
        """What this PC is to be used for."""
        if self.join.isChecked():
            return "join"
        return "training" if self.training.isChecked() else "real"

    def press(self) -> None:
        """Check what was given; say what is missing, or announce the answer."""
        problems = [field for field in self._fields() if not self._check(field)]
        if problems:
            problems[0].setFocus()
            return
        mode = self.mode()
        person = mode != "training"
        self.answered.emit(
            FirstRunAnswer(
                mode,
                self.unit.value(),
                self.login.text() if person else "",
                self.full_name.text() if mode == "real" else "",
                self.password.text() if person else "",
                self.server.text() if mode == "join" else "",
                self.code.text() if mode == "join" else "",
            )
        )

    def busy(self) -> None:
        """The office is being made: nothing can be pressed meanwhile."""
        self.button.setEnabled(False)
        joining = self.mode() == "join"
        words = tr("Đang hỏi máy chủ…") if joining else tr("Đang tạo cơ quan và khoá mã hoá…")
        self.banner.say(words, closable=False)

    def _say_progress(self, done: int, total: int) -> None:
        """How much of the office's journal has come."""
        share = 100 * done // total if total else 100
        words = tr("Đang tải sổ của cơ quan: {done}/{total} sự kiện ({share}%)",
                   done=f"{done:,}".replace(",", "."), total=f"{total:,}".replace(",", "."),
                   share=share)  # fmt: skip
        self.banner.say(words, closable=False)

    def refuse(self, sentence: str) -> None:
        """Say why the office could not be made."""
        self.button.setEnabled(True)
        self.banner.say(sentence, kind="overdue")

    def _mode_card(self) -> Card:
        card = Card(tr("1. Dùng để làm gì?"))
        self.training = RadioField(tr("Tập huấn"))
        self.real = RadioField(tr("Làm việc thật"))
        self.join = RadioField(tr("Máy mới của cơ quan đã có"))
        self._modes = QButtonGroup(self)
        notes = (
            (self.training, tr("Cơ quan và hồ sơ dựng sẵn, mọi bản in có chữ TẬP HUẤN. Xoá được.")),
            (self.real, tr("Sổ trống, hồ sơ của người dân. Mọi việc đều ghi nhật ký.")),
            (self.join, tr("Tải sổ của cơ quan về máy này, cần mã của thành phố hoặc mã mời.")),
        )
        for button, note in notes:
            self._modes.addButton(button)
            card.add(button, Small(note).wrapped())
            card.body.addSpacing(6)
        self.training.setChecked(True)
        for button in (self.training, self.real, self.join):
            button.toggled.connect(lambda _on: self._mode_changed())
        card.body.addStretch()
        return card

    def _unit_card(self) -> Card:
        self.where = card = Card(tr("2. Ở đâu?"))
        card.add(self.unit, self.server, self.code)
        card.body.addStretch()
        return card

    def _person_card(self) -> Card:
        self.who = card = Card(tr("3. Ai quản trị đầu tiên?"))
        self.ready_made = Quiet(
            tr("Cơ quan tập huấn có sẵn tài khoản cho từng vai; không cần điền gì.")
        ).wrapped()
        self.person_note = Quiet(
            tr("Tài khoản quản trị đang dùng ở cơ quan đó mở khoá sổ trên máy này.")
        ).wrapped()
        card.add(self.ready_made, self.person_note, self.full_name, self.login, self.password,
                 self.again)  # fmt: skip
        card.body.addStretch()
        return card

    def _mode_changed(self) -> None:
        mode = self.mode()
        self.ready_made.setVisible(mode == "training")
        wanted = set(map(id, self._fields()))
        for field in (self.unit, self.server, self.code, self.full_name, self.login,
                      self.password, self.again):  # fmt: skip
            field.setVisible(id(field) in wanted)
        self.person_note.setVisible(mode == "join")
        joining = mode == "join"
        self.button.set_text(tr("Cài máy này") if joining else tr("Tạo cơ quan và bắt đầu"))
        self.where.heading.setText(tr("2. Máy chủ nào?") if joining else tr("2. Ở đâu?"))
        who = tr("3. Ai quản trị cơ quan đó?") if joining else tr("3. Ai quản trị đầu tiên?")
        self.who.heading.setText(who)
        self.password.set_hint("" if joining else self._rules)

    def _fields(self) -> list[Field]:
        mode = self.mode()
        if mode == "join":
            return [self.server, self.code, self.login, self.password]
        people = [self.full_name, self.login, self.password, self.again]
        return [self.unit, *people] if mode == "real" else [self.unit]

    def _check(self, field: Field) -> bool:
        problem = ""
        if field is self.unit:
            problem = "" if self.unit.choice() else tr("Hãy chọn một xã, phường trong danh sách.")
        elif not field.text():
            scanned = field is self.server and self.code.text().startswith("motcua-enrol:")
            problem = "" if scanned else tr("Hãy điền ô này.")
        elif self.mode() == "join":
            problem = ""
        elif field is self.password:
            problem = self._rule(field.text(), self.login.text())
        elif field is self.again and field.text() != self.password.text():
            problem = tr("Hai lần gõ mật khẩu không giống nhau.")
        field.set_error(problem)
        return not problem
