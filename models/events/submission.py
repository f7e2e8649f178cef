"""Events of online submissions: they arrive in the city's log, the office accepts or declines.

The stream is `submission/<id>`; an accepted one becomes the dossier of the same id, so two PCs that
accept at once write to one dossier and not to two.
"""

from __future__ import annotations

from models.codec import Event, event
from models.intake import Component
from models.party import Person

__all__ = [
    "SubmissionAccepted", "SubmissionArrived", "SubmissionDeclined", "SubmissionFileSaved",
    "submission_stream",
]  # fmt: skip


def submission_stream(submission_id: str) -> str:
    """The stream of one submission."""
    return f"submission/{submission_id}"


@event("submission.arrived")
class SubmissionArrived(Event):
    """A portal handed in an application; it keeps the portal's code and time (ISO with offset).

    `external_id` is the portal's own id, `remarks` what the city found at arrival and a person
    should look at.
    """

    portal: str
    external_id: str
    code: str
    procedure: str
    procedure_name: str
    submitter: Person
    applicant: Person
    submitted_at: str
    components: tuple[Component, ...] = ()
    request: str = ""
    return_method: str = "desk"
    return_address: str = ""
    remarks: tuple[str, ...] = ()


@event("submission.accepted")
class SubmissionAccepted(Event):
    """A receptionist took it in: the dossier of the same id exists (national status 2)."""

    code: str


@event("submission.declined")
class SubmissionDeclined(Event):
    """It was not accepted, with the reason the citizen is told (national status 3)."""

    reason: str


@event("submission.file_saved")
class SubmissionFileSaved(Event):
    """A file of it was saved outside the program, to be looked at before deciding."""

    name: str
