"""Events of handling: transfer, assignment, supplements, drafts, decisions, dates."""

from __future__ import annotations

from dataclasses import dataclass

from models.codec import Event, event
from models.intake import Component, Promise

__all__ = [
    "SIDES", "Approved", "Assigned", "ConflictResolved", "Draft", "Extended", "Handled",
    "PaymentRequired", "RefusalProposed", "Refused", "Rescheduled", "Returned", "Stopped",
    "Submitted", "SupplementReceived", "SupplementRequested", "Transferred", "Withdrawn",
]  # fmt: skip


SIDES = ("first", "second")


@dataclass(frozen=True, slots=True)
class Draft:
    """The result document as drafted: a template and the values merged into it.

    `template_version` is the digest of the template's words, set when the draft is submitted; a
    draft without it follows the template in force.
    """

    template: str
    values: dict[str, str]
    template_version: str = ""


@event("dossier.transferred")
class Transferred(Event):
    """The desk passed the dossier to a department; starts a row of form 06."""

    department: str
    note: str = ""


@event("dossier.assigned")
class Assigned(Event):
    """A head gave the dossier to an officer."""

    assignee: str
    assignee_name: str
    note: str = ""


@event("dossier.handled")
class Handled(Event):
    """The officer recorded an appraisal or changed the draft result."""

    note: str = ""
    draft: Draft | None = None


@event("dossier.supplement_requested")
class SupplementRequested(Event):
    """Form 02: the clock stops until the citizen brings what is missing."""

    items: tuple[str, ...]
    reason: str
    at: str
    legal_basis: str = ""
    respond_by: str = ""
    approved_by: str = ""


@event("dossier.supplement_received")
class SupplementReceived(Event):
    """The full dossier is here: the limit is counted again from the beginning."""

    at: str
    promise: Promise
    components: tuple[Component, ...] = ()
    note: str = ""


@event("dossier.payment_required")
class PaymentRequired(Event):
    """The dossier waits for a financial obligation (national status 6)."""

    reason: str
    amount: int = 0


@event("dossier.submitted")
class Submitted(Event):
    """The officer submitted the draft; `digest` is the content the approver will see."""

    draft: Draft
    digest: bytes
    note: str = ""


@event("dossier.refusal_proposed")
class RefusalProposed(Event):
    """The officer proposes to refuse; a leader decides."""

    reason: str
    legal_basis: str = ""


@event("dossier.returned")
class Returned(Event):
    """A head or leader sent the work back; `place` marks where to look."""

    reason: str
    place: str = ""


@event("dossier.approved")
class Approved(Event):
    """A leader approved exactly the content whose digest is `basis`."""

    basis: bytes
    note: str = ""


@event("dossier.refused")
class Refused(Event):
    """A leader confirmed the refusal."""

    reason: str
    legal_basis: str = ""


@event("dossier.withdrawn")
class Withdrawn(Event):
    """The citizen took the application back."""

    reason: str


@event("dossier.stopped")
class Stopped(Event):
    """The office stopped the case (form 05)."""

    reason: str
    legal_basis: str = ""


@event("dossier.extended")
class Extended(Event):
    """Apology and one new date (form 04); the first promise is kept beside it."""

    reason: str
    at: str
    promise: Promise
    legal_basis: str = ""


@event("dossier.rescheduled")
class Rescheduled(Event):
    """The calendar changed after the promise was made; nothing moves silently."""

    reason: str
    promise: Promise


@event("dossier.conflict_resolved")
class ConflictResolved(Event):
    """A person settled a conflict; both sides are among this event's causes.

    `side` says which of the two holds; "" leaves things as they stand.
    """

    conflict: str
    decision: str
    side: str = ""
