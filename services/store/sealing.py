"""Encrypted form of one attachment: 1 MiB frames, each bound to its place and to the end."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

__all__ = ["FRAME", "open_frame", "open_sealed", "seal_bytes", "seal_frames", "sealed_size"]

MAGIC = b"MCB1"
FRAME = 1 << 20
TAG = 16


def seal_bytes(key: bytes, data: bytes) -> bytes:
    """`data` as frames of AES-256-GCM under `key`, which must never seal anything else.

    The nonce is the frame's number, safe because the key serves one file only; number and
    last-frame flag are authenticated, so frames cannot be dropped, repeated or swapped.
    """
    frames = [data[at : at + FRAME] for at in range(0, len(data), FRAME)] or [b""]
    return b"".join(seal_frames(key, frames, count=len(frames)))


def seal_frames(key: bytes, frames: Iterable[bytes], *, count: int) -> Iterator[bytes]:
    """The same, piece by piece: `count` frames of `FRAME` bytes, the last one may be shorter."""
    cipher = AESGCM(key)
    yield MAGIC
    for n, frame in enumerate(frames):
        yield cipher.encrypt(_nonce(n), frame, _context(n, n == count - 1))


def sealed_size(size: int) -> int:
    """The bytes that `size` bytes take when sealed."""
    return len(MAGIC) + size + TAG * max(1, -(-size // FRAME))


def open_frame(key: bytes, path: Path, number: int, *, count: int) -> bytes | None:
    """Frame `number` of the `count` in a sealed file, or None when anything differs.

    Raises `OSError` when the file cannot be read.
    """
    with path.open("rb") as file:
        magic = file.read(len(MAGIC))
        file.seek(len(MAGIC) + number * (FRAME + TAG))
        sealed = file.read(FRAME + TAG)
    if magic != MAGIC:
        return None
    try:
        return AESGCM(key).decrypt(_nonce(number), sealed, _context(number, number == count - 1))
    except (InvalidTag, ValueError):  # ValueError: too short to hold a tag
        return None


def open_sealed(key: bytes, sealed: bytes) -> bytes | None:
    """What was sealed, or None when anything at all differs."""
    if not sealed.startswith(MAGIC):
        return None
    cipher = AESGCM(key)
    body = memoryview(sealed)[len(MAGIC) :]
    step = FRAME + TAG
    count = max(1, -(-len(body) // step))
    try:
        return b"".join(
            cipher.decrypt(_nonce(n), body[n * step : (n + 1) * step], _context(n, n == count - 1))
            for n in range(count)
        )
    except (InvalidTag, ValueError):  # ValueError: a frame too short to hold a tag
        return None


def _nonce(number: int) -> bytes:
    return struct.pack(">Q4x", number)


def _context(number: int, last: bool) -> bytes:
    return MAGIC + struct.pack(">Q?", number, last)
