"""Approval: a leader decides on exactly what was submitted; dates move once, with an apology."""

from __future__ import annotations

from datetime import datetime

from models.deadline import ClockEvent, EventKind
from models.dossier import Dossier, content_digest
from models.errors import NotAllowed
from models.events import handling as events
from models.typed_text import clean_line
from models.words import tr
from models.workflow import Act, Status
from services.core import Core, SignedIn
from services.dossiers.acts import perform, step
from services.dossiers.books import void_in_book
from services.dossiers.handling import said
from services.dossiers.promise import clock_history, moment_for, promise_after

__all__ = ["approve", "extend", "refuse", "resolve_conflict", "return_to_officer"]


def approve(core: Core, who: SignedIn, dossier_id: str, *, seen: bytes, note: str = "") -> Dossier:
    """Approve the content whose digest is `seen`: what the leader's screen showed.

    Raises `NotAllowed` HS-05 when the content changed after it was shown.
    """
    with step(core, who, dossier_id, act=Act.APPROVE) as doing:
        if content_digest(doing.dossier) != seen:
            raise NotAllowed(
                "HS-05",
                tr("Nội dung hồ sơ đã thay đổi sau khi mở."),
                tr("Xem lại bản mới rồi phê duyệt."),
            )
        return doing.add(events.Approved(seen, clean_line(note, tr("Ý kiến"), limit=1000)))


def return_to_officer(
    core: Core, who: SignedIn, dossier_id: str, *, reason: str, place: str = ""
) -> Dossier:
    """Send the work back; a number already reserved is voided with the reason, never reused."""
    why = said(reason, tr("Lý do trả lại"))
    with step(core, who, dossier_id, act=Act.RETURN) as doing:
        if doing.dossier.status is Status.NUMBERED:
            void_in_book(doing.act, doing.dossier, why)
        return doing.add(events.Returned(why, clean_line(place, tr("Chỗ cần sửa"), limit=300)))


def refuse(
    core: Core, who: SignedIn, dossier_id: str, *, reason: str = "", legal_basis: str = ""
) -> Dossier:
    """Confirm a proposed refusal; reason and basis default to the proposal's."""

    def event(dossier: Dossier) -> events.Refused:
        proposal = dossier.refusal
        why = reason or (proposal.reason if proposal else "")
        basis = legal_basis or (proposal.legal_basis if proposal else "")
        return events.Refused(said(why, tr("Lý do")), basis)

    return perform(core, who, dossier_id, act=Act.REFUSE, event=event)


def extend(
    core: Core, who: SignedIn, dossier_id: str, *, reason: str, new_due: datetime
) -> Dossier:
    """Apologise and promise a new date, once; the first promise is kept (form 04)."""
    why = said(reason, tr("Lý do chậm"))
    with step(core, who, dossier_id, act=Act.EXTEND) as doing:
        dossier = doing.dossier
        now = moment_for(core.clock.now(), dossier)
        assert dossier.intake is not None
        promise = promise_after(
            ClockEvent(EventKind.EXTENDED, now, new_due),
            datetime.fromisoformat(dossier.intake.received_at),
            dossier.intake.limit,
            calendar=core.calendar,
            history=clock_history(dossier),
        )
        return doing.add(events.Extended(why, now.isoformat(), promise))


def resolve_conflict(
    core: Core,
    who: SignedIn,
    dossier_id: str,
    *,
    conflict: str,
    decision: str,
    side: str = "",
    also: tuple[str, ...] = (),
) -> Dossier:
    """A person settles a conflict; both sides stay in the journal.

    `side` is the one that holds from now on, first or second; "" leaves things as they stand.
    `also` are conflicts that the same choice settles (`models.dossier.open_contradictions`).
    """
    assert side in ("", *events.SIDES)
    why = said(decision, tr("Quyết định"))
    with step(core, who, dossier_id, act=Act.RESOLVE) as doing:
        for other in also:
            doing.add(events.ConflictResolved(other, why, side))
        return doing.add(events.ConflictResolved(conflict, why, side))
