"""The list of online submissions that wait: what each holds, the date it would get, two ways on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import Signal

from models.calendar import VIETNAM
from models.errors import OfficeError
from models.events.submission import SubmissionArrived
from models.intake import Attachment
from models.party import Person
from models.words import tr
from services.dossiers.preview import Expected
from services.submissions import (
    Submission,
    expected_submission,
    files_coming,
    find_submission,
    take_out_submitted,
)
from ui.screens.base import Screen
from ui.screens.intake.forms import ApplicationForm, new_application
from ui.screens.intake.promise_card import PromiseCard
from ui.screens.intake.words import moment
from ui.screens.parts.attached import attached_line, save_attached
from ui.widgets import (
    Button,
    Card,
    Column,
    DataTable,
    Dialog,
    Facts,
    Label,
    Quiet,
    ScrollColumn,
    clear,
    column,
    row,
)

__all__ = ["OnlineDialog"]

Read = tuple[SubmissionArrived | None, Expected | None, frozenset[str]]


class OnlineDialog(Dialog):
    """`accept_wanted(id, limit or None)` and `decline_wanted(row)`; it stays open until told."""

    accept_wanted = Signal(str, object)
    decline_wanted = Signal(object)

    def __init__(self, screen: Screen) -> None:
        super().__init__(
            screen.window(), tr("Hồ sơ trực tuyến chờ tiếp nhận"), primary=tr("Tiếp nhận"),
            cancel=tr("Đóng"), width=1250,
        )  # fmt: skip
        self._screen = screen
        self.form = ApplicationForm()
        self._shown = ""
        self.table: DataTable[Submission] = DataTable(
            [
                Column(tr("Mã hồ sơ"), lambda r: r.code, 185, strong=True),
                Column(tr("Thủ tục"), lambda r: r.procedure_name, 0,
                       tip=lambda r: r.procedure_name),
                Column(tr("Chủ hồ sơ"), lambda r: r.applicant, 160),
                Column(tr("Nộp lúc"), lambda r: _when(r.submitted_at), 100,
                       sort=lambda r: r.submitted_at),
                Column(tr("Cổng"), lambda r: r.portal, 75, quiet=True),
            ],
            key=lambda r: r.id, empty=tr("Không có hồ sơ trực tuyến nào chờ tiếp nhận."),
            name=tr("Hồ sơ trực tuyến chờ tiếp nhận"),
        )  # fmt: skip
        self.facts = Facts(label_width=75)
        self.papers = column(gap=3)
        self.saved = Quiet("").wrapped()
        self.promise = PromiseCard()
        self.promise.why.hide()
        self.decline_button = Button(
            tr("Không tiếp nhận"), key="Alt+K", act=self._decline
        )  # fmt: skip
        self.buttons.insertWidget(1, self.decline_button)
        self._lay_out()
        self.table.picked.connect(self._picked)
        self.table.opened.connect(lambda _row: self.primary.setFocus())
        self.promise.edited.connect(self._look)
        self.on_primary(self._accept)

    def _lay_out(self) -> None:
        line = row(gap=12)
        self.table.setMinimumHeight(470)
        line.addWidget(self.table, 19)
        right = column(gap=10)
        card = Card(tr("Hồ sơ đã nộp"))
        inside = ScrollColumn(gap=8)
        inside.body.addWidget(self.facts)
        inside.body.addLayout(self.papers)
        inside.body.addWidget(self.saved)
        inside.body.addStretch()
        card.body.addWidget(inside, 1)
        right.addWidget(card, 1)
        right.addWidget(self.promise)
        line.addLayout(right, 11)
        self.body.addLayout(line, 1)

    def show_rows(self, rows: Sequence[Submission]) -> None:
        """Show what waits; the submission in front stays in front."""
        self.table.show_rows(rows)
        if self.table.current() is None:
            self.table.pick_first()
        if not rows:
            self._show((None, None, frozenset()))
        for button in (self.primary, self.decline_button):
            button.setEnabled(bool(rows))

    def refuse(self, error: BaseException) -> bool:
        """Say why it was not taken in, at the field when there is one; False for a fault."""
        if not isinstance(error, OfficeError):
            return False
        if not self.promise.refuse(getattr(error, "field", ""), error.sentence()):
            self.say_problem(error.sentence())
        return True

    def _picked(self, picked: Submission | None) -> None:
        if picked is None or picked.id == self._shown:
            return
        self._shown = picked.id
        self.saved.setText("")
        self.say_problem("")
        core = self._screen.desk.office.core
        procedure = core.catalogue.find_procedure(picked.procedure)
        self.form = ApplicationForm() if procedure is None else new_application(procedure)
        self.promise.show_form(self.form, procedure)
        self._look()

    def _look(self) -> None:
        """Read the submission in front, and the date its limit gives."""
        office, wanted, limit = self._screen.desk.office, self._shown, self.form.limit.taken()
        core, who, known = office.core, office.who, bool(self.form.procedure)

        def work() -> Read:
            said = find_submission(core, who, wanted)
            if said is None:
                return None, None, frozenset()
            coming = files_coming(core, said)
            if not known:
                return said, None, coming
            return said, expected_submission(core, wanted, said, limit=limit), coming

        self._screen.desk.tasks.latest(f"{id(self)}/look", work, self._show, None, owner=self)

    def _show(self, read: Read) -> None:
        said, expected, coming = read
        self.promise.show_expected(expected)
        self.promise.setVisible(said is not None)
        clear(self.papers)
        self.facts.show_facts([] if said is None else _facts(said))
        if said is None:
            return
        for words in said.remarks:
            note = Label(words).wrapped()
            note.setProperty("tone", "soon")
            self.papers.addWidget(note)
        self.papers.addWidget(Label(tr("Thành phần hồ sơ"), role="strong"))
        for paper in said.components:
            self.papers.addWidget(Label(paper.name).wrapped())
            for file in paper.attachments:
                arriving = file.sha256 in coming
                self.papers.addLayout(attached_line(file, coming=arriving, save=self._save))

    def _save(self, file: Attachment) -> None:
        """Save a copy outside, where the clerk can open it; that is recorded."""
        desk, wanted = self._screen.desk, self._shown

        def done(name: str) -> None:
            self.say_problem("")
            words = tr("Đã lưu {name}; việc này được ghi vào nhật ký.", name=name)
            desk.messages.done(words)
            self.saved.setText(words)

        def failed(error: BaseException) -> None:
            if not self.refuse(error):
                desk.tasks.fail(error)

        save_attached(
            self._screen, file,
            lambda: take_out_submitted(
                desk.office.core, desk.office.who, wanted, attachment=file
            ),
            over=self, done=done, failed=failed,
        )  # fmt: skip

    def _accept(self) -> bool:
        if self._shown:
            self.accept_wanted.emit(self._shown, self.form.limit.taken())
        return False

    def _decline(self) -> None:
        current = self.table.current()
        if current is not None:
            self.decline_wanted.emit(current)


def _when(iso: str) -> str:
    """A time short enough for the list."""
    return f"{datetime.fromisoformat(iso).astimezone(VIETNAM):%H:%M %d/%m}"


def _facts(said: SubmissionArrived) -> list[tuple[str, str]]:
    """The words of the application."""
    facts = [
        (tr("Thủ tục"), said.procedure_name),
        (tr("Nộp lúc"), moment(said.submitted_at)),
        (tr("Chủ hồ sơ"), _person(said.applicant)),
        (tr("Người nộp"), "" if said.submitter == said.applicant else _person(said.submitter)),
        (tr("Địa chỉ"), said.applicant.address),
        (tr("Nội dung"), said.request),
    ]
    return [(label, words) for label, words in facts if words]


def _person(person: Person) -> str:
    return " · ".join(each for each in (person.name, person.id_number, person.phone) if each)
