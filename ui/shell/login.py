"""Who is at the desk: the login window, and the lock over a window that stays open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QWidget

from models.words import tr
from ui.icons import icon
from ui.widgets import (
    Button,
    Card,
    Chip,
    Elided,
    Field,
    Label,
    PrimaryButton,
    Quiet,
    SecretField,
    Small,
    Title,
    column,
    row,
)

__all__ = ["LockScreen", "LoginWindow", "TrainingAccount"]


@dataclass(frozen=True)
class TrainingAccount:
    """A made-up account of a training office, shown for one-click use."""

    login: str
    password: str
    name: str
    role: str


class PasswordCard(Card):
    """The common part of login and lock: a password, a button, a sentence when it fails."""

    def __init__(self, primary: str) -> None:
        super().__init__(margin=22, gap=10)
        self.setFixedWidth(380)
        self.password = SecretField(tr("Mật khẩu"))
        self.problem = Label("", role="error").wrapped()
        self.problem.hide()
        self.button = PrimaryButton(primary, hint="Enter", act=self.press)
        self.password.on_enter(self.press)
        self._left = 0
        self._second = QTimer(self, interval=1000)
        self._second.timeout.connect(self._count_down)

    def press(self) -> None:
        """What the button does; login and lock differ."""

    def busy(self) -> None:
        """The password is being checked: nothing can be pressed meanwhile."""
        self._say("")
        self.button.setEnabled(False)
        self.password.setEnabled(False)

    def refuse(self, sentence: str) -> None:
        """Say why it did not open; the password is typed anew."""
        self.ready()
        self._say(sentence)
        self.password.set_text("")
        self.password.setFocus()

    def wait(self, seconds: int) -> None:
        """Too many wrong passwords: count down before the next try."""
        self.busy()
        self.password.set_text("")
        self._left = seconds
        self._second.start()
        self._say_left()

    def _count_down(self) -> None:
        self._left -= 1
        if self._left > 0:
            self._say_left()
            return
        self._second.stop()
        self.ready()
        self._say("")
        self.password.setFocus()

    def _say_left(self) -> None:
        self._say(tr("Sai mật khẩu nhiều lần. Thử lại sau {seconds} giây.", seconds=self._left))

    def _say(self, text: str) -> None:
        self.problem.setText(text)
        self.problem.setVisible(bool(text))

    def ready(self) -> None:
        """A password may be typed again."""
        self.button.setEnabled(True)
        self.password.setEnabled(True)


class LoginCard(PasswordCard):
    """Login name and password."""

    asked = Signal(str, str)

    def __init__(self, office: str, *, training: bool) -> None:
        super().__init__(tr("Vào làm việc"))
        mark = Label("")
        mark.setPixmap(icon("logo").pixmap(40, 40))
        mark.setAccessibleName(tr("Một Cửa"))
        self.login = Field(tr("Tên đăng nhập"), limit=80)
        head = row()
        head.addWidget(mark)
        words = column(gap=1)
        words.addWidget(Title(tr("Một Cửa")))
        words.addWidget(Quiet(office).wrapped())
        head.addLayout(words, 1)
        self.body.addLayout(head)
        if training:
            self.body.addWidget(Chip(tr("Chế độ tập huấn, số liệu không có thật"), "soon"))
        self.add(self.login, self.password, self.problem, self.button)

    def press(self) -> None:
        """Ask for entry with what was typed."""
        if not self.login.text():
            self.login.set_error(tr("Hãy gõ tên đăng nhập."))
            self.login.setFocus()
        elif not self.password.text():
            self.password.set_error(tr("Hãy gõ mật khẩu."))
            self.password.setFocus()
        elif self.button.isEnabled():
            self.asked.emit(self.login.text(), self.password.text())


class LoginWindow(QWidget):
    """The first window of the day. `asked(login, password)`; answer with `refuse` or `wait`.

    >>> window = LoginWindow(tr("Phường Định Công"), accounts=training_accounts)
    >>> window.asked.connect(lambda login, secret: try_login(login, secret))
    """

    asked = Signal(str, str)

    def __init__(
        self,
        office: str,
        *,
        accounts: Sequence[TrainingAccount] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Một Cửa: đăng nhập"))
        self.setProperty("role", "page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.resize(860, 560)
        self.card = LoginCard(office, training=bool(accounts))
        self.card.asked.connect(self.asked.emit)
        line = row(gap=20)
        line.addStretch()
        line.addWidget(self.card, 0, Qt.AlignmentFlag.AlignVCenter)
        if accounts:
            line.addWidget(self._accounts(accounts), 0, Qt.AlignmentFlag.AlignVCenter)
        line.addStretch()
        outer = column(self, margin=24)
        outer.addStretch()
        outer.addLayout(line)
        outer.addStretch()
        outer.addWidget(Small(tr("Mỗi người một tài khoản; không dùng chung mật khẩu.")))
        self.card.login.setFocus()

    def busy(self) -> None:
        """The password is being checked."""
        self.card.busy()

    def refuse(self, sentence: str) -> None:
        """Say why it did not open."""
        self.card.refuse(sentence)

    def wait(self, seconds: int) -> None:
        """Count down before the next try."""
        self.card.wait(seconds)

    def _accounts(self, accounts: Sequence[TrainingAccount]) -> Card:
        card = Card(tr("Tài khoản tập huấn"), gap=6)
        card.setFixedWidth(480)
        for account in accounts:
            line = row(gap=8)
            words = column(gap=0)
            words.addWidget(Label(account.name, role="strong"))
            words.addWidget(Small(f"{account.role} · {account.login} / {account.password}"))
            line.addLayout(words, 1)
            button = Button(tr("Dùng"), act=partial(self._use, account))
            button.setAccessibleName(tr("Dùng tài khoản {name}", name=account.name))
            line.addWidget(button)
            card.body.addLayout(line)
        return card

    def _use(self, account: TrainingAccount) -> None:
        self.card.login.set_text(account.login)
        self.card.password.set_text(account.password)
        self.card.press()


class LockCard(PasswordCard):
    """The password of the person who locked."""

    asked = Signal(str)

    def __init__(self) -> None:
        super().__init__(tr("Mở khoá"))
        self.name, self.place = Elided("", role="title"), Elided("", role="quiet")
        state = Small(tr("Màn hình đang khoá"))
        self.add(self.name, self.place, state, self.password, self.problem, self.button)

    def press(self) -> None:
        """Ask to open with what was typed."""
        if self.password.text() and self.button.isEnabled():
            self.asked.emit(self.password.text())


class LockScreen(QWidget):
    """Covers the window until the person's password is typed; work and drafts stay behind it."""

    asked = Signal(str)
    leave_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.card = LockCard()
        self.card.asked.connect(self.asked.emit)
        self.leave = Button(tr("Người khác đăng nhập"), act=self.leave_asked.emit)
        outer = column(self, margin=24)
        outer.addStretch()
        middle = Qt.AlignmentFlag.AlignHCenter
        outer.addWidget(self.card, 0, middle)
        outer.addWidget(self.leave, 0, middle)
        outer.addStretch()

    def show_for(self, name: str, place: str) -> None:
        """Lock in the name of this person."""
        self.card.name.setText(name)
        self.card.place.setText(place)
        self.card.password.set_text("")
        self.card.password.setFocus()
