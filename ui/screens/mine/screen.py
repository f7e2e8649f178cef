"""One person's work: queues of the role, acts on many at once, the officer's draft."""

from __future__ import annotations

from PySide6.QtWidgets import QStackedWidget

from models.changed import Changed
from models.staff import Role
from models.words import tr
from models.workflow import Act
from services.dossiers.bulk import BULK_LIMIT
from services.dossiers.queues import Queue, queue_counts, queue_page, queue_words, queues_for
from services.dossiers.rows import DossierRow, Page
from ui.screens.acts import assign_many, run_act, transfer_many
from ui.screens.base import Desk
from ui.screens.dossiers.panel import DossierPanel
from ui.screens.mine.draft_editor import DraftEditor
from ui.screens.parts.choices import ChoiceRow
from ui.screens.parts.listing import ListScreen
from ui.screens.parts.state import deadline_chip
from ui.widgets import BulkBar, Button, Card, Column, DataTable, row

__all__ = ["MyWorkScreen"]

LIST_WIDTH = 372
PAGE = 200

BULK = {Queue.TO_TRANSFER, Queue.TO_ASSIGN}

ELSEWHERE = {Queue.TO_APPROVE, Queue.TO_SIGN, Queue.TO_NUMBER, Queue.TO_SEAL, Queue.TO_FINISH,
             Queue.TO_HAND_OVER}  # fmt: skip
"""Queues with a screen of their own."""


