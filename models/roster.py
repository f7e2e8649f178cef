"""The roster of an office: which logs it takes events from, with slot, rank and revocation; pure.

Whoever keeps it as rows (a PC, the city) computes it from nothing: from what is trusted without any
event (the city's pinned key, the PC that founded the office) and all events of the stream
`roster/<office>`. The same events give the same roster, in whatever order they came, and a log once
listed stays listed, void if need be.

Only the city's own key speaks for the city: it admits, revokes and ranks. A PC that the city
admitted, or that founded the office, may let others in provisionally, as PCs, up to the last good
event of its own log. A new incarnation is certified by its key; all of it is void once an earlier
log of that key was revoked (design notes: sync §4.5, §4.9).
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from operator import attrgetter

from models.envelope import Sealed, log_id
from models.events.roster import DeviceAdmitted, DeviceRevoked, HubOrder, IncarnationOpened
from models.numbering import SLOTS

__all__ = [
    "CITY_NAME", "HEEDED", "INVITED_SLOTS", "MOST_LOGS", "MOST_VOID_LOGS", "NO_SLOT", "Listed",
    "city_log", "fold_roster", "listed_city", "opens_log",
]  # fmt: skip

CITY_NAME = "Thành phố"
NO_SLOT = -1
"""The slot of the city, and of a PC whose slot another one has: it gives out no dossier code."""
INVITED_SLOTS = range(6, 10)
"""Slots for PCs let in without the city: the PC in slot k gives out 6 + k, the city the others."""
HEEDED = 32
"""So many events of a PC's log in this stream count; an honest PC writes one in years."""
MOST_LOGS, MOST_VOID_LOGS = 64, 8
"""Logs of one key: a restore opens one. Of a revoked key a few are kept as a proof."""
_NUMBERS = range(1, 1 << 31)
_SEQS = range(1 << 63)
_ORDER = attrgetter("log", "slot", "name")
_LONGEST_NAME = 200


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
    return Listed(city_log(public_key, office), public_key, 1, NO_SLOT, CITY_NAME, "city")


def opens_log(item: Sealed, said: IncarnationOpened, kind: str) -> bool:
    """Whether the log that holds `item` is the one a device of `kind` opens by saying so."""
    if said.incarnation not in _NUMBERS:
        return False
    if kind == "city":
        right = city_log(said.public_key, item.envelope.office, said.incarnation)
    else:
        right = log_id(said.public_key, said.incarnation)
    return item.envelope.log == right


def fold_roster(trusted: Iterable[Listed], events: Iterable[Sealed]) -> dict[bytes, Listed]:
    """The roster by log: what `trusted` (the city and founding PCs) and the events come to.

    Causes need not be here: the order of the city's own words is that of its clock, and nothing
    else depends on an order. So an event that was refused here holds up no revocation.
    """
    roster = _Roster(trusted, events)
    roster.admit()
    roster.revoke()
    roster.let_in()
    return roster.listed()


