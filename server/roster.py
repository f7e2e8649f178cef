"""The roster of an office as rows of `device`: `models/roster.py` over the city's table."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict

from sqlalchemy import Connection, text

from models.envelope import Sealed, unseal
from models.events.roster import roster_stream
from models.roster import HEEDED, Listed, fold_roster, listed_city

__all__ = ["city_logs", "put_city", "refresh_roster", "stream_events"]

_STREAM = text("SELECT body, sig FROM ev WHERE off = :off AND st = :st ORDER BY n")
_ALL = text(
    "SELECT log, public_key, incarnation, slot, name, kind, state, last_seq, priority "
    "FROM device WHERE off = :off"
)
_HEEDED = text(
    "SELECT body, sig FROM (SELECT e.body, e.sig, e.log, "
    "row_number() OVER (PARTITION BY e.log ORDER BY e.seq) AS place "
    "FROM ev e WHERE e.off = :off AND e.st = :st) AS said WHERE place <= :most "
    "OR log IN (SELECT d.log FROM device d WHERE d.off = :off AND d.kind = 'city')"
)
"""All the city said, and of every PC as much as the roster heeds: nobody makes this long."""
_CITY = text("SELECT log FROM device WHERE off = :off AND kind = 'city'")
_PUT = text(
    "INSERT INTO device "
    "(off, log, public_key, incarnation, slot, name, kind, state, last_seq, priority) VALUES "
    "(:off, :log, :public_key, :incarnation, :slot, :name, :kind, :state, :last_seq, :priority) "
    "ON CONFLICT (off, log) DO UPDATE SET public_key = excluded.public_key, "
    "incarnation = excluded.incarnation, slot = excluded.slot, name = excluded.name, "
    "kind = excluded.kind, state = excluded.state, last_seq = excluded.last_seq, "
    "priority = excluded.priority"
)


def stream_events(tx: Connection, office: str, stream: str) -> tuple[Sealed, ...]:
    """Every event of a stream of an office, in the order of arrival."""
    rows = tx.execute(_STREAM, {"off": office, "st": stream})
    return tuple(unseal(bytes(r.body), bytes(r.sig) if r.sig else None) for r in rows)


def city_logs(tx: Connection, office: str) -> frozenset[bytes]:
    """The logs the city writes for an office: the first, and those begun after a restore."""
    return frozenset(bytes(row.log) for row in tx.execute(_CITY, {"off": office}))


def put_city(tx: Connection, office: str, public_key: bytes) -> None:
    """Put the city itself on the roster of an office."""
    _write(tx, office, (listed_city(public_key, office),))


def refresh_roster(tx: Connection, office: str, city_key: bytes) -> None:
    """Bring the rows of `device` up to the stream; called in the transaction that added to it.

    Only `city_key`, the city's own, speaks for the city.
    """
    at = {"off": office, "st": roster_stream(office), "most": HEEDED}
    events = [unseal(bytes(row.body)) for row in tx.execute(_HEEDED, at)]
    known, found = _read(tx, office), fold_roster((listed_city(city_key, office),), events)
    _write(tx, office, (each for log, each in found.items() if known.get(log) != each))


def _read(tx: Connection, office: str) -> dict[bytes, Listed]:
    rows = tx.execute(_ALL, {"off": office})
    return {bytes(r.log): Listed(bytes(r.log), bytes(r.public_key), *r[2:]) for r in rows}


def _write(tx: Connection, office: str, listed: Iterable[Listed]) -> None:
    rows = [{"off": office, **asdict(each)} for each in listed]
    if rows:
        tx.execute(_PUT, rows)
