"""Words for fingerprints and long names, and a dossier as one line of the list."""

from __future__ import annotations

from datetime import datetime

from models.calendar import WorkCalendar
from services.dossiers.rows import DossierRow
from ui.screens.parts.state import deadline_chip
from ui.signing.mail_list import MailItem

__all__ = ["fingerprint", "item_of", "shorten"]


def fingerprint(digest: bytes | str) -> str:
    """The first 32 bits of a digest, readable over the telephone: 7f3c 91ab."""
    text = digest if isinstance(digest, str) else digest.hex()
    return f"{text[:4]} {text[4:8]}"


def shorten(text: str, most: int) -> str:
    """`text` cut to `most` characters with an ellipsis."""
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def item_of(row: DossierRow, now: datetime, *, calendar: WorkCalendar, mark: str = "") -> MailItem:
    """A dossier as one document of a list."""
    note = " · ".join(part for part in (row.procedure_name, row.assignee_name) if part)
    return MailItem(row.id, row.applicant, note, deadline_chip(row, now, calendar), mark)
