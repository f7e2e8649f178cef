"""Encrypted form of one attachment: 1 MiB frames, each bound to its place and to the end."""

from __future__ import annotations

import struct

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

__all__ = ["FRAME", "open_sealed", "seal_bytes"]

MAGIC = b"MCB1"
FRAME = 1 << 20
TAG = 16


def seal_bytes(key: bytes, data: bytes) -> bytes:
    """`data` as frames of AES-256-GCM under `key`, which must never seal anything else.

    The nonce is the frame's number, safe because the key serves one file only; number and
    last-frame flag are authenticated, so frames cannot be dropped, repeated or swapped.
    """
    cipher = AESGCM(key)
    frames = [data[at : at + FRAME] for at in range(0, len(data), FRAME)] or [b""]
    last = len(frames) - 1
    sealed = (
        cipher.encrypt(_nonce(n), frame, _context(n, n == last)) for n, frame in enumerate(frames)
    )
    return MAGIC + b"".join(sealed)


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
