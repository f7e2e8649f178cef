"""Đồng bộ: everything unsent, contradictions, machines, and whether it is me or the network."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QProgressBar

from models.changed import Changed
from models.words import tr
from services.sync.faults import fault_words
from services.sync.outbox import SyncView, read_sync_view
from services.sync.standing import clock_words, standing_of
from ui.failure import unless_closed
from ui.screens.base import Desk, Screen
from ui.screens.sync.check import CheckSection
from ui.screens.sync.conflicts import ConflictsSection
from ui.screens.sync.files import FilesSection
from ui.screens.sync.machines import MachinesSection
from ui.screens.sync.queue import QueueSection
from ui.widgets import Banner, PrimaryButton
from ui.widgets.tabs import Tabs

__all__ = ["SyncScreen"]

LOOK_MS = 5_000
"""While the screen is in front it reads again: the queue shrinks, ages grow."""


LOOKS = 4
"""So often it looks for an answer of the city before it says that there was none."""


def city_try(view: SyncView) -> str:
    """When the city was asked last; "" when never."""
    return next((p.last_try or "" for p in view.status.peers if p.kind == "city"), "")


def no_reading() -> None:
    """Most sections are shown from one reading: a tab that comes to the front needs none."""


SECTIONS = ("queue", "files", "conflicts", "machines", "check")


class SyncScreen(Screen):
    """For everybody; who may see no dossier sees neither people nor codes."""

    name = "sync"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, tr("Đồng bộ"))
        self.primary(PrimaryButton(tr("Gửi ngay"), key="F8", icon_name="sync", act=self.send_now))
        self.notice = Banner()
        self.progress = QProgressBar()
        self.progress.setTextVisible(True)
        self.progress.setAccessibleName(tr("Đang gửi"))
        self.progress.hide()
        self.body.addWidget(self.notice)
        self.body.addWidget(self.progress)
        self.queue = QueueSection(self)
        self.files = FilesSection(self)
        self.conflicts = ConflictsSection(self)
        self.machines = MachinesSection()
        self.check = CheckSection(self)
        self.tabs = Tabs(tr("Các phần của đồng bộ"))
        for words, section, shown in (
            (tr("Chờ gửi"), self.queue, no_reading), (tr("Tệp đính kèm"), self.files,
            self.files.shown), (tr("Các mâu thuẫn"), self.conflicts, no_reading),
            (tr("Máy và thành phố"), self.machines, no_reading),
            (tr("Chẩn đoán"), self.check, no_reading),
        ):  # fmt: skip
            self.tabs.add(words, section, shown=shown)
        self.body.addWidget(self.tabs, 1)
        self.view: SyncView | None = None
        self._to_send = 0
        self._tried, self._looks = "", 0
        self._wanted = ""
        self._timer = QTimer(self, interval=LOOK_MS)
        self._timer.timeout.connect(self._look_again)
        self._timer.start()
        self.add_key("F5", tr("Đọc lại"), self.shown)
        self.add_key("F7", tr("Kiểm tra mạng"), self._check)
        for number in range(self.tabs.count()):
            words = self.tabs.tabText(number)
            self.add_key(f"Alt+{number + 1}", words, lambda n=number: self.tabs.setCurrentIndex(n))

    def shown(self) -> None:
        """Read everything at once."""
        office = self.desk.office
        failed = unless_closed(self.desk.tasks.fail)
        self.read(
            "sync", lambda: read_sync_view(office.core, office.who), self._show, failed=failed
        )
        self.files.look_again()

    def refresh(self, changed: Changed) -> None:
        """Every act joins the queue; every act of others may settle or open a contradiction."""
        self.shown()

    def arrive(self, target: object) -> None:
        """Come to a part by its name, or to the contradiction of a dossier by its id."""
        if target in SECTIONS:
            self.tabs.setCurrentIndex(SECTIONS.index(str(target)))
        elif isinstance(target, str) and target:
            self._wanted = target
            self.tabs.setCurrentIndex(SECTIONS.index("conflicts"))
            self.shown()

    def send_now(self) -> None:
        """Let the exchange begin at once, whatever it was waiting for."""
        if self.view is None:
            return
        if not self.view.status.enrolled and not self.view.status.peers:
            self.desk.messages.inform(
                tr("Cơ quan chưa nối với thành phố; mọi việc được lưu trên máy này.")
            )
            return
        self._to_send = self.view.status.unsent if self.view.status.enrolled else 0
        self._tried, self._looks = city_try(self.view), 0
        if not self.desk.send_now():
            self.desk.messages.inform(tr("Việc gửi nhận chưa chạy trên máy này."))
            self._to_send = 0
            return
        if not self._to_send:
            self.desk.messages.done(tr("Đã hỏi các máy khác; không còn gì chờ gửi."))
        self._say_progress(self.view)

    def _check(self) -> None:
        self.tabs.setCurrentIndex(SECTIONS.index("check"))
        self.check.check()

    def _look_again(self) -> None:
        if self.isVisible():
            self.shown()

    def _show(self, view: SyncView) -> None:
        self.view = view
        now = self.desk.office.core.clock.now()
        self.set_subtitle(standing_of(view.status, now).words)
        self.queue.show_view(view)
        self.conflicts.show_view(view)
        self.machines.show_view(view)
        count = len(view.conflicts)
        words = tr("Mâu thuẫn ({count})", count=count) if count else tr("Các mâu thuẫn")
        self.tabs.setTabText(SECTIONS.index("conflicts"), words)
        self._say_notice(view)
        self._say_progress(view)
        if self._wanted and self.conflicts.pick(self._wanted):
            self._wanted = ""

    def _say_notice(self, view: SyncView) -> None:
        """The one thing that is most wrong, above everything."""
        status, clock = view.status, clock_words(view.status)
        if status.revoked_after is not None:
            words = tr("Máy này đã bị thu hồi: việc ghi sau đó được giữ nhưng không có hiệu lực. "
                       "Hỏi người quản trị, đừng làm tiếp trên máy này.")  # fmt: skip
            self.notice.say(words, kind="overdue", closable=False)
        elif status.refusals:
            words = tr("Có {count} gói bị từ chối; xem phần «Máy và thành phố».",
                       count=len(status.refusals))  # fmt: skip
            act = (tr("Xem"), lambda: self.arrive("machines"))
            self.notice.say(words, kind="overdue", act=act, closable=False)
        elif clock:
            words = tr("{clock}: hạn và giờ in trên giấy có thể sai. Chỉnh lại giờ của máy.",
                       clock=clock)  # fmt: skip
            self.notice.say(words, kind="soon", closable=False)
        elif not status.enrolled:
            words = tr("Cơ quan chưa nối với thành phố. Mọi việc được lưu đầy đủ trên máy này và "
                       "sẽ tự gửi khi nối.")  # fmt: skip
            self.notice.say(words, kind="info", closable=False)
        else:
            self.notice.hide()

    def _say_progress(self, view: SyncView) -> None:
        """How much of what waited when «Gửi ngay» was pressed has arrived."""
        left = view.status.unsent
        if not self._to_send:
            self.progress.hide()
            return
        if left == 0:
            self._to_send = 0
            self.progress.hide()
            self.desk.messages.done(tr("Thành phố đã nhận hết."))
            return
        self._looks += 1
        city = next((peer for peer in view.status.peers if peer.kind == "city"), None)
        tried = city_try(view) != self._tried or self._looks > LOOKS
        if city is not None and city.fault and tried:
            self._to_send = 0
            self.progress.hide()
            self.desk.messages.warn(
                tr("Chưa gửi được {count} việc: {why}", count=left, why=fault_words(city.fault)),
                tr("Việc vẫn được giữ đủ và tự gửi khi thành phố trả lời."),
            )
            return
        self._to_send = max(self._to_send, left)
        self.progress.setRange(0, self._to_send)
        self.progress.setValue(self._to_send - left)
        self.progress.setFormat(tr("Đang gửi, còn {count}", count=f"{left:,}".replace(",", ".")))
        self.progress.show()
