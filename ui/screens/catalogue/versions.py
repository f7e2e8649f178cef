"""The versions of the catalogue with their first days of use."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtWidgets import QWidget

from models.words import tr
from services.catalogue.versions import VersionRow, version_rows
from services.clock import VIETNAM
from ui.screens.base import Screen
from ui.widgets import Card, ChipText, Column, DataTable, Quiet, column

__all__ = ["VersionsSection"]


class VersionsSection(QWidget):
    """A list; nothing is ever deleted from it."""

    def __init__(self, screen: Screen) -> None:
        super().__init__()
        self._screen = screen
        layout = column(self, gap=10, margin=(0, 10, 0, 0))
        remark = tr("Hồ sơ giữ phiên bản đã dùng khi tiếp nhận; nhập bản mới không đổi hồ sơ cũ.")
        layout.addWidget(Quiet(remark).wrapped())
        self.table: DataTable[VersionRow] = DataTable(
            [
                Column(tr("Phiên bản"), lambda v: v.version, 150, strong=True),
                Column(tr("Dùng từ"), lambda v: f"{v.starts:%d/%m/%Y}", 104,
                       sort=lambda v: v.starts),
                Column(tr("Trạng thái"), state_cell, 130),
                Column(tr("Số thủ tục"), lambda v: v.procedures, 96, align="right"),
                Column(tr("Nguồn"), lambda v: v.source),
                Column(tr("Nhập lúc"), imported_cell, 140),
                Column(tr("Dấu vân tay"), lambda v: v.digest[:12], 124, quiet=True),
            ],
            key=lambda v: v.digest,
            empty=tr("Chưa có phiên bản nào."),
            name=tr("Danh sách phiên bản"),
        )  # fmt: skip
        card = Card(margin=0)
        card.add(self.table)
        layout.addWidget(card, 1)

    def shown(self) -> None:
        """Read the versions."""
        core = self._screen.desk.office.core
        self._screen.read("versions", lambda: version_rows(core), self._show)

    def _show(self, rows: tuple[VersionRow, ...]) -> None:
        self.table.show_rows(rows)


def state_cell(version: VersionRow) -> str | ChipText:
    """Whether the version is the one in use."""
    if version.waiting:
        return ChipText(tr("chờ đến ngày"), "soon")
    return ChipText(tr("đang dùng"), "done") if version.in_use else "–"


def imported_cell(version: VersionRow) -> str:
    """When it was taken in."""
    if not version.imported_at:
        return "–"
    moment = datetime.fromisoformat(version.imported_at).astimezone(VIETNAM)
    return f"{moment:%d/%m/%Y %H:%M}"
