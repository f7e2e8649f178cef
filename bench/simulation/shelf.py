"""What one machine holds, read through the contract of `LogStore` alone, and folded on demand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Protocol

from models.book import BookState, read_book
from models.dossier import Dossier
from models.envelope import GENESIS, Sealed, unseal
from models.fold import fold
from services.journal.kept import unfold
from services.sync.accept import Member
from services.sync.ports import LogStore
from services.sync.protocol import Head

__all__ = ["START", "Repeated", "Shelf", "read"]

START = Head(0, GENESIS)
_EVERYTHING = 1 << 40
"""Neither events nor bytes are limited when a machine reads its own disk."""


@lru_cache(maxsize=8192)
def read(body: bytes, signature: bytes | None) -> Sealed:
    """The same event stands on seven machines: it is read once."""
    return unseal(body, signature)


class Repeated(Exception):
    """A store gives an event a second time (I3)."""


class Machine(LogStore, Protocol):
    """A store that also tells which logs are revoked, and after which event."""

    def revoked(self) -> dict[bytes, int]: ...
    def member(self, log: bytes) -> Member | None: ...


class Shelf:
    """Events by stream in the order of their arrival; `refresh` takes in what the store got.

    What was written after a revocation is marked as `services.journal.reading` marks it.
    """

    def __init__(self, store: Machine) -> None:
        self._store = store
        self._heads: dict[bytes, Head] = {}
        self._folded: dict[str, tuple[int, Dossier]] = {}
        self.streams: dict[str, list[Sealed]] = {}
        self.logs: dict[bytes, list[Sealed]] = {}
        self.kept: dict[bytes, Sealed] = {}
        self.revoked: dict[bytes, int] = {}

    def refresh(self) -> list[Sealed]:
        """Read on from where each log was last read; returns what is new."""
        fresh: list[Sealed] = []
        for log, head in self._store.heads().items():
            while (known := self._heads.get(log, START)).seq < head.seq:
                run = self._store.run_after(log, known, events=_EVERYTHING, size=_EVERYTHING)
                assert run is not None
                fresh += [read(*pair) for pair in run.events]
                self._heads[log] = Head(fresh[-1].envelope.seq, fresh[-1].hash)
                if fresh[-1].envelope.seq <= known.seq:
                    raise Repeated(f"event {known.seq} of a log stands there again")
        for item in fresh:
            for shown in unfold(item, self._store.member):
                self.streams.setdefault(item.envelope.stream, []).append(shown)
                if shown is not item:
                    self.kept[shown.hash] = shown
            self.logs.setdefault(item.envelope.log, []).append(item)
        revoked = self._store.revoked()
        if revoked != self.revoked:
            self.revoked = revoked
            self._folded.clear()
        return fresh

    def heads(self) -> Mapping[bytes, Head]:
        """How far each log was read."""
        return self._heads

    def stream(self, name: str) -> list[Sealed]:
        """The events of a stream as they are handed to the fold."""
        events = self.streams.get(name, [])
        if self.kept:
            events = list({e.hash: self.kept.get(e.hash, e) for e in events}.values())
        if not self.revoked:
            return events
        return [replace(e, outlawed=self._is_outlawed(e)) for e in events]

    def _is_outlawed(self, item: Sealed) -> bool:
        last = self.revoked.get(item.envelope.log)
        return last is not None and item.envelope.seq > last

    def dossiers(self) -> list[str]:
        """The ids of all dossiers, in a fixed order."""
        return sorted(name[8:] for name in self.streams if name.startswith("dossier/"))

    def dossier(self, dossier_id: str) -> Dossier:
        """The dossier as this machine shows it."""
        name = f"dossier/{dossier_id}"
        size = len(self.streams.get(name, ()))
        known = self._folded.get(name)
        if known is None or known[0] != size:
            known = self._folded[name] = (size, fold(dossier_id, self.stream(name)))
        return known[1]

    def book(self, name: str) -> BookState:
        """A book of numbers as this machine shows it."""
        return read_book(self.stream(name))
