"""Đổi mật khẩu của tôi: the password in use, the new one twice."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from models.errors import OfficeError
from models.passwords import PasswordPolicy
from models.words import tr
from services.accounts import change_own_password
from ui.screens.base import Desk
from ui.widgets import Dialog, Label, SecretField

__all__ = ["PasswordBox", "open_password", "password_rule"]

WRONG_OLD = "KHO-39"
"""The vault's word for a wrong password: it belongs to the first field."""


class PasswordBox(Dialog):
    """Three fields; what is wrong stands under the one it is about."""

    def __init__(self, parent: QWidget, desk: Desk) -> None:
        super().__init__(parent, tr("Đổi mật khẩu của tôi"), primary=tr("Đổi mật khẩu"))
        self._desk = desk
        self.old = SecretField(tr("Mật khẩu đang dùng"))
        self.new = SecretField(
            tr("Mật khẩu mới"), hint=password_rule(desk.office.vault.policy)
        )  # fmt: skip
        self.again = SecretField(tr("Gõ lại mật khẩu"))
        words = tr("Việc này được ghi vào nhật ký; mật khẩu thì không. Lần đăng nhập sau dùng "
                   "mật khẩu mới.")  # fmt: skip
        self.body.addWidget(Label(words).wrapped())
        for field in (self.old, self.new, self.again):
            self.body.addWidget(field)
        self.on_primary(self.press)
        self.old.setFocus()

    def press(self) -> bool:
        """Change it when both new ones agree; the box stays until it is changed."""
        if self.new.text() != self.again.text():
            self.again.set_error(tr("Hai lần gõ không giống nhau."))
            return False
        office, old, new = self._desk.office, self.old.text(), self.new.text()
        self.say_problem("")
        self.primary.setEnabled(False)
        self._desk.tasks.run(
            lambda: change_own_password(office, old, new=new), self._done, self._failed,
            owner=self,
        )  # fmt: skip
        return False

    def _done(self, _none: object) -> None:
        self._desk.messages.done(tr("Đã đổi mật khẩu của bạn."))
        self.accept()

    def _failed(self, error: BaseException) -> None:
        self.primary.setEnabled(True)
        if not isinstance(error, OfficeError):
            self._desk.tasks.fail(error)
        elif error.code == WRONG_OLD:
            self.old.set_error(error.sentence())
        elif getattr(error, "field", ""):
            self.new.set_error(error.sentence())
        else:
            self.say_problem(error.sentence())


def open_password(parent: QWidget, desk: Desk) -> PasswordBox:
    """Open the box above `parent`."""
    box = PasswordBox(parent, desk)
    box.open()
    return box


def password_rule(policy: PasswordPolicy) -> str:
    """What a password must be like, in words."""
    if not policy.refuse_trivial:
        return tr("Bản tập huấn nhận mọi mật khẩu.")
    return tr("Ít nhất {count} ký tự, không dùng từ dễ đoán.", count=policy.shortest)
