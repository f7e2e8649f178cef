"""Where this PC is enrolled: the city's address, its pinned key, and our logs; in `sync_state`."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from models.roster import city_log
from services.store.statement import rows_of
from services.sync.roster import trust_city

__all__ = ["Enrolment", "address_log", "find_enrolment", "former_logs", "write_enrolment"]

_PUT = "INSERT OR REPLACE INTO sync_state (name, value) VALUES (?, ?)"
_GET = "SELECT value FROM sync_state WHERE name = ?"
_LOGS = (
    "SELECT d.log FROM device me JOIN device d ON d.public_key = me.public_key "
    "WHERE me.log = ? ORDER BY d.incarnation"
)


@dataclass(frozen=True, slots=True)
class Enrolment:
    """`server_url` without a path, `city_key` the city's Ed25519 key, `city_log` its log here."""

    server_url: str
    city_key: bytes
    city_log: bytes


def write_enrolment(tx: Connection, server_url: str, city_key: bytes, *, office: str) -> Enrolment:
    """Pin the city: its address and key are kept, its log is put on the roster."""
    rows_of(tx, _PUT, ("server_url", server_url.rstrip("/").encode()))
    return Enrolment(server_url.rstrip("/"), city_key, trust_city(tx, city_key, office))


def find_enrolment(conn: Connection, office: str) -> Enrolment | None:
    """The city this PC is enrolled with."""
    url, key = (rows_of(conn, _GET, (name,)) for name in ("server_url", "city_key"))
    if not url or not key:
        return None
    city_key = bytes(key[0][0])
    return Enrolment(bytes(url[0][0]).decode(), city_key, city_log(city_key, office))


def former_logs(conn: Connection, log: bytes) -> frozenset[bytes]:
    """Every log of this PC's key: the one it writes now and those of earlier incarnations."""
    return frozenset(bytes(row[0]) for row in rows_of(conn, _LOGS, (log,))) | {log}


def address_log(conn: Connection, log: bytes) -> bytes:
    """The log under which a PC introduces itself: its first, which every peer has on its roster."""
    rows = rows_of(conn, _LOGS, (log,))
    return bytes(rows[0][0]) if rows else log
