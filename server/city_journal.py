"""The city's own log for each office: roster, bundles and submissions are events it signs.

    journal.append(office, [(stream, event), …])      # one transaction, signed once

Any worker may append: the row of the office's tree is locked while the log grows, so two workers
never give one number twice.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlalchemy import Connection, text

from models import hlc
from models.codec import Event, to_payload
from models.envelope import GENESIS, Actor, Envelope, Sealed, seal, unseal
from models.events.roster import roster_stream
from models.fold import FOLD_VERSION
from models.ids import uuid7
from server.city_key import CityKey
from server.roster import refresh_roster, stream_events
from server.store.unit import CityDatabase
from server.storing import lock_tree, store_events
from services.clock import Clock
from services.journal.reading import stream_ends

__all__ = ["CITY", "CityJournal"]

CITY = Actor("city", "city", "")
"""Who acts in the city's log: the city as such; which administrator is in the server's own log."""
_LAST = text(
    "SELECT body FROM ev WHERE off = :off AND log = :log "
    "AND seq = (SELECT seq FROM head WHERE off = :off AND log = :log)"
)


class CityJournal:
    """Appends to the city's logs; `changed(office)` is called after each commit."""

    def __init__(
        self,
        database: CityDatabase,
        *,
        key: CityKey,
        clock: Clock,
        changed: Callable[[str], None] = lambda _office: None,
    ) -> None:
        self.database = database
        self.key = key
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
        added = self._sealed(tx, office, items, actor=actor)
        signature = self.key.sign(added[-1].hash)
        last = added[-1]
        signed = (*added[:-1], Sealed(last.envelope, last.body, last.hash, signature))
        store_events(tx, office, signed, edge=edge, key=self.key, now_ms=self.now_ms())
        if any(stream == roster_stream(office) for stream, _ in items):
            refresh_roster(tx, office, self.key.public_key)
        return signed

    def now_ms(self) -> int:
        """The city's clock in milliseconds since 1970."""
        return int(self.clock.now().timestamp() * 1000)

    def _sealed(
        self, tx: Connection, office: str, items: Sequence[tuple[str, Event]], *, actor: Actor
    ) -> list[Sealed]:
        log, wall = self.key.log(office), self.now_ms()
        seq, prev, clock = _end(tx, office, log)
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


def _end(tx: Connection, office: str, log: bytes) -> tuple[int, bytes, int]:
    """Number, hash and clock of the last event of the city's log, zeros before the first."""
    body = tx.execute(_LAST, {"off": office, "log": log}).scalar()
    if body is None:
        return 0, GENESIS, 0
    last = unseal(bytes(body))
    return last.envelope.seq, last.hash, last.envelope.hlc
