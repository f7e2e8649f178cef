"""What the desk already knows of a person: earlier dossiers, the last address, a double intake."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from models.party import Person
from models.schema.read_models import dossier as table
from services.dossiers.acts import load_dossier
from services.dossiers.rows import DossierRow
from services.dossiers.search import earlier_of_person, open_with_same_procedure

__all__ = ["Familiar", "familiar_person", "visit_is_stored"]

SHOWN = 5


@dataclass(frozen=True, slots=True)
class Familiar:
    """A person's earlier dossiers: the newest few, how many in all, the person as last recorded.

    `same` holds the open dossiers with one of the procedures asked about.
    """

    earlier: tuple[DossierRow, ...] = ()
    total: int = 0
    last: Person | None = None
    same: tuple[DossierRow, ...] = ()


def familiar_person(conn: Connection, id_number: str, procedures: Sequence[str] = ()) -> Familiar:
    """What is known of the person with this identity number, in stored form; "" knows nothing."""
    earlier = earlier_of_person(conn, id_number, SHOWN)
    if not earlier:
        return Familiar()
    count = select(func.count()).select_from(table).where(table.c.id_number == id_number)
    same = {
        row.id: row
        for procedure in dict.fromkeys(procedures)
        for row in open_with_same_procedure(conn, id_number, procedure)
    }
    last = load_dossier(conn, earlier[0].id).applicant
    total = int(conn.execute(count).scalar_one())
    return Familiar(earlier, total, last, tuple(same.values()))


def visit_is_stored(conn: Connection, command: str) -> bool:
    """Whether the visit of this screen id was received already (a draft may outlive it)."""
    found = select(func.count()).select_from(table).where(table.c.visit == command)
    return bool(command) and bool(conn.execute(found).scalar_one())
