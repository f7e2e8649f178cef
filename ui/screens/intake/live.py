"""What the screen reads while one types: the date, the code, the person, a double intake."""

from __future__ import annotations

from dataclasses import dataclass

from models.identity import normalise_id_number
from services.core import Core
from services.dossiers.familiar import Familiar, familiar_person
from services.dossiers.intake import Visit
from services.dossiers.preview import Expected, expected_dossiers
from ui.screens.intake.forms import VisitForm

__all__ = ["Live", "read_live"]


@dataclass(frozen=True)
class Live:
    """The would-be dossiers and what is known of the person they are for."""

    expected: tuple[Expected, ...]
    known: Familiar

    def promised(self) -> bool:
        """Whether every dossier has a date, so that a receipt can be drawn."""
        return bool(self.expected) and all(item.promise for item in self.expected)

    def of(self, form: VisitForm) -> Expected | None:
        """What is expected of the dossier in front, if it has a procedure."""
        chosen = [item for item in form.applications if item.procedure]
        place = next((n for n, item in enumerate(chosen) if item is form.front), -1)
        return self.expected[place] if 0 <= place < len(self.expected) else None


def read_live(core: Core, visit: Visit) -> Live:
    """One consistent reading for a half-typed visit."""
    first = visit.applications[0] if visit.applications else None
    person = (first.applicant if first else None) or visit.submitter
    number = normalise_id_number(person.id_kind, person.id_number) if person.id_kind else ""
    with core.store.read() as conn:
        known = familiar_person(conn, number, [a.procedure for a in visit.applications])
        expected = expected_dossiers(core, conn, visit)
    return Live(expected, known)
