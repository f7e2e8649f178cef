"""What each act changes in a dossier: one small function per act, called by the fold only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from models.dossier import Approval, ClockMark
from models.envelope import Sealed
from models.events import handling, intake, issuing
from models.person_parts import with_part
from models.workflow import Act

__all__ = ["STEPS"]

Work = dict[str, Any]


def _received(work: Work, e: intake.Received, item: Sealed) -> None:
    work.update(
        intake=e, submitter=e.submitter, applicant=e.applicant, components=e.components,
        request=e.request, promise=e.promise, original_due=e.promise.due,
        receiver=item.envelope.actor.staff,
    )  # fmt: skip


def _corrected(work: Work, e: intake.Corrected, item: Sealed) -> None:
    for name in ("components", "request"):
        value = getattr(e, name)
        if value is not None:
            work[name] = value
    for what in e.parts():
        whose, _, part = what.partition(".")
        work[whose] = with_part(work[whose], part, getattr(e, whose))


def _fee(work: Work, e: intake.FeeCollected, item: Sealed) -> None:
    work["fees_paid"] = (*work["fees_paid"], *e.lines)


def _transferred(work: Work, e: handling.Transferred, item: Sealed) -> None:
    work["department"] = e.department


def _assigned(work: Work, e: handling.Assigned, item: Sealed) -> None:
    work["assignee"], work["assignee_name"] = e.assignee, e.assignee_name


def _handled(work: Work, e: handling.Handled, item: Sealed) -> None:
    if e.draft is not None:
        work["draft"], work["drafter"] = e.draft, item.envelope.actor.staff


def _supplement_requested(work: Work, e: handling.SupplementRequested, item: Sealed) -> None:
    work["supplement"] = e
    work["supplement_count"] += 1
    work["marks"] = (*work["marks"], ClockMark("supplement_requested", e.at))


def _supplement_received(work: Work, e: handling.SupplementReceived, item: Sealed) -> None:
    work["supplement"] = None
    work["promise"] = e.promise
    work["marks"] = (*work["marks"], ClockMark("supplement_received", e.at))
    if e.components:
        work["components"] = e.components


def _submitted(work: Work, e: handling.Submitted, item: Sealed) -> None:
    work["draft"], work["drafter"] = e.draft, item.envelope.actor.staff
    work["returned"] = None


def _refusal_proposed(work: Work, e: handling.RefusalProposed, item: Sealed) -> None:
    work["refusal"] = e
    work["drafter"] = item.envelope.actor.staff


def _returned(work: Work, e: handling.Returned, item: Sealed) -> None:
    work.update(returned=e, approval=None, refusal=None, number=None, numberer="")


def _approved(work: Work, e: handling.Approved, item: Sealed) -> None:
    env = item.envelope
    work["approval"] = Approval(e.basis, env.actor.staff, env.wall, item.hash)


def _numbered(work: Work, e: issuing.Numbered, item: Sealed) -> None:
    work["number"], work["numberer"] = e, item.envelope.actor.staff


def _number_voided(work: Work, e: issuing.NumberVoided, item: Sealed) -> None:
    work["number"], work["numberer"] = None, ""


def _signed(work: Work, e: issuing.Signed, item: Sealed) -> None:
    work["signed"], work["signer"] = e, item.envelope.actor.staff


def _sealed(work: Work, e: issuing.Sealed, item: Sealed) -> None:
    work["sealed"] = e


def _signature_revoked(work: Work, e: issuing.SignatureRevoked, item: Sealed) -> None:
    work.update(number=None, numberer="", signed=None, signer="", sealed=None)


def _done(work: Work, e: issuing.Done, item: Sealed) -> None:
    work["done_at"] = e.at


def _handed_over(work: Work, e: issuing.HandedOver, item: Sealed) -> None:
    work["handed_over"] = e


def _closed(work: Work, e: Any, item: Sealed) -> None:
    work["closed_reason"] = e.reason


def _extended(work: Work, e: handling.Extended, item: Sealed) -> None:
    work["promise"], work["extended"] = e.promise, True
    work["marks"] = (*work["marks"], ClockMark("extended", e.at, e.promise.due))


def _rescheduled(work: Work, e: handling.Rescheduled, item: Sealed) -> None:
    work["promise"] = e.promise


def _nothing(work: Work, e: object, item: Sealed) -> None:
    """The act is only recorded."""


STEPS: dict[Act, Callable[[Work, Any, Sealed], None]] = {
    Act.RECEIVE: _received,
    Act.CORRECT: _corrected,
    Act.NOTE: _nothing,
    Act.COLLECT_FEE: _fee,
    Act.TRANSFER: _transferred,
    Act.ASSIGN: _assigned,
    Act.HANDLE: _handled,
    Act.REQUEST_SUPPLEMENT: _supplement_requested,
    Act.RECEIVE_SUPPLEMENT: _supplement_received,
    Act.REQUIRE_PAYMENT: _nothing,
    Act.SUBMIT: _submitted,
    Act.PROPOSE_REFUSAL: _refusal_proposed,
    Act.RETURN: _returned,
    Act.APPROVE: _approved,
    Act.NUMBER: _numbered,
    Act.VOID_NUMBER: _number_voided,
    Act.SIGN: _signed,
    Act.SEAL: _sealed,
    Act.REVOKE_SIGNATURE: _signature_revoked,
    Act.FINISH: _done,
    Act.HAND_OVER: _handed_over,
    Act.REFUSE: _closed,
    Act.WITHDRAW: _closed,
    Act.STOP: _closed,
    Act.EXTEND: _extended,
    Act.RESCHEDULE: _rescheduled,
    Act.RESOLVE: _nothing,
}
