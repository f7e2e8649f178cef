"""Messages as bytes and back: msgpack in zstd, every field checked, no bomb unpacked.

A message is the array [tag, field, ...] in the order of its dataclass. Fields that a newer program
adds at the end are passed over; a tag nobody here knows is DB-05, everything else that does not fit
is DB-10, too large is DB-09.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgpack
import zstandard

from models.errors import ForeignError
from services.sync.faults import fault
from services.sync.protocol import (
    CHUNK,
    MAX_ASKED,
    Ack,
    Answer,
    BlobChunk,
    BlobGet,
    BlobHave,
    BlobHeld,
    BlobPut,
    BlobsHeld,
    Busy,
    ForkFound,
    Gap,
    Head,
    Heads,
    HeadsAnswer,
    Hello,
    HelloAnswer,
    Lane,
    Origin,
    Pull,
    Push,
    Question,
    Refused,
    Revoked,
    Run,
    Snap,
    SnapChunk,
    SnapGet,
    SnapManifest,
    Suffixes,
)

__all__ = [
    "MAX_BODY", "MAX_PLAIN", "PATHS", "decode_answer", "decode_question", "encode", "path_of",
]  # fmt: skip

MAX_BODY = 8 << 20
"""Bytes of a message as it travels."""
MAX_PLAIN = 32 << 20
"""Bytes of a message unpacked: one act larger than a run's limit comes whole."""
LEVEL = 3
"""zstd: higher levels cost ten times the time for a twentieth of the size (design notes §7.1)."""
MAX_LOGS = 10_000
MAX_EVENTS = 100_000
WHOLE = 2**63

Put = Callable[[Any], Any]
Read = Callable[[Any], Any]


class _Malformed(Exception):
    """A field that is not what it should be."""


def _whole(value: Any) -> int:
    if type(value) is not int or not -WHOLE <= value < WHOLE:
        raise _Malformed
    return value


def _count(value: Any) -> int:
    if type(value) is not int or not 0 <= value < WHOLE:
        raise _Malformed
    return value


def _words(value: Any) -> str:
    if type(value) is not str or len(value) > 10_000:
        raise _Malformed
    return value


def _flag(value: Any) -> bool:
    if type(value) is not bool:
        raise _Malformed
    return value


def _bytes(value: Any) -> bytes:
    if type(value) is not bytes or len(value) > 1024:
        raise _Malformed
    return value


def _sized(length: int) -> Read:
    def read(value: Any) -> bytes:
        if type(value) is not bytes or len(value) != length:
            raise _Malformed
        return value

    return read


_log, _hash = _sized(16), _sized(32)


def _array(value: Any, *reads: Read) -> list[Any]:
    if type(value) is not tuple or len(value) < len(reads):
        raise _Malformed
    return [read(each) for read, each in zip(reads, value, strict=False)]


def _many(value: Any, read: Read, most: int) -> tuple[Any, ...]:
    if type(value) is not tuple or len(value) > most:
        raise _Malformed
    return tuple(read(each) for each in value)


def _versions(value: Any) -> tuple[int, int]:
    oldest, newest = _array(value, _count, _count)
    return oldest, newest


def _head(value: Any) -> Head:
    return Head(*_array(value, _count, _hash))


def _heads(value: Any) -> dict[bytes, Head]:
    pairs = _many(value, lambda each: _array(each, _log, _count, _hash), MAX_LOGS)
    return {log: Head(seq, digest) for log, seq, digest in pairs}


def _signature(value: Any) -> bytes | None:
    return None if value is None else _bytes(value)


def _pair(value: Any) -> tuple[bytes, bytes | None]:
    if type(value) is not tuple or len(value) < 2 or type(value[0]) is not bytes:
        raise _Malformed
    return value[0], _signature(value[1])


def _run(value: Any) -> Run:
    log, key, incarnation, events = _array(
        value, _log, _bytes, _count, lambda each: _many(each, _pair, MAX_EVENTS)
    )
    return Run(log, Origin(key, incarnation), events)


def _runs(value: Any) -> tuple[Run, ...]:
    return _many(value, _run, MAX_LOGS)


def _lane(value: Any) -> Lane:
    return Lane.NOW if value == Lane.NOW.value else Lane.BACKLOG


def _ack(value: Any) -> Ack:
    return Ack(*_array(value, *_ACK))


def _acks(value: Any) -> tuple[Ack, ...]:
    return _many(value, _ack, MAX_LOGS)


def _piece(value: Any) -> bytes:
    if type(value) is not bytes or not 0 < len(value) <= CHUNK:
        raise _Malformed
    return value


def _sealed(value: Any) -> bytes:
    """Bytes that carry their own hash or signature: a chunk of a snapshot, or its manifest."""
    if type(value) is not bytes or len(value) > CHUNK:
        raise _Malformed
    return value


def _hashes(value: Any) -> tuple[bytes, ...]:
    return _many(value, _hash, MAX_ASKED)


