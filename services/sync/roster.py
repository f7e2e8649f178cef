"""The roster as rows of a PC: `models/roster.py` over the table `device`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection

from models.envelope import Sealed
from models.roster import Listed, fold_roster, listed_city
from services.store.statement import rows_of, run_many

__all__ = ["project_roster", "trust_city"]

_ALL = (
    "SELECT log, public_key, incarnation, slot, name, kind, state, last_seq, priority FROM device"
)
_PUT = (
    "INSERT INTO device (log, off, public_key, incarnation, slot, name, kind, state, last_seq, "
    "priority) VALUES (?,?,?,?,?,?,?,?,?,?) ON CONFLICT (log) DO UPDATE SET slot = excluded.slot, "
    "name = excluded.name, kind = excluded.kind, state = excluded.state, "
    "last_seq = excluded.last_seq, priority = excluded.priority"
)


def trust_city(tx: Connection, public_key: bytes, office: str) -> bytes:
    """Put the city on the roster with the key pinned at enrolment; returns its log."""
    city = listed_city(public_key, office)
    _write(tx, office, (city,))
    return city.log


def project_roster(tx: Connection, stream: str, events: Sequence[Sealed]) -> None:
    """Rows of `device` from the roster's events, whose author must have the right to say it."""
    known = _read(tx)
    found = fold_roster(known, events)
    changed = (each for log, each in found.items() if known.get(log) != each)
    _write(tx, stream.partition("/")[2], changed)


def _read(tx: Connection) -> dict[bytes, Listed]:
    rows = rows_of(tx, _ALL)
    return {bytes(row[0]): Listed(bytes(row[0]), bytes(row[1]), *row[2:]) for row in rows}


def _write(tx: Connection, office: str, listed: Iterable[Listed]) -> None:
    rows = [
        (
            each.log, office, each.public_key, each.incarnation, each.slot, each.name, each.kind,
            each.state, each.last_seq, each.priority,
        )
        for each in listed
    ]  # fmt: skip
    run_many(tx, _PUT, rows)
