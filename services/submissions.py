"""Online submissions at the desk: what waits, taking one in, declining one with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from models.authority import role_for
from models.dossier import Dossier
from models.envelope import Sealed
from models.errors import InputError, NotAllowed
from models.events.submission import (
    SubmissionAccepted,
    SubmissionArrived,
    SubmissionDeclined,
    SubmissionFileSaved,
    submission_stream,
)
from models.intake import Attachment, LimitTaken
from models.order import canonical
from models.staff import first_role
from models.typed_text import clean_line
from models.words import tr
from models.workflow import Act
from services.core import Core, SignedIn
from services.dossiers.intake import Application, Online, PaperGiven, Visit, receive
from services.dossiers.preview import Expected, expected_dossiers
from services.journal.reading import stream_events
from services.people import as_stored
from services.rights import demand_sees_dossiers
from services.store.blob_refs import coming_of

__all__ = [
    "Submission", "accept_submission", "decline_submission", "expected_submission",
    "files_coming", "find_submission", "project_submission", "take_out_submitted", "visit_of",
    "waiting_submissions",
]  # fmt: skip

ONLINE = 2
"""The national code of the channel."""

_WRITE = (
    "INSERT INTO submission (id, portal, external_id, code, procedure, procedure_name, applicant, "
    "submitted_at, state, reason, twice) VALUES (?,?,?,?,?,?,?,?,?,?,?) "
    "ON CONFLICT (id) DO UPDATE SET state = excluded.state, reason = excluded.reason, "
    "twice = excluded.twice"
)
_ROWS = (
    "SELECT id, portal, external_id, code, procedure, procedure_name, applicant, submitted_at, "
    "state, reason, twice FROM submission WHERE state = 'waiting' ORDER BY submitted_at, id"
)


@dataclass(frozen=True, slots=True)
class Submission:
    """One row of the list; `twice` tells that two PCs decided otherwise about it."""

    id: str
    portal: str
    external_id: str
    code: str
    procedure: str
    procedure_name: str
    applicant: str
    submitted_at: str
    state: str
    reason: str
    twice: bool


def project_submission(tx: Connection, stream: str, events: Sequence[Sealed]) -> None:
    """The row of one submission. Taken in by anybody it is accepted: the dossier is there."""
    arrived: SubmissionArrived | None = None
    accepted, reason = False, ""
    for item in canonical(events).events:
        if item.outlawed:
            continue
        match item.event():
            case SubmissionArrived() as said if arrived is None and _from_city(tx, item):
                arrived = said
            case SubmissionAccepted():
                accepted = True
            case SubmissionDeclined(reason=words):
                reason = reason or words
    if arrived is None:
        return
    state = "accepted" if accepted else "declined" if reason else "waiting"
    tx.exec_driver_sql(
        _WRITE,
        (
            stream.partition("/")[2], arrived.portal, arrived.external_id, arrived.code,
            arrived.procedure, arrived.procedure_name, arrived.applicant.name,
            arrived.submitted_at, state, reason, int(accepted and bool(reason)),
        ),
    )  # fmt: skip


def _from_city(tx: Connection, item: Sealed) -> bool:
    """Only the city speaks for a portal."""
    row = tx.exec_driver_sql(
        "SELECT 1 FROM device WHERE log = ? AND kind = 'city'", (item.envelope.log,)
    ).first()
    return row is not None


def waiting_submissions(core: Core, who: SignedIn) -> tuple[Submission, ...]:
    """What waits to be taken in, oldest first."""
    demand_sees_dossiers(who.staff)
    with core.store.read() as conn:
        rows = conn.exec_driver_sql(_ROWS).all()
    return tuple(_row(row) for row in rows)


def _row(row: Row[Any]) -> Submission:
    told = dict(row._mapping)
    return Submission(**{**told, "twice": bool(told["twice"])})


def find_submission(core: Core, who: SignedIn, submission_id: str) -> SubmissionArrived | None:
    """Everything the portal handed in, if it is here."""
    demand_sees_dossiers(who.staff)
    with core.store.read() as conn:
        return _arrived(conn, submission_id)


def files_coming(core: Core, said: SubmissionArrived) -> frozenset[str]:
    """The names of its files that are not on this PC yet."""
    files = {file.sha256 for paper in said.components for file in paper.attachments}
    with core.store.read() as conn:
        return coming_of(conn, files)


def take_out_submitted(
    core: Core, who: SignedIn, submission_id: str, *, attachment: Attachment
) -> bytes:
    """The bytes of a file of a submission, to be saved outside; that it left is recorded.

    Raises `NotAllowed` TK-08 for who sees no dossiers, HS-30 when the file is not of this
    submission, `MachineError` KHO-52..KHO-54 when it is damaged or not here yet.
    """
    said = find_submission(core, who, submission_id)
    papers = said.components if said is not None else ()
    if not any(attachment in paper.attachments for paper in papers):
        raise NotAllowed(
            "HS-30", tr("Tệp này không thuộc hồ sơ trực tuyến đang xem."), tr("Mở lại hộp này.")
        )
    with core.store.read() as conn:
        data = core.blobs.get(conn, attachment.sha256)
    role = role_for(Act.RECEIVE, who.staff) or first_role(who.staff)
    with core.journal.act(who.acting_as(role)) as act:
        act.add(submission_stream(submission_id), SubmissionFileSaved(attachment.name))
    return data


def _arrived(conn: Connection, submission_id: str) -> SubmissionArrived | None:
    for item in stream_events(conn, submission_stream(submission_id)):
        event = item.event()
        if isinstance(event, SubmissionArrived) and _from_city(conn, item):
            return event
    return None


def visit_of(
    core: Core, submission_id: str, said: SubmissionArrived, *, limit: LimitTaken | None = None
) -> Visit:
    """The submission as a visit, for the form of intake; the limit counts as the setting says.

    The portal's time is the time of receipt unless the office counts from taking it in.
    """
    submitted = datetime.fromisoformat(said.submitted_at)
    counted = submitted if core.settings["online_clock"] == "submitted" else core.clock.now()
    application = Application(
        said.procedure, tuple(PaperGiven(each) for each in said.components),
        applicant=said.applicant, limit=limit, request=said.request,
    )  # fmt: skip
    return Visit(
        said.submitter, (application,), channel=ONLINE, return_method=said.return_method,
        return_address=said.return_address, received_at=min(counted, core.clock.now()),
        command=f"online-{submission_id}", online=Online(submission_id, said.code),
    )  # fmt: skip


def expected_submission(
    core: Core, submission_id: str, said: SubmissionArrived, *, limit: LimitTaken | None = None
) -> Expected:
    """The dossier it would become if it were taken in now; raises `InputError` DM-01."""
    visit = visit_of(core, submission_id, said, limit=limit)
    with core.store.read() as conn:
        (expected,) = expected_dossiers(core, conn, visit)
    intake = expected.dossier.intake
    assert intake is not None
    own = replace(expected.dossier, intake=replace(intake, code=said.code))
    return replace(expected, dossier=own)


def accept_submission(
    core: Core, who: SignedIn, submission_id: str, *, limit: LimitTaken | None = None
) -> Dossier:
    """Take a submission in as it is; it becomes the dossier of the same id, with its code.

    Asked twice it is done once. Raises `NotAllowed` TN-10 when it was declined or is not here,
    and as `receive` does.
    """
    with core.store.read() as conn:
        said, state = _arrived(conn, submission_id), _state(conn, submission_id)
    if said is None or state == "declined":
        raise _not_waiting()
    return receive(core, who, visit_of(core, submission_id, said, limit=limit))[0]


def decline_submission(core: Core, who: SignedIn, submission_id: str, *, reason: str) -> None:
    """Do not accept it; the citizen is told `reason`. Raises `NotAllowed` TN-10, `InputError`."""
    words = clean_line(reason, tr("Lý do"), limit=500, field="reason")
    if not words:
        raise InputError(
            "TN-11", tr("Chưa ghi lý do không tiếp nhận."),
            tr("Ghi rõ thiếu gì, sai gì để người dân biết."), field="reason",
        )  # fmt: skip
    role = role_for(Act.RECEIVE, who.staff)
    if role is None:
        raise NotAllowed(
            "HS-01", tr("Tài khoản này không có quyền tiếp nhận hồ sơ."),
            tr("Không có gì thay đổi."),
        )  # fmt: skip
    with core.journal.act(who.acting_as(role)) as act:
        as_stored(act.tx, who)
        if _state(act.tx, submission_id) != "waiting":
            raise _not_waiting()
        act.add(submission_stream(submission_id), SubmissionDeclined(words))


def _state(conn: Connection, submission_id: str) -> str:
    row = conn.exec_driver_sql(
        "SELECT state FROM submission WHERE id = ?", (submission_id,)
    ).first()
    return str(row[0]) if row else ""


def _not_waiting() -> NotAllowed:
    return NotAllowed(
        "TN-10",
        tr("Hồ sơ trực tuyến này không còn chờ tiếp nhận."),
        tr("Mở lại danh sách để xem ai đã xử lý."),
    )
