"""Identifiers made on the device before anything is stored (UUID version 7, RFC 9562)."""

from __future__ import annotations

from typing import NewType

__all__ = ["DossierId", "EventId", "LogId", "StaffId", "StreamId", "uuid7"]

DossierId = NewType("DossierId", str)
EventId = NewType("EventId", str)
StaffId = NewType("StaffId", str)
StreamId = NewType("StreamId", str)
LogId = NewType("LogId", bytes)


def uuid7(unix_ms: int, random: bytes) -> str:
    """A UUIDv7 from a time in milliseconds and 10 random bytes, as text (RFC 9562 §5.7)."""
    if len(random) < 10:
        raise ValueError("uuid7 needs 10 random bytes")
    raw = bytearray((unix_ms & 0xFFFFFFFFFFFF).to_bytes(6, "big") + random[:10])
    raw[6] = (raw[6] & 0x0F) | 0x70
    raw[8] = (raw[8] & 0x3F) | 0x80
    text = raw.hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
