"""Words for deadlines, fingerprints and names as the signing screens show them."""

from __future__ import annotations

from datetime import datetime, timedelta

from models.dossier import Dossier
from models.words import tr
from services.dossiers.rows import DossierRow
from ui.signing.mail_list import MailItem
from ui.widgets import ChipText

__all__ = ["due_chip", "due_words", "fingerprint", "item_of", "moment_words", "shorten"]


def due_chip(due: str, now: datetime) -> ChipText:
    """How a promised time stands to now: late by how much, today at what hour, or its day."""
    if not due:
        return ChipText(tr("không có hẹn"), "neutral")
    at = datetime.fromisoformat(due)
    if now > at:
        late = now - at
        if late < timedelta(hours=24):
            return ChipText(tr("quá {hours} giờ", hours=max(1, late.seconds // 3600)), "overdue")
        return ChipText(tr("quá {days} ngày", days=late.days), "overdue")
    if at.date() == now.date():
        return ChipText(tr("hôm nay {time}", time=f"{at:%H:%M}"), "soon")
    return ChipText(f"{at:%d/%m}", "done")


def due_words(dossier: Dossier) -> str:
    """The promised time in full."""
    return moment_words(dossier.due) if dossier.due else tr("không có hẹn")


def moment_words(stored: str) -> str:
    """A stored ISO time as 10:30 21/11/2026; an empty one stays empty."""
    return f"{datetime.fromisoformat(stored):%H:%M %d/%m/%Y}" if stored else ""


def fingerprint(digest: bytes | str) -> str:
    """The first 32 bits of a digest, readable over the telephone: 7f3c 91ab."""
    text = digest if isinstance(digest, str) else digest.hex()
    return f"{text[:4]} {text[4:8]}"


def shorten(text: str, most: int) -> str:
    """`text` cut to `most` characters with an ellipsis."""
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def item_of(row: DossierRow, now: datetime, *, mark: str = "") -> MailItem:
    """A dossier as one document of a list."""
    note = " · ".join(part for part in (row.procedure_name, row.assignee_name) if part)
    return MailItem(row.id, row.applicant, note, due_chip(row.due, now), mark)
