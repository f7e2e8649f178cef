"""Rows of dossiers for lists: one shape for every queue, search result and board."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, select

from models.schema.read_models import dossier as table
from models.workflow import Status

__all__ = [
    "BY_DUE",
    "NEWEST",
    "DossierRow",
    "Page",
    "count_rows",
    "fetch_page",
    "fetch_rows",
    "find_row",
]

Order = tuple[ColumnElement[Any], ...]


@dataclass(frozen=True, slots=True)
class DossierRow:
    """One dossier in a list; times are ISO texts with Vietnam's offset."""

    id: str
    code: str
    status: Status
    procedure: str
    procedure_name: str
    applicant: str
    submitter: str
    id_number: str
    phone: str
    received_at: str
    due: str
    original_due: str
    department: str
    assignee: str
    assignee_name: str
    receiver: str
    approver: str
    number: str
    done_at: str
    handed_at: str
    supplements: int
    channel: int
    paused: bool
    extended: bool
    stale: bool
    blocked: bool
    conflicts: int
    waiting: int
    limit_source: str


@dataclass(frozen=True, slots=True)
class Page:
    """Part of a list and how long the whole list is."""

    rows: tuple[DossierRow, ...]
    total: int


_COLUMNS = tuple(table.c[field.name] for field in fields(DossierRow))
_FLAGS = ("paused", "extended", "stale", "blocked")
BY_DUE = (table.c.due, table.c.n)
NEWEST = (table.c.n.desc(),)


def _row(values: Row[Any]) -> DossierRow:
    data = dict(values._mapping)
    data["status"] = Status(data["status"])
    for name in _FLAGS:
        data[name] = bool(data[name])
    return DossierRow(**data)


def fetch_rows(
    conn: Connection, where: ColumnElement[bool], *, order: Order = BY_DUE, limit: int = 500,
    offset: int = 0,
) -> tuple[DossierRow, ...]:  # fmt: skip
    """The rows that meet a condition over `models.schema.read_models.dossier`."""
    query = select(*_COLUMNS).where(where).order_by(*order).limit(limit).offset(offset)
    return tuple(_row(row) for row in conn.execute(query))


def count_rows(conn: Connection, where: ColumnElement[bool]) -> int:
    """How many dossiers meet the condition."""
    return int(conn.execute(select(func.count()).select_from(table).where(where)).scalar_one())


def fetch_page(
    conn: Connection, where: ColumnElement[bool], *, order: Order = BY_DUE, limit: int = 500,
    offset: int = 0,
) -> Page:  # fmt: skip
    """Rows and the full count for the same condition."""
    rows = fetch_rows(conn, where, order=order, limit=limit, offset=offset)
    if len(rows) < limit and not offset:
        return Page(rows, len(rows))
    return Page(rows, count_rows(conn, where))


def find_row(conn: Connection, dossier_id: str) -> DossierRow | None:
    """The row of one dossier."""
    rows = fetch_rows(conn, table.c.id == dossier_id, limit=1)
    return rows[0] if rows else None