class _Roster:
    """The roster while it is computed: first the city's words, then those of PCs."""

    def __init__(self, trusted: Iterable[Listed], events: Iterable[Sealed]) -> None:
        once = {item.hash: item for item in events}.values()
        self._events = sorted(once, key=_clock)
        self._logs: dict[bytes, Listed] = {}
        self._places: dict[bytes, Listed] = {}
        self._given: dict[tuple[bytes, int], int] = {}
        self._ends: dict[bytes, int] = {}
        self._first_ends: dict[bytes, int] = {}
        self._void: set[bytes] = set()
        self._ranks: Mapping[bytes, int] = {}
        for each in trusted:
            bare = replace(each, last_seq=None, priority=None)
            self._logs[each.log] = bare
            if each.kind != "city":
                self._places[each.public_key] = bare
        self._opened = [
            (item, said) for item in self._events
            if isinstance(said := item.event(), IncarnationOpened) and said.incarnation in _NUMBERS
        ]  # fmt: skip
        self._opened.sort(key=lambda each: each[1].incarnation)

    def admit(self) -> None:
        """Whom the city admits, whom it ranks, and the new logs of both."""
        self._open_logs()
        for place, item in enumerate(self._events):
            if not self._is_city(item.envelope.log):
                continue
            match item.event():
                case DeviceAdmitted(provisional=False) as said if _is_sound(said, SLOTS):
                    self._list(_listed(said, "hub" if said.kind == "hub" else "pc"))
                    self._given.setdefault((said.public_key, said.slot), place)
                case HubOrder() as said:
                    self._ranks = {log: rank for rank, log in enumerate(said.logs)}
        self._open_logs()

    def revoke(self) -> None:
        """What the city revoked, the latest word for each log."""
        for item in self._events:
            said = item.event()
            if not isinstance(said, DeviceRevoked) or not self._is_city(item.envelope.log):
                continue
            if said.last_seq in _SEQS and not self._is_city(said.log):
                self._ends[said.log] = said.last_seq
        self._note_first_ends()

    def let_in(self) -> None:
        """Who was let in provisionally: void above the last good event of the PC that said so.

        The city may say it of PCs that one of their office told it of.
        """
        sure = {each.public_key for each in self._logs.values()}
        hosts = {log: self._end(each) for log, each in self._logs.items()}
        for item in self._heeded(hosts):
            said, end = item.event(), hosts[item.envelope.log]
            if not isinstance(said, DeviceAdmitted) or not said.provisional:
                continue
            if _is_sound(said, SLOTS if self._is_city(item.envelope.log) else SLOTS[1:]):
                lawful = end is None or item.envelope.seq <= end
                self._welcome(_listed(said, "pc", "provisional"), lawful, sure)
        self._open_logs()
        self._note_first_ends()

    def _heeded(self, hosts: Iterable[bytes]) -> list[Sealed]:
        """The first events in this stream of each host, of the city all."""
        found: dict[bytes, list[Sealed]] = {log: [] for log in hosts}
        for item in sorted(self._events, key=lambda item: item.envelope.seq):
            if item.envelope.log in found:
                found[item.envelope.log].append(item)
        return [
            item for log, items in found.items()
            for item in (items if self._is_city(log) else items[:HEEDED])
        ]  # fmt: skip

    def _welcome(self, new: Listed, lawful: bool, sure: Collection[bytes]) -> None:
        """One lawful word is enough; of several lawful ones the same counts everywhere.

        Of a key that is listed for `sure` a word adds at most a log, and changes nothing else.
        """
        key, known = new.public_key, self._places.get(new.public_key)
        name = new.log if key in sure else key
        was_void = name in self._void
        if lawful:
            self._void.discard(name)
        elif new.log not in self._logs and (key in sure or known is None):
            self._void.add(name)
        self._logs.setdefault(new.log, new)
        if key in sure:
            return
        first = known is None or (lawful is not was_void and _ORDER(new) < _ORDER(known))
        if first or (was_void and lawful):
            self._places[key] = new

    def listed(self) -> dict[bytes, Listed]:
        """The roster as rows."""
        revoked = {e.public_key for e in self._logs.values() if self._end(e) is not None}
        slots = self._slots(revoked)
        ranks: dict[bytes, int] = {}
        for log, rank in self._ranks.items():
            if log in self._logs:
                key = self._logs[log].public_key
                ranks[key] = min(rank, ranks.get(key, rank))
        found = {}
        for log, each in self._logs.items():
            key = each.public_key
            place = self._places.get(key, each)
            slot = place.slot if key in revoked else slots.get(key, NO_SLOT)
            found[log] = replace(
                each, slot=slot, name=place.name, kind=place.kind, state=place.state,
                last_seq=self._end(each), priority=None if key in revoked else ranks.get(key),
            )  # fmt: skip
        return found

    def _slots(self, revoked: set[bytes]) -> dict[bytes, int]:
        """Each key's slot, as far as it is its own: the city's word first, and its first word.

        Of two that were let in with the same slot neither has it.
        """
        claims: dict[int, list[tuple[bool, int, bytes]]] = {}
        for key, place in self._places.items():
            if key not in revoked and place.slot in SLOTS:
                given = self._given.get((key, place.slot), len(self._events))
                claims.setdefault(place.slot, []).append((place.state == "provisional", given, key))
        found = {}
        for slot, claim in claims.items():
            let_in, _, key = min(claim)
            if len(claim) == 1 or not let_in:
                found[key] = slot
        return found

    def _list(self, new: Listed) -> None:
        self._logs[new.log] = new
        self._places[new.public_key] = new

    def _open_logs(self) -> None:
        """The new logs of listed keys; each names one before it, of a lower number."""
        for item, said in self._opened:
            before = self._logs.get(said.previous_log)
            if before is None or before.public_key != said.public_key:
                continue
            if before.incarnation < said.incarnation and opens_log(item, said, before.kind):
                log = item.envelope.log
                new = replace(before, log=log, incarnation=said.incarnation)
                self._logs.setdefault(log, new)

    def _is_city(self, log: bytes) -> bool:
        listed = self._logs.get(log)
        return listed is not None and listed.kind == "city"

    def _end(self, each: Listed) -> int | None:
        """The last good event of a log: 0 for all logs a key opened after one that was revoked."""
        if each.kind == "city":
            return None
        if each.public_key in self._void or each.log in self._void:
            return 0
        said = self._ends.get(each.log)
        if said is not None:
            return said
        first = self._first_ends.get(each.public_key)
        return 0 if first is not None and first < each.incarnation else None

    def _note_first_ends(self) -> None:
        """The lowest incarnation that was revoked, by key."""
        for log in self._ends:
            each = self._logs.get(log)
            if each is not None:
                known = self._first_ends.get(each.public_key, each.incarnation)
                self._first_ends[each.public_key] = min(each.incarnation, known)


def _clock(item: Sealed) -> tuple[int, bytes, int]:
    return (item.envelope.hlc, item.envelope.log, item.envelope.seq)


def _is_sound(said: DeviceAdmitted, slots: range) -> bool:
    """Whether an admission is one a program of ours could have written."""
    return (
        len(said.public_key) == 32
        and said.incarnation in _NUMBERS
        and said.slot in slots
        and said.log == log_id(said.public_key, said.incarnation)
    )


def _listed(said: DeviceAdmitted, kind: str, state: str = "admitted") -> Listed:
    name = "".join(letter for letter in said.name if letter.isprintable())[:_LONGEST_NAME]
    return Listed(said.log, said.public_key, said.incarnation, said.slot, name, kind, state)
