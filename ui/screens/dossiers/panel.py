"""One dossier beside the list: who, what, how it stands, the acts of now, and its sections."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QSizePolicy, QStackedWidget, QWidget

from models.authority import allowed_acts
from models.dossier import conflict_words, open_contradictions
from models.words import tr
from models.workflow import CLOSED, Act, act_words
from services.dossiers.view import DossierView, read_view
from ui.screens.acts import can_run, run_act
from ui.screens.base import Screen
from ui.screens.dossiers.acts_section import ActsSection
from ui.screens.dossiers.facts_section import FactsSection
from ui.screens.dossiers.money_section import MoneySection
from ui.screens.dossiers.paper_section import PaperSection
from ui.screens.dossiers.sections import Section, WhySection
from ui.screens.dossiers.way_section import JournalSection, WaySection
from ui.screens.parts.choices import ChoiceRow
from ui.screens.parts.state import deadline_chip, moment_of, status_chip
from ui.widgets import (
    Banner,
    Button,
    Chip,
    CodeLabel,
    Elided,
    Empty,
    Kind,
    PrimaryButton,
    Quiet,
    clear,
    column,
    row,
)

__all__ = ["DossierPanel"]

MOST_BUTTONS = 3
DAILY = (
    Act.TRANSFER, Act.ASSIGN, Act.RECEIVE_SUPPLEMENT, Act.SUBMIT, Act.APPROVE, Act.NUMBER,
    Act.SIGN, Act.SEAL, Act.FINISH, Act.HAND_OVER, Act.REFUSE, Act.REQUEST_SUPPLEMENT,
    Act.COLLECT_FEE, Act.HANDLE, Act.PROPOSE_REFUSAL, Act.RETURN, Act.RESOLVE, Act.EXTEND,
    Act.CORRECT, Act.NOTE,
)  # fmt: skip
"""Which acts become buttons first."""


class DossierPanel(QWidget):
    """Shows the dossier `show_dossier(id)` names; reads it itself and can read it again."""

    def __init__(self, screen: Screen, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.screen = screen
        self.view: DossierView | None = None
        self._wanted = ""
        outer = column(self, gap=8, margin=(14, 12, 14, 12))
        self.code = CodeLabel()
        self.code.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.status = Chip("", "info")
        self.deadline = Chip("", "neutral")
        head = row(gap=8)
        for widget in (self.code, self.status, self.deadline):
            head.addWidget(widget)
        head.addStretch()
        self.person = Elided("", role="heading")
        self.procedure = Elided("", role="quiet")
        self.due = Quiet("")
        self.trouble = Banner()
        self.acts = row(gap=8)
        self.sections: dict[str, Section] = self._make_sections()
        self.tabs = ChoiceRow(
            [(name, section.title()) for name, section in self.sections.items()],
            name=tr("Các phần của hồ sơ"),
        )
        self.tabs.chosen.connect(lambda _name: self._fill())
        self.stack = QStackedWidget()
        for section in self.sections.values():
            self.stack.addWidget(section)
        self._room = QWidget()
        inner = column(self._room, gap=6)
        inner.addLayout(head)
        for widget in (self.person, self.procedure, self.due, self.trouble):
            inner.addWidget(widget)
        inner.addLayout(self.acts)
        inner.addWidget(self.tabs)
        inner.addWidget(self.stack, 1)
        self.empty = Empty(_choose_one())
        outer.addWidget(self._room)
        outer.addWidget(self.empty)
        self._room.hide()

    def show_dossier(self, dossier_id: str, *, then: Callable[[], object] | None = None) -> None:
        """Read the dossier and show it; an empty id shows none."""
        self._wanted = dossier_id
        if not dossier_id:
            self._show_nothing(_choose_one())
            return
        core, who = self.screen.desk.office.core, self.screen.desk.office.who

        def done(view: DossierView) -> None:
            if view.dossier.id != self._wanted:
                return
            if view.dossier.intake is None:
                self._show_nothing(_without_intake())
                return
            self._show(view)
            if then is not None:
                then()

        self.screen.read("panel", lambda: read_view(core, who, dossier_id), done)

    def again(self) -> None:
        """Read the dossier shown once more."""
        self.show_dossier(self._wanted)

    def open_section(self, name: str) -> None:
        """Bring one section to the front."""
        self.tabs.set_value(name)
        self._fill()

    def run(self, act: Act) -> None:
        """Do `act` on the dossier shown."""
        if self.view is not None:
            run_act(self.screen, self.view.dossier, act)

    def _make_sections(self) -> dict[str, Section]:
        return {
            "facts": FactsSection(self.screen),
            "way": WaySection(self.screen),
            "paper": PaperSection(self.screen),
            "money": MoneySection(self.screen),
            "why": WhySection(self.screen),
            "acts": ActsSection(self.screen),
            "journal": JournalSection(self.screen),
        }

    def _show_nothing(self, why: str) -> None:
        self.view = None
        self._room.hide()
        self.empty.set_sentence(why)
        self.empty.show()

    def _show(self, view: DossierView) -> None:
        self.view = view
        dossier, core = view.dossier, self.screen.desk.office.core
        intake = dossier.intake
        assert intake is not None and dossier.applicant is not None
        self.code.set_text(intake.code)
        state, chip = status_chip(dossier), deadline_chip(dossier, core.clock.now(), core.calendar)
        self.status.show_state(state.words, state.kind)
        self.deadline.show_state(chip.words, chip.kind)
        self.person.setText(dossier.applicant.name)
        self.procedure.setText(intake.procedure_name)
        self.due.setText(
            tr(
                "Nhận {received} · hẹn trả {due}",
                received=moment_of(intake.received_at),
                due=moment_of(dossier.due),
            )
        )
        self._say_trouble(view)
        self._show_acts(view)
        for section in self.sections.values():
            section.forget()
        self._fill()
        self.empty.hide()
        self._room.show()

    def _say_trouble(self, view: DossierView) -> None:
        """What two PCs did apart, with the way to both sides; hidden when there is nothing."""
        dossier = view.dossier
        open_ = [conflict_words(*each) for each in open_contradictions(dossier.conflicts)]
        if dossier.stale:
            open_.append(tr("Phê duyệt trên bản cũ: nội dung đã đổi sau khi duyệt."))
        if view.namesakes:
            names = ", ".join(view.namesakes)
            open_.append(
                tr("Mã hồ sơ này cũng đã cấp ở máy khác cho {names}; khi tra cứu và trả kết quả "
                   "phải xem cả tên.", names=names)
            )  # fmt: skip
        if not open_ or dossier.status in CLOSED:
            self.trouble.hide()
            return
        both = (tr("Xem hai bên"), lambda: self.screen.desk.go("sync", dossier.id))
        rivals = dossier.stale or any(not c.resolved for c in dossier.conflicts)
        act = both if rivals else None
        kind: Kind = "overdue" if dossier.blocked else "soon"
        self.trouble.say(" ".join(open_), kind=kind, act=act, closable=False)

    def _show_acts(self, view: DossierView) -> None:
        clear(self.acts)
        allowed = allowed_acts(view.dossier, self.screen.desk.office.who.staff)
        settled = all(conflict.resolved for conflict in view.dossier.conflicts)
        offered = [
            act for act in DAILY
            if act in allowed and can_run(act) and not (act is Act.RESOLVE and settled)
        ]  # fmt: skip
        for number, act in enumerate(offered[:MOST_BUTTONS]):
            look = PrimaryButton if number == 0 else Button
            self.acts.addWidget(look(act_words(act), act=lambda act=act: self.run(act)))
        more = Button(
            tr("Mọi việc"), icon_name="more", act=lambda: self.open_section("acts")
        )  # fmt: skip
        self.acts.addWidget(more)
        self.acts.addStretch()

    def _fill(self) -> None:
        section = self.sections[str(self.tabs.value())]
        self.stack.setCurrentWidget(section)
        if self.view is not None:
            section.show_view(self.view)


def _choose_one() -> str:
    return tr("Chọn một hồ sơ trong danh sách để xem ở đây.")


def _without_intake() -> str:
    """Its PC was revoked and the intake lies after its last good event: it never took place."""
    return tr(
        "Việc tiếp nhận hồ sơ này không còn hiệu lực vì máy ghi nó đã bị thu hồi. "
        "Liên hệ người nộp để tiếp nhận lại; nhật ký vẫn giữ việc đã ghi."
    )
