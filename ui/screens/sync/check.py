"""Is it me or the network? One line per look, in words, with a report to copy for the help desk."""

from __future__ import annotations

import platform

from PySide6.QtWidgets import QApplication, QProgressBar, QWidget

from models.words import tr
from services.program import VERSION
from services.sync.diagnosis import Diagnosis, Line, Part, State, part_words, report_of
from services.sync.probes import look_at_network
from ui.screens.base import Screen
from ui.tasks import Lane
from ui.widgets import Button, Card, ChipText, Column, DataTable, Label, column, row

__all__ = ["CheckSection"]


class CheckSection(QWidget):
    """Near to far: my PC, the cable, the office, the city, a login page."""

    def __init__(self, screen: Screen) -> None:
        super().__init__()
        self._screen = screen
        self._found: Diagnosis | None = None
        layout = column(self, gap=10, margin=(0, 10, 0, 0))
        line = row(gap=10)
        self.verdict = Label(
            tr("Kiểm tra xem vấn đề ở máy này, dây mạng, cơ quan hay thành phố."), role="strong"
        ).wrapped()
        line.addWidget(self.verdict, 1)
        self.copy_button = Button(tr("Chép báo cáo"), icon_name="copy", act=self.copy)
        self.copy_button.setEnabled(False)
        self.check_button = Button(tr("Kiểm tra"), hint="F7", icon_name="check", act=self.check)
        line.addWidget(self.copy_button)
        line.addWidget(self.check_button)
        layout.addLayout(line)
        self.progress = QProgressBar()
        self.progress.setRange(0, 0)
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName(tr("Đang kiểm tra mạng"))
        self.progress.hide()
        layout.addWidget(self.progress)
        self.table: DataTable[tuple[int, Line]] = DataTable(
            [
                Column(tr("Chỗ nào"), lambda r: part_words(r[1].part), 170, strong=True),
                Column(tr("Kết quả"), lambda r: state_cell(r[1]), 132),
                Column(tr("Thấy gì"), lambda r: r[1].words),
                Column(tr("Làm gì"), lambda r: r[1].to_do or "–"),
            ],
            key=lambda r: r[0],
            empty=tr("Chưa kiểm tra. Bấm F7 để xem từng chỗ."),
            name=tr("Kết quả chẩn đoán"),
        )
        self.table.picked.connect(self._explain)
        card = Card(margin=0)
        card.add(self.table)
        layout.addWidget(card, 1)
        self.words = Label("").wrapped().selectable()
        layout.addWidget(self.words)

    def check(self) -> None:
        """Look at everything beside the daily work."""
        core = self._screen.desk.office.core
        self._busy(True)

        def failed(error: BaseException) -> None:
            self._busy(False)
            self._screen.desk.tasks.fail(error)

        self._screen.write(
            lambda: look_at_network(core), self.show_found, failed=failed, lane=Lane.FREE
        )

    def show_found(self, found: Diagnosis) -> None:
        """Show the answer, the first thing that is wrong in front."""
        self._busy(False)
        self._found = found
        self.verdict.setText(found.verdict)
        self.copy_button.setEnabled(True)
        self.table.show_rows(list(enumerate(found.lines)))
        bad = (n for n, line in enumerate(found.lines) if line.state is State.BAD)
        self.table.pick(next(bad, 0))
        self._explain(self.table.current())

    def copy(self) -> None:
        """Put the report for the help desk on the clipboard; it names nobody."""
        if self._found is None:
            return
        system = (tr("Hệ điều hành"), platform.platform(terse=True))
        report = report_of(self._found, app=VERSION, counts=(system,))
        QApplication.clipboard().setText(report)
        self._screen.desk.messages.done(tr("Đã chép báo cáo, không có dữ liệu cá nhân."))

    def _busy(self, on: bool) -> None:
        self.progress.setVisible(on)
        self.check_button.setEnabled(not on)

    def _explain(self, picked: tuple[int, Line] | None) -> None:
        line = picked[1] if picked else None
        self.words.setText(" ".join(filter(None, (line.words, line.to_do))) if line else "")


def state_cell(line: Line) -> ChipText:
    """The state in words; a login page is no fault of ours but stops everything."""
    if line.state is State.BAD and line.part is Part.PORTAL:
        return ChipText(tr("đang chặn"), "overdue")
    return {
        State.OK: ChipText(tr("tốt"), "done"),
        State.WARNING: ChipText(tr("lưu ý"), "soon"),
        State.BAD: ChipText(tr("hỏng"), "overdue"),
    }.get(line.state, ChipText(tr("chưa xem"), "paused"))
