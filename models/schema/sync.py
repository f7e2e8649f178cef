"""Tables of sync on a PC: peers, what they hold, acknowledgements of the city, refusals.

Not part of the journal: everything here can be asked for again.
"""

from __future__ import annotations

from sqlalchemy import Column, Integer, LargeBinary, Table, Text

from models.schema.base import Big, metadata

__all__ = ["ack", "peer", "peer_head", "refusal", "sync_state"]

peer = Table(
    "peer",
    metadata,
    Column("log", LargeBinary, primary_key=True, doc="log of the device; the city has its own"),
    Column("kind", Text, nullable=False, doc="city, hub or pc"),
    Column("name", Text, nullable=False),
    Column("address", Text, nullable=False, doc="https://host:port"),
    Column("app", Text, nullable=False, server_default="", doc="version of its program"),
    Column("last_ok", Text, nullable=False, server_default="", doc="ISO time of the last answer"),
    Column("last_try", Text, nullable=False, server_default="", doc="ISO time"),
    Column("fault", Text, nullable=False, server_default="", doc="code of the last fault or empty"),
    Column("offset_ms", Integer, nullable=True, doc="its clock minus ours"),
)

peer_head = Table(
    "peer_head",
    metadata,
    Column("peer", LargeBinary, primary_key=True),
    Column("log", LargeBinary, primary_key=True),
    Column("seq", Big, nullable=False, doc="held durably by the peer up to here"),
    Column("hash", LargeBinary, nullable=False),
)

ack = Table(
    "ack",
    metadata,
    Column("log", LargeBinary, primary_key=True),
    Column("seq", Big, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Column("received_ms", Big, nullable=False, doc="the city's clock"),
    Column("tree_size", Big, nullable=False),
    Column("root", LargeBinary, nullable=False),
    Column("sig", LargeBinary, nullable=False, doc="the city's, over protocol.ack_bytes"),
)

refusal = Table(
    "refusal",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("peer", LargeBinary, nullable=False),
    Column("log", LargeBinary, nullable=False),
    Column("seq", Big, nullable=False),
    Column("code", Text, nullable=False),
    Column("words", Text, nullable=False),
    Column("at", Text, nullable=False, doc="ISO time"),
    Column("settled", Text, nullable=False, server_default="", doc="ISO time, or empty"),
)

sync_state = Table(
    "sync_state",
    metadata,
    Column("name", Text, primary_key=True, doc="server_url, city_key, enrolled_at, ..."),
    Column("value", LargeBinary, nullable=False),
)
