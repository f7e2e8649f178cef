"""A joining PC starts from the city's snapshot: manifest, chunks, then the read models once.

Whatever is wrong with the snapshot is said in the log and costs nothing: what was taken passed the
checks of any run, and the rest comes by `Pull`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol, TypeVar

from models.errors import ForeignError
from services.journal.bulk import receive_bulk, take_up
from services.journal.projecting import Projector
from services.sync.client import NoAnswer
from services.sync.faults import fault
from services.sync.journal_store import JournalStore
from services.sync.protocol import (
    Answer,
    Busy,
    Head,
    Question,
    Snap,
    SnapChunk,
    SnapGet,
    SnapManifest,
)
from services.sync.snapshot import Chunk, read_chunk, read_manifest

__all__ = ["Bringing", "bring_snapshot"]

log = logging.getLogger(__name__)
PAUSES_S = (0.5, 1, 2, 0)
Kind = TypeVar("Kind")


class Asking(Protocol):
    """Whoever answers questions of sync."""

    def ask(self, question: Question) -> Answer:
        """The answer; raises `NoAnswer`."""


@dataclass(frozen=True, slots=True)
class Bringing:
    """Who is asked, the pinned key of the city, and what is told of progress."""

    source: Asking
    city_key: bytes
    projectors: Mapping[str, Projector]
    tell: Callable[[int], None]
    pause: Callable[[float], None]


def bring_snapshot(logs: JournalStore, how: Bringing) -> None:
    """Take what the city's snapshot has beyond `logs`, chunk by chunk; never fails for its sake.

    Raises `MachineError` for this PC's own disk. A chunk that is held already is not fetched.
    """
    try:
        if how.city_key:
            _bring(logs, how)
    except NoAnswer as error:
        log.warning("the snapshot was cut short: %s", error.code)
    except ForeignError as error:
        log.warning("the snapshot is not used: %s", error.code)
    take_up(logs.store, how.projectors)


def _bring(logs: JournalStore, how: Bringing) -> None:
    said = _ask(how, Snap(logs.office), SnapManifest)
    if not said.manifest:
        log.info("there is no snapshot")
        return
    manifest = read_manifest(said, how.city_key, office=logs.office)
    for chunk in manifest.chunks:
        if _holds(logs.heads(), chunk):
            continue
        part = _ask(how, SnapGet(logs.office, chunk.hash), SnapChunk)
        runs = read_chunk(part.data, chunk)
        receive_bulk(logs.store, runs, office=logs.office, clock=logs.clock,
                     projectors=how.projectors)  # fmt: skip
        how.tell(sum(head.seq for head in logs.heads().values()))
    if any(logs.head_at(name, head.seq) != head for name, head in manifest.heads.items()):
        raise fault("DB-23")


def _holds(heads: Mapping[bytes, Head], chunk: Chunk) -> bool:
    return all(name in heads and heads[name].seq >= seq for name, seq in chunk.ends.items())


def _ask(how: Bringing, question: Question, kind: type[Kind]) -> Kind:
    """The answer of that kind; a lost one is asked for again, a refusal ends it."""
    lost = NoAnswer("DB-12")
    for seconds in PAUSES_S:
        try:
            said = how.source.ask(question)
        except NoAnswer as error:
            lost = error
            how.pause(seconds)
            continue
        if isinstance(said, kind):
            return said
        if not isinstance(said, Busy):
            raise fault("DB-23")
        how.pause(max(seconds, min(said.retry_ms, 5_000) / 1000))
    raise lost
