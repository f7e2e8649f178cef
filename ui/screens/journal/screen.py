"""The journal: every event newest first, a check of the whole chain, an export."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QProgressBar

from models.changed import Changed
from models.words import tr
from services.oversight.log import ChainReport, check_all, export_log, sees_contents
from ui.screens.base import Desk, Screen
from ui.screens.journal.events import EventsSection
from ui.screens.journal.troubles import TroublesSection
from ui.tasks import Lane
from ui.widgets import Banner, Button, PrimaryButton, confirm
from ui.widgets.files import ask_target
from ui.widgets.tabs import Tabs

__all__ = ["JournalScreen"]


class JournalScreen(Screen):
    """For inspector, leader and both administrators; the technical one sees no contents."""

    name = "journal"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, tr("Nhật ký"))
        allowed = sees_contents(desk.office.who)
        if allowed:
            self.add_button(
                Button(tr("Xuất nhật ký"), key="Ctrl+E", icon_name="download", act=self.ask_export)
            )
        self.primary(
            PrimaryButton(tr("Kiểm tra toàn bộ"), key="F7", icon_name="check", act=self.check)
        )
        self.result = Banner()
        self.progress = QProgressBar()
        self.progress.setRange(0, 0)
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName(tr("Đang kiểm tra nhật ký"))
        self.progress.hide()
        self.body.addWidget(self.result)
        self.body.addWidget(self.progress)
        self.events = EventsSection(self)
        self.tabs = Tabs(tr("Các phần của nhật ký"))
        self.tabs.add(tr("Sự kiện"), self.events, shown=self.events.shown)
        if allowed:
            self.troubles = TroublesSection(self)
            self.tabs.add(
                tr("Mâu thuẫn và việc không hiệu lực"), self.troubles, shown=self.troubles.shown
            )
        else:
            self.set_subtitle(tr("Quản trị kỹ thuật không xem được người và nội dung hồ sơ."))
        self.body.addWidget(self.tabs, 1)
        self.start = self.events.table
        self.add_key("F5", tr("Đọc lại"), self.shown)

    def shown(self) -> None:
        """Read the newest events."""
        self.tabs.show_current()

    def refresh(self, changed: Changed) -> None:
        """Every act is an event."""
        self.shown()

    def check(self) -> None:
        """Check every hash, link and signature beside the daily work."""
        core, who = self.desk.office.core, self.desk.office.who
        self._busy(True)
        self.result.say(tr("Đang kiểm tra từng mắt xích và chữ ký của nhật ký…"), closable=False)

        def failed(error: BaseException) -> None:
            self._busy(False)
            self.result.hide()
            self.desk.tasks.fail(error)

        self.write(lambda: check_all(core, who), self._say_report, failed=failed, lane=Lane.FREE)

    def ask_export(self) -> None:
        """Say that it is written down, then ask where to."""
        confirm(
            self,
            tr("Xuất toàn bộ nhật ký?"),
            tr("Tệp chứa dữ liệu cá nhân của người dân, không mã hóa. Việc xuất được ghi vào "
               "nhật ký với tên của bạn."),
            primary=tr("Chọn nơi lưu"),
            act=self._ask_target,
        )  # fmt: skip

    def export(self, path: Path) -> None:
        """Write the journal to `path`."""
        core, who = self.desk.office.core, self.desk.office.who

        def done(count: int) -> None:
            words = tr("Đã xuất {count} sự kiện vào {file}.", count=count, file=path.name)
            self.desk.messages.done(words)
            self.shown()

        self.write(lambda: export_log(core, who, path), done)

    def _ask_target(self) -> None:
        pattern = tr("Nhật ký JSON (*.jsonl)")
        ask_target(self, tr("Lưu nhật ký"), name="nhat-ky.jsonl", pattern=pattern, act=self.export)

    def _busy(self, on: bool) -> None:
        self.progress.setVisible(on)
        if self.primary_action is not None:
            self.primary_action.setEnabled(not on)

    def _say_report(self, report: ChainReport) -> None:
        self._busy(False)
        if report.verified:
            words = tr("Nhật ký nguyên vẹn: {events} sự kiện của {logs} máy, mọi mắt xích và chữ "
                       "ký đều đúng.", events=report.events, logs=report.logs)  # fmt: skip
            self.result.say(words, kind="done")
            return
        words = tr(
            "Nhật ký bị hỏng từ sự kiện {seq} của máy {log}: {reason}. Ngừng nhập liệu, giữ nguyên "
            "thư mục dữ liệu và báo bộ phận kỹ thuật.",
            seq=report.broken_seq, log=report.broken_log[:8], reason=report.reason,
        )  # fmt: skip
        self.result.say(words, kind="overdue")
