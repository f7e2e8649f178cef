"""The first screen of the day: numbers, what to do first, who holds what, why a date."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from PySide6.QtWidgets import QWidget

from models.calendar import WorkCalendar
from models.staff import Role
from models.words import tr
from services.dossiers.morning import morning_paper
from services.dossiers.rows import DossierRow
from services.dossiers.today import Holder, Today, read_today
from services.dossiers.view import read_dossier
from ui.screens.base import Desk
from ui.screens.parts.choices import ChoiceRow
from ui.screens.parts.listing import ListScreen
from ui.screens.parts.paper import open_paper
from ui.screens.parts.state import deadline_chip, due_words, where_words
from ui.screens.parts.why import explain_due
from ui.screens.today.cards import NumberRow, bucket_words
from ui.widgets import (
    BarRow,
    Button,
    Card,
    Column,
    DataTable,
    Link,
    PrimaryButton,
    Quiet,
    ScrollColumn,
    Small,
    WhyPanel,
    clear,
    column,
    row,
)

__all__ = ["TodayScreen"]

SIDE_WIDTH = 256
NEAR_DAYS = 14
OWN_ROLES = (Role.RECEPTIONIST, Role.OFFICER)
"""Who has dossiers of one's own to begin the day with; the others see the ward."""


class TodayScreen(ListScreen):
    """Leaders see the ward, clerks and officers their own; Enter opens the dossier."""

    name = "today"

    def __init__(self, desk: Desk) -> None:
        self.now: datetime = desk.office.core.clock.now()
        super().__init__(desk, tr("Hôm nay, {day}", day=day_words(self.now.date())))
        self.bucket = ""
        self.today: Today | None = None
        staff = desk.office.who.staff
        self.scope = ChoiceRow(
            [("mine", tr("Của tôi")), ("ward", tr("Toàn đơn vị"))], name=tr("Xem hồ sơ của ai")
        )
        self.scope.set_value("mine" if staff.has(*OWN_ROLES) else "ward")
        self.scope.chosen.connect(lambda _value: self.shown())
        self._add_buttons()
        self.numbers = NumberRow()
        self.numbers.pressed.connect(self.filter_by)
        self.body.addWidget(self.numbers)
        middle = row()
        middle.addWidget(self._list_card(), 1)
        middle.addWidget(self._side())
        self.body.addLayout(middle, 1)
        self.start = self.table

    def shown(self) -> None:
        """Read the board again."""
        core, bucket = self.desk.office.core, self.bucket
        staff, assignee = self.desk.office.who.staff, self._assignee()

        def work() -> Today:
            with core.store.read() as conn:
                now = core.clock.now()
                return read_today(
                    conn, staff, now, calendar=core.calendar, assignee=assignee, bucket=bucket
                )

        self.read("today", work, self.show_today)

    def show_today(self, today: Today) -> None:
        """Show what was read."""
        self.today, self.now = today, today.at
        calendar: WorkCalendar = self.desk.office.core.calendar
        self.title.setText(tr("Hôm nay, {day}", day=day_words(today.at.date())))
        parts = [tr("{count} hồ sơ đang mở", count=today.open), next_holiday(today.at, calendar)]
        self.set_subtitle(" · ".join(part for part in parts if part))
        self.numbers.show_today(today, remarks(today.at, calendar), chosen=self.bucket)
        total = today.open
        if self.bucket:
            total = next(b.count for b in today.buckets if b.name == self.bucket)
        had = self.table.current() is not None
        self.table.show_rows(today.first, total=total)
        if not had:
            self.table.pick_first()
        self._show_filter()
        self._show_holders(today.holders)
        self.ready()

    def filter_by(self, bucket: str) -> None:
        """List only one bucket; the same again lists all."""
        self.bucket = "" if bucket == self.bucket else bucket
        self.shown()

    def open_row(self, picked: DossierRow) -> None:
        """Go to the dossier."""
        self.desk.go("dossiers", picked.id)

    def print_list(self) -> None:
        """The morning list on one page, to look at and print."""
        core, assignee = self.desk.office.core, self._assignee()
        who = self.desk.office.who
        name = who.staff.name if assignee else ""
        open_paper(
            self, tr("Danh sách cần làm trước"),
            lambda: morning_paper(core, who, assignee=assignee, name=name),
            file_name=f"hom-nay-{self.now:%Y-%m-%d}.pdf",
        )  # fmt: skip

    def _assignee(self) -> str:
        return self.desk.office.who.staff.id if self.scope.value() == "mine" else ""

    def _add_buttons(self) -> None:
        self.add_button(
            Button(tr("In danh sách sáng"), key="Ctrl+P", icon_name="printer", act=self.print_list)
        )
        if self.desk.office.who.staff.has(Role.RECEPTIONIST):
            self.primary(
                PrimaryButton(
                    tr("Tiếp nhận hồ sơ"), hint="F2", act=lambda: self.desk.go("intake", None)
                )
            )
        else:
            self.primary(PrimaryButton(tr("Mở hồ sơ"), hint="Enter", act=self._open_current))

    def _open_current(self) -> None:
        current = self.table.current()
        if current is not None:
            self.open_row(current)

    def _list_card(self) -> Card:
        card = Card(tr("Cần làm trước"), margin=0)
        self.filter = Link("")
        self.filter.clicked.connect(lambda: self.filter_by(self.bucket))
        self.filter.hide()
        card.head.insertWidget(1, self.filter)
        card.head.addWidget(self.scope)
        core = self.desk.office.core
        self.table: DataTable[DossierRow] = DataTable(
            [
                Column(
                    tr("Thời hạn"), lambda r: deadline_chip(r, self.now, core.calendar), 158,
                    sort=lambda r: r.due,
                ),
                Column(tr("Mã hồ sơ"), lambda r: r.code, 170),
                Column(tr("Chủ hồ sơ"), lambda r: r.applicant, 148, strong=True),
                Column(tr("Thủ tục"), lambda r: r.procedure_name),
                Column(
                    tr("Hẹn trả"), lambda r: due_words(r.due, self.now), 128, sort=lambda r: r.due
                ),
                Column(tr("Đang ở"), where_words, 122),
            ],
            key=lambda r: r.id,
            empty=tr("Không có hồ sơ nào đang mở. Hồ sơ mới tiếp nhận sẽ hiện ở đây."),
            name=tr("Cần làm trước"),
        )  # fmt: skip
        self.table.picked.connect(self._show_why)
        self.table.opened.connect(self.open_row)
        self.table.more_wanted.connect(lambda: self.desk.go("dossiers", None))
        card.add(self.table)
        return card

    def _side(self) -> QWidget:
        side = QWidget()
        side.setFixedWidth(SIDE_WIDTH)
        stack = column(side)
        holders = Card(tr("Đang ở ai"), remark=tr("số hồ sơ"))
        self.bars = column(gap=2)
        area = ScrollColumn(gap=2)
        area.body.addLayout(self.bars)
        area.body.addStretch()
        holders.add(area)
        holders.add(Small(tr("đỏ quá hạn · vàng trong 1 ngày · xanh còn hạn")).wrapped())
        stack.addWidget(holders, 2)
        why = Card()
        self.why = WhyPanel()
        why.add(self.why)
        stack.addWidget(why, 3)
        return side

    def _show_filter(self) -> None:
        self.filter.setVisible(bool(self.bucket))
        if self.bucket:
            self.filter.set_text(tr("Chỉ «{name}»: bỏ lọc", name=bucket_words(self.bucket)))
            self.table.set_empty(tr("Không có hồ sơ nào ở «{name}».",
                                    name=bucket_words(self.bucket)))  # fmt: skip
        else:
            self.table.set_empty(
                tr("Không có hồ sơ nào đang mở. Hồ sơ mới tiếp nhận sẽ hiện ở đây.")
            )

    def _show_holders(self, holders: tuple[Holder, ...]) -> None:
        clear(self.bars)
        most = max((holder.total for holder in holders), default=1)
        for holder in holders:
            parts = [(holder.overdue, "overdue"), (holder.soon, "soon"), (holder.later, "rest")]
            self.bars.addWidget(BarRow(holder.name, parts, most=most))
        if not holders:
            self.bars.addWidget(Quiet(tr("Chưa ai được phân công hồ sơ nào.")).wrapped())

    def _show_why(self, picked: DossierRow | None) -> None:
        if picked is None:
            self.why.explain("", [])
            return
        core, who, wanted = self.desk.office.core, self.desk.office.who, picked.id
        self.read(
            "why", lambda: read_dossier(core, who, wanted),
            lambda dossier: explain_due(self.why, dossier, core.calendar),
        )  # fmt: skip


