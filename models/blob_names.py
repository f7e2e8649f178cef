"""Which attachments an event names: the one list by which files travel to the other PCs.

A file travels because an event names it by the SHA-256 of its bytes. Papers and scans are named as
`Attachment`s wherever in a payload they stand, so kinds to come need no change here; the result's
PDFs (numbered, signed, sealed) are named by the fields listed below.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from models.envelope import Sealed

__all__ = ["NAMING", "BlobName", "blobs_of", "named_blobs"]

_PDF = "application/pdf"
_RESULT_FIELDS: dict[str, tuple[str, ...]] = {
    "dossier.numbered": ("base",),
    "dossier.signed": ("base", "file"),
    "dossier.sealed": ("signed_file", "file"),
}
NAMING = ("dossier.", "submission.")
"""How the kinds of events begin that may name attachments."""
_HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class BlobName:
    """An attachment an event names: SHA-256 in hex, size in bytes (0: not said), media type."""

    hash: str
    size: int
    media: str


_NESTED = (dict, list, tuple)
"""What may hold an attachment; asked before going in, for most values are plain."""


_SAID = b"sha256"
"""Stands in the bytes of every event that names an `Attachment`: a text of msgpack is its UTF-8."""


def blobs_of(item: Sealed) -> tuple[BlobName, ...]:
    """`named_blobs` of an event; most are known from their bytes to name none."""
    e = item.envelope
    if _SAID not in item.body and e.type not in _RESULT_FIELDS:
        return ()
    return named_blobs(e.type, e.payload)


def named_blobs(kind: str, payload: Any) -> tuple[BlobName, ...]:
    """The attachments an event of `kind` names, each once; anything malformed names nothing."""
    found: dict[str, BlobName] = {}
    if isinstance(payload, dict):
        for field in _RESULT_FIELDS.get(kind, ()):
            value = payload.get(field)
            name = value.hex() if isinstance(value, bytes) else value
            if isinstance(name, str) and _HASH.fullmatch(name):
                found[name] = BlobName(name, 0, _PDF)
    if kind.startswith(NAMING):
        for each in _attachments(payload):
            found.setdefault(each.hash, each)
    return tuple(found.values())


def _attachments(value: Any) -> Iterator[BlobName]:
    """Every plain form of an `Attachment` inside a payload."""
    if isinstance(value, dict):
        size = value.get("size")
        if _is_hash(value.get("sha256")) and type(size) is int and 0 < size < 2**40:
            media = value.get("media")
            yield BlobName(value["sha256"], size, media if isinstance(media, str) else "")
        for inner in value.values():
            if isinstance(inner, _NESTED):
                yield from _attachments(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            if isinstance(inner, _NESTED):
                yield from _attachments(inner)


def _is_hash(value: Any) -> bool:
    return isinstance(value, str) and _HASH.fullmatch(value) is not None
