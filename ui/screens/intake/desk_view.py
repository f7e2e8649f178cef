"""The three columns of the intake screen and the order in which Enter goes through them."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QVBoxLayout, QWidget

from models.procedure import Procedure
from models.words import tr
from services.core import Core
from ui.screens.intake.applications import ApplicationTabs
from ui.screens.intake.checklist import Checklist, Reader
from ui.screens.intake.fees import FeesCard
from ui.screens.intake.forms import VisitForm
from ui.screens.intake.handing import HandingCard
from ui.screens.intake.live import Live
from ui.screens.intake.low_stack import LowStack
from ui.screens.intake.paper import ReceiptView
from ui.screens.intake.person_card import PersonCard
from ui.screens.intake.procedure_card import ProcedureCard
from ui.screens.intake.promise_card import PromiseCard
from ui.screens.intake.words import day, fee_words
from ui.tasks import Tasks
from ui.widgets import Banner, Card, Link, ScrollColumn, WhyPanel, column, row

__all__ = ["DeskView"]

LEFT, RIGHT = 332, 288


class DeskView(QWidget):
    """Left the procedure and the person, middle the papers, right the date, fees and receipt.

    `finished` when Enter leaves the last editor.
    """

    finished = Signal()
    compare_wanted = Signal()

    def __init__(self, tasks: Tasks, core: Callable[[], Core], reader: Reader) -> None:
        super().__init__()
        self.draft = Banner()
        self.tabs = ApplicationTabs()
        self.procedure = ProcedureCard(core)
        self.person = PersonCard()
        self.checklist = Checklist(reader)
        self.same = Banner()
        self.handing = HandingCard()
        self.promise = PromiseCard()
        self.fees = FeesCard()
        self.paper = ReceiptView(tasks)
        self.paper.say(tr("Chọn thủ tục để xem trước giấy tiếp nhận."))
        self.why = WhyPanel()
        outer = column(self, gap=8)
        outer.addWidget(self.draft)
        outer.addWidget(self.tabs)
        columns = row()
        columns.addWidget(self._left())
        columns.addLayout(self._middle(), 1)
        columns.addWidget(self._right())
        outer.addLayout(columns, 1)
        self.promise.why_wanted.connect(self.toggle_why)
        self.fees.remade.connect(self.set_order)
        self.checklist.table.left_down.connect(lambda: self.go_on(self.checklist.table))
        self.set_order()

    def _left(self) -> QWidget:
        left = ScrollColumn(gap=10)
        left.body.addWidget(self.procedure)
        left.body.addWidget(self.person, 1)
        left.setFixedWidth(LEFT)
        return left

    def _middle(self) -> QVBoxLayout:
        middle = column(gap=10)
        middle.addWidget(self.checklist, 1)
        middle.addWidget(self.same)
        middle.addWidget(self.handing)
        return middle

    def _right(self) -> QWidget:
        right = QWidget()
        right.setFixedWidth(RIGHT)
        layout = column(right, gap=10)
        layout.addWidget(self.promise)
        layout.addWidget(self.fees)
        self._lower = LowStack()
        paper = Card(tr("Giấy tiếp nhận, bản sẽ in"), margin=8)
        self.enlarge = Link(tr("Xem lớn"))
        self.enlarge.clicked.connect(self.paper.enlarge)
        paper.head.addWidget(self.enlarge)
        paper.body.addWidget(self.paper, 1)
        why = Card(tr("Vì sao ngày này?"), margin=12)
        back = Link(tr("Xem giấy hẹn"))
        back.clicked.connect(self.toggle_why)
        why.head.addWidget(back)
        lines = ScrollColumn()
        lines.body.addWidget(self.why)
        why.body.addWidget(lines, 1)
        self._lower.addWidget(paper)
        self._lower.addWidget(why)
        layout.addWidget(self._lower, 1)
        return right

    def show_front(self, form: VisitForm, procedure: Procedure | None) -> None:
        """Show the dossier in front of the visit in every card."""
        front = form.front
        self.tabs.show_visit(form)
        self.procedure.show_procedure(procedure)
        self.checklist.show_papers(front.papers, chosen=procedure is not None)
        self.promise.show_form(front, procedure)
        unknown = procedure is not None and not procedure.fee.known
        self.fees.show_fees(front.fees, fee_words(procedure) if procedure and unknown else "")
        self.handing.show_form(form)

    def show_live(self, live: Live, form: VisitForm) -> None:
        """Date, code, why, the known person and a double intake."""
        expected = live.of(form)
        self.promise.show_expected(expected)
        promise = expected.promise if expected else None
        self.why.explain("", [step.rule for step in promise.explanation] if promise else [])
        self.person.say_known(live.known)
        self.person.fill.setVisible(form.other is None)
        if not live.known.same:
            self.same.hide()
            return
        first = live.known.same[0]
        self.same.say(
            tr("Người này đang có hồ sơ {code} cùng thủ tục, hẹn trả {due}.",
               code=first.code, due=day(first.due)),
            kind="soon", act=(tr("So sánh (Alt+S)"), self.compare_wanted.emit), closable=False,
        )  # fmt: skip

    def toggle_why(self) -> None:
        """Show the explanation of the date instead of the receipt, or the receipt again."""
        self._lower.setCurrentIndex(1 - self._lower.currentIndex())

    def why_is_shown(self) -> bool:
        """Whether the explanation is in front."""
        return self._lower.currentIndex() == 1

    def editors(self) -> list[QWidget]:
        """What Enter goes through: procedure, its limit, person, papers, the way back, fees."""
        return [
            self.procedure.picker.line, *self.promise.order(), *self.person.order(),
            self.checklist.table, *self.handing.order(), *self.fees.order(),
        ]  # fmt: skip

    def set_order(self) -> None:
        """Tab goes the same way as Enter, and after the editors to links and buttons."""
        links = [
            self.person.fill, self.person.change_other, self.checklist.all_given,
            self.checklist.add_row, self.checklist.scan, self.fees.more, self.promise.why,
            self.promise.override, self.enlarge, *(line.away for line in self.fees.rows),
        ]  # fmt: skip
        order = [*self.editors(), *links]
        for before, after in pairwise(order):
            QWidget.setTabOrder(before, after)
        for widget in order:
            if not widget.property("enter"):
                widget.setProperty("enter", True)
                widget.installEventFilter(self)

    def go_on(self, here: QWidget) -> None:
        """Put the cursor into the editor after `here`; after the last one `finished` is told."""
        order = self.editors()
        for widget in order[order.index(here) + 1 :]:
            if widget.isEnabled() and widget.isVisible():
                widget.setFocus(Qt.FocusReason.TabFocusReason)
                return
        self.finished.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Enter goes on to the next editor, and presses a link."""
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
            return super().eventFilter(watched, event)
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter) or not plain:
            return super().eventFilter(watched, event)
        picker = self.procedure.picker
        if watched is self.checklist.table or (watched is picker.line and picker.popup.is_open()):
            return super().eventFilter(watched, event)
        if isinstance(watched, QAbstractButton):
            watched.click()
        elif isinstance(watched, QWidget):
            self.go_on(watched)
        return True
