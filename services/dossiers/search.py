"""Finding a dossier by code, name without accents, number or its tail, phone, procedure."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass

from sqlalchemy import Connection

from models.folding import vn_fold
from services.dossiers.rows import DossierRow, fetch_rows

__all__ = ["Found", "earlier_of_person", "open_with_same_procedure", "search_dossiers"]

_WORD = re.compile(r"\w+")
MOST_WORDS = 12


@dataclass(frozen=True, slots=True)
class Found:
    """The newest matches, how many there are in all, and how long the search took."""

    rows: tuple[DossierRow, ...]
    total: int
    milliseconds: float


def search_dossiers(conn: Connection, text: str, limit: int = 50) -> Found:
    """Dossiers whose words all begin with the words of `text`; the newest first.

    Every word is quoted before it reaches FTS5, so no typed character is a command.
    """
    start = time.perf_counter()
    match = _match(text)
    if not match:
        return Found((), 0, 0.0)
    total = int(
        conn.exec_driver_sql(
            "SELECT count(*) FROM dossier_fts WHERE dossier_fts MATCH ?", (match,)
        ).scalar_one()
    )
    rows = fetch_rows(
        conn,
        "n IN (SELECT rowid FROM dossier_fts WHERE dossier_fts MATCH ? "
        "ORDER BY rowid DESC LIMIT ?)",
        (match, limit),
        order="n DESC",
        limit=limit,
    ) if total else ()  # fmt: skip
    return Found(rows, total, (time.perf_counter() - start) * 1000)


def _match(text: str) -> str:
    words = _WORD.findall(vn_fold(text))[:MOST_WORDS]
    return " ".join(f'"{word}"*' for word in words)


def earlier_of_person(conn: Connection, id_number: str, limit: int = 10) -> tuple[DossierRow, ...]:
    """Earlier dossiers of the person with this identity number, the newest first."""
    if not id_number:
        return ()
    return fetch_rows(conn, "id_number = ?", (id_number,), order="n DESC", limit=limit)


def open_with_same_procedure(
    conn: Connection, id_number: str, procedure: str
) -> tuple[DossierRow, ...]:
    """Open dossiers of the same person and procedure: a possible double intake."""
    if not id_number:
        return ()
    return fetch_rows(
        conn, "id_number = ? AND procedure = ? AND closed = 0", (id_number, procedure), limit=5
    )
