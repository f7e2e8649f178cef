"""The list of events with filters, and one event in full beside it."""

from __future__ import annotations

from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from models.words import tr
from services.oversight.log import (
    LogDetail,
    LogFilter,
    LogPage,
    LogRow,
    log_detail,
    log_kinds,
    log_page,
    sees_contents,
)
from services.people import staff_rows
from ui.screens.base import Screen
from ui.widgets import (
    Card,
    ChipText,
    CodeLabel,
    Column,
    ComboField,
    DataTable,
    DateField,
    Empty,
    Facts,
    Field,
    Quiet,
    ScrollColumn,
    clear,
    column,
    row,
)
from ui.widgets.tabs import beside

__all__ = ["EventsSection"]

PAGE = 100


class EventsSection(QWidget):
    """Pages of a hundred events; filters ask the journal again."""

    def __init__(self, screen: Screen) -> None:
        super().__init__()
        self._screen = screen
        self._open = sees_contents(screen.desk.office.who)
        self._page = LogPage((), 0, 0)
        layout = column(self, gap=10, margin=(0, 10, 0, 0))
        layout.addLayout(self._filters())
        self.table = self._table()
        self.table.picked.connect(self._picked)
        self.table.more_wanted.connect(self.more)
        both = row()
        listed = Card(margin=0)
        listed.add(self.table)
        both.addWidget(listed, 1)
        self.detail = EventDetail()
        both.addWidget(beside(self.detail, 352))
        layout.addLayout(both, 1)

    def shown(self) -> None:
        """Read the filters' choices and the newest events."""
        core = self._screen.desk.office.core

        def work() -> tuple[object, object]:
            with core.store.read() as conn:
                return log_kinds(conn), staff_rows(conn) if self._open else ()

        self._screen.read("choices", work, self._fill)
        self.reload()

    def wanted(self) -> LogFilter:
        """What the filters ask for now."""
        return LogFilter(
            person=str(self.person.value() or ""),
            kind=str(self.kind.value() or ""),
            since=self.since.value(),
            until=self.until.value(),
            code=self.code.text(),
        )

    def reload(self) -> None:
        """Read the first page."""
        office, wanted = self._screen.desk.office, self.wanted()
        self._screen.read(
            "events", lambda: log_page(office.core, office.who, wanted, limit=PAGE), self._show_page
        )

    def more(self) -> None:
        """Read the page after the last."""
        office, wanted = self._screen.desk.office, self.wanted()
        older = self._page.older
        self._screen.read(
            "events",
            lambda: log_page(office.core, office.who, wanted, before=older, limit=PAGE),
            self._show_more,
        )

    def _filters(self) -> QWidget:
        line = row(gap=10)
        everything = [("", tr("Tất cả"))]
        self.person = ComboField(tr("Người"), everything)
        self.kind = ComboField(tr("Việc"), everything)
        self.since = DateField(tr("Từ ngày"), optional=False)
        self.until = DateField(tr("Đến ngày"), optional=False)
        self.code = Field(tr("Mã hồ sơ"), placeholder=tr("Một phần mã là đủ"))
        for widget in (self.person, self.code):
            widget.setVisible(self._open)
        for widget, share in (
            (self.person, 3), (self.kind, 3), (self.since, 2), (self.until, 2), (self.code, 3),
        ):  # fmt: skip
            line.addWidget(widget, share)
        for choice in (self.person, self.kind):
            choice.chosen.connect(lambda _value: self.reload())
        for field in (self.since, self.until, self.code):
            field.committed.connect(lambda _text: self._typed())
        return line

    def _typed(self) -> None:
        for day in (self.since, self.until):
            if not day.text():
                day.set_error("")
        self.reload()

    def _table(self) -> DataTable[LogRow]:
        people: list[Column[LogRow]] = [
            Column(tr("Ai"), lambda e: e.who, 150, strong=True, tip=lambda e: f"{e.who}\n{e.role}")
        ]
        codes: list[Column[LogRow]] = [Column(tr("Mã hồ sơ"), lambda e: e.code, 168, quiet=True)]
        return DataTable(
            [
                Column(tr("Lúc"), lambda e: f"{e.when:%d/%m/%Y %H:%M}", 128),
                *(people if self._open else [Column(tr("Vai trò"), lambda e: e.role, 190)]),
                Column(tr("Việc"), lambda e: e.what),
                *(codes if self._open else []),
                Column(tr("Máy"), lambda e: e.device, 64),
                Column(tr("Mã băm"), lambda e: e.hash[:8], 84, quiet=True),
            ],
            key=lambda e: e.n,
            empty=tr("Không có sự kiện nào khớp bộ lọc."),
            name=tr("Danh sách sự kiện"),
        )

    def _fill(self, choices: tuple[tuple[tuple[str, str], ...], tuple[object, ...]]) -> None:
        kinds, people = choices
        self.kind.set_items([("", tr("Tất cả")), *kinds])
        names = [(p.id, p.name) for p in people]  # type: ignore[attr-defined]
        self.person.set_items([("", tr("Tất cả")), *names])

    def _show_page(self, page: LogPage) -> None:
        self._page = page
        self._show_rows()

    def _show_more(self, page: LogPage) -> None:
        self._page = LogPage((*self._page.rows, *page.rows), page.older, page.total)
        self._show_rows()

    def _show_rows(self) -> None:
        page = self._page
        self.table.show_rows(page.rows, total=page.total if page.older else None)
        if self.table.current() is None and page.rows:
            self.table.pick_first()
        elif not page.rows:
            self.detail.show_nothing()

    def _picked(self, line: LogRow | None) -> None:
        if line is None:
            self.detail.show_nothing()
            return
        core, who = self._screen.desk.office.core, self._screen.desk.office.who
        self._screen.read("detail", lambda: log_detail(core, who, line.n), self.detail.show_event)


