"""The city's own log for each office: roster, bundles and submissions are events it signs.

    journal.append(office, [(stream, event), …])      # one transaction, signed once

Any worker may append: the row of the office's tree is locked while the log grows, so two workers
never give one number twice. A log is continued only while the database ends where this machine left
it (`server/city_marks.py`); after a restore the city goes on in a new log of its key, opened by
`IncarnationOpened`, while the events it lost come back from the PCs into the old one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, text

from models import hlc
from models.codec import Event, to_payload
from models.envelope import GENESIS, Actor, Envelope, Sealed, seal, unseal
from models.events.roster import IncarnationOpened, roster_stream
from models.fold import FOLD_VERSION
from models.ids import uuid7
from server.city_key import CityKey
from server.city_marks import CityMark, CityMarks
from server.roster import refresh_roster, stream_events
from server.store.unit import CityDatabase
from server.storing import lock_tree, store_events
from services.clock import Clock
from services.journal.incarnation import JUMP
from services.journal.reading import stream_ends
from services.sync.protocol import Head

__all__ = ["CITY", "CityJournal"]

CITY = Actor("city", "city", "")
"""Who acts in the city's log: the city as such; which administrator is in the server's own log."""
_LAST = text(
    "SELECT body FROM ev WHERE off = :off AND log = :log "
    "AND seq = (SELECT seq FROM head WHERE off = :off AND log = :log)"
)
_NEWEST = text("SELECT max(incarnation) FROM device WHERE off = :off AND kind = 'city'")
_NOTHING = Head(0, GENESIS)


@dataclass(frozen=True, slots=True)
class _End:
    """Where the city's next event for an office belongs: its log, and the event before it."""

    incarnation: int
    head: Head = _NOTHING
    clock: int = 0


class CityJournal:
    """Appends to the city's logs; `changed(office)` is called after each commit."""

    def __init__(
        self,
        database: CityDatabase,
        *,
        key: CityKey,
        marks: CityMarks,
        clock: Clock,
        changed: Callable[[str], None] = lambda _office: None,
    ) -> None:
        self.database = database
        self.key = key
        self.marks = marks
        self.clock = clock
        self.changed = changed

    def append(
        self, office: str, items: Sequence[tuple[str, Event]], *, actor: Actor = CITY
    ) -> tuple[Sealed, ...]:
        """Append events to streams of an office in one transaction; returns them sealed."""
        with self.database.write(office) as tx:
            added = self.add(tx, office, items, actor=actor)
        self.changed(office)
        return added

    def add(
        self,
        tx: Connection,
        office: str,
        items: Sequence[tuple[str, Event]],
        *,
        actor: Actor = CITY,
    ) -> tuple[Sealed, ...]:
        """The same inside the caller's write transaction; the caller calls `changed` after it."""
        edge = lock_tree(tx, office)
        end, opening = self._place(tx, office)
        added = self._sealed(tx, office, (*opening, *items), end=end, actor=actor)
        signature = self.key.sign(added[-1].hash)
        last = added[-1]
        signed = (*added[:-1], Sealed(last.envelope, last.body, last.hash, signature))
        self.marks.keep(
            office, CityMark(end.incarnation, last.envelope.seq, last.hash.hex())
        )  # fmt: skip
        store_events(tx, office, signed, edge=edge, key=self.key, now_ms=self.now_ms())
        if any(stream == roster_stream(office) for stream, _ in (*opening, *items)):
            refresh_roster(tx, office, self.key.public_key)
        return signed[len(opening) :]

    def now_ms(self) -> int:
        """The city's clock in milliseconds since 1970."""
        return int(self.clock.now().timestamp() * 1000)

    def _place(
        self, tx: Connection, office: str
    ) -> tuple[_End, tuple[tuple[str, Event], ...]]:  # fmt: skip
        """Where to go on, and what to say first: in the log of the mark, else in a new one."""
        mark = self.marks.find(office)
        newest = tx.execute(_NEWEST, {"off": office}).scalar() or 1
        end = _read_end(tx, office, self.key, incarnation=mark.incarnation if mark else 1)
        if mark.is_at(end.head) if mark else (newest == 1 and end.head == _NOTHING):
            return end, ()
        drawn = int.from_bytes(self.clock.random(4), "big") % JUMP
        number = max(newest, end.incarnation) + 1 + drawn
        first = self.key.log(office)
        held = _read_end(tx, office, self.key, incarnation=1).head.seq
        said = IncarnationOpened(self.key.public_key, number, first, held)
        return _End(number, clock=end.clock), ((roster_stream(office), said),)

    def _sealed(
        self,
        tx: Connection,
        office: str,
        items: Sequence[tuple[str, Event]],
        *,
        end: _End,
        actor: Actor,
    ) -> list[Sealed]:
        log, wall = self.key.log(office, end.incarnation), self.now_ms()
        seq, prev, clock = end.head.seq, end.head.hash, end.clock
        ends: dict[str, tuple[bytes, ...]] = {}
        added = []
        for stream, event in items:
            if stream not in ends:
                ends[stream] = stream_ends(stream_events(tx, office, stream))
            seq, clock = seq + 1, hlc.tick(clock, wall)
            item = seal(
                Envelope(
                    id=uuid7(wall, self.clock.random(10)), log=log, seq=seq, prev=prev,
                    office=office, stream=stream, type=event.KIND, type_version=event.VERSION,
                    parents=ends[stream], hlc=clock, wall=wall, skew=0, actor=actor,
                    fold=FOLD_VERSION, payload=to_payload(event),
                )
            )  # fmt: skip
            prev, ends[stream] = item.hash, (item.hash,)
            added.append(item)
        return added


def _read_end(tx: Connection, office: str, key: CityKey, *, incarnation: int) -> _End:
    """Where a log of the city ends in the database."""
    log = key.log(office, incarnation)
    body = tx.execute(_LAST, {"off": office, "log": log}).scalar()
    if body is None:
        return _End(incarnation)
    last = unseal(bytes(body))
    return _End(incarnation, Head(last.envelope.seq, last.hash), last.envelope.hlc)
