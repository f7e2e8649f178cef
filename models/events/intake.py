"""Events of intake: what the clerk took down from the citizen, and later corrections."""

from __future__ import annotations

from typing import Any

from models.codec import Event, event, upcast
from models.intake import (
    Attachment,
    Component,
    FeeLine,
    LimitTaken,
    Promise,
    Representative,
)
from models.party import Person
from models.person_parts import PARTS

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


@event("dossier.corrected", version=2)
class Corrected(Event):
    """Facts taken at intake were put right.

    `changed` names what of the two persons was meant, as "submitter.phone" (`models.person_parts`);
    the rest of them is as the author saw it and sets nothing. None, as in version 1: all of them.
    """

    reason: str
    submitter: Person | None = None
    applicant: Person | None = None
    components: tuple[Component, ...] | None = None
    request: str | None = None
    changed: tuple[str, ...] | None = None

    def parts(self) -> tuple[str, ...]:
        """What of the persons this event sets, as "whose.part"."""
        known = [
            f"{whose}.{part}"
            for whose in ("submitter", "applicant")
            if getattr(self, whose) is not None
            for part in PARTS
        ]
        return tuple(w for w in known if self.changed is None or w in self.changed)


@upcast("dossier.corrected", 1)
def _of_whole_persons(payload: dict[str, Any]) -> dict[str, Any]:
    """Version 1 did not say which parts of a person were meant."""
    return payload


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
