"""A city with an office and devices that write signed runs, for tests of the server."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from models.codec import to_payload
from models.envelope import GENESIS, Actor, Envelope, Sealed, log_id, seal
from models.events.roster import DeviceAdmitted, roster_stream
from server.city_journal import CityJournal
from server.city_key import CityKey
from server.city_marks import CityMarks
from server.log_store import CityLogStore
from server.offices import add_office
from server.store.unit import CityDatabase
from services.clock import VIETNAM, Clock, FixedClock
from services.sync.protocol import Head, Origin, Run, signed_at_end

OFFICE, OTHER = "00004", "00008"
START = datetime(2026, 11, 16, 8, 0, tzinfo=VIETNAM)
ACTOR = Actor("an", "clerk", "s1")


@dataclass
class Pen:
    """A device that writes a log: `write` makes the next act, `run` the piece after a place."""

    office: str = OFFICE
    seed: bytes = b"\1" * 32
    incarnation: int = 1
    events: list[Sealed] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.private = Ed25519PrivateKey.from_private_bytes(self.seed)
        self.public_key = self.private.public_key().public_bytes_raw()
        self.log = log_id(self.public_key, self.incarnation)
        self.origin = Origin(self.public_key, self.incarnation)

    def head(self) -> Head:
        """The end of the log."""
        if not self.events:
            return Head(0, GENESIS)
        return Head(self.events[-1].envelope.seq, self.events[-1].hash)

    def write(
        self, *contents: object, stream: str = "dossier/d1", kind: str = "test.noted"
    ) -> list[Sealed]:
        """One act: its events chained, the last one signed."""
        made = [self._next(content, stream=stream, kind=kind) for content in contents]
        last = self.events.pop()
        signed = Sealed(last.envelope, last.body, last.hash, self.private.sign(last.hash))
        self.events.append(signed)
        return [*made[:-1], signed]

    def _next(self, content: object, *, stream: str, kind: str) -> Sealed:
        head, version, payload = self.head(), 1, {"what": content}
        if hasattr(content, "KIND"):
            kind, version, payload = content.KIND, content.VERSION, to_payload(content)
        item = seal(
            Envelope(
                id=f"e{head.seq + 1}-{self.log.hex()[:8]}", log=self.log, seq=head.seq + 1,
                prev=head.hash, office=self.office, stream=stream, type=kind,
                type_version=version, parents=(), hlc=head.seq + 1, wall=1, skew=None,
                actor=ACTOR, fold=1, payload=payload,
            )
        )  # fmt: skip
        self.events.append(item)
        return item

    def run(self, after: int = 0, until: int | None = None) -> Run:
        """The events after number `after` up to `until` as a run."""
        pairs = [(e.body, e.signature) for e in self.events[after:until]]
        return Run(self.log, self.origin, signed_at_end(pairs))


@dataclass
class City:
    """An opened city with the offices OFFICE and OTHER."""

    database: CityDatabase
    key: CityKey
    clock: FixedClock
    journal: CityJournal
    changed: list[str]

    def store(self, office: str = OFFICE, clock: Clock | None = None) -> CityLogStore:
        """The log store of an office."""
        return CityLogStore(
            self.database, office, key=self.key, clock=clock or self.clock,
            changed=self.changed.append,
        )  # fmt: skip

    def admit(self, pen: Pen, slot: int = 1, name: str = "PC 1") -> None:
        """Put the pen's device on its office's roster."""
        said = DeviceAdmitted(pen.log, pen.public_key, pen.incarnation, slot, name)
        self.journal.append(pen.office, [(roster_stream(pen.office), said)])


def make_city(database: CityDatabase, home: Path) -> City:
    """A city on an empty database; what it remembers of its logs lies below `home`."""
    clock = FixedClock(START)
    key = CityKey.from_seed(b"c" * 32)
    changed: list[str] = []
    marks = CityMarks(home)
    journal = CityJournal(database, key=key, marks=marks, clock=clock, changed=changed.append)
    for office in (OFFICE, OTHER):
        add_office(journal, office, name=f"Phường {office}")
    return City(database, key, clock, journal, changed)
