"""What a portal says and hears: the JSON of its questions, with the limits of every field."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

__all__ = ["PaperIn", "PersonIn", "StateOut", "SubmissionIn", "SubmissionOut"]

Line = Annotated[str, StringConstraints(max_length=500)]
Needed = Annotated[str, StringConstraints(min_length=1, max_length=500)]


class Strict(BaseModel):
    """A misspelt field is told, not passed over."""

    model_config = ConfigDict(extra="forbid")


class PersonIn(Strict):
    """A citizen, household business or organisation; the portal's own proof is not taken over."""

    kind: Literal["individual", "organisation", "household_business"] = "individual"
    name: Needed
    id_kind: Literal["", "personal_id", "cmnd", "passport", "tax_code", "other"] = ""
    id_number: Line = ""
    birth: Line = Field("", description="YYYY-MM-DD or YYYY")
    sex: Literal["", "nam", "nu"] = ""
    phone: Line = ""
    email: Line = ""
    address: Line = ""


class FileIn(Strict):
    """One file. `content` is base64; `signed` tells that a PDF carries an electronic signature."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    content: str
    signed: bool = False


class PaperIn(Strict):
    """One paper of the application."""

    name: Needed
    kind: Literal["original", "certified_copy", "photocopy", "electronic"] = "electronic"
    count: int = Field(1, ge=1, le=100)
    note: Line = ""
    files: list[FileIn] = Field(default=[], max_length=50)


class SubmissionIn(Strict):
    """An application. `submitter` handed it in, `applicant` (else the same) is whose it is.

    `submitted_at` is the portal's receipt time, with offset; `code` the dossier code it gave.
    """

    office: Annotated[str, StringConstraints(pattern=r"^[0-9]{5}$")]
    external_id: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._:/-]{1,100}$")]
    code: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9.-]{5,60}$")]
    procedure: Annotated[str, StringConstraints(min_length=1, max_length=60)]
    submitted_at: AwareDatetime
    submitter: PersonIn
    applicant: PersonIn | None = None
    components: list[PaperIn] = Field(default=[], max_length=100)
    request: Annotated[str, StringConstraints(max_length=1000)] = ""
    return_method: Literal["desk", "postal", "online"] = "desk"
    return_address: Line = ""


class SubmissionOut(BaseModel):
    """The automatic reply: the same however often the same is handed in."""

    id: str
    code: str
    office: str
    submitted_at: datetime
    received_at: datetime = Field(description="when the city took it")
    status: int = Field(1, description="national status: 1 just received from the citizen")


class StateOut(BaseModel):
    """Where the application is; times that have not come are null."""

    id: str
    code: str
    office: str
    status: int = Field(description="national status 1-10")
    submitted_at: datetime
    received_at: datetime
    accepted_at: datetime | None = None
    due_at: datetime | None = None
    done_at: datetime | None = None
    reason: str = Field("", description="why it was not accepted")
