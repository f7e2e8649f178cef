"""Tables of the journal and of what stays out of it: settings, cursors, drafts, attachments."""

from __future__ import annotations

from sqlalchemy import (
    DDL,
    Column,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    event,
)

from models.schema.base import Big, metadata

__all__ = [
    "blob", "blob_ref", "conflict", "cursor", "device", "draft", "ev", "fork", "head", "pend",
    "setting",
]  # fmt: skip

ev = Table(
    "ev",
    metadata,
    Column("n", Big, primary_key=True, doc="order of arrival on this machine"),
    Column("log", LargeBinary, nullable=False, doc="16 bytes: device key and incarnation"),
    Column("seq", Big, nullable=False, doc="1, 2, 3... within the log"),
    Column("id", Text, nullable=False, doc="UUIDv7 of the command"),
    Column("off", Text, nullable=False, doc="office"),
    Column("st", Text, nullable=False, doc="stream: one dossier, document, book..."),
    Column("t", Text, nullable=False, doc="type of the event"),
    Column("hlc", Big, nullable=False, doc="hybrid logical clock"),
    Column("body", LargeBinary, nullable=False, doc="the envelope's bytes, never re-encoded"),
    Column("hash", LargeBinary, nullable=False, doc="SHA-256 of body"),
    Column("sig", LargeBinary, nullable=True, doc="on the last event of a transaction"),
    UniqueConstraint("log", "seq"),
    UniqueConstraint("hash"),
    Index("ix_ev_st_hlc", "st", "hlc"),
    Index("ix_ev_id", "id"),
)

head = Table(
    "head",
    metadata,
    Column("log", LargeBinary, primary_key=True),
    Column("off", Text, nullable=False),
    Column("seq", Big, nullable=False),
    Column("hash", LargeBinary, nullable=False),
)

pend = Table(
    "pend",
    metadata,
    Column("hash", LargeBinary, primary_key=True),
    Column("log", LargeBinary, nullable=False),
    Column("seq", Big, nullable=False),
    Column("missing", LargeBinary, nullable=True, doc="hash of the event it waits for, if known"),
    Column("body", LargeBinary, nullable=False),
    Column("sig", LargeBinary, nullable=True),
)

device = Table(
    "device",
    metadata,
    Column("log", LargeBinary, primary_key=True),
    Column("off", Text, nullable=False),
    Column("public_key", LargeBinary, nullable=False),
    Column("slot", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("incarnation", Integer, nullable=False),
    Column("kind", Text, nullable=False, server_default="pc", doc="pc, hub or city"),
    Column("state", Text, nullable=False, server_default="own", doc="own, provisional, admitted"),
    Column("last_seq", Big, nullable=True, doc="last good event of a revoked log"),
    Column("priority", Integer, nullable=True, doc="place in the order of hubs, 0 first"),
)

fork = Table(
    "fork",
    metadata,
    Column("log", LargeBinary, primary_key=True),
    Column("seq", Big, primary_key=True, autoincrement=False),
    Column("hash_a", LargeBinary, primary_key=True),
    Column("hash_b", LargeBinary, primary_key=True),
    Column("body_a", LargeBinary, nullable=False),
    Column("body_b", LargeBinary, nullable=False),
    Column("sig_a", LargeBinary, nullable=True),
    Column("sig_b", LargeBinary, nullable=True),
)

conflict = Table(
    "conflict",
    metadata,
    Column("id", Text, primary_key=True),
    Column("st", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("events", Text, nullable=False, doc="JSON list of event hashes"),
    Column("opened", Text, nullable=False, doc="ISO time"),
    Column("resolved_by", Text, nullable=True, doc="id of the event that settled it"),
)

setting = Table(
    "setting",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)

cursor = Table(
    "cursor",
    metadata,
    Column("name", Text, primary_key=True),
    Column("n", Big, nullable=False, doc="ev.n up to which the follower has read"),
)

draft = Table(
    "draft",
    metadata,
    Column("owner", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("body", Text, nullable=False),
    Column("saved_at", Text, nullable=False, doc="ISO time"),
)

blob = Table(
    "blob",
    metadata,
    Column("hash", Text, primary_key=True, doc="SHA-256 of the plain bytes, hex"),
    Column("size", Big, nullable=False, doc="plain bytes"),
    Column("cipher_hash", Text, nullable=False, doc="SHA-256 of the file, hex; also its name"),
    Column("wrapped_key", LargeBinary, nullable=False, doc="the file's own key, wrapped"),
    Column("media", Text, nullable=False, doc="media type"),
    Column("added_at", Text, nullable=False, doc="ISO time"),
)

blob_ref = Table(
    "blob_ref",
    metadata,
    Column("hash", Text, primary_key=True, doc="SHA-256 of the plain bytes, hex"),
    Column("st", Text, primary_key=True, doc="stream whose event names it"),
    Column("n", Big, nullable=False, doc="ev.n of that event"),
    Column("size", Big, nullable=False, doc="as the event says, 0 when it does not"),
    Column("media", Text, nullable=False),
    Column("own", Integer, nullable=False, doc="1 when this PC wrote the event"),
    Column("seen_ms", Big, nullable=False, doc="when this PC learnt of it"),
    Column("at_city", Integer, nullable=False, server_default="0", doc="1 when the city has it"),
    Index("ix_blob_ref_at_city", "at_city", "n"),
)
"""Which attachments the events name, and where; made from the journal by a follower."""

blob_fault = Table(
    "blob_fault",
    metadata,
    Column("hash", Text, primary_key=True, doc="SHA-256 of the plain bytes, hex"),
    Column("peer", LargeBinary, primary_key=True, doc="log of the peer, empty for this disk"),
    Column("code", Text, nullable=False, doc="a code, or none: the peer does not have it"),
    Column("at_ms", Big, nullable=False, doc="since when"),
)
"""Attachments damaged here, lacking at a peer or refused by one."""


APPEND_ONLY = (
    "CREATE TRIGGER %(table)s_no_update BEFORE UPDATE ON %(table)s "
    "BEGIN SELECT RAISE(ABORT, '%(table)s is append-only'); END",
    "CREATE TRIGGER %(table)s_no_delete BEFORE DELETE ON %(table)s "
    "BEGIN SELECT RAISE(ABORT, '%(table)s is append-only'); END",
)
"""The database itself refuses to change the journal; SQLAlchemy fills in the table's name."""

for _table in (ev, fork):
    for _text in APPEND_ONLY:
        _trigger = DDL(_text)  # type: ignore[no-untyped-call]
        event.listen(_table, "after_create", _trigger.execute_if(dialect="sqlite"))
