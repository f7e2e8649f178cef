"""The choice of the procedure, and beside it what the catalogue says and what it is not sure of."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from models.procedure import Procedure, published_limit, unverified_fields
from models.words import tr
from services.catalogue.catalogue import Catalogue
from services.core import Core
from ui.screens.intake.words import procedure_facts
from ui.widgets import Card, Choice, Label, SearchPicker, Small

__all__ = ["ProcedureCard"]

MOST_HITS = 20


class ProcedureCard(Card):
    """`picked(Procedure)` when the clerk has chosen one."""

    picked = Signal(object)

    def __init__(self, core: Callable[[], Core], *, parent: QWidget | None = None) -> None:
        super().__init__(tr("Thủ tục"), gap=4, parent=parent)
        self._core = core
        self._familiar: Sequence[str] = ()
        self._shown: Procedure | None = None
        self.picker = SearchPicker(
            tr("Tìm thủ tục"),
            self._find,
            placeholder=tr("Gõ “ks”, “khai sinh” hoặc mã; ↓ thủ tục hay dùng"),
            popup_width=640,
        )
        self.picker.label.hide()
        self.picker.chosen.connect(self._chosen)
        self.facts = Small("").wrapped()
        self.doubts = Label("", role="small").wrapped()
        self.doubts.setProperty("tone", "soon")
        self.add(self.picker, self.facts, self.doubts)
        self.show_procedure(None)

    def know(self, familiar: Sequence[str]) -> None:
        """Put these procedures (the most used first) before all others."""
        self._familiar = tuple(familiar)

    def show_procedure(self, procedure: Procedure | None) -> None:
        """Show this procedure without announcing it."""
        self._shown = procedure
        self.picker.set_choice(choice_of(procedure) if procedure else None)
        self.picker.line.setToolTip("")
        self.remark.setText("" if procedure is None else place_words(procedure))
        self.facts.setText("" if procedure is None else procedure_facts(procedure))
        self.facts.setVisible(procedure is not None)
        doubts = unverified_fields(procedure) if procedure else ()
        self.doubts.setText(doubt_words(doubts))
        self.doubts.setVisible(bool(doubts))
        if procedure is not None:
            self.facts.setToolTip(f"{procedure.name}\n{procedure_facts(procedure)}")
            self.doubts.setToolTip("\n".join(doubts))

    def settle(self) -> None:
        """Put the name of the procedure back after something else was typed over it."""
        if self._shown is not None and self.picker.choice() is None:
            self.picker.set_choice(choice_of(self._shown))

    def _chosen(self, choice: Choice) -> None:
        procedure = self._core().catalogue.get_procedure(str(choice.key))
        self.show_procedure(procedure)
        self.picked.emit(procedure)

    def _find(self, text: str, answer: Callable[[Sequence[Choice]], None]) -> None:
        core = self._core()
        answer(find_choices(core.catalogue, text, self._familiar, core=core))


def find_choices(
    catalogue: Catalogue, text: str, familiar: Sequence[str], *, core: Core
) -> list[Choice]:
    """The procedures in force today for what was typed, as lines of the list."""
    today = core.clock.now().date()
    found = catalogue.search(text, MOST_HITS, recents=familiar, day=today)
    return [choice_of(procedure) for procedure in found]


def choice_of(procedure: Procedure) -> Choice:
    """A procedure as a line of the list."""
    note = f"{place_words(procedure)} · {published_limit(procedure)}"
    return Choice(procedure.code, procedure.name, note)


def place_words(procedure: Procedure) -> str:
    """Code and field."""
    return " · ".join(part for part in (procedure.code, procedure.field) if part)


def doubt_words(doubts: Sequence[str]) -> str:
    """What the catalogue is not sure of: the first two, and how many more."""
    if not doubts:
        return ""
    what = "; ".join(doubts[:2])
    more = len(doubts) - 2
    if more > 0:
        return tr("Cần kiểm tra: {what}; và {more} điều nữa.", what=what, more=more)
    return tr("Cần kiểm tra: {what}.", what=what)
