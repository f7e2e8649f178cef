"""The messages of sync, the same between PC, hub and city (design notes: sync §4.3).

Every exchange is a question and an answer. Bodies of events travel as the bytes that were hashed
and signed. A question that changes nothing may be repeated; a run that is delivered twice changes
nothing the second time.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

__all__ = [
    "CHUNK", "MAX_ASKED", "MAX_BLOB", "MAX_RUN_BYTES", "MAX_RUN_EVENTS", "MAX_WAIT_MS",
    "OLDEST_VERSION", "VERSION", "Ack", "Answer", "BlobChunk", "BlobGet", "BlobHave", "BlobHeld",
    "BlobPut", "BlobQuestion", "BlobsHeld", "Busy", "ForkFound", "Gap", "Head", "Heads",
    "HeadsAnswer", "Hello", "HelloAnswer", "Lane", "Origin", "Pair", "Pull", "Push", "Question",
    "Refused", "Revoked", "Run", "Snap", "SnapChunk", "SnapGet", "SnapManifest", "SnapQuestion",
    "Suffixes",
    "ack_bytes", "heads_digest", "signed_at_end",
]  # fmt: skip

VERSION = 1
OLDEST_VERSION = 1
"""A peer is spoken to in the highest version both know; N-2 stays readable."""

MAX_RUN_EVENTS = 500
MAX_RUN_BYTES = 1 << 20
"""A run holds at most so many events and plain bytes; a single act may exceed neither."""
MAX_WAIT_MS = 25_000
"""How long a peer may hold a `Pull` that has nothing to answer."""

CHUNK = 1 << 20
"""Bytes of a piece of an attachment; only the last piece is shorter."""
MAX_BLOB = 100 << 20
"""Most bytes of an attachment; the least is one."""
MAX_ASKED = 500
"""So many attachments may be asked about at once."""

ACK_DOMAIN = b"mot-cua ack v1\0"


class Lane(StrEnum):
    """What goes first: the roster and today's work, then the backlog."""

    NOW = "now"
    BACKLOG = "backlog"


@dataclass(frozen=True, slots=True)
class Head:
    """The end of a log: number and hash of its last event; (0, zeros) before the first."""

    seq: int
    hash: bytes


@dataclass(frozen=True, slots=True)
class Origin:
    """Whose log it is: `log_id(public_key, incarnation)` gives the log's id (not for the city)."""

    public_key: bytes
    incarnation: int


Pair = tuple[bytes, bytes | None]
"""An event as it travels: body and signature."""


@dataclass(frozen=True, slots=True)
class Run:
    """A contiguous piece of one log, the last event signed: that signature covers all before it."""

    log: bytes
    origin: Origin
    events: tuple[Pair, ...]


@dataclass(frozen=True, slots=True)
class Hello:
    """Who I am, what I speak, and the end of my own log."""

    versions: tuple[int, int]
    app: str
    office: str
    log: bytes
    head: Head
    roster: bytes
    catalogue: str
    wall_ms: int


@dataclass(frozen=True, slots=True)
class HelloAnswer:
    """The same of the peer, and what it holds of the asker's log (rollback shows here)."""

    version: int
    app: str
    log: bytes
    yours: Head
    roster: bytes
    catalogue: str
    wall_ms: int


@dataclass(frozen=True, slots=True)
class Heads:
    """How far does the peer hold every log of this office?"""

    office: str


@dataclass(frozen=True, slots=True)
class HeadsAnswer:
    """The version vector and its digest; equal digests end the exchange."""

    heads: Mapping[bytes, Head]
    digest: bytes


@dataclass(frozen=True, slots=True)
class Push:
    """Take this run."""

    office: str
    run: Run
    lane: Lane = Lane.BACKLOG


@dataclass(frozen=True, slots=True)
class Ack:
    """The peer holds the log durably up to here.

    From the city `signature` is its Ed25519 signature over `ack_bytes` (log, seq, hash, received,
    tree size, root): RFC 6962 tree over every event in the order of arrival. From a PC or hub the
    tree is empty (size 0) and the signature is that device's own.
    """

    log: bytes
    head: Head
    received_ms: int
    tree_size: int = 0
    root: bytes = b""
    signature: bytes = b""


@dataclass(frozen=True, slots=True)
class Gap:
    """The run starts too far on; send from after `have`."""

    log: bytes
    have: Head


@dataclass(frozen=True, slots=True)
class ForkFound:
    """The log was written twice from `seq` on; `proof` is the peer's (body, signature) there."""

    log: bytes
    seq: int
    proof: tuple[bytes, bytes | None]


