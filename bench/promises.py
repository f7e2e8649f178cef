"""What must hold of a store after any crash: whole acts, true chains, rows equal to a refold."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from sqlalchemy import Connection

from models.dossier import Dossier
from models.fold import fold
from models.numbering import build_dossier_code, next_serial
from models.workflow import Status
from services.dossiers.read_model import read_row, row_of
from services.dossiers.search import match_words
from services.journal.reading import stream_events
from services.journal.verify import verify_journal
from services.store.blobs import BlobStore

PATH = (Status.RECEIVED, Status.TRANSFERRED, Status.PROCESSING, Status.SUBMITTED, Status.APPROVED)
"""The statuses a dossier passes through in `bench.desk.Desk.visit`, one per act."""


def check(connection: Connection, blobs: BlobStore | None = None) -> set[str]:
    """The acts found, as `Desk.visit` tells them; raises AssertionError for anything half-done."""
    report = verify_journal(connection)
    assert report.verified, report.reason
    dossiers = _dossiers(connection)
    found = _whole_visits(dossiers)
    for dossier in dossiers:
        assert dossier.intake is not None
        assert not dossier.voids and not dossier.conflicts and dossier.status in PATH
        _row_is_true(connection, dossier)
        passed = PATH[1 : PATH.index(dossier.status) + 1]
        assert dossier.events == 1 + len(passed)
        found |= {f"{status.value} {dossier.intake.code}" for status in passed}
        for paper in dossier.components:
            for attached in paper.attachments:
                kept = blobs.get(connection, attached.sha256) if blobs else None
                assert kept is None or len(kept) == attached.size
    _serials_are_gapless(connection, dossiers)
    return found


def _dossiers(connection: Connection) -> list[Dossier]:
    """Every dossier of the journal folded; the read model knows exactly these."""
    rows = connection.exec_driver_sql("SELECT DISTINCT st FROM ev WHERE st LIKE 'dossier/%'")
    streams = sorted(str(row[0]) for row in rows)
    ids = [stream.partition("/")[2] for stream in streams]
    known = connection.exec_driver_sql("SELECT id FROM dossier ORDER BY id").scalars().all()
    assert list(known) == ids
    return [fold(i, stream_events(connection, s)) for i, s in zip(ids, streams, strict=True)]


def _whole_visits(dossiers: list[Dossier]) -> set[str]:
    """Both dossiers of each visit are there."""
    visits: dict[str, list[str]] = defaultdict(list)
    for dossier in dossiers:
        assert dossier.intake is not None
        visits[dossier.intake.visit].append(dossier.intake.code)
    assert all(len(codes) == 2 for codes in visits.values()), "half a visit"
    return {"received " + " ".join(sorted(codes)) for codes in visits.values()}


def _row_is_true(connection: Connection, dossier: Dossier) -> None:
    """The row and its search words say what the journal says."""
    assert dossier.intake is not None
    assert read_row(connection, dossier.id) == row_of(dossier)
    numbers = connection.exec_driver_sql(
        "SELECT f.rowid FROM dossier_fts f JOIN dossier d ON d.n = f.rowid "
        "WHERE dossier_fts MATCH ? AND d.id = ?",
        (match_words(dossier.intake.code), dossier.id),
    ).all()
    assert len(numbers) == 1


def _serials_are_gapless(connection: Connection, dossiers: list[Dossier]) -> None:
    """The codes of each day run from the first serial to the last one remembered."""
    rows = connection.exec_driver_sql("SELECT agency, day, last FROM code_serial").all()
    expected: set[str] = set()
    for agency, day, last in rows:
        serial = next_serial(0, None)
        while serial <= last:
            expected.add(build_dossier_code(agency, date.fromisoformat(day), serial=serial))
            serial = next_serial(0, serial)
    codes = [d.intake.code for d in dossiers if d.intake]
    assert len(codes) == len(set(codes)) and set(codes) == expected
