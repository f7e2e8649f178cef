"""The stages of a signed result: empty fields first, then the leader's signature, then the seal.

Both fields exist before the first signature, because that signature certifies the document and
afterwards only the filling of existing fields is allowed (ISO 32000-2 §12.8.2.2, DocMDP level 2).
pyHanko does the PAdES work in `pades.py`, loaded when the first document is signed.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from models.errors import NotAllowed
from models.words import tr
from services.signing.guard import inspect
from services.signing.keys import SigningKey, check_may_sign
from services.signing.slots import LEADER_FIELD, SEAL_FIELD, FieldBox

__all__ = ["LEADER_FIELD", "SEAL_FIELD", "FieldBox", "SignedPdf", "digest_of", "prepare", "sign"]

RESERVE = 24_000
"""Hexadecimal digits kept for each signature: now about 4,000, the rest for a later time stamp."""


@dataclass(frozen=True)
class SignedPdf:
    """A document after one signature; record `sha256`, a valid file is not the same file."""

    pdf: bytes
    sha256: str


def digest_of(pdf: bytes) -> str:
    """SHA-256 of the whole file in lower-case hex: the name an approval gives to what was seen."""
    return hashlib.sha256(pdf).hexdigest()


def prepare(pdf: bytes, fields: Sequence[FieldBox]) -> bytes:
    """`pdf` with one empty signature field per entry of `fields`, in that order.

    The same input gives the same bytes, so an approval may bind their digest.
    """
    from services.signing import pades  # lazy: slow import  # noqa: PLC0415

    return pades.add_fields(pdf, fields)


def sign(
    pdf: bytes,
    key: SigningKey,
    *,
    field: str,
    stamp_pdf: bytes,
    at: datetime,
    expected_digest: str,
    reserve: int = RESERVE,
) -> SignedPdf:
    """Sign the existing empty `field` of `pdf` as PAdES B-B and draw `stamp_pdf` into its box.

    `at` is written as the claimed time. `expected_digest` is the SHA-256 that was approved (leader)
    or recorded after the signature before (seal): any other bytes are refused with NotAllowed
    KY-10. A missing or filled field is KY-11, a key that may not sign at `at` KY-04..KY-07, a
    document that would not pass our own guard KY-12. Nothing is half signed: it returns or raises.
    """
    if not hmac.compare_digest(digest_of(pdf), expected_digest.lower()):
        raise NotAllowed(
            "KY-10",
            tr("Văn bản đưa ký không phải bản đã được duyệt nên chương trình không ký."),
            tr("Hãy trình duyệt lại văn bản."),
        )
    check_may_sign(key, at)
    from services.signing import pades  # lazy: slow import  # noqa: PLC0415

    signed = pades.sign_field(pdf, key, field=field, stamp_pdf=stamp_pdf, at=at, reserve=reserve)
    report = inspect(signed)
    if report.faults or report.doubts:
        raise NotAllowed(
            "KY-12",
            tr("Văn bản sau khi ký không đạt kiểm tra của chương trình nên không dùng được."),
            " ".join(report.faults + report.doubts),
        )
    return SignedPdf(signed, digest_of(signed))
