"""Finding a dossier by code, name without accents, number or its tail, phone, procedure."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass

from sqlalchemy import Connection, and_, text

from models.folding import vn_fold
from models.numbering import is_dossier_code, normalise_dossier_code
from models.schema.read_models import dossier as d
from models.staff import Staff
from services.dossiers.rows import NEWEST, DossierRow, fetch_rows
from services.rights import demand_sees_dossiers

__all__ = [
    "COUNT_TO",
    "Found",
    "earlier_of_person",
    "find_dossiers",
    "match_words",
    "open_with_same_procedure",
    "search_dossiers",
]  # fmt: skip

_WORD = re.compile(r"[^\W_]+")
MOST_WORDS = 12
COUNT_TO = 1_000

_COUNT = text(
    "SELECT count(*) FROM ("
    "SELECT rowid FROM dossier_fts WHERE dossier_fts MATCH :words LIMIT :most)"
)
_NEWEST = text(
    "SELECT rowid FROM dossier_fts WHERE dossier_fts MATCH :words ORDER BY rowid DESC LIMIT :most"
)


@dataclass(frozen=True, slots=True)
class Found:
    """The newest matches, how many there are in all, and how long the search took."""

    rows: tuple[DossierRow, ...]
    total: int
    milliseconds: float


def search_dossiers(
    conn: Connection, typed: str, limit: int = 50, *, count_to: int = COUNT_TO
) -> Found:
    """Dossiers whose words all begin with the words of `typed`; the newest first.

    A whole dossier code names its dossier and nothing else: its words occur in every code.
    The total is exact up to `count_to`: nobody needs to know that a family name occurs 80,000
    times, and counting them would take longer than finding the newest.
    Every word is quoted before it reaches FTS5, so no typed character is a command.
    """
    start = time.perf_counter()
    code = normalise_dossier_code(typed)
    if is_dossier_code(code):
        named = fetch_rows(conn, d.c.code == code, limit=limit)
        return Found(named, len(named), (time.perf_counter() - start) * 1000)
    match = match_words(typed)
    if not match:
        return Found((), 0, 0.0)
    total = int(conn.execute(_COUNT, {"words": match, "most": count_to}).scalar_one())
    numbers = conn.execute(_NEWEST, {"words": match, "most": limit}).scalars().all()
    rows = fetch_rows(conn, d.c.n.in_(numbers), order=NEWEST, limit=limit) if numbers else ()
    return Found(rows, total, (time.perf_counter() - start) * 1000)


def find_dossiers(
    conn: Connection, staff: Staff, typed: str, *, limit: int = 50, count_to: int = COUNT_TO
) -> Found:
    """`search_dossiers` for a person; raises `NotAllowed` TK-08 for who may see no dossier."""
    demand_sees_dossiers(staff)
    return search_dossiers(conn, typed, limit, count_to=count_to)


def match_words(typed: str) -> str:
    """What is typed as an FTS5 question: every word as a beginning, all of them wanted."""
    words = _WORD.findall(vn_fold(typed))[:MOST_WORDS]
    # a single letter begins words of nearly every dossier: beside longer words it tells nothing
    words = [word for word in words if len(word) > 1] or words
    return " ".join(f'"{word}"*' for word in words)


def earlier_of_person(conn: Connection, id_number: str, limit: int = 10) -> tuple[DossierRow, ...]:
    """Earlier dossiers of the person with this identity number, the newest first."""
    if not id_number:
        return ()
    return fetch_rows(conn, d.c.id_number == id_number, order=NEWEST, limit=limit)


def open_with_same_procedure(
    conn: Connection, id_number: str, procedure: str
) -> tuple[DossierRow, ...]:
    """Open dossiers of the same person and procedure: a possible double intake."""
    if not id_number:
        return ()
    same = and_(d.c.id_number == id_number, d.c.procedure == procedure, d.c.closed == 0)
    return fetch_rows(conn, same, limit=5)