def day_words(day: date) -> str:
    """The day as a title says it: thứ Bảy 21/11/2026."""
    names = (
        tr("thứ Hai"), tr("thứ Ba"), tr("thứ Tư"), tr("thứ Năm"), tr("thứ Sáu"), tr("thứ Bảy"),
        tr("Chủ nhật"),
    )  # fmt: skip
    return f"{names[day.weekday()]} {day:%d/%m/%Y}"


def next_holiday(now: datetime, calendar: WorkCalendar) -> str:
    """The next day off that is no weekend, when it is near; "" when there is none."""
    for offset in range(1, NEAR_DAYS + 1):
        info = calendar.day(now.date() + timedelta(days=offset))
        if not info.kind.counts and info.kind.value != "weekend":
            return tr("{day} nghỉ {name}", day=f"{info.date:%d/%m}", name=info.label)
    return ""


def remarks(now: datetime, calendar: WorkCalendar) -> dict[str, str]:
    """Which dates the cards stand for."""
    days: list[date] = []
    day = now.date()
    while len(days) < 3:
        day += timedelta(days=1)
        if calendar.is_working(day):
            days.append(day)
    between = f"{days[1]:%d/%m} – {days[2]:%d/%m}"
    return {
        "today": f"{now:%d/%m}",
        "tomorrow": day_words(days[0])[:-5],
        "soon": between,
        "later": tr("sau {day}", day=f"{days[2]:%d/%m}"),
        "paused": tr("chờ người dân"),
    }
