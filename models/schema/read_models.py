"""Tables that are readings of the journal: dossiers, people, books, catalogue, calendar."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, LargeBinary, Table, Text, UniqueConstraint

from models.schema.base import metadata

__all__ = [
    "book", "book_entry", "calendar_notice", "catalogue_version", "code_serial", "credential",
    "dossier", "staff", "submission", "template",
]  # fmt: skip


def _texts(*names: str) -> list[Column[str]]:
    return [Column(name, Text, nullable=False) for name in names]


def _wholes(*names: str) -> list[Column[int]]:
    return [Column(name, Integer, nullable=False) for name in names]


def _key(name: str) -> Column[str]:
    return Column(name, Text, primary_key=True)


def _number_key(name: str) -> Column[int]:
    return Column(name, Integer, primary_key=True)


def _place() -> Column[int]:
    words = "place in the canonical order of the stream; 0: the event did not carry the content"
    return Column("place", Integer, nullable=False, server_default="0", doc=words)


dossier = Table(
    "dossier",
    metadata,
    _number_key("n"),
    Column("id", Text, nullable=False),
    *_texts(
        "code", "visit", "status", "procedure", "procedure_name", "field", "applicant",
        "submitter", "id_number", "phone", "received_at", "due", "original_due", "receiver",
        "department", "assignee", "assignee_name", "approver", "number", "done_at", "handed_at",
        "limit_source",
    ),
    *_wholes(
        "national", "channel", "paused", "supplements", "extended", "stale", "blocked",
        "conflicts", "voids", "waiting", "closed", "fold_version", "touched", "words_mark",
    ),
    UniqueConstraint("id"),
    Index("ix_dossier_code", "code"),
    Index("ix_dossier_status_due", "status", "due"),
    Index("ix_dossier_assignee_status", "assignee", "status"),
    Index("ix_dossier_closed_due", "closed", "due"),
    Index("ix_dossier_received_at", "received_at"),
    Index("ix_dossier_id_number", "id_number"),
    Index("ix_dossier_phone", "phone"),
    Index("ix_dossier_visit", "visit"),
)  # fmt: skip
"""One row per dossier, rebuilt from its stream; `dossier_fts` (SQLite FTS5) shares its `n`."""

code_serial = Table(
    "code_serial", metadata, _key("agency"), _key("day"), _number_key("slot"), *_wholes("last")
)
"""The last daily serial this PC used, per agency code and roster slot."""

credential = Table(
    "credential",
    metadata,
    _key("staff"),
    *_texts("login", "kdf"),
    Column("salt", LargeBinary, nullable=False),
    Column("sealed", LargeBinary, nullable=False, doc="empty: withdrawn"),
)
"""The newest wrap of the office key for each person; the vault's files follow it."""

staff = Table(
    "staff",
    metadata,
    _key("id"),
    *_texts("login", "name", "roles", "position", "department", "organisation", "phone"),
    *_wholes("active"),
    Index("ix_staff_login", "login"),
)

book = Table(
    "book", metadata, _number_key("year"), _key("series"), *_texts("holder"), *_wholes("last")
)
"""A book of document numbers: who holds the right to number, and the last number reserved."""

book_entry = Table(
    "book_entry",
    metadata,
    _number_key("year"),
    _key("series"),
    _number_key("n"),
    *_texts("notation"),
    _key("dossier"),
    *_texts("dated", "state", "reason"),
    Index("ix_book_entry_dossier", "dossier"),
)
"""Numbers of the books; one number has two rows when two PCs gave it out without knowing."""

catalogue_version = Table(
    "catalogue_version",
    metadata,
    _key("digest"),
    *_texts("effective_from", "imported_at", "source"),
    Column("body", LargeBinary, nullable=False),
    _place(),
)

calendar_notice = Table(
    "calendar_notice",
    metadata,
    _key("day"),
    *_texts("kind", "label", "label_en", "source", "hours", "added_at"),
)

template = Table(
    "template", metadata, _key("name"), _key("version"), *_texts("body", "added_at"), _place()
)

submission = Table(
    "submission",
    metadata,
    _key("id"),
    *_texts(
        "portal", "external_id", "code", "procedure", "procedure_name", "applicant",
        "submitted_at", "state", "reason",
    ),
    *_wholes("twice"),
    Index("ix_submission_state", "state", "submitted_at"),
)
"""Online submissions; `state` is waiting, accepted or declined, `twice` 1 when PCs disagreed."""
