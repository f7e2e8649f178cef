"""A new calendar notice: first the promises it would move, old and new, then the yes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from models.calendar import parse_spans
from models.calendar_notice import Notice, NoticeKind
from models.changed import Changed
from models.errors import OfficeError
from models.words import tr
from services.administration import MovedDossier, add_notice, would_move
from services.clock import VIETNAM
from ui.screens.base import Screen
from ui.widgets import (
    Column,
    ComboField,
    DataTable,
    DateField,
    Dialog,
    Field,
    Label,
    row,
)

__all__ = ["NoticeDialog", "moved_table", "notice_words"]


def notice_words(kind: NoticeKind) -> str:
    """What a notice makes of a day."""
    return {
        NoticeKind.HOLIDAY: tr("nghỉ lễ"),
        NoticeKind.COMPENSATORY_OFF: tr("nghỉ bù, hoán đổi"),
        NoticeKind.MAKEUP_WORKING: tr("làm bù"),
        NoticeKind.HALF_DAY: tr("làm việc theo giờ riêng"),
        NoticeKind.WORKING: tr("vẫn làm việc"),
        NoticeKind.WEEKEND: tr("nghỉ hằng tuần"),
    }[kind]


class NoticeDialog(Dialog):
    """Two presses: the first looks what would move, the second adds the notice and moves it."""

    def __init__(self, screen: Screen, *, day: date, done: Callable[[], object]) -> None:
        super().__init__(
            screen, tr("Thêm thông báo lịch nghỉ"), primary=tr("Xem ngày hẹn sẽ dời"), width=760
        )
        self._screen, self._done = screen, done
        self._seen: Notice | None = None
        self.day = DateField(tr("Ngày"))
        self.day.set_value(day)
        kinds: list[tuple[object, str]] = [(kind, notice_words(kind)) for kind in NoticeKind]
        self.kind = ComboField(tr("Ngày đó là"), kinds)
        self.hours = Field(tr("Giờ làm việc"), placeholder="08:00-12:00",
                           hint=tr("Chỉ dùng cho ngày làm việc theo giờ riêng"))  # fmt: skip
        self.label_field = Field(tr("Tên ngày"), limit=200)
        self.source = Field(
            tr("Theo văn bản"), placeholder=tr("Số, ngày, cơ quan ban hành"), limit=300
        )
        line = row(gap=10)
        for widget, share in ((self.day, 2), (self.kind, 3), (self.hours, 3)):
            line.addWidget(widget, share)
        self.body.addLayout(line)
        self.body.addWidget(self.label_field)
        self.body.addWidget(self.source)
        self.verdict = Label("", role="strong").wrapped()
        self.body.addWidget(self.verdict)
        self.table = moved_table()
        self.table.setMinimumHeight(190)
        self.table.hide()
        self.body.addWidget(self.table, 1)
        for field in (self.day, self.hours, self.label_field, self.source):
            field.edited.connect(lambda _text: self._forget())
        self.kind.chosen.connect(lambda _kind: self._forget())
        self.on_primary(self.press)
        self._forget()

    def notice(self) -> Notice | None:
        """The notice as typed; None when a field says what is wrong."""
        day, good = self.day.value(), self.day.check()
        kind = self.kind.value()
        hours = None
        if kind is NoticeKind.HALF_DAY:
            try:
                hours = parse_spans(self.hours.text())
            except OfficeError as error:
                self.hours.set_error(error.sentence())
                good = False
        for field in (self.label_field, self.source):
            if not field.text():
                field.set_error(tr("Ô này không được để trống."))
                good = False
        if not good or day is None or not isinstance(kind, NoticeKind):
            return None
        return Notice(day, kind, self.label_field.text(), "", self.source.text(), hours=hours)

    def press(self) -> bool:
        """Look first; when what is typed was looked at already, do it."""
        notice = self.notice()
        if notice is None:
            return False
        core, who = self._screen.desk.office.core, self._screen.desk.office.who
        failed = self._screen.blame({"source": self.source, "hours": self.hours, "date": self.day})
        if notice == self._seen:
            self._screen.write(lambda: add_notice(core, who, notice), self._added, failed=failed)
        else:
            self._screen.write(
                lambda: would_move(core, notice), lambda moving: self._show(notice, moving),
                failed=failed,
            )  # fmt: skip
        return False

    def _forget(self) -> None:
        self._seen = None
        self.primary.set_text(tr("Xem ngày hẹn sẽ dời"))
        self.verdict.setText(tr("Chưa có gì thay đổi. Bấm xem trước để biết ngày hẹn nào sẽ dời."))
        self.hours.setEnabled(self.kind.value() is NoticeKind.HALF_DAY)
        self.table.hide()

    def _show(self, notice: Notice, moving: tuple[MovedDossier, ...]) -> None:
        self._seen = notice
        self.table.show_rows(moving)
        self.table.setVisible(bool(moving))
        count = sum(each.moved is not None for each in moving)
        if count:
            words = tr("{count} ngày hẹn sẽ dời. Giấy hẹn đã in giữ ngày cũ: hãy báo người dân.",
                       count=count)  # fmt: skip
            self.primary.set_text(tr("Thêm và dời {count} ngày hẹn", count=count))
        else:
            words = tr("Không ngày hẹn nào phải dời.")
            self.primary.set_text(tr("Thêm thông báo"))
        if count < len(moving):
            rest = tr("{count} hồ sơ không tính được ngày mới: hãy xem từng hồ sơ.",
                      count=len(moving) - count)  # fmt: skip
            words = f"{words} {rest}"
        self.verdict.setText(words)

    def _added(self, moved: tuple[MovedDossier, ...]) -> None:
        desk = self._screen.desk
        self.accept()
        ids = frozenset(each.dossier.id for each in moved if each.moved)
        desk.messages.done(tr("Đã thêm thông báo lịch nghỉ, dời {count} ngày hẹn.", count=len(ids)))
        desk.changes.tell(Changed(dossiers=ids, queues=bool(ids), settings=True), by=self._screen)
        self._done()


def moved_table() -> DataTable[MovedDossier]:
    """Old and new dates of the promises that move."""
    return DataTable(
        [
            Column(tr("Hồ sơ"), code_of, 172, quiet=True),
            Column(tr("Chủ hồ sơ"), name_of, strong=True),
            Column(tr("Đang hẹn"), lambda m: moment(m.old_due), 140),
            Column(tr("Sẽ hẹn"), new_due_of, 140),
        ],
        key=lambda m: m.dossier.id,
        empty=tr("Không ngày hẹn nào phải dời."),
        name=tr("Ngày hẹn sẽ dời"),
    )


def new_due_of(line: MovedDossier) -> str:
    """The new date, or that a person must look."""
    return moment(line.moved.new_due) if line.moved else tr("không tính được")


def code_of(line: MovedDossier) -> str:
    """The code of the dossier."""
    return line.dossier.intake.code if line.dossier.intake else ""


def name_of(line: MovedDossier) -> str:
    """Whose dossier it is."""
    return line.dossier.applicant.name if line.dossier.applicant else ""


def moment(when: datetime) -> str:
    """A time as it is printed."""
    return f"{when.astimezone(VIETNAM):%d/%m/%Y %H:%M}"
