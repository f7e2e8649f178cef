"""The model behind `DataTable`: typed rows, columns that know how to read them."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from models.folding import vn_fold
from ui.widgets.chips import ChipText
from ui.widgets.text import tip

__all__ = ["CHIP_ROLE", "Column", "RowsModel"]

T = TypeVar("T")
Index = QModelIndex | QPersistentModelIndex
CHIP_ROLE = Qt.ItemDataRole.UserRole + 1
NOWHERE = QModelIndex()


@dataclass(frozen=True)
class Column(Generic[T]):
    """One column: its title, what it reads from a row, how wide it is.

    `get` returns text, a number, or a `ChipText`. `width` is in pixels at 100 %; 0 means that the
    column takes what is left. `sort` gives the value to sort by (else the text itself).
    """

    title: str
    get: Callable[[T], str | int | ChipText]
    width: int = 0
    align: Literal["left", "right", "centre"] = "left"
    tip: Callable[[T], str] | None = None
    sort: Callable[[T], Any] | None = None
    strong: bool = False
    quiet: bool = False


ALIGN = {
    "left": Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter,
    "right": Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter,
    "centre": Qt.AlignmentFlag.AlignCenter,
}


class RowsModel(QAbstractTableModel, Generic[T]):
    """Rows in memory; screens ask services for as many as they show, never for all."""

    def __init__(self, columns: Sequence[Column[T]], key: Callable[[T], Hashable]) -> None:
        super().__init__()
        self.columns = list(columns)
        self.key = key
        self.rows: list[T] = []
        self._given: list[T] = []
        self._sorted: tuple[int, bool] | None = None

    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        column, row = self.columns[index.column()], self.rows[index.row()]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return ALIGN[column.align]
        value = column.get(row)
        words = value.words if isinstance(value, ChipText) else str(value)
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return words
        if role == Qt.ItemDataRole.ToolTipRole:
            return tip(column.tip(row) if column.tip else words)
        if role == CHIP_ROLE and isinstance(value, ChipText):
            return value
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.columns[section].title
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return ALIGN[self.columns[section].align]
        return None

    def put(self, rows: Sequence[T]) -> None:
        """Show `rows` instead of those before, in the order last asked for."""
        self.beginResetModel()
        self._given = list(rows)
        self.rows = self._ordered()
        self.endResetModel()

    def place(self, key: Hashable) -> int:
        """The number of the row with `key`, or -1."""
        return next((n for n, row in enumerate(self.rows) if self.key(row) == key), -1)

    def order_by(self, column: int) -> tuple[int, bool] | None:
        """Sort by `column`: ascending, then descending, then as the rows were given."""
        if self._sorted is None or self._sorted[0] != column:
            self._sorted = (column, False)
        else:
            self._sorted = (column, True) if not self._sorted[1] else None
        self.beginResetModel()
        self.rows = self._ordered()
        self.endResetModel()
        return self._sorted

    def _ordered(self) -> list[T]:
        if self._sorted is None:
            return list(self._given)
        column = self.columns[self._sorted[0]]

        def value(row: T) -> Any:
            found = column.sort(row) if column.sort else column.get(row)
            words = found.words if isinstance(found, ChipText) else found
            return (vn_fold(words), words) if isinstance(words, str) else words

        return sorted(self._given, key=value, reverse=self._sorted[1])
