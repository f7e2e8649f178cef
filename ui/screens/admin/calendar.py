"""Days off: the year painted, the notices behind it, a new notice with the dates it would move."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from PySide6.QtWidgets import QWidget

from models.calendar import DayInfo
from models.calendar_notice import Notice
from models.staff import Role
from models.words import tr
from services.calendars.load import YEARS, official_notices
from services.calendars.office import stored_notices
from ui.screens.admin.notice_dialog import NoticeDialog, notice_words
from ui.screens.admin.unmoved import UnmovedCard
from ui.screens.admin.yearview import Legend, YearView, day_sentence, weekday_words
from ui.screens.base import Screen
from ui.widgets import (
    Card,
    ChipText,
    Column,
    DataTable,
    Heading,
    IconButton,
    Label,
    PrimaryButton,
    column,
    row,
)

__all__ = ["CalendarSection"]


@dataclass(frozen=True)
class Listed:
    """A notice of the list and whose it is."""

    notice: Notice
    own: bool


class CalendarSection(QWidget):
    """Everybody here reads; the business administrator adds notices."""

    def __init__(self, screen: Screen) -> None:
        super().__init__()
        self._screen = screen
        self.year = screen.desk.office.core.clock.now().year
        whole = column(self, gap=10, margin=(0, 10, 0, 0))
        self.unmoved = UnmovedCard(screen, done=self.shown)
        whole.addWidget(self.unmoved)
        layout = row(gap=12)
        whole.addLayout(layout, 1)
        left = Card(margin=12)
        line = row(gap=8)
        line.addWidget(IconButton("chevron-left", tr("Năm trước"), act=lambda: self.turn(-1)))
        self.year_label = Heading("")
        line.addWidget(self.year_label)
        line.addWidget(IconButton("chevron-right", tr("Năm sau"), act=lambda: self.turn(1)))
        line.addStretch()
        left.body.addLayout(line)
        self.view = YearView()
        self.view.chosen.connect(self._say_day)
        left.body.addWidget(self.view, 1)
        self.sentence = Label("", role="strong").wrapped()
        self.sentence.setMinimumHeight(self.sentence.fontMetrics().lineSpacing() * 2)
        left.add(self.sentence, Legend())
        layout.addWidget(left, 1)
        layout.addLayout(self._right())

    def shown(self) -> None:
        """Read the year and the notices."""
        core, year = self._screen.desk.office.core, self.year
        self.year_label.setText(tr("Năm {year}", year=year))

        def work() -> tuple[dict[date, DayInfo], list[Listed]]:
            with core.store.read() as conn:
                own = stored_notices(conn)
            return days_of(core.calendar.day, year), listed(own, year)

        self._screen.read("calendar", work, self._show)
        self.unmoved.shown()

    def turn(self, by: int) -> None:
        """Show the year before or after, within the years that are known."""
        if self.year + by in YEARS:
            self.year += by
            self.shown()

    def ask_notice(self) -> None:
        """Ask for a new notice, beginning with the day chosen."""
        self.dialog = NoticeDialog(self._screen, day=self.view.day, done=self.shown)
        self.dialog.open()

    def _right(self) -> QWidget:
        right = column(gap=10)
        self.table: DataTable[Listed] = DataTable(
            [
                Column(tr("Ngày"), day_cell, 92, sort=lambda r: r.notice.date),
                Column(tr("Tên ngày"), name_cell, strong=True, tip=tip_of),
                Column(tr("Nguồn"), origin_cell, 124, tip=tip_of),
            ],
            key=lambda r: (r.notice.date, r.own),
            empty=tr("Năm này chưa có ngày nghỉ nào được ghi."),
            name=tr("Danh sách ngày nghỉ"),
        )
        self.table.picked.connect(self._picked)
        card = Card(tr("Ngày nghỉ, làm bù trong năm"), margin=0)
        card.add(self.table)
        card.setFixedWidth(404)
        right.addWidget(card, 1)
        if self._screen.desk.office.who.staff.has(Role.BUSINESS_ADMIN):
            line = row()
            line.addStretch()
            add = PrimaryButton(tr("Thêm thông báo lịch nghỉ"), key="Ctrl+N", act=self.ask_notice)
            line.addWidget(add)
            right.addLayout(line)
        return right

    def _show(self, found: tuple[dict[date, DayInfo], list[Listed]]) -> None:
        days, rows = found
        self.table.show_rows(rows)
        self.view.show_year(self.year, days, today=self._screen.desk.office.core.clock.now().date())

    def _say_day(self, day: date) -> None:
        info = self.view.info(day)
        self.sentence.setText(day_sentence(info) if info else "")

    def _picked(self, line: Listed | None) -> None:
        if line is not None:
            self.view.choose(line.notice.date)


def days_of(ask: Callable[[date], DayInfo], year: int) -> dict[date, DayInfo]:
    """Every day of the year with what it is."""
    first = date(year, 1, 1)
    count = (date(year + 1, 1, 1) - first).days
    days = (first + timedelta(days=number) for number in range(count))
    return {day: ask(day) for day in days}


def listed(own: tuple[Notice, ...], year: int) -> list[Listed]:
    """The notices of the year by date: of each day the official one that holds, then our own."""
    official = {n.date: Listed(n, False) for n in official_notices() if n.date.year == year}
    mine = [Listed(n, True) for n in own if n.date.year == year]
    return sorted([*official.values(), *mine], key=lambda r: (r.notice.date, r.own))


def day_cell(line: Listed) -> str:
    """The day as it is written."""
    return f"{line.notice.date:%d/%m/%Y}"


def name_cell(line: Listed) -> str:
    """The name of the day, else what it becomes."""
    label = line.notice.day_info().label or notice_words(line.notice.kind)
    return label[:1].upper() + label[1:]


def tip_of(line: Listed) -> str:
    """Everything about the notice."""
    day, kind = line.notice.date, notice_words(line.notice.kind)
    return f"{weekday_words(day)} {day:%d/%m/%Y}\n{name_cell(line)} ({kind})\n{line.notice.source}"


def origin_cell(line: Listed) -> ChipText:
    """Whose notice it is, and whether it is announced."""
    if line.own:
        return ChipText(tr("của cơ quan"), "info")
    if line.notice.confirmed:
        return ChipText(tr("chính thức"), "done")
    return ChipText(tr("dự kiến"), "soon")
