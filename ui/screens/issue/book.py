"""The book of numbers in a window: every number of a year and series, gaps, voided ones, CSV."""

from __future__ import annotations

from models.dates import show_date
from models.words import tr
from services.dossiers.book_export import BookName, book_csv, book_gaps, book_names
from services.dossiers.books import BookEntry, book_rows
from ui.screens.base import Screen
from ui.screens.issue.holding import open_holding
from ui.screens.parts.paper import save_file
from ui.widgets import (
    Button,
    Chip,
    ChipText,
    Column,
    ComboField,
    DataTable,
    Dialog,
    row,
)

__all__ = ["BookBox", "open_book"]


class BookBox(Dialog):
    """One book at a time, the newest year and the newest number first."""

    def __init__(self, screen: Screen) -> None:
        super().__init__(screen.window(), tr("Sổ văn bản"), cancel=tr("Đóng"), width=980)
        self.screen = screen
        self.entries: tuple[BookEntry, ...] = ()
        self.choice = ComboField(tr("Sổ"))
        self.choice.chosen.connect(lambda _name: self._read_rows())
        self.whole = Chip("", "neutral")
        head = row(gap=12)
        head.addWidget(self.choice, 1)
        head.addWidget(self.whole)
        self.body.addLayout(head)
        self.table: DataTable[BookEntry] = DataTable(
            [
                Column(tr("Số và ký hiệu"), lambda e: e.notation, 130, strong=True),
                Column(tr("Ngày"), lambda e: show_date(e.dated), 95),
                Column(tr("Mã hồ sơ"), lambda e: e.code, 170),
                Column(tr("Người nộp"), lambda e: e.applicant),
                Column(tr("Tình trạng"), state_chip, 110),
                Column(tr("Lý do hủy"), lambda e: e.reason, 170, quiet=True),
            ],
            key=lambda entry: entry.number,
            empty=tr("Sổ này chưa có số nào. Số đầu tiên hiện ở đây sau khi cấp."),
            name=tr("Các số trong sổ"),
        )
        self.table.setMinimumHeight(380)
        self.body.addWidget(self.table, 1)
        self.export = Button(tr("Lưu tệp CSV…"), key="Ctrl+S", act=self.save)
        self.export.setEnabled(False)
        self.buttons.insertWidget(1, self.export)
        self.holding = Button(tr("Máy giữ sổ…"), act=self.show_holder)
        self.holding.setEnabled(False)
        self.buttons.insertWidget(2, self.holding)
        self._read_names()

    def save(self) -> None:
        """Ask for a place and write the book there."""
        name = self.choice.value()
        if isinstance(name, BookName):
            save_file(self.screen, book_csv(self.entries), f"so-{name.series}-{name.year}.csv")

    def show_holder(self) -> None:
        """Who numbers in this book, and how that is changed."""
        name = self.choice.value()
        if isinstance(name, BookName):
            open_holding(self.screen, name)

    def _read_names(self) -> None:
        core = self.screen.desk.office.core

        def work() -> tuple[BookName, ...]:
            with core.store.read() as conn:
                return book_names(conn)

        self.screen.desk.tasks.latest("book/names", work, self._show_names, owner=self)

    def _show_names(self, names: tuple[BookName, ...]) -> None:
        items: list[tuple[object, str]] = [
            (name, tr("{series} · năm {year} · số cuối {last}", series=name.series,
                      year=name.year, last=name.last))
            for name in names
        ]  # fmt: skip
        self.choice.set_items(items)
        self.holding.setEnabled(bool(items))
        self._read_rows()

    def _read_rows(self) -> None:
        name = self.choice.value()
        if not isinstance(name, BookName):
            self.whole.show_state(tr("chưa có sổ"), "neutral")
            return
        core = self.screen.desk.office.core

        def work() -> tuple[BookEntry, ...]:
            with core.store.read() as conn:
                return book_rows(conn, name.year, name.series)

        self.screen.desk.tasks.latest("book/rows", work, self._show_rows, owner=self)

    def _show_rows(self, entries: tuple[BookEntry, ...]) -> None:
        self.entries = entries
        self.table.show_rows(entries[::-1])
        self.export.setEnabled(bool(entries))
        missing = book_gaps(entries)
        if missing:
            shown = ", ".join(str(number) for number in missing[:5])
            self.whole.show_state(tr("thiếu số {numbers}", numbers=shown), "overdue")
        else:
            voided = sum(1 for entry in entries if entry.state == "void")
            self.whole.show_state(
                tr("liên tục, không thiếu số · {count} số hủy", count=voided), "done"
            )


def state_chip(entry: BookEntry) -> ChipText:
    """Whether the number is used, void, or given out by a machine that did not keep the book."""
    if entry.state == "fenced":
        return ChipText(tr("cấp ngoài quyền"), "overdue")
    if entry.state == "void":
        return ChipText(tr("đã hủy"), "paused")
    return ChipText(tr("đã cấp"), "done")


def open_book(screen: Screen) -> BookBox:
    """Open the book of numbers."""
    box = BookBox(screen)
    box.open()
    return box