class EventDetail(ScrollColumn):
    """The envelope of one event, its parents, how it is vouched for, and what it holds."""

    def __init__(self) -> None:
        super().__init__(gap=10)
        self.show_nothing()

    def show_nothing(self) -> None:
        """Show that no event is chosen."""
        clear(self.body)
        self.body.addWidget(Empty(tr("Chọn một sự kiện để xem đầy đủ.")))

    def show_event(self, event: LogDetail) -> None:
        """Show another event."""
        clear(self.body)
        self.verticalScrollBar().setValue(0)
        head = Card(event.row.what)
        head.add(Facts(facts_of(event), label_width=96))
        self.body.addWidget(head)
        chain = Card(tr("Mắt xích"), remark=tr("số {seq} của máy", seq=event.seq))
        for words, digest in (
            (tr("Mã băm của dòng này"), event.hash), (tr("Dòng trước trên máy"), event.previous),
            *((tr("Dựa trên"), parent) for parent in event.parents),
        ):  # fmt: skip
            chain.add(Quiet(words), hash_label(digest))
        self.body.addWidget(chain)
        self.body.addWidget(payload_card(event))
        self.body.addStretch()


def facts_of(event: LogDetail) -> list[tuple[str, str | ChipText]]:
    """What stands on the envelope."""
    line = event.row
    people: list[tuple[str, str | ChipText]] = [(tr("Ai"), line.who)] if line.who else []
    codes: list[tuple[str, str | ChipText]] = [(tr("Mã hồ sơ"), line.code)] if line.code else []
    return [
        (tr("Lúc"), f"{line.when:%d/%m/%Y %H:%M:%S}"),
        *people,
        (tr("Vai trò"), line.role or tr("Chương trình")),
        *codes,
        (tr("Máy"), f"{line.device} ({event.log[:8]})"),
        (tr("Dòng dữ liệu"), event.stream),
        (tr("Chữ ký"), ChipText(tr("đúng"), "done") if event.signature_good
         else ChipText(tr("chưa có hoặc sai"), "overdue")),
        ("", event.signature),
    ]  # fmt: skip


def hash_label(digest: str) -> CodeLabel:
    """A hash that can be copied whole; its first half is shown."""
    label = CodeLabel(digest[:28])
    label.label.setToolTip(digest)
    label.button.clicked.disconnect()
    label.button.clicked.connect(lambda: copy_text(label, digest))
    return label


def copy_text(label: CodeLabel, digest: str) -> None:
    """Put the whole hash on the clipboard."""
    shown = label.text()
    label.set_text(digest)
    label.copy()
    label.set_text(shown)


def payload_card(event: LogDetail) -> Card:
    """The contents as text, or why they are not shown."""
    card = Card(tr("Nội dung"))
    if event.payload is None:
        card.add(Quiet(tr("Vai trò của bạn không được xem nội dung.")).wrapped())
        return card
    text = QPlainTextEdit()
    text.setReadOnly(True)
    text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
    text.setPlainText(event.payload)
    text.setAccessibleName(tr("Nội dung"))
    text.setTabChangesFocus(True)
    lines = min(24, max(3, event.payload.count("\n") + 2))
    text.setFixedHeight(text.fontMetrics().lineSpacing() * lines + 20)
    card.add(text)
    return card
