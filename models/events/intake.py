"""Events of intake: what the clerk took down from the citizen, and later corrections."""

from __future__ import annotations

from models.codec import Event, event
from models.intake import (
    Attachment,
    Component,
    FeeLine,
    LimitTaken,
    Promise,
    Representative,
)
from models.party import Person

__all__ = ["Corrected", "FeeCollected", "Noted", "Received"]


@event("dossier.received")
class Received(Event):
    """A citizen's application was accepted; everything form 01 prints is here.

    `received_at` and `promise.due` are ISO times with offset. `channel` is the national code
    (1 at the desk, 2 online, 3 post). `visit` joins the dossiers of one visit. `doubts_accepted`
    is the clerk's reason for taking identity data that look wrong.
    """

    code: str
    visit: str
    procedure: str
    procedure_name: str
    field: str
    result_name: str
    catalogue: str
    channel: int
    received_at: str
    competent_unit: str
    submitter: Person
    applicant: Person
    limit: LimitTaken
    promise: Promise
    representative: Representative | None = None
    components: tuple[Component, ...] = ()
    sets: int = 1
    fees: tuple[FeeLine, ...] = ()
    return_method: str = "desk"
    return_address: str = ""
    request: str = ""
    note: str = ""
    case: str = ""
    doubts_accepted: str = ""


@event("dossier.corrected")
class Corrected(Event):
    """Facts taken at intake were put right. `person` names whose: submitter or applicant."""

    reason: str
    submitter: Person | None = None
    applicant: Person | None = None
    components: tuple[Component, ...] | None = None
    request: str | None = None


@event("dossier.noted")
class Noted(Event):
    """A remark, with files that belong to it."""

    text: str
    attachments: tuple[Attachment, ...] = ()


@event("dossier.fee_collected")
class FeeCollected(Event):
    """Money was taken for the dossier; amounts in đồng."""

    lines: tuple[FeeLine, ...]
    receipt_number: str = ""
    stage: int = 1
