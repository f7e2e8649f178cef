"""The city's tables in SQLAlchemy Core: every office's journal, roster and budgets, `off` first.

The migrations in server/migrations make them; a test compares the two. Only `city` (name -> value,
the public key among them) has no office.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Float, Integer, LargeBinary, MetaData, Table, Text

__all__ = [
    "blob", "city", "contact", "device", "dirty_stream", "enrolment_code", "ev", "fork", "head",
    "metadata", "nonce", "office", "peer_head", "rate_budget", "refusal", "tree", "tree_node",
]  # fmt: skip

metadata = MetaData()


def _text(name: str, doc: str = "") -> Column[str]:
    return Column(name, Text, nullable=False, doc=doc)


def _bytes(name: str, doc: str = "") -> Column[bytes]:
    return Column(name, LargeBinary, nullable=False, doc=doc)


def _big(name: str, doc: str = "") -> Column[int]:
    return Column(name, BigInteger, nullable=False, doc=doc)


def _off() -> Column[str]:
    return Column("off", Text, primary_key=True, doc="office: its unit code")


def _log(name: str = "log") -> Column[bytes]:
    return Column(name, LargeBinary, primary_key=True, doc="16 bytes: device key and incarnation")


city = Table("city", metadata, Column("name", Text, primary_key=True), _text("value"))

office = Table(
    "office", metadata, _off(), _text("name"), _text("profile", "JSON for a new PC"),
    _big("added_ms"),
)  # fmt: skip

ev = Table(
    "ev",
    metadata,
    _off(),
    _log(),
    Column("seq", BigInteger, primary_key=True, autoincrement=False, doc="1, 2, 3... in its log"),
    _big("n", "order of arrival in this office, from 0: the leaf of the office's tree"),
    _text("st", "stream"),
    _big("rx_ms", "when the city took it"),
    _bytes("body", "the envelope's bytes, never re-encoded"),
    _bytes("hash", "SHA-256 of body"),
    Column("sig", LargeBinary, nullable=True, doc="on the last event of a transaction"),
)
"""Append-only; partitioned by hash of `off` on PostgreSQL. Type, clock and id are in the body."""

head = Table(
    "head", metadata, _off(), _log(), _big("seq"), _bytes("hash"), _big("rx_ms"),
    _big("tree_size"), _bytes("root"), _bytes("sig", "the city's, over protocol.ack_bytes"),
)  # fmt: skip
"""The end of each log together with the acknowledgement given for it, so a repeat gets the same."""

tree = Table(
    "tree", metadata, _off(), _big("size", "leaves = events of this office"),
    _bytes("peaks", "models/merkle.py: Edge.packed"),
)  # fmt: skip
"""The right edge of the office's Merkle tree; its row is the lock of the office's journal."""

tree_node = Table(
    "tree_node",
    metadata,
    _off(),
    Column("level", Integer, primary_key=True, autoincrement=False),
    Column("idx", BigInteger, primary_key=True, autoincrement=False),
    _bytes("hash"),
)
"""Roots of complete subtrees from 256 leaves up; smaller ones are counted from `ev`."""

device = Table(
    "device",
    metadata,
    _off(),
    _log(),
    _bytes("public_key"),
    Column("incarnation", Integer, nullable=False),
    Column("slot", Integer, nullable=False, doc="0 to 9, -1 for the city"),
    _text("name"),
    _text("kind", "pc, hub or city"),
    _text("state", "admitted or provisional"),
    Column("last_seq", BigInteger, nullable=True, doc="last good event of a revoked log"),
    Column("priority", Integer, nullable=True, doc="place in the order of hubs, 0 first"),
)

contact = Table(
    "contact",
    metadata,
    _off(),
    _log(),
    _big("seen_ms", "the last signed request"),
    _text("app", "version of its program"),
    _big("offset_ms", "its clock minus the city's at the last HELLO"),
    _big("head_seq", "the end of its own log as it told: minus head.seq is what it has not sent"),
    Column("behind_since_ms", BigInteger, nullable=True, doc="since when something is unsent"),
    _text("catalogue", "digest of the newest version it has, as it told"),
)

enrolment_code = Table(
    "enrolment_code",
    metadata,
    _off(),
    Column("digest", LargeBinary, primary_key=True, doc="HMAC of the code under the city's key"),
    _big("made_ms"),
    _big("expires_ms"),
    Column("used_ms", BigInteger, nullable=True),
    Column("used_log", LargeBinary, nullable=True),
)

fork = Table(
    "fork",
    metadata,
    _off(),
    _log(),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    _log("hash_a"),
    _log("hash_b"),
    _bytes("body_a"),
    _bytes("body_b"),
    Column("sig_a", LargeBinary, nullable=True),
    Column("sig_b", LargeBinary, nullable=True),
    _big("seen_ms"),
)
"""Both versions of an event under one number: the proof that a log was written twice."""

refusal = Table(
    "refusal",
    metadata,
    _off(),
    _log(),
    Column("code", Text, primary_key=True),
    Column("minute", BigInteger, primary_key=True, autoincrement=False, doc="minutes since 1970"),
    Column("count", Integer, nullable=False),
)
"""How often a device was refused, by code and minute."""

blob = Table(
    "blob",
    metadata,
    _off(),
    Column("hash", Text, primary_key=True, doc="SHA-256 of the plain bytes, hex"),
    _big("said_size", "as the event says, 0 when it does not"),
    _big("size", "0 while it is not here whole"),
    _big("kept_ms", "since when it is here"),
)
"""Attachments that events name; the bytes are in files, see server/blob_store.py."""

peer_head = Table("peer_head", metadata, _off(), _log("peer"), _log(), _big("seq"), _bytes("hash"))

dirty_stream = Table(
    "dirty_stream", metadata, _off(), Column("st", Text, primary_key=True), _big("since_ms")
)
"""Streams whose read models are to be refreshed; taken with FOR UPDATE SKIP LOCKED."""

rate_budget = Table(
    "rate_budget",
    metadata,
    _off(),
    Column("who", Text, primary_key=True, doc="log in hex, or empty for the whole office"),
    Column("tokens", Float, nullable=False),
    _big("at_ms"),
)

nonce = Table(
    "nonce", metadata, _off(), _log(), Column("nonce", LargeBinary, primary_key=True), _big("at_ms")
)
"""Requests answered within the last minutes, so that none is answered twice by any worker."""
