"""The attachments of a PC for sync: whole ones in the blob store, the others still arriving."""

from __future__ import annotations

import threading

from models.errors import ForeignError
from services.core import Core
from services.store.blob_refs import BlobRef, find_ref, follow_refs
from services.sync.blob_care import note_suspects
from services.sync.enrolled import former_logs
from services.sync.faults import fault
from services.sync.shelf import Holding, missing_chunks

__all__ = ["OfficeShelf"]


class OfficeShelf:
    """`Shelf` over an open office; safe to use from several threads."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self.incoming = core.blobs.incoming()
        self._finishing = threading.Lock()

    def follow(self) -> None:
        """Learn which attachments new events name, and which could not be read here."""
        core = self._core
        now_ms = int(core.clock.now().timestamp() * 1000)
        note_suspects(core)
        with core.store.read() as conn:
            own = former_logs(conn, core.journal.device.log)
        while follow_refs(core.store, own, now_ms=now_ms):
            pass

    def find_named(self, name: str) -> BlobRef | None:
        """The attachment if an event names it, the newest events included."""
        with self._core.store.read() as conn:
            found = find_ref(conn, name)
        if found is not None:
            return found
        self.follow()
        with self._core.store.read() as conn:
            return find_ref(conn, name)

    def find_holding(self, name: str) -> Holding | None:
        """What is here of an attachment; None when no event names it."""
        named = self.find_named(name)
        if named is None:
            return None
        with self._core.store.read() as conn:
            size = self._core.blobs.size_of(conn, name)
        here = Holding(size, True) if size else self._partial(name)
        if here.whole or missing_chunks(here.size, here.have) or not here.size:
            return here
        try:
            return self.finish(named, here.size)  # a crash came after the last piece
        except ForeignError:
            return Holding()

    def find_chunk(self, name: str, number: int) -> tuple[int, bytes] | None:
        """Size of the attachment and one piece of it; None when it is not here whole."""
        if self.find_named(name) is None:
            return None
        with self._core.store.read() as conn:
            return self._core.blobs.find_frame(conn, name, number)

    def put_chunk(self, name: str, size: int, number: int, *, data: bytes) -> Holding:
        """Keep a piece; with the last one the whole is checked and kept: see `Shelf`."""
        named = self.find_named(name)
        if named is None or named.size not in (0, size):
            raise fault("DB-19")
        with self._core.store.read() as conn:
            here = self._core.blobs.size_of(conn, name)
        if here:
            return Holding(here, True)
        if not self.incoming.put(name, size, number, data=data):
            return Holding(size, False, self.incoming.have(name, size))
        return self.finish(named, size)

    def finish(self, named: BlobRef, size: int) -> Holding:
        """Keep an attachment whose pieces are all here; raises DB-21 when it is another.

        A piece the disk lost meanwhile is missing again afterwards.
        """
        core, name = self._core, named.hash
        with self._finishing:  # two peers may bring the last piece at once
            with core.store.read() as conn:
                if core.blobs.size_of(conn, name):
                    return Holding(size, True)
            if not self.incoming.is_right(name, size):
                if missing_chunks(size, self.incoming.have(name, size)):
                    return self._partial(name)
                self.incoming.discard(name)
                raise fault("DB-21")
            data = b"".join(self.incoming.pieces(name, size))
            with core.store.write() as tx:
                core.blobs.put(tx, data, media=named.media or "application/octet-stream")
            self.incoming.discard(name)
            return Holding(size, True)

    def _partial(self, name: str) -> Holding:
        for size in self.incoming.sizes(name):
            return Holding(size, False, self.incoming.have(name, size))
        return Holding()