class MyWorkScreen(ListScreen):
    """A queue at the left, the dossier beside it; for officers the draft editor."""

    name = "mine"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, tr("Việc của tôi"))
        self.staff = desk.office.who.staff
        self.queues = [q for q in queues_for(self.staff) if q not in ELSEWHERE]
        if not self.queues:
            self.queues = list(queues_for(self.staff))
        self.limit = PAGE
        self._wanted = ""
        self.tabs = ChoiceRow([(q, queue_words(q)) for q in self.queues], name=tr("Hàng chờ"))
        self.tabs.chosen.connect(lambda _queue: self._other_queue())
        self.body.addWidget(self.tabs)
        self._make_bulk()
        middle = row()
        self.tables = QStackedWidget()
        self.plain, self.many = self._make_table(None), self._make_table(self.bulk)
        card = Card(margin=0)
        card.setFixedWidth(LIST_WIDTH)
        for table in (self.plain, self.many):
            self.tables.addWidget(table)
        card.add(self.tables)
        middle.addWidget(card)
        self.panel = DossierPanel(self)
        self.editor = DraftEditor(self)
        self.right = QStackedWidget()
        self.right.addWidget(self.panel)
        self.right.addWidget(self.editor)
        beside = Card(margin=0)
        beside.add(self.right)
        middle.addWidget(beside, 1)
        self.body.addLayout(middle, 1)
        self.add_key("F7", tr("Yêu cầu hoặc nhận bổ sung"), self.supplement)
        self._dress()

    @property
    def table(self) -> DataTable[DossierRow]:
        """The list in front: with marks where one act serves many rows."""
        return self.many if self.queue in BULK else self.plain

    @property
    def queue(self) -> Queue:
        """The queue in front."""
        value = self.tabs.value()
        assert isinstance(value, Queue)
        return value

    def shown(self) -> None:
        """Read the queue in front and the counts of all."""
        core, queue, staff, limit = self.desk.office.core, self.queue, self.staff, self.limit

        def work() -> tuple[Page, dict[Queue, int]]:
            with core.store.read() as conn:
                return queue_page(conn, queue, staff, limit=limit), queue_counts(conn, staff)

        self.read("queue", work, self._show)

    def refresh(self, changed: Changed) -> None:
        """Read again; the dossier beside the list too when it moved."""
        super().refresh(changed)
        view = self.panel.view
        if view is not None and view.dossier.id in changed.dossiers:
            self.panel.again()

    def arrive(self, target: object) -> None:
        """Come to the dossier that another screen named."""
        if isinstance(target, str) and target:
            if Queue.MINE in self.queues:
                self.tabs.set_value(Queue.MINE)
                self._dress()
            self._wanted = target
            self.shown()

    def supplement(self) -> None:
        """F7: take the supplement of the row, or ask the citizen for one."""
        picked = self.table.current()
        view = self.panel.view
        if picked is None or view is None or view.dossier.id != picked.id:
            return
        waiting = self.queue is Queue.WAITING_CITIZEN
        act = Act.RECEIVE_SUPPLEMENT if waiting else Act.REQUEST_SUPPLEMENT
        run_act(self, view.dossier, act)

    def _make_bulk(self) -> None:
        self.transfer = Button(
            tr("Chuyển phòng"), act=lambda: self._many(Queue.TO_TRANSFER)
        )  # fmt: skip
        self.assign = Button(tr("Phân công"), act=lambda: self._many(Queue.TO_ASSIGN))
        self.bulk = BulkBar([self.transfer, self.assign], limit=BULK_LIMIT)

    def _many(self, queue: Queue) -> None:
        act = transfer_many if queue is Queue.TO_TRANSFER else assign_many
        act(self, self.table.marked_rows(), failed=self.table.mark_only)

    def _make_table(self, bulk: BulkBar | None) -> DataTable[DossierRow]:
        core = self.desk.office.core
        table: DataTable[DossierRow] = DataTable(
            [
                Column(tr("Thời hạn"),
                       lambda r: deadline_chip(r, core.clock.now(), core.calendar), 158,
                       sort=lambda r: r.due),
                Column(tr("Chủ hồ sơ"), lambda r: r.applicant, strong=True,
                       tip=lambda r: f"{r.code}\n{r.applicant}\n{r.procedure_name}"),
            ],
            key=lambda r: r.id,
            empty="",
            bulk=bulk,
            name=tr("Hồ sơ trong hàng chờ"),
        )  # fmt: skip
        table.picked.connect(self._picked)
        table.opened.connect(lambda r: self.desk.go("dossiers", r.id))
        table.more_wanted.connect(self._more)
        return table

    def _show(self, answer: tuple[Page, dict[Queue, int]]) -> None:
        page, counts = answer
        for queue in self.queues:
            words = queue_words(queue)
            self.tabs.set_words(queue, f"{words} ({counts[queue]})" if counts[queue] else words)
        self.table.set_empty(empty_words(self.queue))
        self.table.show_rows(page.rows, total=page.total)
        self.set_subtitle(tr("{count} hồ sơ", count=f"{page.total:,}".replace(",", ".")))
        if self._wanted and self.table.pick(self._wanted):
            self._wanted = ""
        elif self.table.current() is None and not self.table.pick_first():
            self._picked(None)
        self.ready()

    def _picked(self, picked: DossierRow | None) -> None:
        self.panel.show_dossier(picked.id if picked else "", then=self._to_editor)
        if picked is None and not self.table.pick_first():
            self.right.setCurrentWidget(self.panel)

    def _to_editor(self) -> None:
        view = self.panel.view
        if self.queue is Queue.MINE and self.staff.has(Role.OFFICER) and view is not None:
            self.editor.show_view(view)
            self.right.setCurrentWidget(self.editor)
        else:
            self.right.setCurrentWidget(self.panel)

    def _other_queue(self) -> None:
        self.limit = PAGE
        self.many.unmark_all()
        self._dress()
        self.shown()

    def _dress(self) -> None:
        """Only the bulk act of the queue in front is offered."""
        self.start = self.table
        self.tables.setCurrentWidget(self.table)
        self.transfer.setVisible(self.queue is Queue.TO_TRANSFER)
        self.assign.setVisible(self.queue is Queue.TO_ASSIGN)

    def _more(self) -> None:
        self.limit += PAGE
        self.shown()


def empty_words(queue: Queue) -> str:
    """What an empty queue says: what will come, or what to do."""
    return {
        Queue.TO_TRANSFER: tr("Không có hồ sơ nào chờ chuyển. Hồ sơ vừa tiếp nhận sẽ hiện ở đây."),
        Queue.TO_ASSIGN: tr("Không có hồ sơ nào chờ phân công."),
        Queue.MINE: tr("Bạn không có hồ sơ nào đang xử lý. Hồ sơ được phân công sẽ hiện ở đây."),
        Queue.WAITING_CITIZEN: tr("Không có hồ sơ nào chờ người dân bổ sung."),
        Queue.TO_PAY: tr("Không có hồ sơ nào chờ nộp tiền."),
        Queue.STALE: tr("Không có phê duyệt nào trên bản cũ."),
        Queue.CONFLICTS: tr("Không có mâu thuẫn nào cần giải quyết."),
    }.get(queue, tr("Không có hồ sơ nào trong hàng chờ này."))
