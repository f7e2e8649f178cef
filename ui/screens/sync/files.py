"""Attachments that are damaged, still to come, or not in the city yet: which, why, whose."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from models.words import tr
from services.sync.attachments import MOST, AttachmentRow, read_attachments
from ui.failure import unless_closed
from ui.screens.base import Screen
from ui.widgets import Button, Card, ChipText, Column, DataTable, Kind, Label, Quiet, column, row

__all__ = ["FilesSection"]


class FilesSection(QWidget):
    """A list, the newest first; Enter opens the dossier."""

    def __init__(self, screen: Screen) -> None:
        super().__init__()
        self._screen = screen
        layout = column(self, gap=10, margin=(0, 10, 0, 0))
        self.note = Quiet(
            tr("Tệp đính kèm đi sau các việc và tự tiếp tục khi đứt. Máy tự đọc lại từng tệp để "
               "tìm tệp hỏng.")
        ).wrapped()  # fmt: skip
        layout.addWidget(self.note)
        self.table: DataTable[AttachmentRow] = DataTable(
            [
                Column(tr("Tình trạng"), state_cell, 158),
                Column(tr("Tệp"), lambda r: r.name, 230, strong=True),
                Column(tr("Mã hồ sơ"), lambda r: r.code or "–", 176, quiet=True),
                Column(tr("Người làm"), lambda r: r.who or "–", 160),
                Column(tr("Đã chờ"), lambda r: r.age, 124, sort=lambda r: r.since,
                       tip=lambda r: f"{r.since:%H:%M:%S %d/%m/%Y}"),
                Column(tr("Vì sao"), lambda r: r.words),
            ],
            key=lambda r: r.key,
            empty=tr("Không có tệp nào hỏng, thiếu hay chờ gửi."),
            name=tr("Tệp đính kèm"),
        )  # fmt: skip
        self.table.opened.connect(self._open)
        self.table.picked.connect(self._picked)
        card = Card(margin=0)
        card.add(self.table)
        layout.addWidget(card, 1)
        foot = row(gap=10)
        self.words = Label("").wrapped().selectable()
        foot.addWidget(self.words, 1)
        self.open_button = Button(tr("Mở hồ sơ"), icon_name="folder", act=self._open_current)
        self.open_button.hide()
        foot.addWidget(self.open_button)
        layout.addLayout(foot)

    def shown(self) -> None:
        """Read the list."""
        office = self._screen.desk.office
        failed = unless_closed(self._screen.desk.tasks.fail)
        self._screen.read(
            "files", lambda: read_attachments(office.core, office.who), self._show, failed=failed
        )

    def look_again(self) -> None:
        """Read again while somebody looks at it."""
        if self.isVisible():
            self.shown()

    def _show(self, rows: tuple[AttachmentRow, ...]) -> None:
        self.table.show_rows(rows)
        if len(rows) >= MOST:
            self.note.setText(tr("Đang xem {count} tệp mới nhất.", count=MOST))
        self._picked(self.table.current())

    def _picked(self, picked: AttachmentRow | None) -> None:
        self.words.setText(f"{picked.name}: {picked.words}" if picked else "")
        self.open_button.setVisible(bool(picked and picked.dossier))

    def _open(self, picked: AttachmentRow) -> None:
        if picked.dossier:
            self._screen.desk.go("dossiers", picked.dossier)

    def _open_current(self) -> None:
        picked = self.table.current()
        if picked is not None:
            self._open(picked)


def state_cell(picked: AttachmentRow) -> ChipText:
    """The state in words."""
    kinds: dict[str, tuple[str, Kind]] = {
        "damaged": (tr("hỏng, đang tìm"), "soon"),
        "lost": (tr("không đâu còn"), "overdue"),
        "coming": (tr("chờ tải về"), "soon"),
        "refused": (tr("bị từ chối"), "overdue"),
        "waiting": (tr("chờ gửi"), "info"),
    }
    return ChipText(*kinds[picked.state])
