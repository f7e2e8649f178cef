"""Find any dossier at the left, see it beside; Enter twice for its full width, Esc back."""

from __future__ import annotations

from PySide6.QtCore import QTimer

from models.changed import Changed
from models.words import tr
from models.workflow import ACTIVE, CLOSED, Status, status_words
from services.dossiers.listing import list_dossiers
from services.dossiers.rows import DossierRow, Page
from services.dossiers.search import COUNT_TO
from ui.screens.base import Desk
from ui.screens.dossiers.panel import DossierPanel
from ui.screens.parts.listing import ListScreen
from ui.screens.parts.state import deadline_chip
from ui.widgets import Card, Column, ComboField, DataTable, Field, Link, row

__all__ = ["DossiersScreen"]

LIST_WIDTH = 474
PAGE = 100
TYPING_MS = 120

OPEN = ACTIVE | {Status.DONE}


class DossiersScreen(ListScreen):
    """The list keeps its place while the dossier opens beside it."""

    name = "dossiers"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, tr("Hồ sơ"))
        self.limit = PAGE
        self._held = ""
        self.panel = DossierPanel(self)
        self._typing = QTimer(self, singleShot=True, interval=TYPING_MS)
        self._typing.timeout.connect(self._new_search)
        middle = row()
        self.list_card = self._list_card()
        middle.addWidget(self.list_card)
        right = Card(margin=0)
        right.add(self.panel)
        middle.addWidget(right, 1)
        self.body.addLayout(middle, 1)
        self.back = Link(tr("Trở lại danh sách (Esc)"))
        self.back.clicked.connect(self.show_list)
        self.back.hide()
        self.head.addWidget(self.back)
        self.add_key("Ctrl+F", tr("Tìm trong danh sách"), self._to_search)
        self.add_key("Esc", tr("Trở lại danh sách"), self.show_list)
        self.start = self.table

    def shown(self) -> None:
        """Read the list again."""
        core, typed, limit = self.desk.office.core, self.search.text(), self.limit
        chosen = self.status.value()
        statuses = chosen if isinstance(chosen, frozenset) else frozenset()

        staff, held = self.desk.office.who.staff, self._held

        def work() -> Page:
            with core.store.read() as conn:
                return list_dossiers(conn, staff, typed, statuses=statuses, limit=limit, held=held)

        self.read("list", work, self._show_page)

    def refresh(self, changed: Changed) -> None:
        """Read list and dossier again when one of them moved."""
        super().refresh(changed)
        view = self.panel.view
        if view is not None and (view.dossier.id in changed.dossiers or changed.settings):
            self.panel.again()

    def arrive(self, target: object) -> None:
        """Show the dossier whose id another screen named."""
        if isinstance(target, str) and target:
            self._held = target
            self.panel.show_dossier(target)
            self.shown()

    def open_row(self, picked: DossierRow) -> None:
        """First Enter shows it beside, the next one in full width."""
        view = self.panel.view
        if view is None or view.dossier.id != picked.id:
            self.panel.show_dossier(picked.id)
            return
        self.list_card.hide()
        self.back.show()
        self.panel.tabs.setFocus()

    def show_list(self) -> None:
        """The list and the dossier side by side again."""
        self.list_card.show()
        self.back.hide()
        self.table.setFocus()

    def _list_card(self) -> Card:
        card = Card(margin=0)
        card.setFixedWidth(LIST_WIDTH)
        self.search = Field(
            tr("Tìm"), placeholder=tr("Mã, tên không dấu, số giấy tờ, điện thoại, thủ tục")
        )
        self.search.edited.connect(lambda _text: self._typing.start())
        self.search.on_enter(self._to_table)
        self.status = ComboField(tr("Tình trạng"), status_items())
        self.status.chosen.connect(lambda _value: self._new_search())
        filters = row(gap=8, margin=(12, 10, 12, 8))
        filters.addWidget(self.search, 3)
        filters.addWidget(self.status, 2)
        card.body.addLayout(filters)
        core = self.desk.office.core
        self.table: DataTable[DossierRow] = DataTable(
            [
                Column(tr("Mã hồ sơ"), lambda r: r.code, 168),
                Column(tr("Chủ hồ sơ"), lambda r: r.applicant, strong=True,
                       tip=lambda r: f"{r.applicant}\n{r.procedure_name}"),
                Column(tr("Thời hạn"),
                       lambda r: deadline_chip(r, core.clock.now(), core.calendar), 160,
                       sort=lambda r: r.due),
            ],
            key=lambda r: r.id,
            empty=tr("Chưa có hồ sơ nào. Hồ sơ tiếp nhận xong sẽ hiện ở đây."),
            name=tr("Danh sách hồ sơ"),
        )  # fmt: skip
        self.table.picked.connect(self._picked)
        self.table.opened.connect(self.open_row)
        self.table.more_wanted.connect(self._more)
        card.body.addWidget(self.table, 1)
        return card

    def _show_page(self, page: Page) -> None:
        filtered = bool(self.search.text()) or self.status.value() is not None
        self.table.set_empty(
            tr("Không tìm thấy hồ sơ nào. Thử mã, tên không dấu hoặc bốn số cuối.")
            if filtered
            else tr("Chưa có hồ sơ nào. Hồ sơ tiếp nhận xong sẽ hiện ở đây.")
        )
        self.table.show_rows(page.rows, total=page.total)
        count = f"{page.total:,}".replace(",", ".")
        many = bool(self.search.text()) and page.total == COUNT_TO
        self.set_subtitle(
            tr("từ {count} hồ sơ trở lên", count=count)
            if many
            else tr("{count} hồ sơ", count=count)
        )
        if self._held:
            self._quiet_pick(self._held)
        elif self.table.current() is None:
            self.table.pick_first()
        self.ready()

    def _picked(self, picked: DossierRow | None) -> None:
        if picked is not None and picked.id != self._held:
            self._held = picked.id
            self.panel.show_dossier(picked.id)

    def _quiet_pick(self, dossier_id: str) -> None:
        self.table.blockSignals(True)
        self.table.pick(dossier_id)
        self.table.blockSignals(False)

    def _new_search(self) -> None:
        self.limit = PAGE
        self._held = ""
        self.shown()

    def _more(self) -> None:
        self.limit += PAGE
        self.shown()

    def _to_search(self) -> None:
        self.show_list()
        self.search.setFocus()

    def _to_table(self) -> None:
        self.table.setFocus()
        if self.table.current() is None:
            self.table.pick_first()


def status_items() -> list[tuple[object, str]]:
    """Every status, and the groups people ask for."""
    groups: list[tuple[object, str]] = [
        (None, tr("Mọi tình trạng")),
        (frozenset(OPEN), tr("Đang mở")),
        (frozenset(CLOSED), tr("Đã kết thúc")),
    ]
    single = [s for s in Status if s not in (Status.NEW, Status.REGISTERED, Status.NOT_ACCEPTED)]
    return [*groups, *((frozenset({s}), status_words(s)) for s in single)]
