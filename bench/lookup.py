"""Searching and opening dossiers in a large office, against the same SQL on a plain cursor."""

from __future__ import annotations

from functools import partial
from random import Random
from typing import Any

from sqlcipher3 import dbapi2 as sqlcipher

from bench.measure import Figure, interleaved
from bench.offices import bare_connection, opened, seeded_home
from services.assembly import OpenOffice
from services.dossiers.acts import load_dossier
from services.dossiers.rows import find_row
from services.dossiers.search import match_words, search_dossiers

COUNT = "SELECT count(*) FROM dossier_fts WHERE dossier_fts MATCH ?"
NEWEST = "SELECT rowid FROM dossier_fts WHERE dossier_fts MATCH ? ORDER BY rowid DESC LIMIT 50"
EVENTS = "SELECT body, sig FROM ev WHERE st = ? ORDER BY hlc, n"


def measure(quick: bool) -> list[Figure]:
    """What clerks type, and dossiers drawn at random, at 200,000 dossiers (quick: 5,000)."""
    size, count = (5_000, 40) if quick else (200_000, 300)
    office = opened(seeded_home(size))
    raw = bare_connection(office.core.store.path, office)
    try:
        ids, typed = _questions(office, Random(1), count)
        searches = [(partial(_search, office, t), partial(_raw_search, raw, t)) for t in typed]
        opens = [(partial(_open, office, i), partial(_raw_open, raw, i)) for i in ids]
        found = interleaved(searches, warm_up=5)
        seen = interleaved(opens, warm_up=5)
    finally:
        raw.close()
        office.close()
    where = f"at {size:,} dossiers"
    return [
        Figure("search", *found, "same FTS5 and row SQL", most_p95=50, note=where),
        Figure("open", *seen, "same row and event SQL", most_p95=50, note=where),
    ]


def _questions(office: OpenOffice, random: Random, count: int) -> tuple[list[str], list[str]]:
    """Dossiers drawn at random, and what one types to find such dossiers."""
    with office.core.store.read() as conn:
        most = conn.exec_driver_sql("SELECT max(n) FROM dossier").scalar_one()
        drawn = [random.randint(1, most) for _ in range(count)]
        query = "SELECT id, code, applicant, id_number, phone FROM dossier WHERE n = ?"
        rows = [conn.exec_driver_sql(query, (n,)).one() for n in drawn]
    typed = []
    for row in rows:
        name = row.applicant.split()
        typed.append(random.choice((
            row.code, row.applicant, " ".join(name[-2:]), f"{name[0]} {name[-1][:2]}", name[-1],
            row.id_number[-6:] or row.code, row.phone[-4:] or row.code,
        )))  # fmt: skip
    return [row.id for row in rows], typed


def _search(office: OpenOffice, typed: str) -> None:
    with office.core.store.read() as conn:
        search_dossiers(conn, typed)


def _open(office: OpenOffice, dossier_id: str) -> None:
    with office.core.store.read() as conn:
        find_row(conn, dossier_id)
        load_dossier(conn, dossier_id)


def _raw_search(raw: sqlcipher.Connection, typed: str) -> None:
    words = match_words(typed)
    raw.execute(COUNT, (words,)).fetchone()
    numbers: list[Any] = [row[0] for row in raw.execute(NEWEST, (words,))]
    marks = ",".join("?" * len(numbers))
    raw.execute(f"SELECT * FROM dossier WHERE n IN ({marks}) ORDER BY n DESC", numbers).fetchall()  # noqa: S608


def _raw_open(raw: sqlcipher.Connection, dossier_id: str) -> None:
    raw.execute("SELECT * FROM dossier WHERE id = ?", (dossier_id,)).fetchone()
    raw.execute(EVENTS, (f"dossier/{dossier_id}",)).fetchall()
