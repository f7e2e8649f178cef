"""At the return counter: results that wait for their citizen, found by scan, name or phone."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from models.cccd_qr import looks_like_cccd, parse_cccd
from models.numbering import is_dossier_code, normalise_dossier_code
from models.staff import Staff
from models.workflow import Status
from services.dossiers.queues import Queue, queue_page
from services.dossiers.rows import DossierRow
from services.dossiers.search import find_dossiers

__all__ = ["Waiting", "find_waiting"]

MOST_HITS = 500


@dataclass(frozen=True, slots=True)
class Waiting:
    """Results ready to hand over, how many there are, and the one that was scanned, if any.

    `others` are dossiers that were meant as well but are not ready: they explain an empty list.
    """

    rows: tuple[DossierRow, ...]
    total: int
    others: tuple[DossierRow, ...] = ()
    exact: DossierRow | None = None


def find_waiting(conn: Connection, staff: Staff, typed: str) -> Waiting:
    """The results that wait, all of them or those that `typed` means.

    `typed` may be a name without accents, a phone number, a dossier code or what a scanner typed:
    the code of a receipt or a citizen card. Raises ND-61..ND-63 for a damaged card,
    `NotAllowed` TK-08 for who may see no dossier.
    """
    text = typed.strip()
    if not text:
        page = queue_page(conn, Queue.TO_HAND_OVER, staff)
        return Waiting(page.rows, page.total)
    if looks_like_cccd(text):
        text = parse_cccd(text).number
    code = normalise_dossier_code(text)
    wanted = code if is_dossier_code(code) else text
    found = find_dossiers(conn, staff, wanted, limit=MOST_HITS).rows
    ready = tuple(row for row in found if row.status is Status.DONE)
    others = tuple(row for row in found if row.status is not Status.DONE)
    exact = next((row for row in found if row.code == code), None)
    return Waiting(ready, len(ready), others[:5], exact)
