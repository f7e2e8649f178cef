"""A list to page through like mail: groups with true counts, two lines and a chip per document."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractListModel,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import (
    QListView,
    QStackedLayout,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from ui.theme import current_theme
from ui.widgets import ChipText, Empty, tip
from ui.widgets.chips import CHIP_COLOURS

__all__ = ["MailGroup", "MailItem", "MailList"]

ITEM_HEIGHT, GROUP_HEIGHT, PAD, DOT = 56, 34, 13, 6
Index = QModelIndex | QPersistentModelIndex
NOWHERE = QModelIndex()


@dataclass(frozen=True)
class MailItem:
    """One document: whose, what, how urgent; `mark` is a quiet word such as "đã xem"."""

    key: str
    title: str
    note: str
    chip: ChipText
    mark: str = ""


@dataclass(frozen=True)
class MailGroup:
    """Documents that wait for the same act; `total` counts those beyond the list as well."""

    name: str
    words: str
    items: Sequence[MailItem]
    total: int


Line = MailItem | MailGroup


class MailModel(QAbstractListModel):
    """Headings and documents in one column; headings cannot be chosen."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[Line] = []

    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.lines)

    def flags(self, index: Index) -> Qt.ItemFlag:
        if isinstance(self.lines[index.row()], MailGroup):
            return Qt.ItemFlag.NoItemFlags
        return super().flags(index)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        line = self.lines[index.row()]
        if isinstance(line, MailGroup):
            words = f"{line.words} · {line.total}"
            shown = role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole)
            return words if shown else None
        if role == Qt.ItemDataRole.DisplayRole:
            return line.title
        if role == Qt.ItemDataRole.ToolTipRole:
            return tip(f"{line.title}\n{line.note}\n{line.chip.words}".strip())
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return ". ".join(x for x in (line.title, line.note, line.chip.words, line.mark) if x)
        return None

    def put(self, groups: Sequence[MailGroup]) -> None:
        """Show other groups."""
        self.beginResetModel()
        self.lines = [line for group in groups for line in (group, *group.items)]
        self.endResetModel()