@dataclass(frozen=True, slots=True)
class Revoked:
    """The device was revoked; what it wrote after `after_seq` has no effect."""

    log: bytes
    after_seq: int


@dataclass(frozen=True, slots=True)
class Busy:
    """Not now: come again after so many milliseconds with at most `window` runs in flight."""

    retry_ms: int
    window: int = 1


@dataclass(frozen=True, slots=True)
class Refused:
    """What was sent cannot be taken; the reason in the words of `models/errors.py`."""

    code: str
    what: str
    next_step: str = ""


@dataclass(frozen=True, slots=True)
class Pull:
    """Send what I lack of this office; wait up to `wait_ms` when there is nothing."""

    office: str
    heads: Mapping[bytes, Head]
    lane: Lane = Lane.NOW
    events: int = MAX_RUN_EVENTS
    size: int = MAX_RUN_BYTES
    wait_ms: int = 0


@dataclass(frozen=True, slots=True)
class Suffixes:
    """Runs that continue the asker's heads; `more` when the limits cut them short.

    `acks` tells what the city has acknowledged, so that PCs behind a hub learn it too.
    """

    runs: tuple[Run, ...]
    more: bool
    digest: bytes
    acks: tuple[Ack, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class BlobHave:
    """How much does the peer have of these attachments (SHA-256 of their plain bytes)?"""

    office: str
    hashes: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class BlobHeld:
    """What a node has of an attachment that its events name.

    `size` is 0 while nothing is there. `have` has a bit for every piece (piece n is bit n % 8 of
    byte n // 8) and is empty once the attachment is `whole`.
    """

    hash: bytes
    size: int
    whole: bool
    have: bytes = b""


@dataclass(frozen=True, slots=True)
class BlobsHeld:
    """One entry for each attachment asked for that an event of this office names, no others."""

    held: tuple[BlobHeld, ...]


@dataclass(frozen=True, slots=True)
class BlobGet:
    """Send piece `chunk` of an attachment."""

    office: str
    hash: bytes
    chunk: int


@dataclass(frozen=True, slots=True)
class BlobChunk:
    """A piece of an attachment that has `size` bytes."""

    hash: bytes
    size: int
    chunk: int
    data: bytes


@dataclass(frozen=True, slots=True)
class BlobPut:
    """Keep piece `chunk` of an attachment that has `size` bytes; answered with what is held."""

    office: str
    hash: bytes
    size: int
    chunk: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Snap:
    """Is there a snapshot of this office's logs?"""

    office: str


@dataclass(frozen=True, slots=True)
class SnapManifest:
    """What the snapshot consists of, signed by the city (`services/sync/snapshot.py`).

    Both are empty when there is none: then the logs come by `Pull` alone.
    """

    manifest: bytes = b""
    signature: bytes = b""


@dataclass(frozen=True, slots=True)
class SnapGet:
    """Send the chunk of the snapshot with this SHA-256."""

    office: str
    hash: bytes


@dataclass(frozen=True, slots=True)
class SnapChunk:
    """A chunk of the snapshot; empty when it is not there (any more)."""

    hash: bytes
    data: bytes = b""


def signed_at_end(events: Sequence[Pair]) -> tuple[Pair, ...]:
    """The events of a run as they travel: whoever takes it reads the last signature only."""
    return (*((body, None) for body, _ in events[:-1]), *events[-1:])


def ack_bytes(ack: Ack) -> bytes:
    """What the signature of an acknowledgement covers."""
    return ACK_DOMAIN + b"".join(
        (
            ack.log, ack.head.seq.to_bytes(8, "big"), ack.head.hash,
            ack.received_ms.to_bytes(8, "big"), ack.tree_size.to_bytes(8, "big"), ack.root,
        )
    )  # fmt: skip


def heads_digest(heads: Mapping[bytes, Head]) -> bytes:
    """32 bytes that are equal when two nodes hold the same logs equally far."""
    digest = hashlib.sha256()
    for log in sorted(heads):
        head = heads[log]
        digest.update(log + head.seq.to_bytes(8, "big") + head.hash)
    return digest.digest()


BlobQuestion = BlobHave | BlobGet | BlobPut
SnapQuestion = Snap | SnapGet
Question = Hello | Heads | Push | Pull | BlobQuestion | SnapQuestion
Answer = (
    HelloAnswer | HeadsAnswer | Ack | Gap | ForkFound | Revoked | Busy | Refused | Suffixes
    | BlobsHeld | BlobChunk | SnapManifest | SnapChunk
)  # fmt: skip
