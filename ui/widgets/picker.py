"""A field that finds while one types: a list below it, driven by the keyboard alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from models.words import tr
from ui.theme import current_theme
from ui.widgets.fields import Field
from ui.widgets.text import nfc, tip

__all__ = ["Choice", "Finder", "PopupSearch", "SearchPicker"]

Index = QModelIndex | QPersistentModelIndex
NOWHERE = QModelIndex()
CHOICE_HEIGHT, PAUSE_MS, MOST_SHOWN = 44, 60, 8


@dataclass(frozen=True)
class Choice:
    """One line of a list of hits: what it is for the program, its words, a note below."""

    key: object
    title: str
    note: str = ""


Finder = Callable[[str, Callable[[Sequence[Choice]], None]], None]
"""finder(text, answer): look `text` up and call answer(choices), at once or later."""


class ChoicesModel(QAbstractListModel):
    """The hits of this moment."""

    def __init__(self) -> None:
        super().__init__()
        self.choices: list[Choice] = []

    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.choices)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        choice = self.choices[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return choice.title
        if role == Qt.ItemDataRole.ToolTipRole:
            return tip(f"{choice.title}\n{choice.note}".strip())
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{choice.title}. {choice.note}"
        return None

    def put(self, choices: Sequence[Choice]) -> None:
        """Show other hits."""
        self.beginResetModel()
        self.choices = list(choices)
        self.endResetModel()


class ChoicePainter(QStyledItemDelegate):
    """Draws a hit on two lines: its words, and quietly what tells it from others."""

    def __init__(self, model: ChoicesModel) -> None:
        super().__init__()
        self._model = model

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(100, CHOICE_HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        theme, choice = current_theme(), self._model.choices[index.row()]
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("accent_soft"))
            painter.drawRoundedRect(option.rect.adjusted(2, 1, -2, -1), 6, 6)
        box = option.rect.adjusted(10, 4, -10, -4)
        single = not choice.note
        upper = QRect(box.left(), box.top(), box.width(), box.height() if single else 19)
        self._line(painter, upper, choice.title, font=option.font, token="text")
        if not single:
            small = QFont(option.font)
            small.setPointSizeF(small.pointSizeF() * 0.9)
            lower = QRect(box.left(), box.top() + 18, box.width(), 18)
            self._line(painter, lower, choice.note, font=small, token="quiet")
        painter.restore()

    def _line(self, painter: QPainter, box: QRect, words: str, *, font: QFont, token: str) -> None:
        painter.setFont(font)
        painter.setPen(current_theme().colour(token))
        short = QFontMetrics(font).elidedText(words, Qt.TextElideMode.ElideRight, box.width())
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, short)


class PopupSearch(QObject):
    """Hangs a list of hits below a line edit. The list never takes the focus, so that the
    Vietnamese input method keeps composing; answers that come late are dropped.
    """

    chosen = Signal(object)

    def __init__(self, line: QLineEdit, finder: Finder, *, width: int = 0) -> None:
        super().__init__(line)
        self.line = line
        self._finder = finder
        self._width = width
        self._ticket = 0
        self.model = ChoicesModel()
        self._painter = ChoicePainter(self.model)
        self.list = QListView()
        self.list.setModel(self.model)
        self.list.setItemDelegate(self._painter)
        self.list.setProperty("role", "popup")
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setAccessibleName(tr("Kết quả tìm"))
        self.list.setMouseTracking(True)
        self.list.hide()
        self.list.clicked.connect(lambda index: self._choose(index.row()))
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(self.search)
        line.textEdited.connect(lambda _text: self._pause.start())
        line.installEventFilter(self)
        line.destroyed.connect(self.list.deleteLater)

    def search(self) -> None:
        """Ask the finder for what stands in the field now."""
        self._pause.stop()
        self._ticket += 1
        ticket = self._ticket

        def answer(choices: Sequence[Choice]) -> None:
            if ticket == self._ticket and self.line.window().focusWidget() is self.line:
                self.show_choices(choices)

        self._finder(nfc(self.line.text()).strip(), answer)

    def show_choices(self, choices: Sequence[Choice]) -> None:
        """Show the hits, the first one current; none closes the list."""
        self.model.put(choices)
        if not choices:
            self.close()
            return
        self.list.setCurrentIndex(self.model.index(0))
        self._place()
        self.list.show()
        self.list.raise_()

    def is_open(self) -> bool:
        """Whether the list is on the screen."""
        return self.list.isVisible()

    def close(self) -> None:
        """Take the list away; an answer still on its way is dropped."""
        self._ticket += 1
        self._pause.stop()
        self.list.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusOut:
            self.close()
        if isinstance(event, QKeyEvent):
            if event.type() == QEvent.Type.KeyPress:
                return self._key(event)
            override = event.type() == QEvent.Type.ShortcutOverride and self.is_open()
            if override and event.key() == Qt.Key.Key_Escape:
                event.accept()
                return True
        return super().eventFilter(watched, event)

    def _key(self, event: QKeyEvent) -> bool:
        keys, key = Qt.Key, event.key()
        if not self.is_open():
            if key == keys.Key_Down:
                self.search()
            return bool(key == keys.Key_Down)
        steps = {keys.Key_Down: 1, keys.Key_Up: -1, keys.Key_PageDown: 7, keys.Key_PageUp: -7}
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if key in steps:
            self._step(steps[keys(key)])
        elif key in (keys.Key_Return, keys.Key_Enter) and plain:
            self._choose(self.list.currentIndex().row())
        elif key == keys.Key_Escape:
            self.close()
        else:
            return False
        return True

    def _step(self, by: int) -> None:
        last = len(self.model.choices) - 1
        number = min(last, max(0, self.list.currentIndex().row() + by))
        self.list.setCurrentIndex(self.model.index(number))

    def _choose(self, number: int) -> None:
        if 0 <= number < len(self.model.choices):
            choice = self.model.choices[number]
            self.close()
            self.chosen.emit(choice)

    def _place(self) -> None:
        window = self.line.window()
        if self.list.parent() is not window:
            self.list.setParent(window)
        count = min(MOST_SHOWN, len(self.model.choices))
        height = count * CHOICE_HEIGHT + 12
        corner = self.line.mapTo(window, QPoint(0, self.line.height() + 2))
        if corner.y() + height > window.height() and corner.y() > height + self.line.height():
            corner.setY(corner.y() - height - self.line.height() - 4)
        width = max(self.line.width(), self._width)
        left = min(corner.x(), max(0, window.width() - width - 8))
        self.list.setGeometry(left, corner.y(), width, min(height, window.height() - corner.y()))


class SearchPicker(Field):
    """A field whose value is one of many, found by typing. `chosen(Choice)` once it is certain.

    >>> unit = SearchPicker(tr("Đơn vị"), find_units)       # find_units(text, answer)
    >>> unit.chosen.connect(lambda choice: self.load(choice.key))
    """

    chosen = Signal(object)

    def __init__(
        self,
        label: str,
        finder: Finder,
        *,
        optional: bool = False,
        hint: str = "",
        placeholder: str = "",
        popup_width: int = 0,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(
            label, optional=optional, hint=hint, placeholder=placeholder, parent=parent
        )
        self._choice: Choice | None = None
        self.popup = PopupSearch(self.line, finder, width=popup_width)
        self.popup.chosen.connect(self._accept)
        self.line.textEdited.connect(self._changed)

    def choice(self) -> Choice | None:
        """What was chosen, or None while the text is not a choice."""
        return self._choice

    def value(self) -> object:
        """The key of what was chosen, or None."""
        return self._choice.key if self._choice else None

    def set_choice(self, choice: Choice | None) -> None:
        """Fill the field without announcing it."""
        self._choice = choice
        self.set_text(choice.title if choice else "")

    def _accept(self, choice: Choice) -> None:
        self.set_choice(choice)
        self.chosen.emit(choice)
        self.go_next()

    def _changed(self, _text: str) -> None:
        self._choice = None
