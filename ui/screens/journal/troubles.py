"""What did not go through: conflicts, acts without effect, events that wait for others."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from models.words import tr
from services.oversight.troubles import Trouble, trouble_rows
from ui.screens.base import Screen
from ui.widgets import Card, ChipText, Column, DataTable, Quiet, column

__all__ = ["TroublesSection"]


class TroublesSection(QWidget):
    """A list; Enter opens the dossier."""

    def __init__(self, screen: Screen) -> None:
        super().__init__()
        self._screen = screen
        layout = column(self, gap=10, margin=(0, 10, 0, 0))
        words = tr(
            "Không việc nào bị xóa: việc không có hiệu lực vẫn nằm trong nhật ký cùng lý do."
        )
        layout.addWidget(Quiet(words).wrapped())
        self.table: DataTable[Trouble] = DataTable(
            [
                Column(tr("Trạng thái"), state_cell, 150),
                Column(tr("Mã hồ sơ"), lambda t: t.code, 180, quiet=True),
                Column(tr("Việc"), lambda t: t.words, strong=True),
                Column(tr("Của ai"), lambda t: t.who or "–", 190),
            ],
            key=lambda t: t.key,
            empty=tr("Không có mâu thuẫn nào. Việc làm cùng lúc trên hai máy sẽ hiện ở đây."),
            name=tr("Danh sách mâu thuẫn"),
        )
        self.table.opened.connect(self._open)
        card = Card(margin=0)
        card.add(self.table)
        layout.addWidget(card, 1)

    def shown(self) -> None:
        """Read the list."""
        core, who = self._screen.desk.office.core, self._screen.desk.office.who
        self._screen.read("troubles", lambda: trouble_rows(core, who), self.table.show_rows)

    def _open(self, trouble: Trouble) -> None:
        if trouble.dossier:
            self._screen.desk.go("dossiers", trouble.dossier)


def state_cell(trouble: Trouble) -> ChipText:
    """Whether somebody must still decide."""
    if trouble.open:
        return ChipText(tr("chờ giải quyết"), "soon")
    if trouble.kind == "void":
        return ChipText(tr("không hiệu lực"), "paused")
    return ChipText(tr("đã giải quyết"), "done")
