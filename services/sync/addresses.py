"""Where the office's PCs listen: what each told, what was remembered, what somebody typed.

A PC writes its own addresses into its log when they change, so every other PC learns them from
whoever it meets, also from the city. An address is only a place to look: who is there is proved by
the key (design notes: sync §2).
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import ifaddr
from sqlalchemy import Connection

from models.envelope import Sealed
from models.errors import InputError
from models.events.roster import AddressesTold, addresses_stream
from models.lan_address import parse_address
from models.order import canonical
from services.journal.append import Journal
from services.people import system_actor
from services.store.statement import rows_of
from services.store.unit import Store

__all__ = [
    "Member", "here", "listening_at", "members", "places_of", "project_addresses", "tell",
]  # fmt: skip

MOST = 8
"""Addresses a PC tells at most."""
_TOLD = "addresses/"
_PUT = "INSERT OR REPLACE INTO sync_state (name, value) VALUES (?, ?)"
_GET = "SELECT value FROM sync_state WHERE name = ?"
_MEMBERS = (
    "SELECT log, public_key, name FROM device d WHERE kind <> 'city' AND NOT EXISTS "
    "(SELECT 1 FROM device r WHERE r.public_key = d.public_key AND r.last_seq IS NOT NULL) "
    "AND NOT EXISTS (SELECT 1 FROM device n WHERE n.public_key = d.public_key "
    "AND n.incarnation > d.incarnation) ORDER BY priority IS NULL, priority, slot, log"
)


@dataclass(frozen=True, slots=True)
class Member:
    """A PC of the office: its newest log, its key, its name."""

    log: bytes
    key: bytes
    name: str


def members(conn: Connection) -> tuple[Member, ...]:
    """The PCs of the office that were not revoked, in the order in which they relay."""
    return tuple(Member(bytes(log), bytes(key), name) for log, key, name in rows_of(conn, _MEMBERS))


def here() -> tuple[str, ...]:
    """The addresses of this PC in its networks, the usual kind first; none of loopback."""
    found: set[str] = set()
    for adapter in ifaddr.get_adapters():
        for each in adapter.ips:
            text = each.ip if isinstance(each.ip, str) else each.ip[0]
            address = ipaddress.ip_address(text)
            if not (address.is_loopback or address.is_link_local or address.is_multicast):
                found.add(str(address))
    return tuple(sorted(found, key=lambda text: (":" in text, text)))[:MOST]


def tell(journal: Journal, session: str, urls: Sequence[str]) -> None:
    """Write where this PC listens, unless that was its last word already."""
    log = journal.device.log
    with journal.store.read() as conn:
        if _told(conn, log) == tuple(urls):
            return
    with journal.act(system_actor(session)) as act:
        act.add(addresses_stream(log), AddressesTold(tuple(urls[:MOST])))


def project_addresses(tx: Connection, stream: str, events: Sequence[Sealed]) -> None:
    """The newest word of a PC about itself; what others say of it is not heeded."""
    log = stream.partition("/")[2]
    said = [
        event
        for item in canonical(events).events
        if isinstance(event := item.event(), AddressesTold) and item.envelope.log.hex() == log
    ]
    if said:
        rows_of(tx, _PUT, (_TOLD + log, "\n".join(_sound(said[-1].urls)).encode()))


def places_of(conn: Connection, member: Member) -> tuple[str, ...]:
    """Where to look for a PC: where it was met last, then where it says it listens."""
    rows = rows_of(conn, "SELECT address FROM peer WHERE log = ? AND address <> ''", (member.log,))
    return tuple(dict.fromkeys((*(str(row[0]) for row in rows), *_told(conn, member.log))))


def listening_at(store: Store, log: bytes) -> tuple[str, ...]:
    """HOST:PORT of where the PC with `log` says it listens; its networks' when it said nothing."""
    with store.read() as conn:
        told = _told(conn, log)
    return tuple(url.removeprefix("https://") for url in told) or here()


def _told(conn: Connection, log: bytes) -> tuple[str, ...]:
    rows = rows_of(conn, _GET, (_TOLD + log.hex(),))
    return tuple(bytes(rows[0][0]).decode().splitlines()) if rows else ()


def _sound(urls: Iterable[str]) -> list[str]:
    """Those that are addresses of private networks: a told address leads nowhere else."""
    found = []
    for url in list(urls)[:MOST]:
        try:
            found.append(parse_address(url))
        except InputError:
            continue
    return found
