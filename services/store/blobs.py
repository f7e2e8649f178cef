"""Attachments on disk: encrypted, found by the hash of their content, durable before their row."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import Connection, Row, delete, insert, select, update

from models.errors import InputError, MachineError
from models.schema.journal import blob
from models.words import tr
from services.clock import Clock, SystemClock
from services.store.blob_faults import clear_faults, is_damaged
from services.store.blob_refs import is_coming
from services.store.files import make_folder, sweep_temps, sync_folder, write_temp
from services.store.incoming import Incoming
from services.store.sealing import FRAME, open_frame, open_sealed, seal_bytes
from services.store.troubles import worded
from services.store.wraps import seal, unseal

__all__ = ["LARGEST", "BlobRef", "BlobStore", "ScrubReport"]

LARGEST = 100 << 20
"""Most bytes of one attachment; it is handled in memory."""


@dataclass(frozen=True)
class BlobRef:
    """An attachment as events name it: SHA-256 of its bytes in hex, size in bytes, media type."""

    hash: str
    size: int
    media: str


@dataclass(frozen=True)
class ScrubReport:
    """What `scrub` found: attachments that read back whole, hashes of those that do not, and
    files no row knows (a crash came between file and row)."""

    good: int
    damaged: tuple[str, ...]
    missing: tuple[str, ...]
    strays: tuple[str, ...]


class BlobStore:
    """The folder of attachments of one office; rows live in the table `blob` of its store."""

    def __init__(self, folder: Path, dek: bytes, *, clock: Clock | None = None) -> None:
        """`dek` is the store key; wraps of file keys use a key derived from it."""
        self._folder = folder
        self._clock = clock or SystemClock()
        derive = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"mot-cua attachments")
        self._wrapping = derive.derive(dek)
        self._suspects: set[str] = set()

    def put(self, tx: Connection, data: bytes, *, media: str) -> BlobRef:
        """Keep `data` and its row within `tx`; the same bytes are kept once.

        The encrypted file is on disk, synced and renamed, before the row is written. Raises
        `InputError` for an attachment that is too large, `MachineError` for disk faults.
        """
        if len(data) > LARGEST:
            raise InputError(
                "KHO-51",
                tr("Tệp đính kèm lớn hơn {most} MB.", most=LARGEST >> 20),
                tr("Quét lại với độ phân giải thấp hơn hoặc chia thành nhiều tệp."),
            )
        digest = hashlib.sha256(data).hexdigest()
        known = self._row(tx, digest)
        damaged = is_damaged(tx, digest)
        if known and not damaged and self._path(known.cipher_hash).is_file():
            return BlobRef(digest, known.size, known.media)
        if known and damaged:  # if this act fails the row still names a damaged file, and is told
            self._path(known.cipher_hash).unlink(missing_ok=True)
        clear_faults(tx, digest)
        tx.execute(delete(blob).where(blob.c.hash == digest))
        key = self._clock.random(32)
        nonce = self._clock.random(12)
        row = {
            "hash": digest,
            "size": len(data),
            "cipher_hash": self._write(seal_bytes(key, data)),
            "wrapped_key": seal(self._wrapping, key, context=digest.encode(), nonce=nonce),
            "media": media,
            "added_at": self._clock.now().isoformat(),
        }
        tx.execute(insert(blob).values(row))
        return BlobRef(digest, len(data), media)

    def get(self, connection: Connection, digest: str) -> bytes:
        """The bytes whose SHA-256 is `digest`, checked; `MachineError` when damaged or missing."""
        row = self._row(connection, digest)
        path = self._path(row.cipher_hash) if row else None
        if row is None and is_coming(connection, digest):
            raise MachineError(
                "KHO-54",
                tr("Tệp này đang được tải từ máy khác về."),
                tr("Đợi một lát rồi mở lại; chương trình tự tải khi có máy đang giữ tệp."),
            )
        if row is None or path is None or not path.is_file():
            self._suspect(row)
            raise MachineError(
                "KHO-52",
                tr("Tệp đính kèm không còn trên máy này."),
                tr("Khôi phục thư mục blobs từ bản sao lưu hoặc quét lại giấy tờ."),
            )
        data = self._open(row)
        if data is None:
            self._suspect(row)
            raise MachineError(
                "KHO-53",
                tr("Tệp đính kèm đã hỏng trên đĩa nên không mở."),
                tr("Máy tự tìm bản lành ở máy khác; không đâu có thì quét lại giấy tờ. Gọi bộ "
                   "phận kỹ thuật xem đĩa."),
            )  # fmt: skip
        return data

    def size_of(self, connection: Connection, digest: str) -> int:
        """Size of an attachment that is here; 0 when it is not."""
        row = self._row(connection, digest)
        if row is None or is_damaged(connection, digest):
            return 0
        return int(row.size) if self._path(row.cipher_hash).is_file() else 0

    def take_suspects(self) -> frozenset[str]:
        """The attachments that could not be read since this was last asked."""
        found = frozenset(self._suspects)
        self._suspects -= found
        return found

    def is_whole(self, cipher_hash: str) -> bool:
        """Whether the file of that name is there and is what its name says."""
        try:
            with self._path(cipher_hash).open("rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest() == cipher_hash
        except OSError:
            return False

    def _suspect(self, row: Row[tuple[object, ...]] | None) -> None:
        if row is not None:
            self._suspects.add(row.hash)

    def incoming(self) -> Incoming:
        """The attachments that are still arriving from other machines."""
        return Incoming(self._folder / ".incoming", self._wrapping, clock=self._clock)

    def find_frame(
        self, connection: Connection, digest: str, number: int
    ) -> tuple[int, bytes] | None:
        """Size of an attachment and its frame `number` of `FRAME` bytes; None when not here.

        Read without the rest, for whoever sends it on; the receiver checks the whole.
        """
        row = self._row(connection, digest)
        path = self._path(row.cipher_hash) if row else None
        if row is None or path is None or not path.is_file() or is_damaged(connection, digest):
            return None
        key = unseal(self._wrapping, row.wrapped_key, context=digest.encode())
        count = max(1, -(-row.size // FRAME))
        with worded():
            frame = open_frame(key, path, number, count=count) if key and number < count else None
        if frame is None and number < count:
            self._suspect(row)
        return None if frame is None else (row.size, frame)

    def hand_over(self, tx: Connection, to: BlobStore) -> None:
        """Wrap the key of every attachment anew, so that `to` (under another key) opens them."""
        for row in tx.execute(select(blob)).all():
            context = row.hash.encode()
            key = unseal(self._wrapping, row.wrapped_key, context=context)
            if key is None:
                continue  # damaged before: `scrub` will name it there as here
            sealed = seal(to._wrapping, key, context=context, nonce=self._clock.random(12))
            tx.execute(update(blob).where(blob.c.hash == row.hash).values(wrapped_key=sealed))

    def sweep(self) -> int:
        """Remove temp files a crash left; returns how many. Call at start, before any `put`."""
        return sweep_temps(self._folder) if self._folder.is_dir() else 0

    def scrub(self, connection: Connection) -> ScrubReport:
        """Read every attachment back and compare; changes nothing."""
        good, damaged, missing, known = 0, [], [], set()
        for row in connection.execute(select(blob).order_by(blob.c.hash)):
            known.add(row.cipher_hash)
            if not self._path(row.cipher_hash).is_file():
                missing.append(row.hash)
            elif self._open(row) is None:
                damaged.append(row.hash)
            else:
                good += 1
        found = {path.name for path in self._folder.glob("??/*") if path.suffix == ""}
        strays = tuple(sorted(found - known))
        return ScrubReport(good, tuple(damaged), tuple(missing), strays)

    def _row(self, connection: Connection, digest: str) -> Row[tuple[object, ...]] | None:
        return connection.execute(select(blob).where(blob.c.hash == digest)).one_or_none()

    def _open(self, row: Row[tuple[object, ...]]) -> bytes | None:
        """The checked bytes of a row whose file exists, or None when anything differs."""
        with worded():
            sealed = self._path(row.cipher_hash).read_bytes()
        key = unseal(self._wrapping, row.wrapped_key, context=row.hash.encode())
        data = open_sealed(key, sealed) if key else None
        whole = data is not None and hashlib.sha256(data).hexdigest() == row.hash
        return data if whole else None

    def _write(self, sealed: bytes) -> str:
        name = hashlib.sha256(sealed).hexdigest()
        path = self._path(name)
        make_folder(self._folder)
        make_folder(path.parent)
        with worded():
            temp = write_temp(path.parent, sealed)
            os.replace(temp, path)
            sync_folder(path.parent)
        return name

    def _path(self, name: str) -> Path:
        return self._folder / name[:2] / name
