"""Queued logs of many offices: the real events of a desk, again and again, in chained signed logs.

The acts are done once through the services; for an office their payloads, actors and signatures'
places are kept, while ids, streams, numbers, chain and keys are its own.
"""

from __future__ import annotations

import hashlib
import tempfile
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bench.desk import FIRST_DAY, KEY, found_office, open_desk
from bench.offices import opened, seeded_home
from models.envelope import GENESIS, Envelope, Sealed, log_id, seal, unseal
from services.clock import FixedClock
from services.store.opening import create_store
from services.sync.protocol import MAX_RUN_BYTES, Head, Origin, Pair, Push, Run, signed_at_end
from services.sync.wire import encode

VISITS = 12
BATCH = 500
END = b""


@dataclass(frozen=True)
class Queued:
    """What a PC has not sent: pushes as they travel, how many events each, and where it ends."""

    office: str
    seed: bytes
    public_key: bytes
    log: bytes
    bodies: tuple[bytes, ...]
    counts: tuple[int, ...]
    head: Head

    @property
    def events(self) -> int:
        """Events in all pushes."""
        return sum(self.counts)


@cache
def acts() -> tuple[Sealed, ...]:
    """Events of some dossiers in the order a desk made them; signed where an act ended."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        store = create_store(folder, KEY)
        found_office(store, folder)
        desk = open_desk(store, folder, FixedClock(FIRST_DAY, seed=2))
        for number in range(VISITS):
            list(desk.visit(number))
        with store.read() as conn:
            rows = conn.exec_driver_sql(
                "SELECT body, sig FROM ev WHERE st LIKE 'dossier/%' ORDER BY n"
            ).all()
        store.close()
    return tuple(unseal(row.body, row.sig) for row in rows)


def seeded_acts(events: int) -> tuple[Sealed, ...]:
    """About so many events of a training office of 5,000 dossiers, no two citizens alike.

    The seeding signs thousands at once; at a desk nearly every event ends an act: here each does.
    """
    office = opened(seeded_home(5_000))
    try:
        with office.core.store.read() as conn:
            query = "SELECT body FROM ev WHERE st LIKE 'dossier/%' ORDER BY n LIMIT ?"
            rows = conn.exec_driver_sql(query, (events,)).all()
    finally:
        office.close()
    return tuple(unseal(row.body, bytes(64)) for row in rows)


def queue(
    office: str,
    number: int,
    events: int,
    *,
    batch: int = BATCH,
    model: tuple[Sealed, ...] = (),
) -> Queued:
    """The queue of PC `number`, about `events` long: it ends where an act ends.

    Written after `model`, or after `acts()`.
    """
    seed = hashlib.sha256(f"bench device {number}".encode()).digest()
    private = Ed25519PrivateKey.from_private_bytes(seed)
    key = private.public_key().public_bytes_raw()
    log = log_id(key, 1)
    bodies, counts, head = [], [], Head(0, GENESIS)
    for run in _runs(_written(office, log, events=events, model=model or acts()), batch):
        last = run[-1][0]
        head = Head(head.seq + len(run), hashlib.sha256(last).digest())
        pairs = signed_at_end([*run[:-1], (last, private.sign(head.hash))])
        bodies.append(encode(Push(office, Run(log, Origin(key, 1), pairs))))
        counts.append(len(run))
    return Queued(office, seed, key, log, tuple(bodies), tuple(counts), head)


def _written(
    office: str,
    log: bytes,
    *,
    events: int,
    model: tuple[Sealed, ...],
) -> Iterator[Pair]:
    """Whole acts until there are at least so many events; `END` stands where an act is signed."""
    prev, ends = GENESIS, dict[str, bytes]()
    seq, signed = 0, True
    while seq < events or not signed:
        turn, place = divmod(seq, len(model))
        old = model[place]
        seq, signed = seq + 1, old.signature is not None
        stream = f"dossier/{_name(log, turn, old.envelope.stream)}"
        item = _rewritten(old.envelope, office, log, seq=seq, prev=prev, stream=stream, ends=ends)
        prev = ends[stream] = item.hash
        yield item.body, END if signed else None


def _rewritten(
    e: Envelope,
    office: str,
    log: bytes,
    *,
    seq: int,
    prev: bytes,
    stream: str,
    ends: dict[str, bytes],
) -> Sealed:
    parents = (ends[stream],) if stream in ends else ()
    return seal(
        Envelope(
            id=_name(log, seq, "event"), log=log, seq=seq, prev=prev, office=office, stream=stream,
            type=e.type, type_version=e.type_version, parents=parents, hlc=e.hlc + seq,
            wall=e.wall + seq, skew=e.skew, actor=e.actor, fold=e.fold, payload=e.payload,
        )
    )  # fmt: skip


def _name(log: bytes, number: int, what: str) -> str:
    digest = hashlib.sha256(log + number.to_bytes(8, "big") + what.encode()).digest()
    return str(uuid.UUID(bytes=digest[:16]))


def _runs(pairs: Iterator[Pair], batch: int) -> Iterator[list[Pair]]:
    """Pieces of at most `batch` events and a run's bytes, each cut after a signed event."""
    run: list[Pair] = []
    act: list[Pair] = []
    size = 0
    for pair in pairs:
        act.append(pair)
        if pair[1] is None:
            continue
        added = sum(len(body) for body, _ in act)
        if run and (len(run) + len(act) > batch or size + added > MAX_RUN_BYTES):
            yield run
            run, size = [], 0
        run, size = run + act, size + added
        act = []
    if run:
        yield run
