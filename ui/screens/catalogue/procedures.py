"""Procedures: how many are loaded, what is unverified, the list with filters, one in full."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from models.procedure import (
    HANDLERS,
    UNVERIFIED_KINDS,
    Procedure,
    handler_name,
    published_limit,
    unverified_kinds,
    unverified_name,
)
from models.words import tr
from services.catalogue.catalogue import Catalogue, Coverage
from ui.screens.base import Screen
from ui.screens.catalogue.detail import ProcedureDetail
from ui.widgets import (
    Card,
    ChipText,
    Column,
    ComboField,
    DataTable,
    Field,
    NumberCard,
    column,
    row,
)
from ui.widgets.tabs import beside

__all__ = ["ProceduresSection"]

MOST = 1000
PAUSE_MS = 120


class ProceduresSection(QWidget):
    """Numbers that filter, a search without accents, a list, and one procedure beside it."""

    def __init__(self, screen: Screen) -> None:
        super().__init__()
        self._screen = screen
        self._catalogue: Catalogue | None = None
        self._wanted = ""
        layout = column(self, gap=10, margin=(0, 10, 0, 0))
        self.cards: dict[str, NumberCard] = {}
        layout.addLayout(self._numbers())
        layout.addLayout(self._filters())
        self.table = self._table()
        self.detail = ProcedureDetail()
        self.table.picked.connect(self._show_one)
        both = row()
        listed = Card(margin=0)
        listed.add(self.table)
        both.addWidget(listed, 1)
        both.addWidget(beside(self.detail, 432))
        layout.addLayout(both, 1)
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(self.reload)
        self.search.edited.connect(lambda _text: self._pause.start())
        for choice in (self.field, self.handler, self.gap):
            choice.chosen.connect(lambda _value: self.reload())

    def shown(self) -> None:
        """Read the numbers and the list."""
        core = self._screen.desk.office.core
        self._fill_choices(core.catalogue)
        today = self._today()
        self._screen.read("coverage", lambda: core.catalogue.coverage(today), self._show_coverage)
        self.reload()

    def find(self, text: str) -> None:
        """Look for `text` with no filter set."""
        for choice in (self.field, self.handler, self.gap):
            choice.set_value("")
        self.search.set_text(text)
        self.reload()

    def reload(self) -> None:
        """Read the list again with what is asked for now."""
        catalogue = self._screen.desk.office.core.catalogue
        text = self.search.text()
        fits = fitting(
            str(self.field.value() or ""), str(self.handler.value() or ""),
            gap=str(self.gap.value() or ""), day=self._today(),
        )  # fmt: skip
        self._screen.read(
            "procedures",
            lambda: [p for p in catalogue.search(text, MOST) if fits(p)],
            self._show_rows,
        )

    def only(self, kind: str) -> None:
        """Show only procedures in which `kind` is unverified; an empty one shows all."""
        self.gap.set_value(kind)
        self.reload()

    def _today(self) -> date:
        return self._screen.desk.office.core.clock.now().date()

    def _numbers(self) -> QWidget:
        line = row(gap=10)
        words = {
            "": tr("Đã nạp"),
            "limit": tr("Chưa rõ thời hạn"),
            "fee": tr("Chưa rõ phí"),
            "components": tr("Chưa có giấy tờ"),
            "legal_basis": tr("Chưa có căn cứ"),
            "one_source": tr("Một nguồn"),
        }
        for kind, name in words.items():
            card = NumberCard(name, kind="soon" if kind else "neutral")
            card.pressed.connect(lambda k=kind: self.only(k))
            self.cards[kind] = card
            line.addWidget(card, 1)
        return line

    def _filters(self) -> QWidget:
        line = row(gap=10)
        self.search = Field(
            tr("Tìm thủ tục"), placeholder=tr("Tên không dấu, chữ đầu (“ks”) hoặc mã")
        )
        everything = [("", tr("Tất cả"))]
        self.field = ComboField(tr("Lĩnh vực"), everything)
        handlers = [(h, handler_name(h)) for h in HANDLERS]
        self.handler = ComboField(tr("Cơ quan giải quyết"), [*everything, *handlers])
        gaps = [(kind, sentence(unverified_name(kind))) for kind in UNVERIFIED_KINDS]
        self.gap = ComboField(tr("Cần kiểm tra"), [*everything, *gaps])
        line.addWidget(self.search, 1)
        for choice, width in ((self.field, 230), (self.handler, 206), (self.gap, 256)):
            choice.setFixedWidth(width)
            line.addWidget(choice)
        return line

    def _table(self) -> DataTable[Procedure]:
        return DataTable(
            [
                Column(tr("Mã"), lambda p: p.code, 92, quiet=True),
                Column(tr("Tên thủ tục"), lambda p: p.name, strong=True),
                Column(tr("Thời hạn"), limit_cell, 170),
                Column(tr("Cần kiểm tra"), lambda p: gap_cell(p, self._today()), 112),
            ],
            key=lambda p: p.code,
            empty=tr("Không có thủ tục nào khớp. Thử ít chữ hơn hoặc bỏ bộ lọc."),
            name=tr("Danh sách thủ tục"),
        )

    def _fill_choices(self, catalogue: Catalogue) -> None:
        if catalogue is self._catalogue:
            return
        self._catalogue = catalogue
        fields = sorted({p.field for p in catalogue.bundle.procedures if p.field})
        self.field.set_items([("", tr("Tất cả")), *((name, name) for name in fields)])
        self.detail.catalogue = catalogue

    def _show_coverage(self, coverage: Coverage) -> None:
        ended = tr("{count} đã hết hiệu lực", count=coverage.ended) if coverage.ended else ""
        self.cards[""].show_number(
            coverage.loaded, tr("trên {count} của Thành phố", count=coverage.expected)
        )
        if ended:
            self.cards[""].setToolTip(ended)
        for kind, card in self.cards.items():
            if kind:
                card.show_number(coverage.unverified.get(kind, 0), tr("cần kiểm tra"))

    def _show_rows(self, rows: list[Procedure]) -> None:
        self.table.show_rows(rows)
        if self.table.current() is None and rows:
            self.table.pick_first()
        elif not rows:
            self.detail.show_procedure(None)

    def _show_one(self, procedure: Procedure | None) -> None:
        self.detail.show_procedure(procedure)


def fitting(field: str, handler: str, *, gap: str, day: date) -> Callable[[Procedure], bool]:
    """Whether a procedure passes the filters; an empty one lets all through.

    Gaps are counted in procedures in force on `day`, as the numbers above the list are.
    """
    return lambda p: (
        (not field or p.field == field)
        and (not handler or p.handled_by == handler)
        and (not gap or (p.in_force(day) and gap in unverified_kinds(p)))
    )


def sentence(words: str) -> str:
    """The words with a capital letter in front."""
    return words[:1].upper() + words[1:]


def limit_cell(procedure: Procedure) -> str | ChipText:
    """The limit, or a chip that says that it is not known."""
    words = published_limit(procedure)
    return words if "limit" not in unverified_kinds(procedure) else ChipText(words, "soon")


def gap_cell(procedure: Procedure, day: date) -> str | ChipText:
    """How many things are unverified, or that the procedure has ended."""
    if not procedure.in_force(day):
        return ChipText(tr("hết hạn"), "paused")
    count = len(unverified_kinds(procedure))
    return tr("{count} mục", count=count) if count else "–"
