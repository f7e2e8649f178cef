"""The city's attachments: sealed files by hash, one folder per office, a row once a file is whole.

    <home>/blobs/<office>/<first two digits>/<sha-256>     whole attachments
    <home>/blobs/<office>/.incoming/...                     pieces still arriving

Each file is sealed under its own key, made from the secret in keys/city-blobs.key, the office and
the hash: whoever gets the disk or a backup without that secret reads nothing. Equal files of two
offices are kept twice, so no office can learn by uploading what another one has. The row is
written after file and folder are on disk; a crash between leaves a file that is written again.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import Connection, text

from models.errors import ForeignError, MachineError
from server.store.opening import secret_file
from server.store.troubles import full
from server.store.unit import CityDatabase
from server.storing import lock_tree
from services.clock import Clock
from services.store.files import make_folder, sync_folder, write_temp
from services.store.incoming import PIECE, Incoming
from services.store.sealing import open_frame, seal_frames, sealed_size
from services.store.troubles import worded
from services.sync.faults import fault
from services.sync.shelf import Holding, chunks_of, missing_chunks

__all__ = ["QUOTA", "BlobReport", "CityShelf"]

QUOTA = 200 << 30
"""Bytes of one office: four years at 200 MB of scans on each working day."""
STRAY_S = 86_400
"""A file without a row is left alone for so long: it may be on its way."""
SPARE = 0.02
"""This part of the disk stays free for the database, which must never be the one to run full."""
_FIND = text("SELECT said_size, size FROM blob WHERE off = :off AND hash = :hash")
_KEEP = text(
    "UPDATE blob SET size = :size, kept_ms = :now "
    "WHERE off = :off AND hash = :hash AND size = 0"
)
_USED = text("SELECT coalesce(sum(size), 0) FROM blob WHERE off = :off")
_ALL = text("SELECT hash, size FROM blob WHERE off = :off AND size > 0 ORDER BY hash")
_WAITING = text("SELECT count(*) FROM blob WHERE off = :off AND size = 0")


@dataclass(frozen=True, slots=True)
class BlobReport:
    """What reading every attachment of an office back found; `waiting` ones are not here yet.

    `strays` are files without a row: a crash came between, or the row is in a newer backup.
    """

    office: str
    good: int
    waiting: int
    damaged: tuple[str, ...]
    missing: tuple[str, ...]
    strays: tuple[str, ...]

    @property
    def is_sound(self) -> bool:
        """Whether everything the city acknowledged can be read."""
        return not self.damaged and not self.missing


class CityShelf:
    """`services/sync/shelf.py:Shelf` of one office; any worker may use it at any time."""

    def __init__(
        self, database: CityDatabase, office: str, *, home: Path, clock: Clock, quota: int = QUOTA
    ) -> None:
        self._database = database
        self._office = office
        self._clock = clock
        self._quota = quota
        self._secret = secret_file(home / "keys" / "city-blobs.key")
        self._folder = home / "blobs" / office
        self._incoming = Incoming(
            self._folder / ".incoming", self._derived(b"incoming"), clock=clock
        )

    def find_holding(self, name: str) -> Holding | None:
        """What is here of an attachment; None when no event of the office names it."""
        row = self._row(name)
        if row is None:
            return None
        return Holding(row[1], True) if row[1] else self._partial(name)

    def find_chunk(self, name: str, number: int) -> tuple[int, bytes] | None:
        """Size of the attachment and one piece of it; None when it is not here whole."""
        row = self._row(name)
        if row is None or not 0 <= number < chunks_of(row[1]):
            return None
        piece = self._piece(name, row[1], number)
        return None if piece is None else (row[1], piece)

    def put_chunk(self, name: str, size: int, number: int, *, data: bytes) -> Holding:
        """Keep a piece; with the last one the whole is checked and kept: see `Shelf`."""
        row = self._row(name)
        if row is None or row[0] not in (0, size):
            raise fault("DB-19")
        if row[1]:
            return Holding(row[1], True)
        self._demand_room(size)
        with _on_our_disk():
            if not self._incoming.put(name, size, number, data=data):
                return Holding(size, False, self._incoming.have(name, size))
            return self._finish(name, size)

    def lay(self, content: bytes) -> None:
        """Put a file of the city's own on disk, whole and durable, before the event that names it.

        It has no row yet: nobody is given it, and `drop` takes it away again.
        """
        name = hashlib.sha256(content).hexdigest()
        if not self._path(name).is_file():
            self._demand_room(len(content))
            pieces = (content[at : at + PIECE] for at in range(0, len(content), PIECE))
            with _on_our_disk():
                self._write(name, len(content), pieces)

    def keep(self, tx: Connection, content: bytes) -> None:
        """Give a laid file its row, in the transaction that has added the event that names it.

        That transaction holds the office's tree, and `drop` waits for it: the file stays.
        """
        self.lay(content)
        name, size = hashlib.sha256(content).hexdigest(), len(content)
        tx.execute(_KEEP, {"off": self._office, "hash": name, "size": size, "now": self._now_ms()})

    def drop(self, names: Collection[str]) -> int:
        """Take files away that no event has come to name; returns how many there were."""
        with self._database.write(self._office) as tx:
            lock_tree(tx, self._office)
            strays = [
                self._path(name) for name in names
                if tx.execute(_FIND, {"off": self._office, "hash": name}).first() is None
            ]  # fmt: skip
            found = [path for path in strays if path.is_file()]
            with _on_our_disk():
                for path in found:
                    path.unlink()
        return len(found)

    def sweep(self) -> int:
        """Take away files without a row that a crash left more than a day ago; see `BlobReport`."""
        before = self._clock.now().timestamp() - STRAY_S
        old = [path.name for path in self._files() if path.stat().st_mtime < before]
        return self.drop(old)

    def check(self) -> BlobReport:
        """Read every attachment back and compare; changes nothing."""
        with self._database.read(self._office) as tx:
            rows = [(str(r.hash), int(r.size)) for r in tx.execute(_ALL, {"off": self._office})]
            waiting = int(tx.execute(_WAITING, {"off": self._office}).scalar_one())
        missing = [name for name, _ in rows if not self._path(name).is_file()]
        damaged = [
            name for name, size in rows if name not in missing and not self._is_good(name, size)
        ]
        found = {path.name for path in self._files()}
        strays = tuple(sorted(found - {name for name, _ in rows}))
        good = len(rows) - len(missing) - len(damaged)
        return BlobReport(
            self._office, good, waiting, tuple(damaged), tuple(missing), strays
        )  # fmt: skip

    def _row(self, name: str) -> tuple[int, int] | None:
        with self._database.read(self._office) as tx:
            row = tx.execute(_FIND, {"off": self._office, "hash": name}).first()
        return (int(row.said_size), int(row.size)) if row else None

    def _partial(self, name: str) -> Holding:
        for size in self._incoming.sizes(name):
            have = self._incoming.have(name, size)
            if missing_chunks(size, have):
                return Holding(size, False, have)
            try:
                with _on_our_disk():
                    return self._finish(name, size)  # a crash came after the last piece
            except ForeignError:
                return Holding()
        return Holding()

    def _finish(self, name: str, size: int) -> Holding:
        if not self._incoming.is_right(name, size):
            row = self._row(name)
            if row is not None and row[1]:
                return Holding(row[1], True)  # another worker was faster and has tidied up
            have = self._incoming.have(name, size)
            if missing_chunks(size, have):
                return Holding(size, False, have)
            self._incoming.discard(name)
            raise fault("DB-21")
        if not self._write(name, size, self._incoming.pieces(name, size)):
            return Holding(size, False, self._incoming.have(name, size))
        now = self._now_ms()
        with self._database.write(self._office) as tx:
            tx.execute(_KEEP, {"off": self._office, "hash": name, "size": size, "now": now})
        self._incoming.discard(name)
        return Holding(size, True)

    def _write(self, name: str, size: int, pieces: Iterable[bytes]) -> bool:
        """The sealed file, whole and durable; False when a piece vanished under way."""
        path = self._path(name)
        for folder in (self._folder, path.parent):
            make_folder(folder)
        temp = write_temp(path.parent, seal_frames(self._key(name), pieces, count=chunks_of(size)))
        if temp.stat().st_size != sealed_size(size):
            temp.unlink()
            return False
        os.replace(temp, path)
        sync_folder(path.parent)
        return True

    def _is_good(self, name: str, size: int) -> bool:
        digest = hashlib.sha256()
        for number in range(chunks_of(size)):
            piece = self._piece(name, size, number)
            if piece is None:
                return False
            digest.update(piece)
        return digest.hexdigest() == name

    def _piece(self, name: str, size: int, number: int) -> bytes | None:
        path = self._path(name)
        if not path.is_file():
            return None
        with worded():
            return open_frame(self._key(name), path, number, count=chunks_of(size))

    def _demand_room(self, size: int) -> None:
        with self._database.read(self._office) as tx:
            used = int(tx.execute(_USED, {"off": self._office}).scalar_one())
        if used + size > self._quota:
            raise fault("DB-22")
        make_folder(self._folder.parent)
        disk = shutil.disk_usage(self._folder.parent)
        if disk.free - 2 * size - 2 * PIECE < disk.total * SPARE:
            raise full()

    def _key(self, name: str) -> bytes:
        return self._derived(bytes.fromhex(name))

    def _derived(self, purpose: bytes) -> bytes:
        info = b"mot-cua city blob " + self._office.encode() + b"/" + purpose
        return HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(self._secret)

    def _now_ms(self) -> int:
        return int(self._clock.now().timestamp() * 1000)

    def _files(self) -> list[Path]:
        """The whole attachments on disk."""
        return [path for path in self._folder.glob("??/*") if path.suffix == ""]

    def _path(self, name: str) -> Path:
        return self._folder / name[:2] / name


@contextmanager
def _on_our_disk() -> Iterator[None]:
    """A full disk is the city's trouble, said as such."""
    try:
        with worded():
            yield
    except MachineError as error:
        if error.code != "KHO-05":
            raise
        raise full() from error
