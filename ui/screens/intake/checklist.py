"""The papers of the dossier: what is there, in what form, how many, with which scans."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QStackedLayout, QWidget

from models.words import tr
from services.scans import Scan
from ui.screens.intake.checklist_table import STATE, PaperTable
from ui.screens.intake.forms import PaperForm
from ui.widgets import Card, Dialog, Empty, Field, Link, row

__all__ = ["Checklist"]

Reader = Callable[[Sequence[Path], Callable[[Sequence[Scan]], None]], None]
"""reader(paths, answer): read the files away from the window, then answer(scans)."""


class Checklist(Card):
    """`edited` on every change. The forms given to `show` are changed in place."""

    edited = Signal()

    def __init__(self, reader: Reader, *, parent: QWidget | None = None) -> None:
        super().__init__(tr("Thành phần hồ sơ"), margin=0, gap=0, parent=parent)
        self._reader = reader
        self.papers: list[PaperForm] = []
        self.table = PaperTable()
        self.empty = Empty("")
        holder = QWidget()
        self._stack = QStackedLayout(holder)
        self._stack.addWidget(self.table)
        self._stack.addWidget(self.empty)
        self.body.addWidget(holder, 1)
        self.body.addLayout(self._foot())
        self.table.papers.changed.connect(self._changed)
        self.table.files_wanted.connect(self.choose_files)
        self.table.dropped.connect(self.attach)
        self.table.remove_wanted.connect(self._remove)
        self.show_papers([], chosen=False)

    def _foot(self) -> QHBoxLayout:
        foot = row(gap=10, margin=(12, 6, 12, 6))
        self.all_given = Link(tr("Đủ tất cả (Alt+A)"))
        self.add_row = Link(tr("Thêm giấy tờ (Alt+T)"))
        self.scan = Link(tr("Chọn tệp quét (F4)"))
        self.all_given.clicked.connect(self.mark_all)
        self.add_row.clicked.connect(self.ask_row)
        self.scan.clicked.connect(self.choose_here)
        for link in (self.all_given, self.add_row, self.scan):
            foot.addWidget(link)
        foot.addStretch()
        return foot

    def show_papers(self, papers: list[PaperForm], *, chosen: bool) -> None:
        """Show the papers of another dossier; `chosen` says that it has a procedure."""
        self.papers = papers
        self.table.papers.show(papers)
        self.empty.set_sentence(
            tr("Danh mục chưa có thành phần hồ sơ của thủ tục này. Thêm từng giấy tờ bằng Alt+T.")
            if chosen
            else tr("Chọn thủ tục, danh sách giấy tờ cần nộp sẽ hiện ở đây.")
        )
        self._stack.setCurrentIndex(0 if papers else 1)
        for link in (self.all_given, self.scan):
            link.setEnabled(bool(papers))
        self.add_row.setEnabled(chosen)
        self._count()

    def unchecked(self) -> list[PaperForm]:
        """The papers nobody has looked at."""
        return [paper for paper in self.papers if not paper.state]

    def go_to_unchecked(self) -> None:
        """Put the keys on the first paper nobody has looked at."""
        row_number = next(n for n, paper in enumerate(self.papers) if not paper.state)
        self.table.setFocus()
        self.table.setCurrentIndex(self.table.papers.index(row_number, STATE))

    def mark_all(self) -> None:
        """Every paper not looked at yet is there."""
        for number, paper in enumerate(self.papers):
            if not paper.state:
                paper.state = "given"
                self.table.papers.touch(number)

    def ask_row(self) -> None:
        """Ask for the name of one more paper."""
        box = Dialog(self.window(), tr("Thêm giấy tờ"), primary=tr("Thêm"))
        name = Field(tr("Tên giấy tờ"))
        name.setObjectName("paper")
        box.body.addWidget(name)

        def press() -> bool:
            if not name.text():
                name.set_error(tr("Ghi tên giấy tờ người dân nộp."))
                return False
            self.add_paper(name.text())
            return True

        name.on_enter(box.primary.click)
        box.on_primary(press)
        box.open()
        name.setFocus()

    def add_paper(self, name: str) -> None:
        """One more paper, given."""
        self.papers.append(PaperForm(name, state="given", added=True))
        self.show_papers(self.papers, chosen=True)
        self.table.setFocus()
        self.table.setCurrentIndex(self.table.papers.index(len(self.papers) - 1, STATE))
        self.edited.emit()

    def choose_here(self) -> None:
        """Choose files for the paper under the keys."""
        if self.papers:
            self.choose_files(max(0, self.table.row()))

    def choose_files(self, number: int) -> None:
        """Open the system's choice of files for one paper."""
        dialog = QFileDialog(self.window(), tr("Chọn tệp quét"))
        dialog.setObjectName("scans")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setNameFilters(
            [tr("Bản quét (*.pdf *.jpg *.jpeg *.png *.tif *.tiff)"), tr("Mọi tệp (*)")]
        )
        dialog.filesSelected.connect(
            lambda names: self.attach(number, [Path(name) for name in names])
        )
        dialog.open()

    def attach(self, number: int, paths: Sequence[Path]) -> None:
        """Read these files and hang them on one paper, which is then given."""
        paper = self.papers[number]

        def answer(scans: Sequence[Scan]) -> None:
            paper.files.extend(scans)
            found = {scan.name for scan in scans}
            paper.lost = [name for name in paper.lost if name not in found]
            if paper.state in ("", "missing"):
                paper.state = "given"
            if number < len(self.papers) and self.papers[number] is paper:
                self.table.papers.touch(number)

        self._reader(list(paths), answer)

    def _remove(self, number: int) -> None:
        """Delete: first the scans of a paper, then the paper itself when the clerk added it."""
        paper = self.papers[number]
        if paper.files or paper.lost:
            paper.files.clear()
            paper.lost.clear()
            self.table.papers.touch(number)
        elif paper.added:
            del self.papers[number]
            self.show_papers(self.papers, chosen=True)
            self.edited.emit()

    def _changed(self) -> None:
        self._count()
        self.edited.emit()

    def _count(self) -> None:
        states = [paper.state for paper in self.papers]
        parts = [
            (states.count("given") + states.count("reused"), tr("đủ")),
            (states.count("missing"), tr("thiếu")),
            (states.count("not_needed") + states.count("not_applicable"), tr("không cần")),
            (states.count(""), tr("chưa kiểm")),
        ]
        self.remark.setText(" · ".join(f"{count} {words}" for count, words in parts if count))
