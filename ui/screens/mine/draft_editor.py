"""The officer's draft: template, merge fields, live preview; kept while typing, submitted once."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QWidget

from models.changed import Changed
from models.dossier import Dossier
from models.events.handling import Draft
from models.words import tr
from models.workflow import Act
from services.documents.templates import (
    DocumentTemplate,
    fill,
    merge_field_labels,
    missing_fields,
)
from services.dossiers import handling
from services.dossiers.drafts import drop_draft, keep_draft
from services.dossiers.view import DossierView
from services.papers import result_paper
from ui.screens.acts import run_act
from ui.screens.base import Screen
from ui.screens.mine.begun import KIND, Begun, begin_draft
from ui.screens.parts.paper import PaperView
from ui.screens.parts.state import deadline_chip
from ui.widgets import (
    Banner,
    Button,
    Chip,
    ComboField,
    Elided,
    Field,
    PrimaryButton,
    Quiet,
    ScrollColumn,
    TextArea,
    clear,
    column,
    row,
)

__all__ = ["DraftEditor"]

KEEP_MS = 900
LONG = ("content", "reason", "legal_basis", "attachments")
"""Merge fields that take several lines."""


class DraftEditor(QWidget):
    """Everything typed is kept at once; Ctrl+S puts it into the dossier, Ctrl+Enter submits."""

    def __init__(self, screen: Screen, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.screen = screen
        self.view: DossierView | None = None
        self.templates: dict[str, DocumentTemplate] = {}
        self.values: dict[str, str] = {}
        self.known: frozenset[str] = frozenset()
        self.fields: dict[str, Field | TextArea] = {}
        self._keep = QTimer(self, singleShot=True, interval=KEEP_MS)
        self._keep.timeout.connect(self._kept)
        outer = column(self, gap=8, margin=(14, 12, 14, 12))
        outer.addLayout(self._head())
        self.returned = Banner()
        outer.addWidget(self.returned)
        middle = row(gap=12)
        middle.addWidget(self._form(), 5)
        self.paper = PaperView(screen.desk.tasks, name=tr("Bản xem trước văn bản kết quả"))
        middle.addWidget(self.paper, 6)
        outer.addLayout(middle, 1)
        outer.addLayout(self._foot())

    def show_view(self, view: DossierView) -> None:
        """Edit the draft of `view`; what was half-typed here earlier comes back."""
        same = self.view is not None and self.view.dossier.id == view.dossier.id
        if self._keep.isActive():
            if same:
                self.view = view
                return
            self._kept()
        self.view = view
        self._say_head(view.dossier)
        core, dossier = self.screen.desk.office.core, view.dossier
        staff = self.screen.desk.office.who.staff

        def done(begun: Begun) -> None:
            if self.view is view:
                self._show(begun)

        self.screen.read("draft", lambda: begin_draft(core, dossier, staff), done)

    def draft(self) -> Draft:
        """The draft as it stands in the fields."""
        for name, field in self.fields.items():
            self.values[name] = field.text()
        return Draft(str(self.template.value() or ""), dict(self.values))

    def save(self) -> None:
        """Put the draft into the dossier."""
        self._write(
            lambda dossier, draft: handling.handle(
                self.screen.desk.office.core, self.screen.desk.office.who, dossier.id, draft=draft
            ),
            tr("Đã lưu dự thảo vào hồ sơ."),
        )

    def submit(self) -> None:
        """Submit exactly what is shown, unless something is still empty."""
        template = self.templates.get(str(self.template.value()))
        if template is None:
            return
        draft = self.draft()
        empty = missing_fields(template, draft.values)
        labels = merge_field_labels()
        for name, field in self.fields.items():
            field.set_error(tr("Chưa ghi {label}.", label=labels[name]) if name in empty else "")
        if empty:
            first = self.fields.get(empty[0])
            if first is not None:
                first.setFocus()
            names = ", ".join(labels[name] for name in empty)
            self.screen.desk.messages.warn(tr("Văn bản còn thiếu: {names}.", names=names))
            return
        self._write(
            lambda dossier, made: handling.submit(
                self.screen.desk.office.core, self.screen.desk.office.who, dossier.id, draft=made
            ),
            tr("Đã trình duyệt."),
        )

    def _write(self, act: object, said: str) -> None:
        view, screen = self.view, self.screen
        if view is None or not callable(act):
            return
        self._keep.stop()
        dossier, draft = view.dossier, self.draft()
        core, owner = screen.desk.office.core, screen.desk.office.who.staff.id

        def work() -> Dossier:
            after: Dossier = act(dossier, draft)
            drop_draft(core, owner, kind=KIND, key=dossier.id)
            return after

        def done(after: Dossier) -> None:
            screen.desk.messages.done(said)
            screen.desk.changes.tell(Changed(frozenset({after.id}), queues=True), by=screen)

        screen.write(work, done)

    def _head(self) -> QHBoxLayout:
        head = row(gap=8)
        words = column(gap=0)
        self.person = Elided("", role="heading")
        self.procedure = Elided("", role="quiet")
        words.addWidget(self.person)
        words.addWidget(self.procedure)
        head.addLayout(words, 1)
        self.deadline = Chip("", "neutral")
        head.addWidget(self.deadline)
        open_it = Button(tr("Xem hồ sơ"), act=self._open)
        head.addWidget(open_it)
        return head

    def _form(self) -> QWidget:
        area = ScrollColumn(gap=8)
        self.template = ComboField(tr("Mẫu soạn thảo"))
        self.template.chosen.connect(lambda _code: self._other_template())
        self.room = column(gap=8)
        area.body.addWidget(self.template)
        area.body.addLayout(self.room)
        self.kept_note = Quiet("").wrapped()
        area.body.addWidget(self.kept_note)
        area.body.addStretch()
        return area

    def _foot(self) -> QHBoxLayout:
        foot = row(gap=8)
        foot.addWidget(Button(tr("Yêu cầu bổ sung"), hint="F7", act=lambda: self._run(
            Act.REQUEST_SUPPLEMENT)))  # fmt: skip
        foot.addWidget(
            Button(tr("Trình từ chối"), act=lambda: self._run(Act.PROPOSE_REFUSAL))
        )  # fmt: skip
        foot.addStretch()
        foot.addWidget(Button(tr("Lưu dự thảo"), key="Ctrl+S", act=self.save))
        foot.addWidget(PrimaryButton(tr("Trình duyệt"), key="Ctrl+Return", act=self.submit))
        return foot

    def _say_head(self, dossier: Dossier) -> None:
        core = self.screen.desk.office.core
        intake = dossier.intake
        assert intake is not None and dossier.applicant is not None
        self.person.setText(f"{intake.code} · {dossier.applicant.name}")
        self.procedure.setText(intake.procedure_name)
        chip = deadline_chip(dossier, core.clock.now(), core.calendar)
        self.deadline.show_state(chip.words, chip.kind)
        if dossier.returned is None:
            self.returned.hide()
            return
        words = tr("Lãnh đạo trả lại: {reason}", reason=dossier.returned.reason)
        if dossier.returned.place:
            words = f"{words} ({tr('Chỗ cần sửa: {place}', place=dossier.returned.place)})"
        self.returned.say(words, kind="overdue", closable=False)

    def _show(self, begun: Begun) -> None:
        self.templates = {each.code: each for each in begun.templates}
        self.values, self.known = dict(begun.values), begun.known
        self.template.set_items(
            [(t.code, f"{t.type_name}: {fill(t.subject, begun.values)}") for t in begun.templates]
        )
        usual = next(iter(self.templates), "")
        self.template.set_value(begun.template if begun.template in self.templates else usual)
        self.kept_note.setText(
            tr("Bản nháp lúc {time} đã được giữ lại.", time=begun.saved_at[11:16])
            if begun.saved_at
            else ""
        )
        self._make_fields()
        self._draw()

    def _other_template(self) -> None:
        self.draft()
        self._make_fields()
        self._typed()

    def _make_fields(self) -> None:
        clear(self.room)
        self.fields = {}
        template = self.templates.get(str(self.template.value()))
        labels = merge_field_labels()
        names = sorted(template.fields(), key=lambda n: n in self.known) if template else []
        for name in names:
            label = labels[name][:1].upper() + labels[name][1:]
            field: Field | TextArea = (
                TextArea(label, lines=4) if name in LONG else Field(label, limit=1000)
            )
            field.set_text(self.values.get(name, ""))
            field.edited.connect(lambda _text: self._typed())
            self.fields[name] = field
            self.room.addWidget(field)

    def _typed(self) -> None:
        self._keep.start()

    def _kept(self) -> None:
        """Keep what was typed, and draw it."""
        self._keep.stop()
        view = self.view
        if view is None:
            return
        draft, core = self.draft(), self.screen.desk.office.core
        owner, key = self.screen.desk.office.who.staff.id, view.dossier.id
        fields = {"template": draft.template, "values": draft.values}
        self.screen.write(
            lambda: keep_draft(core, owner, kind=KIND, key=key, fields=fields), lambda _at: None
        )
        self._draw()

    def _draw(self) -> None:
        view = self.view
        draft = self.draft()
        if view is None or not draft.template:
            self.paper.say(tr("Chọn mẫu văn bản để xem trước."))
            return
        core, dossier = self.screen.desk.office.core, view.dossier
        self.paper.show_made(lambda: result_paper(core, dossier, signer=None, draft=draft).data)

    def _run(self, act: Act) -> None:
        if self.view is not None:
            run_act(self.screen, self.view.dossier, act)

    def _open(self) -> None:
        if self.view is not None:
            self.screen.desk.go("dossiers", self.view.dossier.id)
