"""The list of all dossiers: by typed words, by status, newest first."""

from __future__ import annotations

from sqlalchemy import Connection, true

from models.schema.read_models import dossier as d
from models.staff import Staff
from models.workflow import Status
from services.dossiers.rows import NEWEST, Page, fetch_page, find_row
from services.dossiers.search import search_dossiers
from services.rights import demand_sees_dossiers

__all__ = ["list_dossiers"]

MOST_FOUND = 1000
"""Beyond so many hits a person types another word."""


def list_dossiers(
    conn: Connection,
    staff: Staff,
    typed: str,
    *,
    statuses: frozenset[Status],
    limit: int,
    held: str = "",
) -> Page:
    """Dossiers whose words begin with those of `typed`; `statuses` empty means every status.

    With both, the newest `MOST_FOUND` hits are looked through. The dossier `held`, which somebody
    was led to, stands first when it is not among the rows. Raises `NotAllowed` TK-08 for who may
    see no dossier.
    """
    demand_sees_dossiers(staff)
    page = _page(conn, typed, statuses=statuses, limit=limit)
    if not held or any(row.id == held for row in page.rows):
        return page
    row = find_row(conn, held)
    return Page((row, *page.rows), page.total) if row else page


def _page(conn: Connection, typed: str, *, statuses: frozenset[Status], limit: int) -> Page:
    if not typed.strip():
        values = [status.value for status in statuses]
        where = d.c.status.in_(values) if values else true()
        return fetch_page(conn, where, order=NEWEST, limit=limit)
    if not statuses:
        found = search_dossiers(conn, typed, limit=limit)
        return Page(found.rows, found.total)
    rows = search_dossiers(conn, typed, limit=MOST_FOUND).rows
    fitting = tuple(row for row in rows if row.status in statuses)
    return Page(fitting[:limit], len(fitting))
