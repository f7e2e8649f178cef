"""Dialogs: a title, a body, buttons named by their effect; Esc always leaves without doing."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QWidget

from models.words import tr
from ui.widgets.buttons import Button, DangerButton, PrimaryButton
from ui.widgets.fields import ComboField, TextArea
from ui.widgets.layout import column, row
from ui.widgets.text import Label, Title

__all__ = ["Dialog", "ask_reason", "confirm"]


class Dialog(QDialog):
    """The base of all dialogs. Put widgets into `body`; never blocks the program.

    The act of the primary button may return False to keep the dialog open, having said why.

    >>> box = Dialog(self, tr("Gia hạn"), primary=tr("Gia hạn và in thư"))
    >>> box.body.addWidget(date_field); box.on_primary(lambda: self.extend(date_field.value()))
    >>> box.open()
    """

    def __init__(
        self,
        parent: QWidget | None,
        title: str,
        *,
        primary: str = "",
        cancel: str = "",
        danger: bool = False,
        width: int = 460,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setModal(True)
        self.setMinimumWidth(width)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        layout = column(self, gap=12, margin=20)
        heading = Title(title).wrapped()
        layout.addWidget(heading)
        self.body = column(gap=10)
        layout.addLayout(self.body, 1)
        self.problem = Label("", role="error").wrapped()
        self.problem.hide()
        layout.addWidget(self.problem)
        self.buttons = row(gap=8, margin=(0, 4, 0, 0))
        self.buttons.addStretch()
        layout.addLayout(self.buttons)
        self.cancel = Button(cancel or tr("Thôi"), hint="Esc", act=self.reject)
        self.buttons.addWidget(self.cancel)
        look = DangerButton if danger else PrimaryButton
        self.primary = look(primary, key="Ctrl+Return", act=self._press)
        if primary:
            self.buttons.addWidget(self.primary)
        else:
            self.primary.setParent(self)
            self.primary.hide()
        self._act: Callable[[], object] = lambda: None

    def on_primary(self, act: Callable[[], object]) -> None:
        """Let the primary button do `act`; the dialog stays open when `act` returns False."""
        self._act = act

    def say_problem(self, text: str) -> None:
        """Say above the buttons what must be put right first; an empty text takes it back."""
        self.problem.setText(text)
        self.problem.setVisible(bool(text))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Plain Enter never presses a button: it goes to the next field."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.accept()
            return
        super().keyPressEvent(event)

    def _press(self) -> None:
        if self._act() is not False:
            self.accept()


def confirm(
    parent: QWidget,
    title: str,
    text: str,
    *,
    primary: str,
    act: Callable[[], object],
    danger: bool = False,
) -> Dialog:
    """Ask before an act that cannot be taken back; `primary` names the effect."""
    box = Dialog(parent, title, primary=primary, danger=danger)
    box.body.addWidget(Label(text).wrapped())
    box.on_primary(act)
    box.open()
    box.cancel.setFocus()
    return box


def ask_reason(
    parent: QWidget,
    title: str,
    *,
    primary: str,
    act: Callable[[str], object],
    text: str = "",
    examples: Sequence[str] = (),
    danger: bool = False,
) -> Dialog:
    """Ask for a reason in words; `act(reason)` runs only with a reason. `examples` fill it in.

    >>> ask_reason(self, tr("Trả lại hồ sơ"), primary=tr("Trả lại"), act=self.send_back)
    """
    box = Dialog(parent, title, primary=primary, danger=danger)
    if text:
        box.body.addWidget(Label(text).wrapped())
    reason = TextArea(tr("Lý do"), lines=4)
    reason.setObjectName("reason")
    if examples:
        usual = ComboField(tr("Lý do thường gặp"), [("", tr("Tự ghi"))], optional=True)
        usual.set_items([("", tr("Tự ghi")), *((words, words) for words in examples)])
        usual.chosen.connect(lambda words: reason.set_text(str(words)))
        box.body.addWidget(usual)
    box.body.addWidget(reason)

    def press() -> object:
        if not reason.text():
            reason.set_error(tr("Ghi lý do để người nhận biết phải làm gì."))
            return False
        return act(reason.text())

    box.on_primary(press)
    box.open()
    reason.setFocus()
    return box
