"""Snapshots of offices' logs, made on demand and kept below the city's home.

One folder per office: `manifest` (a signed message) and the chunks under their SHA-256, each sealed
under a key made from the city's own, so that the disk alone tells nothing of the events. A snapshot
that is more than `NEWER` events behind is continued with further chunks; one that does not hold
(flipped bytes, a database set back) is wiped and made anew. All of it can be deleted at any time.
"""

from __future__ import annotations

import hashlib
import logging
import shutil
import threading
from collections import defaultdict
from pathlib import Path

from models.errors import ForeignError, MachineError
from server.city_key import CityKey
from server.log_store import CityLogStore
from services.clock import Clock
from services.store.files import TEMP_SUFFIX, make_folder, write_file
from services.store.sealing import open_sealed, seal_bytes, sealed_size
from services.sync.protocol import SnapManifest
from services.sync.snapshot import Manifest, make_chunks, read_manifest, sign_manifest
from services.sync.wire import decode_answer, encode

__all__ = ["NEWER", "SNAPSHOTS", "OfficeSnapshots"]

SNAPSHOTS = "snapshots"
NEWER = 2_000
"""So many events may follow a snapshot by `Pull` before it is continued: four runs."""
_MANIFEST = "manifest"
_log = logging.getLogger("mot-cua.city")
_making: defaultdict[Path, threading.Lock] = defaultdict(threading.Lock)
"""One thread makes an office's snapshot, others wait for it. A second worker process that makes
the same at the same time writes the same chunks, or its own, which are found missing and remade."""


class OfficeSnapshots:
    """The snapshot of one office: `services/sync/ports.py:Snapshots` over files."""

    def __init__(self, store: CityLogStore, folder: Path, *, key: CityKey, clock: Clock) -> None:
        """Of the logs in `store`, kept in `folder`, signed with `key`."""
        self._store = store
        self._folder = folder
        self._key = key
        self._clock = clock

    def manifest(self) -> SnapManifest:
        """The signed manifest, at most `NEWER` events behind; empty when the disk does not do."""
        with _making[self._folder]:
            try:
                return self._made()
            except ForeignError:
                self._wipe("what is kept does not hold")
            except (MachineError, OSError) as error:
                _log.warning("no snapshot of %s: %s", self._store.office, error)
                return SnapManifest()
            try:
                return self._made()
            except (ForeignError, MachineError, OSError) as error:
                _log.warning("no snapshot of %s: %s", self._store.office, error)
                return SnapManifest()

    def find_chunk(self, digest: bytes) -> bytes:
        """A chunk as the manifest names it; one whose bytes changed takes the snapshot with it."""
        try:
            sealed = (self._folder / digest.hex()).read_bytes()
        except OSError:
            return b""
        data = open_sealed(self._secret(digest), sealed)
        if data is not None and hashlib.sha256(data).digest() == digest:
            return data
        with _making[self._folder]:
            self._wipe("the bytes of a chunk changed")
        return b""

    def _made(self) -> SnapManifest:
        said, old = self._kept()
        held = sum(head.seq for head in self._store.heads().values())
        if said is not None and held - old.events <= NEWER:
            return said
        if not held:
            return SnapManifest()
        make_folder(self._folder.parent)
        make_folder(self._folder)
        heads, chunks = old.heads, list(old.chunks)
        own = self._store.city_logs()
        for (chunk, data), ends in make_chunks(self._store, heads, first=own):
            write_file(self._folder / chunk.hash.hex(), seal_bytes(self._secret(chunk.hash), data))
            chunks.append(chunk)
            heads = ends
        made = Manifest(self._store.office, heads, tuple(chunks), self._now_ms())
        said = sign_manifest(made, self._key.sign)
        write_file(self._folder / _MANIFEST, encode(said))
        return said

    def _kept(self) -> tuple[SnapManifest | None, Manifest]:
        """What lies there, checked; raises `ForeignError` when it does not hold."""
        office = self._store.office
        try:
            said = decode_answer((self._folder / _MANIFEST).read_bytes())
        except FileNotFoundError:
            self._sweep()
            return None, Manifest(office, {}, (), 0)
        kept = said if isinstance(said, SnapManifest) else SnapManifest()
        found = read_manifest(kept, self._key.public_key, office=office)
        missing = [each for each in found.chunks if not self._has(each.hash, each.size)]
        if missing:
            self._wipe("a chunk is missing")
            return None, Manifest(office, {}, (), 0)
        return kept, found

    def _has(self, digest: bytes, size: int) -> bool:
        path = self._folder / digest.hex()
        return path.is_file() and path.stat().st_size == sealed_size(size)

    def _secret(self, digest: bytes) -> bytes:
        """The key of one chunk; its name stands for its bytes, so it never seals anything else."""
        return self._key.digest(b"snapshot", f"{self._store.office}/{digest.hex()}")

    def _sweep(self) -> None:
        """Away with what a making that was cut left behind; other temporary files may be in use."""
        if self._folder.is_dir():
            for path in self._folder.iterdir():
                if not path.name.endswith(TEMP_SUFFIX):
                    path.unlink(missing_ok=True)

    def _wipe(self, why: str) -> None:
        _log.warning("the snapshot of %s is made anew: %s", self._store.office, why)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _now_ms(self) -> int:
        return int(self._clock.now().timestamp() * 1000)
