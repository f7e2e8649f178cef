"""The hands of the tour: real key and mouse events for real widgets, and patient eyes.

Nothing here calls what a button does. Waiting asks whether work is outstanding, never how long
something usually takes.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any

from PySide6.QtCore import QElapsedTimer, QEvent, QPoint, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QDialog,
    QScrollArea,
    QTabBar,
    QWidget,
)

from models.words import tr
from ui.signing.mail_list import MailItem, MailList
from ui.widgets import Button, ComboField, DataTable, FieldFrame, SearchPicker

__all__ = [
    "NotSeen", "choose", "click", "click_cell", "click_mail", "click_row", "click_tab", "dialog",
    "expect", "fill", "find_button", "focused", "gets_keys", "pausing", "pick", "press",
    "type_here", "type_text", "until",
]  # fmt: skip

NO_MODIFIER = Qt.KeyboardModifier.NoModifier
LONGEST_MS, LOOK_MS = 60_000, 4
SHORT_TIMER_MS = 1000
"""Single-shot timers up to this long are pauses in typing: the window is not at rest before."""


class NotSeen(Exception):
    """What should have happened in a window did not; the message is a sentence for a person."""


def expect(seen: object, sentence: str) -> None:
    """Go on only when `seen` is true."""
    if not seen:
        raise NotSeen(sentence)


def until(seen: Callable[[], object], sentence: str, *, limit_ms: int = LONGEST_MS) -> None:
    """Let the program live until `seen()`; raises `NotSeen` after `limit_ms`."""
    patience = QElapsedTimer()
    patience.start()
    while not seen():
        if patience.elapsed() > limit_ms:
            raise NotSeen(sentence)
        QTest.qWait(LOOK_MS)


def pausing(owner: QWidget) -> bool:
    """Whether a short pause in typing is running somewhere inside `owner`."""
    return any(
        timer.isActive() and timer.isSingleShot() and timer.interval() <= SHORT_TIMER_MS
        for timer in owner.findChildren(QTimer)
    )


def front_window() -> QWidget:
    """The window that would get the keys: the dialog on top, else the window in front."""
    active = QApplication.activeModalWidget() or QApplication.activeWindow()
    if active is None:
        raise NotSeen(tr("Không có cửa sổ nào đang mở."))
    return active


def dialog() -> QDialog:
    """The dialog in front, once it gets the keys."""
    until(lambda: isinstance(QApplication.activeModalWidget(), QDialog),
          tr("Không có hộp thoại nào mở ra."))  # fmt: skip
    found = QApplication.activeModalWidget()
    assert isinstance(found, QDialog)
    title = found.windowTitle()
    until(lambda: gets_keys(found), tr("Hộp thoại «{title}» không nhận phím.", title=title))
    return found


def gets_keys(window: QWidget) -> bool:
    """Whether `window` gets the keys; asks for them if not."""
    if not window.isActiveWindow():
        window.activateWindow()
    return window.isActiveWindow()


def focused() -> QWidget:
    """The widget that has the keys."""
    return QApplication.focusWidget() or front_window()


def type_text(widget: QWidget, text: str) -> None:
    """Type `text` letter by letter; QTest.keyClicks stops at letters beyond Latin-1."""
    for letter in text:
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            QApplication.sendEvent(widget, QKeyEvent(kind, 0, NO_MODIFIER, letter))


def type_here(text: str) -> None:
    """Type where the cursor stands."""
    for letter in text:
        type_text(focused(), letter)


def press(keys: str, times: int = 1) -> None:
    """Press a key as written in Qt ("Ctrl+Return", "F2", "Tab") where the cursor stands."""
    combination = QKeySequence(keys)[0]
    for _ in range(times):
        QTest.keyClick(focused(), combination.key(), combination.keyboardModifiers())


def click(widget: QWidget | None, *, at: QPoint | None = None) -> None:
    """Click a widget that can be seen and pressed."""
    if widget is None:
        raise NotSeen(tr("Không thấy chỗ để bấm."))
    reveal(widget)
    name = widget.accessibleName() or widget.objectName() or type(widget).__name__
    expect(widget.isVisible(), tr("«{name}» không hiện trên màn hình.", name=name))
    expect(widget.isEnabled(), tr("«{name}» đang khóa.", name=name))
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton, NO_MODIFIER, at or QPoint())


def reveal(widget: QWidget) -> None:
    """Scroll every scroll area around `widget` so that it can be seen."""
    around = widget.parentWidget()
    while around is not None:
        if isinstance(around, QScrollArea) and around.widget() is not None:
            around.ensureWidgetVisible(widget)
        around = around.parentWidget()


def words_of(widget: QWidget) -> str:
    """The words by which a person knows the widget."""
    if isinstance(widget, FieldFrame):
        return widget.editor.accessibleName()
    return widget.accessibleName()


def fill(field: FieldFrame, text: str) -> None:
    """Click into a field, take out what stands there, type `text`."""
    click(field.editor)
    until(field.editor.hasFocus, tr("«{name}» không nhận con trỏ.", name=words_of(field)))
    press("Ctrl+A")
    if text:
        type_here(text)
    else:
        press("Delete")


def choose(field: ComboField, value: object) -> None:
    """Choose `value` in a list of choices with the arrow keys."""
    field.combo.setFocus(Qt.FocusReason.TabFocusReason)
    for key in ("Up", "Down"):
        for _ in range(field.combo.count()):
            if field.value() == value:
                return
            press(key)
    expect(field.value() == value, tr("«{name}» không có lựa chọn này.", name=words_of(field)))


def pick(field: SearchPicker, text: str) -> None:
    """Type into a field that searches and take the first hit with Enter."""
    fill(field, text)
    until(field.popup.is_open, tr("Gõ «{text}» không ra kết quả nào.", text=text))
    press("Return")
    expect(field.choice(), tr("Gõ «{text}» không ra kết quả nào.", text=text))


def click_row(table: DataTable[Any], key: Hashable) -> None:
    """Click the row with `key` in a list."""
    number = table.model.place(key)
    expect(number >= 0, tr("Hồ sơ không có trong danh sách «{name}».",
                           name=table.view.accessibleName()))  # fmt: skip
    click_cell(table.view, number, min(1, len(table.model.columns) - 1))
    expect(table.view.currentIndex().row() == number, tr("Dòng vừa bấm không được chọn."))


def click_cell(view: QAbstractItemView, row: int, column: int = 0) -> None:
    """Click one cell of a list."""
    index = view.model().index(row, column)
    view.scrollTo(index)
    place = view.visualRect(index).center()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, NO_MODIFIER, place)


def click_mail(mail: MailList, key: str) -> None:
    """Click the document with `key` in a list like mail."""
    for number, line in enumerate(mail.model.lines):
        if isinstance(line, MailItem) and line.key == key:
            click_cell(mail.view, number)
            expect(mail.current_key() == key, tr("Dòng vừa bấm không được chọn."))
            return
    raise NotSeen(tr("Hồ sơ không có trong danh sách «{name}».", name=mail.view.accessibleName()))


def click_tab(bar: QTabBar, number: int) -> None:
    """Click one of the words of a row of choices."""
    QTest.mouseClick(bar, Qt.MouseButton.LeftButton, NO_MODIFIER, bar.tabRect(number).center())
    expect(bar.currentIndex() == number, tr("«{name}» không mở.", name=bar.tabText(number)))


def find_button(owner: QWidget, words: str) -> QWidget | None:
    """The button with these words inside `owner` that can be pressed, if there is one."""
    for button in owner.findChildren(Button):
        if button.isVisible() and button.isEnabled() and button.text() == words:
            return button
    return None
