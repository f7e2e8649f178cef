"""Rows of dossiers for lists: one shape for every queue, search result and board."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from models.workflow import Status

__all__ = ["DossierRow", "Page", "count_rows", "fetch_page", "fetch_rows", "find_row"]


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


COLUMNS = (
    "id, code, status, procedure, procedure_name, applicant, submitter, id_number, phone, "
    "received_at, due, original_due, department, assignee, assignee_name, receiver, approver, "
    "number, done_at, handed_at, supplements, channel, paused, extended, stale, blocked, "
    "conflicts, waiting, limit_source"
)


def _row(values: tuple[object, ...]) -> DossierRow:
    data = list(values)
    data[2] = Status(str(values[2]))
    for index in (22, 23, 24, 25):
        data[index] = bool(values[index])
    return DossierRow(*data)  # type: ignore[arg-type]  # columns are in the order of the fields


def fetch_rows(
    conn: Connection, where: str, values: tuple[object, ...] = (), *, order: str = "due, n",
    limit: int = 500, offset: int = 0,
) -> tuple[DossierRow, ...]:  # fmt: skip
    """Rows for a condition written in this package; values are always bound."""
    query = (
        f"SELECT {COLUMNS} FROM dossier WHERE {where} "  # noqa: S608 - constant conditions
        f"ORDER BY {order} LIMIT ? OFFSET ?"
    )
    return tuple(_row(tuple(row)) for row in conn.exec_driver_sql(query, (*values, limit, offset)))


def fetch_page(
    conn: Connection, where: str, values: tuple[object, ...] = (), *, order: str = "due, n",
    limit: int = 500, offset: int = 0,
) -> Page:  # fmt: skip
    """Rows and the full count for the same condition."""
    rows = fetch_rows(conn, where, values, order=order, limit=limit, offset=offset)
    if len(rows) < limit and not offset:
        return Page(rows, len(rows))
    return Page(rows, count_rows(conn, where, values))


def count_rows(conn: Connection, where: str, values: tuple[object, ...] = ()) -> int:
    """How many dossiers meet a condition written in this package; values are always bound."""
    query = "SELECT count(*) FROM dossier WHERE " + where  # noqa: S608 - constant conditions
    return int(conn.exec_driver_sql(query, values).scalar_one())


def find_row(conn: Connection, dossier_id: str) -> DossierRow | None:
    """The row of one dossier."""
    rows = fetch_rows(conn, "id = ?", (dossier_id,), limit=1)
    return rows[0] if rows else None
