"""What is looked at before deciding, numbering or sealing: the paper, its content, its history."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from models.codec import from_payload
from models.dossier import Dossier, content_digest
from models.envelope import Sealed
from models.events.handling import Draft, RefusalProposed, Submitted
from models.staff import Role, Staff
from models.workflow import Status
from services.clock import VIETNAM
from services.core import Core, SignedIn
from services.documents.preview import page_count
from services.dossiers.acts import load_dossier
from services.dossiers.issuing import result_bytes
from services.dossiers.read_model import dossier_stream
from services.journal.reading import stream_events
from services.papers import draft_values, result_paper
from services.people import find_staff
from services.rights import demand_sees_dossiers

__all__ = ["Review", "Submission", "read_review"]

_ISSUED = {
    Status.NUMBERED, Status.SIGNED, Status.SEALED, Status.DONE, Status.HANDED_OVER,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Submission:
    """The last time the work was put before the leader: by whom, when, with what content.

    `digest` is empty for a proposed refusal, which carries its own words instead of a draft.
    """

    by: str
    at: datetime
    digest: bytes = b""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Review:
    """One dossier as it is shown for a decision.

    `pdf` is what is on the screen: the draft before numbering, afterwards the exact stored file;
    `file` is the SHA-256 of that stored file ("" for a draft). `digest` is that of the content.
    """

    dossier: Dossier
    pdf: bytes
    pages: int
    file: str
    digest: bytes
    submission: Submission | None = None
    approver: Staff | None = None

    @property
    def unchanged(self) -> bool:
        """Whether the content is exactly what was submitted."""
        if self.submission is None:
            return False
        return not self.submission.digest or self.submission.digest == self.digest


def read_review(core: Core, who: SignedIn, dossier_id: str) -> Review:
    """Everything about one dossier that waits for approval, number, signature, seal or handover.

    Raises `NotAllowed` TK-08 for who may see no dossier.
    """
    demand_sees_dossiers(who.staff)
    with core.store.read() as conn:
        dossier = load_dossier(conn, dossier_id)
        submission = _last_submission(conn, dossier_id)
        approver = find_staff(conn, dossier.approval.by) if dossier.approval else None
    own = who.staff if who.staff.has(Role.LEADER) else None
    signer = approver or own
    pdf = _paper(core, dossier, signer=signer, officer=submission.by if submission else "")
    stored = dossier.status in _ISSUED
    return Review(
        dossier, pdf, page_count(pdf), hashlib.sha256(pdf).hexdigest() if stored else "",
        content_digest(dossier), submission, approver,
    )  # fmt: skip


def _paper(core: Core, dossier: Dossier, *, signer: Staff | None, officer: str) -> bytes:
    if dossier.status in _ISSUED:
        return result_bytes(core, dossier)
    if dossier.status is Status.REFUSAL_PROPOSED and dossier.refusal is not None:
        draft = _refusal_notice(core, dossier, dossier.refusal, officer=officer)
        return result_paper(core, dossier, signer=signer, draft=draft).data
    return result_paper(core, dossier, signer=signer).data


def _refusal_notice(
    core: Core, dossier: Dossier, refusal: RefusalProposed, *, officer: str
) -> Draft:
    """The notice the citizen would get, filled with the proposal's own words."""
    values = draft_values(core, dossier, officer)
    said = {"reason": refusal.reason, "legal_basis": refusal.legal_basis}
    return Draft("refusal_notice", {**values, **said})


def _last_submission(conn: Connection, dossier_id: str) -> Submission | None:
    for item in reversed(stream_events(conn, dossier_stream(dossier_id))):
        e = item.envelope
        event = from_payload(e.type, e.type_version, e.payload)
        if isinstance(event, Submitted):
            return Submission(_name(conn, item), _moment(e.wall), event.digest, event.note)
        if isinstance(event, RefusalProposed):
            return Submission(_name(conn, item), _moment(e.wall))
    return None


def _name(conn: Connection, item: Sealed) -> str:
    actor = item.envelope.actor.staff
    found = find_staff(conn, actor)
    return found.name if found else actor


def _moment(wall: int) -> datetime:
    return datetime.fromtimestamp(wall / 1000, VIETNAM)
