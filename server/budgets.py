"""Rate budgets of devices and offices: token buckets in the database, the same for all workers.

A request costs one token and one more per 64 KiB of its body. A device refills 20 tokens a second
up to 60, an office 100 up to 300 (its 2 to 8 PCs together). The buckets are charged only after the
signature was checked, so nobody can spend another's tokens; what the check itself costs is limited
by `server/strangers.py`. Wrong enrolment codes have their own
bucket per office: 1 in 6 seconds, 10 at once.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, text

__all__ = [
    "BLOB_DEVICE", "BLOB_OFFICE", "DEVICE", "ENROLMENT", "OFFICE", "PORTAL", "Bucket", "charge",
    "cost_of",
]  # fmt: skip

_CHARGE = text(
    "INSERT INTO rate_budget AS b (off, who, tokens, at_ms) "
    "VALUES (:off, :who, :burst - :cost, :now) "
    "ON CONFLICT (off, who) DO UPDATE SET "
    "tokens = CASE WHEN b.tokens + (:now - b.at_ms) * :rate > :burst THEN :burst "
    "WHEN :now > b.at_ms THEN b.tokens + (:now - b.at_ms) * :rate ELSE b.tokens END - :cost, "
    "at_ms = CASE WHEN :now > b.at_ms THEN :now ELSE b.at_ms END "
    "WHERE b.tokens + CASE WHEN :now > b.at_ms THEN (:now - b.at_ms) * :rate ELSE 0 END >= :cost "
    "RETURNING tokens"
)
_LEFT = text("SELECT tokens, at_ms FROM rate_budget WHERE off = :off AND who = :who")


@dataclass(frozen=True, slots=True)
class Bucket:
    """A token bucket: tokens per second, and how many it holds."""

    per_second: float
    burst: float


DEVICE = Bucket(20, 60)
OFFICE = Bucket(100, 300)
ENROLMENT = Bucket(1 / 6, 10)
PORTAL = Bucket(50, 1500)
"""Of one portal for the whole city: 3 MB a second, three of the largest submissions at once."""


BLOB_DEVICE = Bucket(400, 800)
BLOB_OFFICE = Bucket(800, 1600)
"""Attachments have buckets of their own, about 25 and 50 MB a second: they never use up what the
events of the same device may cost."""


def cost_of(size: int) -> float:
    """The tokens a request with a body of `size` bytes costs."""
    return 1 + size // (64 << 10)


def charge(
    tx: Connection, office: str, who: str, *, bucket: Bucket, cost: float, now_ms: int
) -> int:
    """Take `cost` tokens from a bucket; returns 0, or in how many milliseconds they are there.

    Nothing is taken when there are too few. `who` is a device's log in hex, or empty.
    """
    values: dict[str, Any] = {
        "off": office, "who": who, "burst": bucket.burst, "cost": min(cost, bucket.burst),
        "rate": bucket.per_second / 1000, "now": now_ms,
    }  # fmt: skip
    if tx.execute(_CHARGE, values).first() is not None:
        return 0
    row = tx.execute(_LEFT, {"off": office, "who": who}).one()
    missing = values["cost"] - row.tokens - max(0, now_ms - row.at_ms) * bucket.per_second / 1000
    return int(max(1, math.ceil(missing / bucket.per_second * 1000)))
