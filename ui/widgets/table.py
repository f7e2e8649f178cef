"""The list of the program: typed rows, place kept on refresh, keyboard, marks, empty sentence."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Generic, TypeVar

from PySide6.QtCore import QEvent, QItemSelectionModel, QModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStackedLayout,
    QTableView,
    QWidget,
)

from models.words import tr
from ui.theme import ROW_HEIGHT
from ui.widgets.bulk import BulkBar
from ui.widgets.cards import Empty
from ui.widgets.cells import MARK, PAD, CellPainter
from ui.widgets.layout import column as column_layout
from ui.widgets.layout import row as row_layout
from ui.widgets.rows import Column, RowsModel
from ui.widgets.text import Link, Small

__all__ = ["DataTable"]

T = TypeVar("T")


class TableView(QTableView):
    """A table view that tells Enter, Space and clicks on a mark to its owner."""

    entered_row = Signal(int)
    mark_asked = Signal(int)

    def __init__(self, *, markable: bool) -> None:
        super().__init__()
        self._markable = markable
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionsClickable(True)
        header.setMinimumSectionSize(40)
        self.doubleClicked.connect(lambda index: self.entered_row.emit(index.row()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        number = self.currentIndex().row()
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and plain and number >= 0:
            self.entered_row.emit(number)
        elif event.key() == Qt.Key.Key_Space and self._markable and number >= 0:
            self.mark_asked.emit(number)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        left = self.visualRect(index).left() if index.isValid() else 0
        in_mark = event.position().x() - left < PAD + MARK + 4
        super().mousePressEvent(event)
        if self._markable and index.isValid() and index.column() == 0 and in_mark:
            self.mark_asked.emit(index.row())


class DataTable(QWidget, Generic[T]):
    """A list of rows.

    `picked(row)` when another row becomes current, `opened(row)` on Enter or double click,
    `marked(list)` when the chosen rows change (only with `bulk`), `more_wanted()` when the person
    asks for rows beyond those shown. A refresh keeps the current row, the marks and the scroll.

    >>> table = DataTable([Column(tr("Mã hồ sơ"), lambda r: r.code, 150), ...],
    ...                   key=lambda r: r.dossier_id, empty=tr("Không có hồ sơ nào chờ trả."))
    >>> table.show_rows(rows); table.picked.connect(self.show_beside)
    """

    picked = Signal(object)
    opened = Signal(object)
    marked = Signal(list)
    more_wanted = Signal()

    def __init__(
        self,
        columns: Sequence[Column[T]],
        *,
        key: Callable[[T], Hashable],
        empty: str,
        empty_act: tuple[str, Callable[[], object]] | None = None,
        bulk: BulkBar | None = None,
        name: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.model = RowsModel(columns, key)
        self.marks: set[Hashable] = set()
        self.bulk = bulk
        self.view = TableView(markable=bulk is not None)
        self.view.setModel(self.model)
        self.view.setAccessibleName(name or tr("Danh sách"))
        self._painter = CellPainter(self.model, self.marks, markable=bulk is not None)
        self.view.setItemDelegate(self._painter)
        self.empty = Empty(empty, act=empty_act)
        self._quiet = False
        self._set_widths()
        self._lay_out()
        self.setFocusProxy(self.view)
        self.view.selectionModel().currentRowChanged.connect(self._current_changed)
        self.view.entered_row.connect(lambda n: self.opened.emit(self.model.rows[n]))
        self.view.mark_asked.connect(self._toggle)
        self.view.horizontalHeader().sectionClicked.connect(self._order)
        if bulk is not None:
            bulk.all_asked.connect(self.mark_all)
            bulk.none_asked.connect(self.unmark_all)
        self.show_rows([])

    def show_rows(self, rows: Sequence[T], *, total: int | None = None) -> None:
        """Show `rows`; `total` says how many there are when not all were fetched."""
        key, scroll = self._current_key(), self.view.verticalScrollBar().value()
        self._quiet = True
        self.model.put(rows)
        still = {self.model.key(row) for row in rows}
        self._mark(self.marks & still)
        self._quiet = False
        self._restore(key)
        self.view.verticalScrollBar().setValue(scroll)
        self._stack.setCurrentIndex(0 if rows else 1)
        hidden = (total or 0) - len(rows)
        self._foot.setVisible(hidden > 0)
        self._count.setText(
            tr("Đang xem {shown} trong {total}", shown=len(rows), total=total or len(rows))
        )

    def rows(self) -> list[T]:
        """The rows shown, in the order shown."""
        return list(self.model.rows)

    def current(self) -> T | None:
        """The row the person is on, if any."""
        number = self.view.currentIndex().row()
        return self.model.rows[number] if 0 <= number < len(self.model.rows) else None

    def pick(self, key: Hashable) -> bool:
        """Make the row with `key` current; False when it is not here."""
        return self._go(self.model.place(key))

    def pick_first(self) -> bool:
        """Make the first row current; False when the list is empty."""
        return self._go(0 if self.model.rows else -1)

    def step(self, by: int) -> bool:
        """Move `by` rows down (negative: up); False at the end of the list."""
        number = self.view.currentIndex().row() + by
        return self._go(number if 0 <= number < len(self.model.rows) else -1)

    def marked_rows(self) -> list[T]:
        """The chosen rows, in the order shown."""
        return [row for row in self.model.rows if self.model.key(row) in self.marks]

    def mark_all(self) -> None:
        """Choose every row shown, up to the limit of the bulk bar."""
        limit = self.bulk.limit if self.bulk else 0
        self._mark({self.model.key(row) for row in self.model.rows[: limit or None]})

    def unmark_all(self) -> None:
        """Choose nothing."""
        self._mark(set())

    def mark_only(self, keys: set[Hashable]) -> None:
        """Choose exactly `keys`, as after a bulk act that failed for some rows."""
        self._mark(keys & {self.model.key(row) for row in self.model.rows})

    def set_empty(self, sentence: str) -> None:
        """Say something else when there is nothing to show."""
        self.empty.set_sentence(sentence)

    def _lay_out(self) -> None:
        outer = column_layout(self, gap=0)
        if self.bulk is not None:
            outer.addWidget(self.bulk)
        holder = QWidget()
        self._stack = QStackedLayout(holder)
        self._stack.addWidget(self.view)
        self._stack.addWidget(self.empty)
        outer.addWidget(holder, 1)
        self._foot = QWidget()
        foot = row_layout(self._foot, gap=8, margin=(12, 4, 12, 4))
        self._count = Small()
        more = Link(tr("Xem thêm"))
        more.clicked.connect(self.more_wanted.emit)
        foot.addWidget(self._count)
        foot.addWidget(more)
        foot.addStretch()
        outer.addWidget(self._foot)

    def _set_widths(self) -> None:
        header = self.view.horizontalHeader()
        extra = MARK + 8 if self.bulk is not None else 0
        for number, column in enumerate(self.model.columns):
            if column.width:
                width = column.width + (extra if number == 0 else 0)
                header.resizeSection(number, width)
                header.setSectionResizeMode(number, QHeaderView.ResizeMode.Interactive)
            else:
                header.setSectionResizeMode(number, QHeaderView.ResizeMode.Stretch)

    def _order(self, number: int) -> None:
        key = self._current_key()
        self._quiet = True
        order = self.model.order_by(number)
        self._quiet = False
        self._restore(key)
        header = self.view.horizontalHeader()
        header.setSortIndicatorShown(order is not None)
        if order is not None:
            down = Qt.SortOrder.DescendingOrder
            header.setSortIndicator(number, down if order[1] else Qt.SortOrder.AscendingOrder)

    def _current_key(self) -> Hashable | None:
        row = self.current()
        return None if row is None else self.model.key(row)

    def _restore(self, key: Hashable | None) -> None:
        place = self.model.place(key) if key is not None else -1
        if place < 0:
            if key is not None:
                self.picked.emit(None)
            return
        self._quiet = True
        self._go(place)
        self._quiet = False

    def _go(self, number: int) -> bool:
        if number < 0:
            return False
        index = self.model.index(number, 0)
        flags = QItemSelectionModel.SelectionFlag
        choose = flags.ClearAndSelect | flags.Rows
        self.view.selectionModel().setCurrentIndex(index, choose)
        self.view.scrollTo(index)
        return True

    def _current_changed(self, index: QModelIndex, _before: QModelIndex) -> None:
        if not self._quiet and index.isValid():
            self.picked.emit(self.model.rows[index.row()])

    def _toggle(self, number: int) -> None:
        self._mark(self.marks ^ {self.model.key(self.model.rows[number])})

    def _mark(self, keys: set[Hashable]) -> None:
        if keys == self.marks:
            return
        if self.bulk is not None and self.bulk.limit and len(keys) > self.bulk.limit:
            self.bulk.say_limit()
            return
        self.marks.clear()
        self.marks.update(keys)
        if self.bulk is not None:
            self.bulk.show_count(len(keys))
        self.view.viewport().update()
        self.marked.emit(self.marked_rows())

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            self.view.viewport().update()
        super().changeEvent(event)
