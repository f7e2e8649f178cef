"""Tables of the board: readings made anew from the journals, operators, what they looked at.

`server/migrations/0002_board.sql` makes them. No name, number or address of a citizen stands in a
reading; who asks for one reads it from the journal and is written down.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, LargeBinary, MetaData, Table, Text

__all__ = [
    "board_book", "board_dossier", "board_fault", "board_office", "board_setting", "metadata",
    "operator", "operator_audit", "operator_session", "web_tries",
]  # fmt: skip

metadata = MetaData()


def _key(name: str, doc: str = "") -> Column[str]:
    return Column(name, Text, primary_key=True, doc=doc)


def _texts(*names: str) -> list[Column[str]]:
    return [Column(name, Text, nullable=False) for name in names]


def _wholes(*names: str) -> list[Column[int]]:
    """What events say is as large as they like: 64 bits, like their numbers."""
    return [Column(name, BigInteger, nullable=False) for name in names]


def _moment(name: str, doc: str = "") -> Column[int]:
    return Column(name, BigInteger, nullable=False, doc=doc)


def _maybe(name: str, doc: str = "") -> Column[int | None]:
    return Column(name, BigInteger, nullable=True, doc=doc)


board_dossier = Table(
    "board_dossier",
    metadata,
    _key("off"),
    _key("id"),
    *_texts("code", "status", "procedure", "procedure_name", "department"),
    *_wholes("channel"),
    *_texts("return_method"),
    _moment("received_ms"),
    *_texts("received_day"),
    _moment("due_ms", "the promise in force"),
    _moment("original_due_ms"),
    *_wholes("extended"),
    _maybe("waiting_since_ms", "since when papers asked for are awaited"),
    *_texts("respond_by"),
    *_wholes("requests"),
    _maybe("finished_ms", "done, stopped, refused or withdrawn"),
    *_texts("finished_day"),
    _maybe("handed_ms"),
    *_wholes("late", "conflicts"),
    _maybe("conflict_since_ms"),
    *_wholes("fold_version"),
)
"""Days are Vietnam's, YYYY-MM-DD, empty while not finished."""

board_book = Table(
    "board_book",
    metadata,
    _key("off"),
    _key("st"),
    *_wholes("year"),
    *_texts("series", "holder"),
    *_wholes("last", "voided", "missing"),
    *_texts("missing_text"),
    _maybe("missing_since_ms"),
    *_wholes("twice"),
    *_texts("twice_text"),
    _maybe("twice_since_ms"),
    *_wholes("fenced"),
)
"""`missing` numbers are neither issued nor voided; the texts name them, shortened. `fenced` ones
were given out by a PC that did not hold the book any more."""

board_office = Table("board_office", metadata, _key("off"), *_texts("desk", "desk_phone"))

board_fault = Table(
    "board_fault", metadata, _key("off"), _key("st"), *_texts("words"), _moment("since_ms")
)
"""Streams that cannot be folded; they keep nobody else waiting."""

operator = Table(
    "operator",
    metadata,
    _key("login"),
    *_texts("name", "offices", "rights"),
    Column("salt", LargeBinary, nullable=False),
    *_texts("kdf"),
    Column("digest", LargeBinary, nullable=False, doc="Argon2id of the password"),
    Column("token_digest", LargeBinary, nullable=True, doc="SHA-256 of the key for the JSON API"),
    *_wholes("active"),
    _moment("added_ms"),
)
"""`offices` is * or unit codes, `rights` of view, personal, settings; both joined by commas."""

operator_session = Table(
    "operator_session",
    metadata,
    Column("digest", LargeBinary, primary_key=True, doc="SHA-256 of the cookie"),
    *_texts("login"),
    _moment("began_ms"),
    _moment("used_ms"),
)

operator_audit = Table(
    "operator_audit",
    metadata,
    _key("id"),
    _moment("at_ms"),
    *_texts("login", "act", "off", "subject", "reason"),
)
"""Append-only: sign-ins, changed thresholds, every look at personal data."""

board_setting = Table("board_setting", metadata, _key("name"), *_texts("value"))

web_tries = Table(
    "web_tries", metadata, _key("bucket", "HMAC of who or what"), _moment("began_ms"),
    *_wholes("count"),
)  # fmt: skip
