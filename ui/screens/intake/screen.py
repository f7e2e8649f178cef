"""The intake screen: what is typed, read while typing, and received with one key."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtGui import QHideEvent

from models.changed import Changed
from models.dossier import Dossier
from models.errors import OfficeError
from models.procedure import Procedure
from models.words import tr
from services.clock import new_id
from services.core import Core
from services.dossiers.drafts import drop_draft
from services.dossiers.intake import receive
from services.scans import Scan, read_scans
from ui.failure import explain
from ui.screens.base import Desk, KeyHint, Screen
from ui.screens.intake.checks import check_persons, first_fault, show_fault
from ui.screens.intake.compare import compare_with_stored
from ui.screens.intake.desk_view import DeskView
from ui.screens.intake.done import DonePanel
from ui.screens.intake.drafts import KEY, KIND, Begin, DraftKeeper, begin_intake
from ui.screens.intake.forms import ApplicationForm, VisitForm, new_application
from ui.screens.intake.live import Live, read_live
from ui.screens.intake.low_stack import LowStack
from ui.screens.intake.online import OnlineDesk
from ui.screens.intake.person_acts import PersonActs
from ui.screens.intake.wedge import Wedge
from ui.screens.intake.words import time_of
from ui.screens.parts.clock import when_clock_is_sure
from ui.tasks import Lane
from ui.widgets import Button, PrimaryButton, confirm

__all__ = ["IntakeScreen"]

LIVE_MS = 300
MINUTE_MS = 60_000
"""The date is read again once a minute: what is received after 15:00 may be due later."""


class IntakeScreen(Screen):
    """Tiếp nhận. `form` is what is typed; `received` the dossiers of the visit just stored."""

    name = "intake"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, tr("Tiếp nhận hồ sơ"))
        self.form = VisitForm("")
        self.live: Live | None = None
        self.received: tuple[Dossier, ...] = ()
        self._owner = ""
        self._busy = False
        self.view = DeskView(desk.tasks, lambda: self.core, self._read_scans)
        self.persons = PersonActs(
            self.view, lambda: self.form, changed=self._person_changed, messages=desk.messages
        )
        self.done = DonePanel(self)
        self.pages = LowStack()
        self.pages.addWidget(self.view)
        self.pages.addWidget(self.done)
        self.body.addWidget(self.pages, 1)
        self.online = OnlineDesk(self)
        self._aside: VisitForm | None = None
        self.drafts = DraftKeeper(self, lambda: self.core)
        self.wedge = Wedge(self)
        self._live_clock = QTimer(self, singleShot=True, interval=LIVE_MS)
        self._live_clock.timeout.connect(self.look)
        self._add_buttons()
        self._add_screen_keys()
        self._connect()
        self.start = self.view.procedure.picker
        self.new_visit()

    @property
    def core(self) -> Core:
        """The opened office."""
        return self.desk.office.core

    @property
    def me(self) -> str:
        """The name printed as receiver."""
        return str(self.desk.office.who.staff.name)

    def shown(self) -> None:
        """Find the clerk's own draft on coming here, and again when somebody else signed in."""
        self.online.look()
        owner = self.desk.office.who.staff.id
        if owner == self._owner:
            self.look()
            return
        if self._owner:
            self.drafts.leave()
            self.new_visit()
        self._owner = owner
        self.drafts.follow(owner, self.form)
        core = self.core
        self.read("begin", lambda: begin_intake(core, owner), self._begin)

    def refresh(self, changed: Changed) -> None:
        """What others do changes no form; only what is known of the person may be newer."""
        self.online.look()
        if changed.dossiers or changed.catalogue or changed.settings:
            self._live_clock.start()

    def hideEvent(self, event: QHideEvent) -> None:
        self.drafts.leave()
        super().hideEvent(event)

    def new_visit(self) -> None:
        """The next citizen: an empty form."""
        self.show_form(VisitForm(new_id(self.core.clock)))
        self.view.draft.hide()
        self.set_subtitle(self._usual_subtitle())
        self.take_focus()

    def next_visit(self) -> None:
        """On from the receipt: back to what was put aside for an online submission, else anew."""
        aside, self._aside = self._aside, None
        self.new_visit()
        if aside is not None:
            self.show_form(aside)
            self.drafts.touched()

    def show_received(self, dossiers: tuple[Dossier, ...]) -> None:
        """An online submission was taken in: its receipt; what is typed is put aside meanwhile."""
        if self.pages.currentWidget() is self.view and not self.form.is_empty():
            self._aside = self.form
        self._stored(dossiers)

    def show_form(self, form: VisitForm) -> None:
        """Put a whole visit on the screen."""
        self.form, self.live = form, None
        self._show_page(stored=False)
        self.drafts.follow(self._owner, form)
        self.view.person.fields.show(form.submitter)
        self.view.person.reason.set_text(form.doubts)
        self.view.person.say_scanned(form.card_scanned, form.submitter.address_on_card)
        self.view.person.say_other(form.other)
        self._show_front()

    def add_application(self) -> None:
        """Ctrl+N: one more dossier of the same person."""
        if self.pages.currentWidget() is self.done:
            self.next_visit()
            return
        if not self.form.front.procedure:
            self.view.procedure.picker.set_error(tr("Chọn thủ tục của hồ sơ này trước."))
            self.take_focus()
            return
        self.form.applications.append(ApplicationForm())
        self.form.current = len(self.form.applications) - 1
        self._show_front()
        self.take_focus()

    def go_to(self, number: int) -> None:
        """Bring another dossier of the visit to the front."""
        self.form.current = number % len(self.form.applications)
        self._show_front()

    def drop_application(self, number: int) -> None:
        """Take a dossier out of the visit again."""
        if len(self.form.applications) > 1:
            del self.form.applications[number]
            self.form.current = min(self.form.current, len(self.form.applications) - 1)
            self._show_front()
            self._edited()

    def take_procedure(self, procedure: Procedure) -> None:
        """The clerk chose a procedure for the dossier in front; scans of the one before stay."""
        before = self.form.front
        form = new_application(procedure)
        form.note, form.sets = before.note, before.sets
        held = [paper for paper in before.papers if paper.files]
        for paper in held:
            same = next((p for p in form.papers if p.name == paper.name), None)
            if same is None:
                form.papers.append(replace(paper, added=True))
            else:
                same.files, same.state = paper.files, paper.state
        self.form.applications[self.form.current] = form
        self._show_front()
        self._edited()

    def look(self) -> None:
        """Read what the form means now; called after a pause in typing."""
        self._live_clock.stop()
        if self.pages.currentWidget() is self.done:
            return
        core, visit = self.core, self.form.visit()
        self.read("live", lambda: read_live(core, visit), self._show_live)

    def receive(self) -> None:
        """Ctrl+Enter: check everything, store the visit once, then show its receipt."""
        if self._busy or self.pages.currentWidget() is self.done:
            return
        self.persons.gather()
        if self._is_complete():
            when_clock_is_sure(self, self._receive)

    def _receive(self) -> None:
        core, who, visit, owner = self.core, self.desk.office.who, self.form.visit(), self._owner
        self._busy = True
        self.drafts.pause()

        def work() -> tuple[Dossier, ...]:
            dossiers = receive(core, who, visit)
            drop_draft(core, owner, kind=KIND, key=KEY)
            return dossiers

        self.write(work, self._stored, failed=self._refused)

    def compare(self) -> None:
        """The open dossiers of the same person and procedure, beside what is typed."""
        if self.live is not None and self.live.known.same:
            compare_with_stored(self, self.live)

    def discard_draft(self) -> None:
        """Throw the found draft away and begin anew."""
        self.drafts.discard()
        self.new_visit()

    def _add_buttons(self) -> None:
        self.clear_button = Button(tr("Xóa trắng"), key="F8", act=self._ask_clear)
        more = tr("Thêm hồ sơ cùng người")
        self.more_button = Button(more, key="Ctrl+N", act=self.add_application)
        self.receive_button = PrimaryButton(
            tr("Tiếp nhận và in giấy hẹn"), key="Ctrl+Return", act=self.receive
        )
        for button in (self.online.button, self.clear_button, self.more_button):
            self.add_button(button)
        self.primary(self.receive_button)

    def _add_screen_keys(self) -> None:
        view = self.view
        keys: list[tuple[str, str, Callable[[], object]]] = [
            ("F4", tr("Chọn tệp quét"), view.checklist.choose_here),
            ("Alt+A", tr("Đủ mọi giấy tờ"), view.checklist.mark_all),
            ("Alt+T", tr("Thêm giấy tờ"), view.checklist.ask_row),
            ("Alt+D", tr("Điền theo hồ sơ cũ"), self._fill_known),
            ("Alt+S", tr("So sánh hồ sơ trùng"), self.compare),
            ("Alt+V", tr("Vì sao ngày này?"), view.toggle_why),
            ("Alt+X", tr("Xem lớn giấy hẹn"), view.paper.enlarge),
            ("Alt+P", tr("Thêm một khoản phí"), view.fees.add_line),
            ("Ctrl+PgDown", tr("Hồ sơ kế tiếp"), lambda: self._turn(1)),
            ("Ctrl+PgUp", tr("Hồ sơ trước"), lambda: self._turn(-1)),
        ]
        for key, words, act in keys:
            self.add_key(key, words, act)
        for key, words in (
            ("Space", tr("Giấy tờ: đổi tình trạng")),
            ("+ -", tr("Giấy tờ: thêm, bớt bản")),
            ("Delete", tr("Giấy tờ: bỏ tệp quét")),
        ):
            self.keys.append(KeyHint(key, words))

    def _connect(self) -> None:
        view = self.view
        view.procedure.picked.connect(self.take_procedure)
        view.tabs.chosen.connect(self.go_to)
        view.tabs.dropped.connect(self.drop_application)
        for part in (view.person, view.checklist, view.handing, view.promise, view.fees):
            part.edited.connect(self._edited)
        view.person.known_wanted.connect(self._fill_known)
        view.person.other_wanted.connect(self._ask_other)
        view.person.other_dropped.connect(lambda: self.persons.take_other(None))
        view.compare_wanted.connect(self.compare)
        view.finished.connect(self.receive_button.setFocus)
        view.fees.remade.connect(lambda: self.wedge.watch(view.fees))
        self.done.next_wanted.connect(self.next_visit)
        self.drafts.kept.connect(self._say_kept)
        self.wedge.scanned.connect(self.persons.take_card)
        self.wedge.watch(self)
        self._minute = QTimer(self, interval=MINUTE_MS)
        self._minute.timeout.connect(lambda: self.isVisible() and self.look())
        self._minute.start()

    def _begin(self, begin: Begin) -> None:
        """The reading on coming here: what this clerk uses most, and a draft kept before."""
        self.view.procedure.know(begin.familiar)
        if begin.form is None or not self.form.is_empty():
            return
        self.show_form(begin.form)
        lost = sum(len(p.lost) for a in begin.form.applications for p in a.papers)
        words = tr("Bản nháp lúc {time} đã được giữ lại.", time=time_of(begin.saved_at))
        if lost:
            words += " " + tr("Đính lại {count} tệp quét: tệp không nằm trong bản nháp.",
                              count=lost)  # fmt: skip
        self.view.draft.say(words, kind="info", act=(tr("Bỏ bản nháp"), self.discard_draft))
        self.look()

    def _show_page(self, *, stored: bool) -> None:
        self.pages.setCurrentWidget(self.done if stored else self.view)
        for button in (self.clear_button, self.more_button, self.receive_button):
            button.setVisible(not stored)

    def _show_front(self) -> None:
        """Show the dossier in front everywhere."""
        procedure = self.core.catalogue.find_procedure(self.form.front.procedure)
        self.view.show_front(self.form, procedure)
        self.look()

    def _turn(self, by: int) -> None:
        if len(self.form.applications) > 1:
            self.go_to(self.form.current + by)

    def _edited(self) -> None:
        """Anything was typed: check what was left, keep the draft, look after a pause."""
        self.persons.gather()
        today = self.core.clock.now().date()
        check_persons(self.view, self.form, today, everything=False)
        self.drafts.touched()
        self._live_clock.start()

    def _is_complete(self) -> bool:
        """Everything that can be seen before storing; the first fault gets the cursor."""
        today = self.core.clock.now().date()
        if not check_persons(self.view, self.form, today, everything=True):
            return False
        for number, form in enumerate(self.form.applications):
            if fault := first_fault(form):
                if number != self.form.current:
                    self.go_to(number)
                show_fault(self.view, self.form, fault, messages=self.desk.messages)
                return False
        return not self.view.handing.wrong()

    def _show_live(self, live: Live) -> None:
        """Date, code, why, the known person, a double intake, and the receipt."""
        self.live = live
        self.view.show_live(live, self.form)
        paper = self.view.paper
        if live.promised():
            paper.show_receipt(self.core, [e.dossier for e in live.expected], self.me)
        elif live.expected:
            paper.say(tr("Nhập thời hạn và căn cứ, giấy tiếp nhận sẽ hiện ở đây."))
        else:
            paper.say(tr("Chọn thủ tục để xem trước giấy tiếp nhận."))

    def _fill_known(self) -> None:
        self.persons.fill_known(self.live.known.last if self.live else None)

    def _ask_other(self) -> None:
        self.persons.ask_other(self.core.clock.now().date())

    def _person_changed(self) -> None:
        self._edited()
        self.look()

    def _read_scans(self, paths: Sequence[Path], answer: Callable[[Sequence[Scan]], None]) -> None:
        self.write(lambda: read_scans(paths), answer, lane=Lane.FREE)

    def _stored(self, dossiers: tuple[Dossier, ...]) -> None:
        self._busy = False
        self.received = dossiers
        self.done.show_stored(self.core, dossiers, self.me)
        # said in the banner too, so that an older warning does not stand over what is now done
        self.desk.messages.done(tr("Đã tiếp nhận {count} hồ sơ.", count=len(dossiers)))
        self._show_page(stored=True)
        self.set_subtitle(tr("Đã lưu trên máy này; in lại bao nhiêu lần cũng được."))
        self.done.print_button.setFocus()
        self.desk.changes.tell(Changed(frozenset(d.id for d in dossiers), queues=True), by=self)

    def _refused(self, error: BaseException) -> None:
        """Nothing was stored: the error goes to its field, or above the screen."""
        self._busy = False
        self.drafts.touched()
        if not isinstance(error, OfficeError):
            self.desk.tasks.fail(error)
            return
        field = getattr(error, "field", "")
        lines = self.view.person.fields.lines()
        if field in lines and self.form.other is None:
            self.view.person.fields.say_wrong(field, error.sentence())
            lines[field].setFocus()
        elif not self.view.promise.refuse(field, error.sentence()):
            self.desk.messages.say(explain(error))

    def _ask_clear(self) -> None:
        if self.form.is_empty():
            self.new_visit()
            return
        confirm(
            self.window(), tr("Xóa trắng màn hình tiếp nhận?"),
            tr("Mọi điều đã gõ của lượt này, cả bản nháp, sẽ mất. Hồ sơ đã lưu không đổi."),
            primary=tr("Xóa trắng"), act=self.discard_draft, danger=True,
        )  # fmt: skip

    def _say_kept(self, time: str) -> None:
        if self.pages.currentWidget() is self.view:
            keys = self._usual_subtitle()
            self.set_subtitle(tr("Bản nháp tự lưu {time} · {keys}", time=time, keys=keys))

    def _usual_subtitle(self) -> str:
        return tr("Enter sang ô kế tiếp · quét CCCD ở bất kỳ ô nào")
