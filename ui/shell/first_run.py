"""The first start asks what this PC is for, where its office is, and who administers it."""

from __future__ import annotations

import platform
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Literal

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QWidget

from models.words import tr
from ui.widgets import (
    Banner,
    Button,
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
from ui.widgets.files import ask_file

__all__ = ["FirstRunAnswer", "FirstRunWindow"]

Mode = Literal["training", "real", "join", "restore"]
PasswordRule = Callable[[str, str], str]
"""rule(password, login): what is wrong with the password, or an empty text."""


@dataclass(frozen=True)
class FirstRunAnswer:
    """What the person decided; the names are empty for a training office.

    `server` and `code` are those of an office that exists already, which this PC is to join, `file`
    a backup that is to be put back; `machine` is what people will call this PC.
    """

    mode: Mode
    unit: object
    login: str
    full_name: str
    password: str
    server: str = ""
    code: str = ""
    file: str = ""
    machine: str = ""


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
        self.resize(960, 560)
        self.banner = Banner()
        self._make_fields(find_units)
        self.progressed.connect(self._say_progress)
        self.button = PrimaryButton(tr("Tạo cơ quan và bắt đầu"), key="Ctrl+Return", act=self.press)
        outer = column(self, gap=14, margin=24)
        outer.addWidget(Title(tr("Trước khi bắt đầu")))
        outer.addWidget(self.banner)
        cards = row(gap=14)
        cards.addWidget(self._mode_card(), 2, Qt.AlignmentFlag.AlignTop)
        right = column(gap=14)
        right.addWidget(self._place_card())
        right.addWidget(self._person_card())
        right.addStretch()
        cards.addLayout(right, 3)
        outer.addLayout(cards)
        outer.addStretch()
        foot = row()
        foot.addWidget(Small(tr("Mọi dữ liệu nằm trên máy này và được mã hoá.")))
        foot.addStretch()
        foot.addWidget(self.button)
        outer.addLayout(foot)
        self._mode_changed()

    def _make_fields(self, find_units: Finder) -> None:
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
        self.file = Field(
            tr("Tệp sao lưu"), placeholder="*.sao-luu", limit=1000,
            hint=tr("Tệp được kiểm tra cả rồi mới thay vào; tệp hỏng thì không có gì đổi."),
        )  # fmt: skip
        self.choose = Button(tr("Chọn tệp…"), icon_name="folder", act=self._choose)
        self.machine = Field(
            tr("Tên máy này"), limit=60,
            hint=tr("Mọi người gọi máy này là gì, ví dụ Quầy 1."),
        )  # fmt: skip
        self.machine.set_text(platform.node())
        self.login = Field(tr("Tên đăng nhập"), limit=80)
        self.full_name = Field(tr("Họ và tên"), limit=120)
        self.password = SecretField(tr("Mật khẩu"), hint=self._rules)
        self.again = SecretField(tr("Gõ lại mật khẩu"))

    def mode(self) -> Mode:
        """What this PC is to be used for."""
        chosen = (mode for mode, button in self._buttons.items() if button.isChecked())
        return next(chosen, "training")

    def press(self) -> None:
        """Check what was given; say what is missing, or announce the answer."""
        problems = [field for field in self._fields() if not self._check(field)]
        if problems:
            self.banner.hide()  # what was said of the last try is not about these fields
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
                self.file.text() if mode == "restore" else "",
                self.machine.text() if person else "",
            )
        )

    def busy(self) -> None:
        """The office is being made: nothing can be pressed meanwhile."""
        self.button.setEnabled(False)
        words = {
            "join": tr("Đang hỏi máy chủ…"),
            "restore": tr("Đang kiểm tra bản sao lưu rồi khôi phục…"),
        }.get(self.mode(), tr("Đang tạo cơ quan và khoá mã hoá…"))
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
        self.restore = RadioField(tr("Khôi phục từ bản sao lưu"))
        self._buttons: dict[Mode, RadioField] = {
            "training": self.training, "real": self.real, "join": self.join,
            "restore": self.restore,
        }  # fmt: skip
        self._modes = QButtonGroup(self)
        notes: dict[Mode, str] = {
            "training": tr("Cơ quan và hồ sơ dựng sẵn, mọi bản in có chữ TẬP HUẤN. Xoá được."),
            "real": tr("Sổ trống, hồ sơ của người dân. Mọi việc đều ghi nhật ký."),
            "join": tr("Tải sổ của cơ quan về máy này, cần mã của thành phố hoặc mã mời."),
            "restore": tr("Máy hỏng hay thay máy, không còn máy nào khác của cơ quan."),
        }
        for mode, button in self._buttons.items():
            self._modes.addButton(button)
            note = Small(notes[mode]).wrapped()
            note.setContentsMargins(28, 0, 0, 0)
            card.add(button, note)
            card.body.addSpacing(4)
        self.training.setChecked(True)
        for button in self._buttons.values():
            button.toggled.connect(lambda _on: self._mode_changed())
        card.body.addStretch()
        return card

    def _place_card(self) -> Card:
        self.where = card = Card(tr("2. Ở đâu?"))
        self._places = two_columns()
        card.body.addLayout(self._places)
        return card

    def _person_card(self) -> Card:
        self.who = card = Card(tr("3. Ai quản trị đầu tiên?"))
        self.person_note = Quiet("").wrapped()
        card.add(self.person_note)
        self._people = two_columns()
        card.body.addLayout(self._people)
        return card

    def _choose(self) -> None:
        def chosen(path: Path) -> None:
            self.file.set_text(str(path))

        ask_file(self, tr("Chọn tệp sao lưu"), pattern="*.sao-luu", act=chosen)

    def _mode_changed(self) -> None:
        mode = self.mode()
        about_people = (self.full_name, self.login, self.password, self.again)
        wanted = self._fields()
        places = [field for field in wanted if field not in about_people]
        lay_out(self._places, [*places, *([self.choose] if mode == "restore" else [])])
        lay_out(self._people, [field for field in wanted if field in about_people])
        for before, after in pairwise([self._buttons[mode], *wanted, self.button]):
            QWidget.setTabOrder(before, after)
        note = {
            "training": tr("Cơ quan tập huấn có sẵn tài khoản cho từng vai; không cần điền gì."),
            "join": tr("Tài khoản quản trị đang dùng ở cơ quan đó mở khoá sổ trên máy này."),
            "restore": tr("Tài khoản và mật khẩu quản trị có hiệu lực vào lúc sao lưu."),
        }.get(mode, "")
        self.person_note.setText(note)
        self.person_note.setVisible(bool(note))
        words = {"join": tr("Cài máy này"), "restore": tr("Khôi phục và mở")}
        self.button.set_text(words.get(mode, tr("Tạo cơ quan và bắt đầu")))
        where = {"join": tr("2. Máy chủ nào?"), "restore": tr("2. Tệp nào?")}
        self.where.heading.setText(where.get(mode, tr("2. Ở đâu?")))
        founded = mode in ("training", "real")
        who = tr("3. Ai quản trị đầu tiên?") if founded else tr("3. Ai quản trị cơ quan đó?")
        self.who.heading.setText(who)
        self.password.set_hint(self._rules if mode == "real" else "")

    def _fields(self) -> list[Field]:
        person: list[Field] = [self.login, self.password]
        return {
            "training": [self.unit],
            "real": [self.unit, self.machine, self.full_name, *person, self.again],
            "join": [self.server, self.code, self.machine, *person],
            "restore": [self.file, self.machine, *person],
        }[self.mode()]

    def _check(self, field: Field) -> bool:
        problem = ""
        if field is self.unit:
            problem = "" if self.unit.choice() else tr("Hãy chọn một xã, phường trong danh sách.")
        elif not field.text():
            scanned = field is self.server and self.code.text().startswith("motcua-enrol:")
            problem = "" if scanned else tr("Hãy điền ô này.")
        elif self.mode() != "real":
            problem = ""
        elif field is self.password:
            problem = self._rule(field.text(), self.login.text())
        elif field is self.again and field.text() != self.password.text():
            problem = tr("Hai lần gõ mật khẩu không giống nhau.")
        field.set_error(problem)
        return not problem


def two_columns() -> QGridLayout:
    """Fields side by side, equally wide."""
    grid = QGridLayout()
    grid.setHorizontalSpacing(14)
    grid.setVerticalSpacing(8)
    for number in (0, 1):
        grid.setColumnStretch(number, 1)
    return grid


def lay_out(grid: QGridLayout, widgets: Sequence[QWidget]) -> None:
    """Show exactly these widgets, row by row."""
    while (item := grid.takeAt(0)) is not None:
        before = item.widget()
        assert before is not None
        before.hide()
    for number, widget in enumerate(widgets):
        grid.addWidget(widget, number // 2, number % 2)
        if isinstance(widget, Button):
            grid.setAlignment(widget, Qt.AlignmentFlag.AlignLeft)
        widget.show()
