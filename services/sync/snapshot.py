"""A snapshot of an office's logs: chunks of runs, and the manifest that the city signs.

A chunk is a `Suffixes` message (msgpack in zstd) of at most 1 MiB, named by its SHA-256. The chunks
are in the order in which they can be taken: the city's logs first, for they name the other devices.
What is in them is trusted no more than what a `Pull` brings; the manifest says that nothing is
missing up to its version vector, and lets a PC go on after a cut.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgpack

from models.envelope import GENESIS
from models.errors import ForeignError
from services.journal.device import signature_holds
from services.sync.faults import fault
from services.sync.ports import LogStore
from services.sync.protocol import CHUNK, Head, Run, SnapManifest, Suffixes
from services.sync.wire import decode_answer, encode

__all__ = [
    "FORMAT", "Chunk", "Manifest", "make_chunks", "read_chunk", "read_manifest", "sign_manifest",
]  # fmt: skip

FORMAT = 1
_DOMAIN = b"mot-cua snapshot v1\0"
_EVENTS, _SIZE = 2_000, 768 << 10
"""Events and plain bytes of a chunk; with signatures it stays below 1 MiB even if nothing packs."""
_START = Head(0, GENESIS)


@dataclass(frozen=True, slots=True)
class Chunk:
    """A chunk by its SHA-256: its bytes, and how far it brings which logs."""

    hash: bytes
    size: int
    ends: Mapping[bytes, int]


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a snapshot holds: every event of the office up to `heads`, in `chunks`."""

    office: str
    heads: Mapping[bytes, Head]
    chunks: tuple[Chunk, ...]
    made_ms: int

    @property
    def events(self) -> int:
        """How many events are in it."""
        return sum(head.seq for head in self.heads.values())


def sign_manifest(manifest: Manifest, sign: Callable[[bytes], bytes]) -> SnapManifest:
    """The manifest as it travels, signed with the city's key."""
    data: bytes = msgpack.packb([
        FORMAT, manifest.office,
        [[log, head.seq, head.hash] for log, head in sorted(manifest.heads.items())],
        [[chunk.hash, chunk.size, sorted(chunk.ends.items())] for chunk in manifest.chunks],
        manifest.made_ms,
    ])  # fmt: skip
    return SnapManifest(data, sign(_DOMAIN + data))


def read_manifest(said: SnapManifest, city_key: bytes, *, office: str) -> Manifest:
    """The manifest of `office`; raises `ForeignError` DB-23 unless the city signed exactly this."""
    if not signature_holds(city_key, _DOMAIN + said.manifest, said.signature):
        raise fault("DB-23")
    try:
        fields: Any = msgpack.unpackb(said.manifest, raw=False)
        form, named, heads, chunks, made_ms = fields
        found = Manifest(
            named, {log: Head(seq, digest) for log, seq, digest in heads},
            tuple(Chunk(digest, size, dict(ends)) for digest, size, ends in chunks), made_ms,
        )  # fmt: skip
    except (ValueError, TypeError, msgpack.exceptions.UnpackException):
        raise fault("DB-23") from None
    if form != FORMAT or named != office:
        raise fault("DB-23")
    return found


def read_chunk(data: bytes, chunk: Chunk) -> tuple[Run, ...]:
    """The runs of a chunk; raises `ForeignError` DB-23 for other bytes than the manifest names."""
    if len(data) != chunk.size or hashlib.sha256(data).digest() != chunk.hash:
        raise fault("DB-23")
    try:
        said = decode_answer(data)
    except ForeignError:
        raise fault("DB-23") from None
    if not isinstance(said, Suffixes):
        raise fault("DB-23")
    return said.runs


def make_chunks(
    store: LogStore, after: Mapping[bytes, Head], *, first: Collection[bytes]
) -> Iterator[tuple[tuple[Chunk, bytes], Mapping[bytes, Head]]]:
    """Chunks that continue `after` up to what `store` holds now, the logs `first` before others.

    Each comes with its bytes and the heads it ends at. A log ends early where a single act is
    larger than a chunk: that act comes by `Pull`. Raises `ForeignError` DB-23 when the logs do not
    continue `after`.
    """
    held, done = store.heads(), dict(after)
    if any(not _may_follow(held.get(log, _START), head) for log, head in after.items()):
        raise fault("DB-23")
    box = _Box()
    for log in sorted(held, key=lambda log: (log not in first, log)):
        while (at := done.get(log, _START)).seq < held[log].seq:
            run = store.run_after(log, at, events=box.events, size=box.size)
            if run is None and log in after:
                raise fault("DB-23")
            if run is None or _is_too_large(run):
                break
            if not box.takes(run):
                yield box.packed(), dict(done)
                box = _Box()
                continue
            box.put(run, at.seq + len(run.events))
            done[log] = Head(at.seq + len(run.events), hashlib.sha256(run.events[-1][0]).digest())
            if box.is_full:
                yield box.packed(), dict(done)
                box = _Box()
    if box.runs:
        yield box.packed(), dict(done)


def _may_follow(now: Head, before: Head) -> bool:
    return now.seq > before.seq or now == before


def _plain_size(run: Run) -> int:
    return sum(len(body) for body, _ in run.events)


def _pack(runs: Sequence[Run]) -> bytes:
    return encode(Suffixes(tuple(runs), False, bytes(32)))


def _is_too_large(run: Run) -> bool:
    """Whether a single act does not fit into a chunk."""
    return _plain_size(run) > _SIZE and len(_pack((run,))) > CHUNK


class _Box:
    """Runs on their way into one chunk."""

    def __init__(self) -> None:
        self.runs: list[Run] = []
        self.events, self.size = _EVENTS, _SIZE
        self._ends: dict[bytes, int] = {}

    @property
    def is_full(self) -> bool:
        return self.events <= 0 or self.size <= 0

    def takes(self, run: Run) -> bool:
        """Whether there is room; the first run always fits."""
        fits = len(run.events) <= self.events and _plain_size(run) <= self.size
        return fits or not self.runs

    def put(self, run: Run, end: int) -> None:
        self.runs.append(run)
        self._ends[run.log] = end
        self.events -= len(run.events)
        self.size -= _plain_size(run)

    def packed(self) -> tuple[Chunk, bytes]:
        data = _pack(self.runs)
        return Chunk(hashlib.sha256(data).digest(), len(data), self._ends), data
