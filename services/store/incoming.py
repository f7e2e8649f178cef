"""Attachments still arriving: one sealed file per piece, whole only when the hash is right.

    <folder>/<sha-256>.<size>/<number of the piece>

A piece is on disk, synced and renamed, before it counts, and which pieces are there is told by the
files themselves: a crash loses at most the piece that was under way, and nothing can contradict
the pieces. Both the PC and the city use it, each under its own key.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from services.clock import Clock
from services.store.files import make_folder, write_file
from services.store.troubles import worded
from services.store.wraps import seal, unseal

__all__ = ["PIECE", "Incoming"]

PIECE = 1 << 20
"""Bytes of a piece; only the last one of an attachment is shorter."""
MOST_SIZES = 3
"""Of one name so many sizes may be begun: only one can be right, the others are a peer's lie."""


class Incoming:
    """The folder of attachments under way; safe for several threads and processes.

    A size must be at least 1; the caller has checked that a piece has the length it should have.
    """

    def __init__(self, folder: Path, key: bytes, *, clock: Clock) -> None:
        """`key` is the store's; the pieces are sealed under a key derived from it."""
        self._folder = folder
        self._clock = clock
        derive = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"mot-cua incoming")
        self._key = derive.derive(key)

    def have(self, name: str, size: int) -> bytes:
        """A bit for each piece that is here; see `services/sync/protocol.py:BlobHeld`."""
        bits = bytearray(-(-_count(size) // 8))
        for number in self._numbers(name, size):
            bits[number // 8] |= 1 << number % 8
        return bytes(bits)

    def sizes(self, name: str) -> tuple[int, ...]:
        """The sizes under which pieces of `name` came in, most pieces first."""
        found = {
            int(path.suffix[1:])
            for path in self._folder.glob(f"{name}.*")
            if path.suffix[1:].isdecimal()
        }
        return tuple(sorted(found, key=lambda size: -len(self._numbers(name, size))))

    def put(self, name: str, size: int, number: int, *, data: bytes) -> bool:
        """Keep a piece, durably; True when it was the last one missing.

        Raises `MachineError` for disk faults.
        """
        folder = self._place(name, size)
        if not folder.is_dir() and len(self.sizes(name)) >= MOST_SIZES:
            self.discard(name)
        make_folder(self._folder)
        make_folder(folder)
        nonce = self._clock.random(12)
        context = _context(name, size, number)
        write_file(folder / str(number), seal(self._key, data, context=context, nonce=nonce))
        return len(self._numbers(name, size)) == _count(size)

    def pieces(self, name: str, size: int) -> Iterator[bytes]:
        """The pieces in order; stops early at one that is missing or damaged, and removes it."""
        for number in range(_count(size)):
            path = self._place(name, size) / str(number)
            with worded():
                sealed = path.read_bytes() if path.is_file() else b""
            data = unseal(self._key, sealed, context=_context(name, size, number))
            if data is None:
                path.unlink(missing_ok=True)
                return
            yield data

    def is_right(self, name: str, size: int) -> bool:
        """Whether all pieces together are the attachment `name`."""
        digest, length = hashlib.sha256(), 0
        for data in self.pieces(name, size):
            digest.update(data)
            length += len(data)
        return length == size and digest.hexdigest() == name

    def discard(self, name: str) -> None:
        """Throw away all that came in for `name`."""
        for size in self.sizes(name):
            shutil.rmtree(self._place(name, size), ignore_errors=True)

    def names(self) -> frozenset[str]:
        """The attachments under way."""
        return frozenset(path.stem for path in self._folder.glob("*.*") if path.is_dir())

    def _numbers(self, name: str, size: int) -> list[int]:
        folder, count = self._place(name, size), _count(size)
        if not folder.is_dir():
            return []
        return [n for n in range(count) if (folder / str(n)).is_file()]

    def _place(self, name: str, size: int) -> Path:
        return self._folder / f"{name}.{size}"


def _count(size: int) -> int:
    return -(-size // PIECE)


def _context(name: str, size: int, number: int) -> bytes:
    return f"{name}.{size}/{number}".encode()
