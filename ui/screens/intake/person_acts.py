"""What fills the person's fields besides typing: a scanned card, an earlier dossier, an agent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from models.cccd_qr import CitizenCard, parse_cccd
from models.errors import InputError
from models.party import Person, person_from_card
from ui.messages import Messages
from ui.screens.intake.desk_view import DeskView
from ui.screens.intake.forms import OtherForm, VisitForm
from ui.screens.intake.other_dialog import ask_other
from ui.widgets import nfc

__all__ = ["PersonActs"]


class PersonActs:
    """Works on the visit that `form()` gives; `changed()` after every act."""

    def __init__(
        self,
        view: DeskView,
        form: Callable[[], VisitForm],
        *,
        changed: Callable[[], object],
        messages: Messages,
    ) -> None:
        self._view = view
        self._form = form
        self._changed = changed
        self._messages = messages

    def gather(self) -> None:
        """Take over what stands in the fields; a number typed anew is no longer a card's."""
        card, form = self._view.person, self._form()
        person, before = card.fields.person(), form.submitter
        same = (person.id_number, person.name) == (before.id_number, before.name)
        if form.card_scanned and not same:
            form.card_scanned = False
            person = replace(person, address_on_card="")
            card.fields.forget_card()
            card.say_scanned(False, "")
        form.submitter, form.doubts = person, card.reason.text()

    def take_card(self, text: str) -> None:
        """A card was scanned, in whatever field the cursor stood."""
        self._view.procedure.settle()
        try:
            self._fill(parse_cccd(nfc(text)))
        except InputError as error:
            self._messages.warn(error.what, error.next_step)

    def _fill(self, card: CitizenCard) -> None:
        """The card's data; phone and address stay when it is the same person's."""
        view, form = self._view, self._form()
        before, scanned = view.person.fields.person(), person_from_card(card)
        same = before.id_number in ("", scanned.id_number)
        kept = before if same else Person("individual", "")
        person = replace(scanned, phone=kept.phone, address=kept.address, email=kept.email)
        form.submitter, form.card_scanned = person, True
        view.person.fields.show(person)
        view.person.say_scanned(True, person.address_on_card)
        focus = view.window().focusWidget()
        if form.front.procedure and focus is not None and view.person.isAncestorOf(focus):
            view.person.fields.phone.setFocus()
        self._changed()

    def fill_known(self, last: Person | None) -> None:
        """Phone and address of the last dossier, and whatever is still empty."""
        if last is None or self._form().other is not None:
            return
        fields = self._view.person.fields
        person = fields.person()
        fields.show(
            replace(
                person,
                name=person.name or last.name,
                birth=person.birth or last.birth,
                sex=person.sex or last.sex,
                phone=last.phone or person.phone,
                address=last.address or person.address,
            )
        )
        self._changed()

    def ask_other(self, today: date) -> None:
        """Ask on whose behalf the person acts."""
        person = self._view.person
        box = ask_other(
            self._view.window(),
            self._form().other,
            today=today,
            act=self.take_other,
            gone=lambda: person.say_other(self._form().other),
        )
        box.finished.connect(lambda _result: person.other.setFocus())

    def take_other(self, other: OtherForm | None) -> None:
        """The person acts for `other`, or for nobody else."""
        self._form().other = other
        self._view.person.say_other(other)
        self._changed()
