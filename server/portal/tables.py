"""Tables of the portal side: who may hand in, and what was handed in, once each.

`server/migrations/0005_portals.sql` makes them. No citizen stands here: that is in the event.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, LargeBinary, MetaData, Table, Text

__all__ = ["metadata", "portal", "portal_submission"]

metadata = MetaData()


def _texts(*names: str) -> list[Column[str]]:
    return [Column(name, Text, nullable=False) for name in names]


portal = Table(
    "portal",
    metadata,
    Column("name", Text, primary_key=True),
    Column("digest", LargeBinary, nullable=False, doc="HMAC of the token under the city's key"),
    Column("active", BigInteger, nullable=False),
    Column("added_ms", BigInteger, nullable=False),
)

portal_submission = Table(
    "portal_submission",
    metadata,
    Column("off", Text, primary_key=True),
    Column("id", Text, primary_key=True, doc="of the stream, and of the dossier it becomes"),
    *_texts("portal", "external_id"),
    Column("digest", LargeBinary, nullable=False, doc="SHA-256 of all that was handed in"),
    *_texts("code", "submitted_at", "received_at"),
)
"""Unique by (portal, external_id), whatever the office, and by (off, code)."""
