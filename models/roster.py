"""The roster of an office: which logs it takes events from, with slot, rank and revocation; pure.

Whoever keeps it as rows (a PC, the city) folds the events of the stream `roster/<office>` over the
rows it has and writes those that changed. Only the city admits, revokes and ranks; an admitted PC
may admit provisionally; a new incarnation is certified by its key, and all of it is void once an
earlier log of that key was revoked (design notes: sync §4.5, §4.9).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from models.envelope import Sealed, log_id
from models.events.roster import DeviceAdmitted, DeviceRevoked, HubOrder, IncarnationOpened
from models.order import canonical

__all__ = ["CITY_NAME", "Listed", "city_log", "fold_roster", "listed_city", "opens_log"]

CITY_NAME = "Thành phố"
_NUMBERS = range(1, 1 << 32)


@dataclass(frozen=True, slots=True)
class Listed:
    """One log on the roster; `kind` is pc, hub or city, `state` own, provisional or admitted.

    `last_seq` is the last good event of a revoked log, `priority` its place in the order of hubs.
    """

    log: bytes
    public_key: bytes
    incarnation: int
    slot: int
    name: str
    kind: str = "pc"
    state: str = "admitted"
    last_seq: int | None = None
    priority: int | None = None


def city_log(public_key: bytes, office: str, incarnation: int = 1) -> bytes:
    """The id of a log of the city for an office; the city is known to PCs by the first one."""
    words = public_key + office.encode()
    number = incarnation.to_bytes(4, "big") if incarnation > 1 else b""
    return hashlib.sha256(words + number).digest()[:16]


def listed_city(public_key: bytes, office: str) -> Listed:
    """The city as it stands on the roster of every office."""
    return Listed(city_log(public_key, office), public_key, 1, -1, CITY_NAME, "city")


def opens_log(item: Sealed, said: IncarnationOpened, kind: str) -> bool:
    """Whether the log that holds `item` is the one a device of `kind` opens by saying so."""
    if said.incarnation not in _NUMBERS:
        return False
    if kind == "city":
        right = city_log(said.public_key, item.envelope.office, said.incarnation)
    else:
        right = log_id(said.public_key, said.incarnation)
    return item.envelope.log == right


def fold_roster(known: Mapping[bytes, Listed], events: Iterable[Sealed]) -> dict[bytes, Listed]:
    """The roster by log after the events of its stream, in canonical order, over what was known.

    Events that were heeded before change nothing; one whose author may not say it has no effect.
    """
    found = dict(known)
    for item in canonical(events).events:
        _heed(found, item)
    return {log: _ended(each, found) for log, each in found.items()}


def _heed(found: dict[bytes, Listed], item: Sealed) -> None:
    author = found.get(item.envelope.log)
    by = author.kind if author is not None and author.last_seq is None else ""
    match item.event():
        case DeviceAdmitted(provisional=False) as said if by == "city":
            _list(found, _admitted(said))
        case DeviceAdmitted(provisional=True) as said if by and said.log not in found:
            _list(found, replace(_admitted(said), state="provisional"))
        case DeviceRevoked() as said if by == "city" and said.log in found:
            found[said.log] = replace(found[said.log], last_seq=said.last_seq)
        case IncarnationOpened() as said:
            _open_incarnation(found, item, said)
        case HubOrder() as said if by == "city":
            ranks = {log: place for place, log in enumerate(said.logs)}
            for log, each in found.items():
                found[log] = replace(each, priority=ranks.get(log))


def _admitted(said: DeviceAdmitted) -> Listed:
    return Listed(said.log, said.public_key, said.incarnation, said.slot, said.name, said.kind)


def _list(found: dict[bytes, Listed], new: Listed) -> None:
    """Put a log on the roster, or renew its slot, name, kind and state."""
    old = found.get(new.log)
    if old is not None:
        new = replace(old, slot=new.slot, name=new.name, kind=new.kind, state=new.state)
    found[new.log] = new


def _open_incarnation(found: dict[bytes, Listed], item: Sealed, said: IncarnationOpened) -> None:
    """The new log of a known key takes over name, slot and rank of the old one."""
    before = found.get(said.previous_log)
    if before is None or before.public_key != said.public_key:
        return
    if not opens_log(item, said, before.kind):
        return
    log = item.envelope.log
    _list(found, replace(before, log=log, incarnation=said.incarnation, last_seq=None))
    found[log] = replace(found[log], priority=before.priority)


def _ended(each: Listed, found: Mapping[bytes, Listed]) -> Listed:
    """A revoked key opens no new log: all of it is void, whichever of the two came first."""
    if each.last_seq is not None:
        return each
    revoked = any(
        other.last_seq is not None
        and other.public_key == each.public_key
        and other.incarnation < each.incarnation
        for other in found.values()
    )
    return replace(each, last_seq=0) if revoked else each