def _held(value: Any) -> tuple[BlobHeld, ...]:
    def read(each: Any) -> BlobHeld:
        return BlobHeld(*_array(each, _hash, _count, _flag, _bytes))

    return _many(value, read, MAX_ASKED)


_ACK = (_log, _head, _count, _count, _bytes, _bytes)
_QUESTIONS: dict[str, tuple[type[Any], tuple[Read, ...]]] = {
    "hello": (Hello, (_versions, _words, _words, _log, _head, _bytes, _words, _whole)),
    "heads": (Heads, (_words,)),
    "push": (Push, (_words, _run, _lane)),
    "pull": (Pull, (_words, _heads, _lane, _count, _count, _count)),
    "blob_have": (BlobHave, (_words, _hashes)),
    "blob_get": (BlobGet, (_words, _hash, _count)),
    "blob_put": (BlobPut, (_words, _hash, _count, _count, _piece)),
    "snap": (Snap, (_words,)),
    "snap_get": (SnapGet, (_words, _hash)),
}
_ANSWERS: dict[str, tuple[type[Any], tuple[Read, ...]]] = {
    "hello_is": (HelloAnswer, (_count, _words, _log, _head, _bytes, _words, _whole)),
    "heads_are": (HeadsAnswer, (_heads, _hash)),
    "ack": (Ack, _ACK),
    "gap": (Gap, (_log, _head)),
    "fork": (ForkFound, (_log, _count, _pair)),
    "revoked": (Revoked, (_log, _count)),
    "busy": (Busy, (_count, _count)),
    "refused": (Refused, (_words, _words, _words)),
    "suffixes": (Suffixes, (_runs, _flag, _hash, _acks)),
    "blobs_held": (BlobsHeld, (_held,)),
    "blob_chunk": (BlobChunk, (_hash, _count, _count, _piece)),
    "snap_is": (SnapManifest, (_sealed, _bytes)),
    "snap_chunk": (SnapChunk, (_hash, _sealed)),
}
_TAGS = {cls: tag for tag, (cls, _) in (_QUESTIONS | _ANSWERS).items()}

PATHS = {f"/sync/v1/{tag}": tag for tag in _QUESTIONS}
"""Where each question is sent."""


def path_of(question: Question) -> str:
    """The path of a question's message."""
    return f"/sync/v1/{_TAGS[type(question)]}"


def encode(message: Question | Answer) -> bytes:
    """A message as it travels."""
    fields = [_plain(getattr(message, name)) for name in message.__dataclass_fields__]
    packed: bytes = msgpack.packb([_TAGS[type(message)], *fields])
    return zstandard.ZstdCompressor(level=LEVEL).compress(packed)


def _plain(value: Any) -> Any:
    match value:
        case Lane():
            return value.value
        case Head():
            return [value.seq, value.hash]
        case Run():
            origin = value.origin
            return [value.log, origin.public_key, origin.incarnation, value.events]
        case Ack():
            return [_plain(getattr(value, name)) for name in Ack.__dataclass_fields__]
        case BlobHeld():
            return [value.hash, value.size, value.whole, value.have]
        case tuple():
            return [_plain(each) for each in value]
        case bytes() | str() | bool() | int() | None:
            return value
    return [[log, head.seq, head.hash] for log, head in value.items()]


def decode_question(body: bytes) -> Question:
    """A question as it travelled; raises `ForeignError` DB-05, DB-09 or DB-10."""
    question: Question = _decode(body, _QUESTIONS)
    return question


def decode_answer(body: bytes) -> Answer:
    """An answer as it travelled; raises `ForeignError` DB-05, DB-09 or DB-10."""
    answer: Answer = _decode(body, _ANSWERS)
    return answer


def _decode(body: bytes, known: dict[str, tuple[type[Any], tuple[Read, ...]]]) -> Any:
    fields = _unpack(body)
    if type(fields) is not tuple or not fields or type(fields[0]) is not str:
        raise fault("DB-10")
    if fields[0] not in known:
        raise fault("DB-05")
    cls, reads = known[fields[0]]
    try:
        return cls(*_array(fields[1:], *reads))
    except _Malformed:
        raise fault("DB-10") from None


def _unpack(body: bytes) -> Any:
    """The plain data of a body whose unpacked size is stated and within bounds."""
    if len(body) > MAX_BODY:
        raise fault("DB-09")
    try:
        size = zstandard.frame_content_size(body)
        if size > MAX_PLAIN:
            raise fault("DB-09")
        if size < 0:
            raise fault("DB-10")
        packed = zstandard.ZstdDecompressor().decompress(body, max_output_size=MAX_PLAIN)
        return msgpack.unpackb(packed, raw=False, use_list=False, strict_map_key=False)
    except ForeignError:
        raise
    except (ValueError, TypeError, zstandard.ZstdError, msgpack.exceptions.UnpackException):
        raise fault("DB-10") from None