class MailPainter(QStyledItemDelegate):
    """Draws a heading or a document."""

    def __init__(self, model: MailModel) -> None:
        super().__init__()
        self._model = model

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        is_group = isinstance(self._model.lines[index.row()], MailGroup)
        return QSize(120, GROUP_HEIGHT if is_group else ITEM_HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        line = self._model.lines[index.row()]
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if isinstance(line, MailGroup):
            self._group(painter, option.rect, line, font=option.font)
        else:
            chosen = bool(option.state & QStyle.StateFlag.State_Selected)
            self._item(painter, option.rect, line, font=option.font, chosen=chosen)
        painter.restore()

    def _group(self, painter: QPainter, box: QRect, group: MailGroup, *, font: QFont) -> None:
        theme = current_theme()
        painter.fillRect(box, theme.colour("sunken"))
        painter.setPen(QPen(theme.colour("line_fine"), 1))
        painter.drawLine(box.bottomLeft(), box.bottomRight())
        inner = box.adjusted(PAD, 0, -PAD, 0)
        bold = weighted(font)
        number = str(group.total)
        right = QFontMetrics(bold).horizontalAdvance(number)
        words(painter, inner.adjusted(0, 0, -right - 8, 0), group.words, font=bold, token="quiet")
        inner.setLeft(inner.right() - right)
        words(painter, inner, number, font=bold, token="text")

    def _item(
        self, painter: QPainter, box: QRect, item: MailItem, *, font: QFont, chosen: bool
    ) -> None:
        theme = current_theme()
        painter.fillRect(box, theme.colour("accent_soft" if chosen else "surface"))
        painter.setPen(QPen(theme.colour("line_fine"), 1))
        painter.drawLine(box.bottomLeft(), box.bottomRight())
        if chosen:
            edge = QRect(box.left(), box.top(), 3, box.height() - 1)
            painter.fillRect(edge, theme.colour("accent_text"))
        inner = box.adjusted(PAD, 6, -PAD, -6)
        half = inner.height() // 2
        top = QRect(inner.left(), inner.top(), inner.width(), half)
        low = QRect(inner.left(), inner.top() + half, inner.width(), inner.height() - half)
        room = chip(painter, top, item.chip, font=font)
        words(painter, top.adjusted(0, 0, -room, 0), item.title, font=weighted(font), token="text")
        small = smaller(font, 0.95)
        if item.mark:
            width = QFontMetrics(small).horizontalAdvance(item.mark) + 2
            at = QRect(low.right() - width, low.top(), width, low.height())
            words(painter, at, item.mark, font=small, token="accent_text")
            low.setRight(low.right() - width - 8)
        words(painter, low, item.note, font=small, token="quiet")


def weighted(font: QFont) -> QFont:
    """The same font, half bold."""
    bold = QFont(font)
    bold.setWeight(QFont.Weight.DemiBold)
    return bold


def smaller(font: QFont, factor: float) -> QFont:
    """The same font, smaller."""
    small = QFont(font)
    small.setPointSizeF(small.pointSizeF() * factor)
    return small


def words(painter: QPainter, box: QRect, text: str, *, font: QFont, token: str) -> None:
    """One line of text that ends in an ellipsis where the room ends."""
    painter.setFont(font)
    painter.setPen(current_theme().colour(token))
    line = " ".join(text.split())
    short = QFontMetrics(font).elidedText(line, Qt.TextElideMode.ElideRight, box.width())
    flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
    painter.drawText(box, flags | Qt.TextFlag.TextSingleLine, short)


def chip(painter: QPainter, box: QRect, said: ChipText, *, font: QFont) -> int:
    """A chip at the right end of `box`; returns the room it took."""
    if not said.words:
        return 0
    theme = current_theme()
    colour, back = (theme.colour(token) for token in CHIP_COLOURS[said.kind])
    bold = weighted(smaller(font, 0.92))
    metrics = QFontMetrics(bold)
    short = metrics.elidedText(said.words, Qt.TextElideMode.ElideRight, box.width() // 2)
    width, height = metrics.horizontalAdvance(short) + DOT + 24, metrics.height() + 3
    left, top = box.right() - width, box.top() + (box.height() - height) / 2
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(back)
    painter.drawRoundedRect(QRectF(left, top, width, height), height / 2, height / 2)
    painter.setBrush(colour)
    painter.drawEllipse(QRectF(left + 9, top + (height - DOT) / 2, DOT, DOT))
    painter.setFont(bold)
    painter.setPen(colour)
    place = QRectF(left + 9 + DOT + 5, top, width, height)
    painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, short)
    return width + 8


class MailList(QWidget):
    """The list; `picked(key)` when the person goes to another document.

    After a refresh the document keeps its place; if it is gone, the next one takes it.

    >>> mail.show_groups([MailGroup("sign", tr("Chờ ký"), items, total=12)])
    """

    picked = Signal(str)

    def __init__(self, *, name: str, empty: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = MailModel()
        self.view = QListView()
        self.view.setProperty("role", "list")
        self.view.setModel(self.model)
        self.view.setAccessibleName(name)
        self.view.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._painter = MailPainter(self.model)
        self.view.setItemDelegate(self._painter)
        self.empty = Empty(empty)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.view)
        self._stack.addWidget(self.empty)
        self._quiet = False
        self.setFocusProxy(self.view)
        self.view.selectionModel().currentChanged.connect(self._moved)
        self.show_groups([])

    def show_groups(self, groups: Sequence[MailGroup]) -> str:
        """Show `groups`; returns the key of the document then current, "" when there is none."""
        before, current = self.keys(), self.current_key()
        scroll = self.view.verticalScrollBar().value()
        self._quiet = True
        self.model.put(groups)
        there = self.keys()
        self.pick(nearest(before, current, set(there)) or (there[0] if there else ""))
        self.view.verticalScrollBar().setValue(scroll)
        self._quiet = False
        self._stack.setCurrentIndex(0 if there else 1)
        return self.current_key()

    def keys(self) -> list[str]:
        """The keys of all documents shown, in their order."""
        return [line.key for line in self.model.lines if isinstance(line, MailItem)]

    def current(self) -> MailItem | None:
        """The document the person is on."""
        number = self.view.currentIndex().row()
        line = self.model.lines[number] if 0 <= number < len(self.model.lines) else None
        return line if isinstance(line, MailItem) else None

    def current_key(self) -> str:
        """Its key, or ""."""
        line = self.current()
        return line.key if line else ""

    def pick(self, key: str) -> bool:
        """Go to the document `key`; False when it is not in the list."""
        for number, line in enumerate(self.model.lines):
            if isinstance(line, MailItem) and line.key == key:
                index = self.model.index(number, 0)
                flags = QItemSelectionModel.SelectionFlag
                self.view.selectionModel().setCurrentIndex(index, flags.ClearAndSelect)
                if number and isinstance(self.model.lines[number - 1], MailGroup):
                    self.view.scrollTo(self.model.index(number - 1, 0))
                self.view.scrollTo(index)
                return True
        return False

    def step(self, by: int) -> bool:
        """Go `by` documents down (negative: up); False at the end."""
        keys, current = self.keys(), self.current_key()
        if current not in keys:
            return bool(keys) and self.pick(keys[0])
        place = keys.index(current) + by
        return 0 <= place < len(keys) and self.pick(keys[place])

    def set_empty(self, sentence: str) -> None:
        """What the list says when there is nothing."""
        self.empty.set_sentence(sentence)

    def _moved(self, index: QModelIndex, _before: QModelIndex) -> None:
        line = self.model.lines[index.row()] if index.isValid() else None
        if not self._quiet and isinstance(line, MailItem):
            self.picked.emit(line.key)


def nearest(before: Sequence[str], current: str, there: set[str]) -> str:
    """`current` if it is still there, else the next that is, else the one before; "" for none."""
    if current not in before:
        return current if current in there else ""
    place = before.index(current)
    order = [*before[place:], *reversed(before[:place])]
    return next((key for key in order if key in there), "")
