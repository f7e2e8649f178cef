"""The envelope of an event: what is hashed, signed, stored and relayed, never re-encoded.

The body is a msgpack array in fixed field order; its SHA-256 is the event's hash. Each event names
the previous event of its device log (`prev`) and the heads of the stream its author saw
(`parents`), so an approval identifies exactly the state it was given on.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any

import msgpack

from models.codec import from_payload
from models.errors import ForeignError
from models.words import tr

__all__ = [
    "FORMAT", "GENESIS", "LARGEST_BODY", "Actor", "Envelope", "Sealed", "log_id", "seal", "unseal",
]  # fmt: skip

FORMAT = 1
GENESIS = bytes(32)
"""The `prev` of the first event of a log."""
LARGEST_BODY = 1_000_000
"""Bytes an event of ours may have: a run of sync takes a little more; the rest is attachments."""
_TYPES = (
    int, str, bytes, int, bytes, str, str, str, int, tuple, int, int, int, str, str, str, int, dict,
)  # fmt: skip
"""What the fields of a body are, in their order; `skew` may be absent."""
_NEVER_COMPARED = (*_TYPES[:12], type(None), *_TYPES[13:])
_LARGEST = 2**63
"""Whole numbers of an event stay below this, for a database keeps no larger ones."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acted: the staff member, the role used for this act, and the signed-in session."""

    staff: str
    role: str
    session: str


@dataclass(frozen=True, slots=True)
class Envelope:
    """One event with everything that vouches for it; `payload` is the event's own data.

    `hlc` is a hybrid logical clock; `wall` is the device's clock in milliseconds since 1970 and
    `skew` its known offset to the city in milliseconds (None: never compared). `fold` is the
    version of the rules under which the author checked the act.
    """

    id: str
    log: bytes
    seq: int
    prev: bytes
    office: str
    stream: str
    type: str
    type_version: int
    parents: tuple[bytes, ...]
    hlc: int
    wall: int
    skew: int | None
    actor: Actor
    fold: int
    payload: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Sealed:
    """An envelope with its bytes and hash; the last event of a transaction is signed.

    `outlawed` says that its device was revoked before it: the event is kept and listed, without
    effect. That is what the roster says here and now, no part of the event. `branched`: its log was
    written twice, so the order of its numbers says nothing of who saw what.
    """

    envelope: Envelope
    body: bytes
    hash: bytes
    signature: bytes | None = None
    outlawed: bool = field(default=False, compare=False)
    branched: bool = field(default=False, compare=False)
    _event: Any = field(default=None, init=False, compare=False, repr=False)

    def event(self) -> Any:
        """The payload as an event of our classes; decoded once, an act folds it several times."""
        if self._event is None:
            e = self.envelope
            object.__setattr__(self, "_event", from_payload(e.type, e.type_version, e.payload))
        return self._event


def log_id(public_key: bytes, incarnation: int) -> bytes:
    """The 16-byte id of a device's log: one key has a new log after every restore."""
    return hashlib.sha256(public_key + incarnation.to_bytes(4, "big")).digest()[:16]


def seal(e: Envelope) -> Sealed:
    """Fix the bytes of an envelope and hash them."""
    body: bytes = msgpack.packb(
        (
            FORMAT, e.id, e.log, e.seq, e.prev, e.office, e.stream, e.type, e.type_version,
            e.parents, e.hlc, e.wall, e.skew, e.actor.staff, e.actor.role, e.actor.session,
            e.fold, e.payload,
        ),
        use_bin_type=True,
    )  # fmt: skip
    return Sealed(e, body, hashlib.sha256(body).digest())


def unseal(body: bytes, signature: bytes | None = None) -> Sealed:
    """Read the bytes of an event; raises `ForeignError` when they are not an event."""
    try:
        fields = msgpack.unpackb(body, raw=False, use_list=False, strict_map_key=False)
        _check_types(fields)
        (_, id_, log, seq, prev, office, stream, kind, version, parents, hlc, wall, skew,
         staff, role, session, fold, payload) = fields  # fmt: skip
    except (ValueError, TypeError, msgpack.exceptions.UnpackException) as error:
        raise ForeignError(
            "NK-01",
            tr("Một dòng nhật ký không đọc được."),
            tr("Hãy chạy «journal verify» và báo bộ phận hỗ trợ."),
        ) from error
    envelope = Envelope(
        id_, log, seq, prev, office, stream, kind, version, parents, hlc, wall, skew,
        Actor(staff, role, session), fold, payload,
    )  # fmt: skip
    return Sealed(envelope, body, hashlib.sha256(body).digest(), signature)


def _check_types(fields: Any) -> None:
    """Raise ValueError unless the unpacked body has the fields of an event, each of its type."""
    if type(fields) is not tuple or tuple(map(type, fields)) not in (_TYPES, _NEVER_COMPARED):
        raise ValueError("wrong field types")
    if fields[0] != FORMAT:
        raise ValueError("unknown envelope format")
    if any(kind is not bytes for kind in map(type, fields[9])):
        raise ValueError("parents are hashes")
    least, most = min(fields[3], fields[10], fields[11]), max(fields[3], fields[10], fields[11])
    if least < 0 or most >= _LARGEST:
        raise ValueError("a number no log has")
