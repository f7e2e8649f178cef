"""The table of papers: a model over the typed papers, and the keys that act on the current cell."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragMoveEvent,
    QDropEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from models.words import tr
from ui.screens.intake.checklist_paint import BELOW_ROLE, CHIP_ROLE, PaperPainter
from ui.screens.intake.forms import STATES, PaperForm
from ui.screens.intake.words import kind_words, state_chip
from ui.widgets import tip

__all__ = ["COUNT", "KIND", "NAME", "STATE", "PaperModel", "PaperTable"]

NAME, STATE, KIND, COUNT = range(4)
WIDTHS = {STATE: 154, KIND: 90, COUNT: 40}
KINDS = ("original", "certified_copy", "photocopy", "electronic")
MOST_COPIES = 999
NOWHERE = QModelIndex()
Index = QModelIndex | QPersistentModelIndex


class PaperModel(QAbstractTableModel):
    """The papers of one dossier; changes go straight into the forms, `changed` tells."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.papers: list[PaperForm] = []

    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.papers)

    def columnCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else 4

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        paper, column = self.papers[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self._words(paper, column)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            title = self.headerData(column, Qt.Orientation.Horizontal)
            words = f"{paper.name}. {title}: {self._words(paper, column)}"
            return f"{words}. {scan_words(paper)}" if column == NAME else words
        if role == Qt.ItemDataRole.ToolTipRole:
            return tip(self._tip(paper, column))
        if role == CHIP_ROLE and column == STATE:
            return state_chip(paper.state)
        if role == BELOW_ROLE and column == NAME:
            return scan_words(paper)
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        titles = (tr("Giấy tờ và bản quét"), tr("Tình trạng"), tr("Loại"), tr("Số"))
        return titles[section]

    def show(self, papers: list[PaperForm]) -> None:
        """Show other papers."""
        self.beginResetModel()
        self.papers = papers
        self.endResetModel()

    def touch(self, row: int) -> None:
        """A paper was changed: draw its row and tell."""
        self.dataChanged.emit(self.index(row, 0), self.index(row, COUNT))
        self.changed.emit()

    def _words(self, paper: PaperForm, column: int) -> str:
        if column == NAME:
            return paper.name
        if column == STATE:
            return state_chip(paper.state).words
        held = paper.state in ("given", "reused")
        if column == KIND:
            return kind_words(paper.kind) if held else ""
        return str(paper.count) if held else ""

    def _tip(self, paper: PaperForm, column: int) -> str:
        if column != NAME:
            return self._words(paper, column)
        cut = tr("Tên giấy tờ bị cắt ở nguồn danh mục, cần kiểm tra.")
        names = [f"{scan.name} · {size_words(len(scan.content))}" for scan in paper.files]
        lost = [tr("{name}: cần đính lại", name=name) for name in paper.lost]
        return "\n".join([paper.name, *([cut] if paper.unclear else []), *names, *lost])


class PaperTable(QTableView):
    """Space and the arrows do everything. `files_wanted(row)`, `dropped(row, paths)`,
    `left_down()` when Enter goes on after the last row, `remove_wanted(row)`."""

    files_wanted = Signal(int)
    dropped = Signal(int, list)
    remove_wanted = Signal(int)
    left_down = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.papers = PaperModel()
        self.setModel(self.papers)
        self._painter = PaperPainter(self)
        self.setItemDelegate(self._painter)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.setAcceptDrops(True)
        self.setAccessibleName(tr("Thành phần hồ sơ"))
        self.verticalHeader().hide()
        self.verticalHeader().setMinimumSectionSize(20)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionsClickable(False)
        header.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        header.setDefaultAlignment(left)
        for column, width in WIDTHS.items():
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
            header.resizeSection(column, width)
        self.papers.modelReset.connect(self._fit)
        header.geometriesChanged.connect(self._fit)
        self.papers.dataChanged.connect(lambda top, _bottom: self.resizeRowToContents(top.row()))

    def row(self) -> int:
        """The row the keys act on, -1 when there is none."""
        return self.currentIndex().row()

    def cycle(self, row: int, column: int, *, back: bool = False) -> None:
        """The next value of a state or a kind; one copy more or less."""
        paper = self.papers.papers[row]
        step = -1 if back else 1
        if column == STATE:
            place = STATES.index(paper.state) if paper.state else (len(STATES) if back else -1)
            paper.state = STATES[(place + step) % len(STATES)]
        elif column == KIND:
            paper.kind = KINDS[(KINDS.index(paper.kind) + step) % len(KINDS)]
        elif column == COUNT:
            paper.count = min(MOST_COPIES, max(1, paper.count + step))
        self.papers.touch(row)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        keys, key, index = Qt.Key, event.key(), self.currentIndex()
        plain = not event.modifiers() & ~(
            Qt.KeyboardModifier.KeypadModifier | Qt.KeyboardModifier.ShiftModifier
        )
        if not plain:
            super().keyPressEvent(event)
        elif key in (keys.Key_Return, keys.Key_Enter):
            self._down()
        elif not index.isValid():
            super().keyPressEvent(event)
        elif key == keys.Key_Space and index.column() == NAME:
            self.files_wanted.emit(index.row())
        elif key in (keys.Key_Space, keys.Key_Plus, keys.Key_Minus):
            column = COUNT if key != keys.Key_Space else index.column()
            shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            back = key == keys.Key_Minus or (key == keys.Key_Space and shift)
            self.cycle(index.row(), column, back=back)
        elif key in (keys.Key_Delete, keys.Key_Backspace):
            self.remove_wanted.emit(index.row())
        elif event.text().isprintable() and event.text():
            event.accept()  # letters search nothing here
        else:
            super().keyPressEvent(event)

    def _down(self) -> None:
        """The next row, or on to the next field after the last one."""
        row = self.row() + 1
        if row < len(self.papers.papers):
            self.setCurrentIndex(self.papers.index(row, max(STATE, self.currentIndex().column())))
        else:
            self.left_down.emit()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Coming in, the state of the first paper is under the keys."""
        fresh = not self.currentIndex().isValid()
        super().focusInEvent(event)
        if fresh and self.papers.papers:
            self.setCurrentIndex(self.papers.index(0, STATE))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click on a chip, a kind or a count does what Space would."""
        super().mousePressEvent(event)
        index = self.indexAt(event.position().toPoint())
        if not index.isValid() or event.button() != Qt.MouseButton.LeftButton:
            return
        if index.column() != NAME:
            self.cycle(index.row(), index.column())

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if local_files(event):
            event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        if index.isValid():
            self.setCurrentIndex(self.papers.index(index.row(), NAME))
            event.acceptProposedAction()
        else:
            event.ignore()

    def dropEvent(self, event: QDropEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        paths = local_files(event)
        if index.isValid() and paths:
            event.acceptProposedAction()
            self.dropped.emit(index.row(), paths)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Rows as high as their names need."""
        self.resizeRowsToContents()


def local_files(event: QDropEvent) -> list[Path]:
    """The files of this machine that are being dropped."""
    return [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]


def scan_words(paper: PaperForm) -> str:
    """The scans of a paper on one line."""
    if paper.lost:
        return tr("Đính lại {count} tệp", count=len(paper.lost))
    if not paper.files:
        return ""
    size = size_words(sum(len(scan.content) for scan in paper.files))
    if len(paper.files) == 1:
        return f"{size} · {paper.files[0].name}"
    return tr("{count} tệp · {size}", count=len(paper.files), size=size)


def size_words(size: int) -> str:
    """A file's size: 840 KB, 2,4 MB."""
    if size < 1024 * 1024:
        return f"{max(1, round(size / 1024))} KB"
    return tr("{whole},{part} MB", whole=size * 10 // 1048576 // 10, part=size * 10 // 1048576 % 10)
