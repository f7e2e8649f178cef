"""What the validator reports about one signature, in our own words and without pyHanko."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from services.signing.guard import SignedPart
from services.signing.holder import Holder

__all__ = ["Checked", "Envelope", "Result"]


class Result(Enum):
    """What became of one signature."""

    GOOD = "good"
    ALTERED = "altered"
    CHANGED_AFTER = "changed after"
    UNTRUSTED = "untrusted"
    WEAK = "weak"
    EXPIRED = "expired"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Envelope:
    """The signer's certificate and the digest in a CMS signature, without a word about trust.

    `genuine` says that the certificate's key really signed this digest and names this certificate,
    `strong` that key and hashes are not too weak.
    """

    holder: Holder
    algorithm: str
    digest: bytes
    genuine: bool
    strong: bool

    def fits(self, pdf: bytes, part: SignedPart) -> bool:
        """Whether the signed bytes still have the digest that was signed."""
        start, end = part.hole
        found = hashlib.new(self.algorithm, pdf[:start])
        found.update(pdf[end : part.end])
        return found.digest() == self.digest


@dataclass(frozen=True)
class Checked:
    """One signature after validation; `trusted_at` is the time of a trusted time stamp or None."""

    field: str
    byte_range: tuple[int, ...]
    result: Result
    claimed_at: datetime | None
    trusted_at: datetime | None
