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
    "priority) VALUES (?,?,?,?,?,?,?,?,?,?) ON CONFLICT (log) DO UPDATE SET "
    "public_key = excluded.public_key, incarnation = excluded.incarnation, slot = excluded.slot, "
    "name = excluded.name, kind = excluded.kind, state = excluded.state, "
    "last_seq = excluded.last_seq, priority = excluded.priority"
)
_PIN = "INSERT OR REPLACE INTO sync_state (name, value) VALUES ('city_key', ?)"
_PINNED = "SELECT value FROM sync_state WHERE name = 'city_key'"


def trust_city(tx: Connection, public_key: bytes, office: str) -> bytes:
    """Pin the city's key and put the city on the roster; returns its log."""
    rows_of(tx, _PIN, (public_key,))
    city = listed_city(public_key, office)
    _write(tx, office, (city,))
    return city.log


def project_roster(tx: Connection, stream: str, events: Sequence[Sealed]) -> None:
    """Rows of `device` from all of the roster's events; only the pinned key is the city.

    What founded this office, or was told by the PC that let this one in, stands from before.
    """
    office, known = stream.partition("/")[2], _read(tx)
    trusted = [each for each in known.values() if each.state == "own" and each.kind != "city"]
    trusted += [listed_city(bytes(row[0]), office) for row in rows_of(tx, _PINNED)]
    found = fold_roster(trusted, events)
    _write(tx, office, (each for log, each in found.items() if known.get(log) != each))


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
