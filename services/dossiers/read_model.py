"""The read model of dossiers: one row per dossier and its words for search, refolded per act."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

from sqlalchemy import Connection, bindparam
from sqlalchemy.dialects import sqlite
from sqlalchemy.dialects.sqlite import insert

from models.dossier import Dossier, open_contradictions
from models.envelope import Sealed
from models.fold import FOLD_VERSION, fold
from models.folding import vn_fold
from models.schema.read_models import dossier as table
from models.workflow import CLOSED, Status
from services.store.statement import rows_of

__all__ = ["dossier_stream", "project_dossier", "read_row", "row_of", "search_words"]

_COLUMNS = (
    "id", "code", "visit", "status", "procedure", "procedure_name", "field", "applicant",
    "submitter", "id_number", "phone", "received_at", "due", "original_due", "receiver",
    "department", "assignee", "assignee_name", "approver", "number", "done_at", "handed_at",
    "limit_source", "national", "channel", "paused", "supplements", "extended", "stale", "blocked",
    "conflicts", "voids", "waiting", "closed", "fold_version", "touched", "words_mark",
)  # fmt: skip


def _upsert() -> str:
    """The one statement of the hot path, compiled once: columns in the order of `_COLUMNS`."""
    made = insert(table).values({name: bindparam(name) for name in _COLUMNS})
    kept = {name: made.excluded[name] for name in _COLUMNS if name != "id"}
    either = made.on_conflict_do_update(index_elements=["id"], set_=kept).returning(table.c.n)
    return str(either.compile(dialect=sqlite.dialect()))


_UPSERT = _upsert()
_SELECT = f"SELECT {', '.join(_COLUMNS)} FROM dossier WHERE id = ?"  # noqa: S608 - our own names


def dossier_stream(dossier_id: str) -> str:
    """The stream of a dossier."""
    return f"dossier/{dossier_id}"


def project_dossier(tx: Connection, stream: str, events: Sequence[Sealed]) -> None:
    """Write the row of one dossier from all its events; index its words when they changed."""
    dossier_id = stream.partition("/")[2]
    dossier = fold(dossier_id, events)
    if dossier.intake is None:
        _forget(tx, dossier_id)  # it was received by a PC that had been revoked, or is not here yet
        return
    words = search_words(dossier)
    mark = zlib.crc32(words.encode())
    known = rows_of(tx, "SELECT words_mark FROM dossier WHERE id = ?", (dossier_id,))
    n = rows_of(tx, _UPSERT, (*_row(dossier), mark))[0][0]
    if known != [(mark,)]:
        if known:
            rows_of(tx, "DELETE FROM dossier_fts WHERE rowid = ?", (n,))
        rows_of(tx, "INSERT INTO dossier_fts (rowid, words) VALUES (?, ?)", (n, words))


def _forget(tx: Connection, dossier_id: str) -> None:
    for (n,) in rows_of(tx, "DELETE FROM dossier WHERE id = ? RETURNING n", (dossier_id,)):
        rows_of(tx, "DELETE FROM dossier_fts WHERE rowid = ?", (n,))


def row_of(dossier: Dossier) -> dict[str, object]:
    """The row a dossier must have, by column; the number of the row is the database's."""
    mark = zlib.crc32(search_words(dossier).encode())
    return dict(zip(_COLUMNS, (*_row(dossier), mark), strict=True))


def read_row(conn: Connection, dossier_id: str) -> dict[str, object]:
    """The row as stored, for comparison with `row_of`; {} when there is none."""
    row = conn.exec_driver_sql(_SELECT, (dossier_id,)).first()
    return dict(zip(_COLUMNS, row, strict=True)) if row else {}


def search_words(dossier: Dossier) -> str:
    """Folded words by which the dossier is found: code, persons, numbers, their ends, procedure."""
    intake = dossier.intake
    parts: list[str] = []
    if intake is not None:
        parts += [intake.code, intake.procedure, intake.procedure_name]
    for person in (dossier.submitter, dossier.applicant):
        if person is not None:
            parts += [person.name, person.id_number, person.phone]
            parts += [n[-4:] for n in (person.id_number, person.phone) if len(n) > 4]
            parts += [n[-6:] for n in (person.id_number, person.phone) if len(n) > 6]
    if dossier.number:
        parts.append(dossier.number.notation)
    return vn_fold(" ".join(parts))


def _row(d: Dossier) -> tuple[object, ...]:
    intake = d.intake
    assert intake is not None and d.submitter is not None and d.applicant is not None
    open_conflicts = len(open_contradictions(d.conflicts))
    return (
        d.id, intake.code, intake.visit, d.status.value, intake.procedure, intake.procedure_name,
        intake.field, d.applicant.name, d.submitter.name, d.applicant.id_number, d.submitter.phone,
        intake.received_at, d.due, d.original_due, d.receiver, d.department, d.assignee,
        d.assignee_name, d.approval.by if d.approval else "", d.number.notation if d.number else "",
        d.done_at, d.handed_over.at if d.handed_over else "", intake.limit.source,
        d.status.national, intake.channel, int(d.status is Status.SUPPLEMENT), d.supplement_count,
        int(d.extended), int(d.stale), int(d.blocked), open_conflicts, len(d.voids), d.waiting,
        int(d.status in CLOSED), FOLD_VERSION, d.touched,
    )  # fmt: skip
