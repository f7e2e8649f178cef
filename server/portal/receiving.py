"""Takes one application in: checked, stored once as the city's event for the office, answered."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, Row, select
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from models.calendar import VIETNAM
from models.errors import InputError, NotAllowed
from models.events.submission import SubmissionArrived, submission_stream
from models.intake import Component
from models.numbering import normalise_dossier_code
from models.party import Person, check_person, sound_person
from models.procedure import Procedure
from models.typed_text import clean_line
from models.words import tr
from server.context import CityContext
from server.offices import get_office
from server.portal.files import ReadFile, demand_room, read_file
from server.portal.messages import PaperIn, PersonIn, SubmissionIn, SubmissionOut
from server.portal.tables import portal_submission
from services.clock import new_id

__all__ = ["receive_submission"]

AHEAD = timedelta(minutes=5)
"""So much the portal's clock may run before the city's."""
LATE = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class _Arrival:
    """What is stored: the event, and the digest by which a repeat is known."""

    id: str
    office: str
    digest: bytes
    received_at: str
    event: SubmissionArrived
    files: tuple[ReadFile, ...]


def receive_submission(city: CityContext, portal: str, said: SubmissionIn) -> SubmissionOut:
    """Store an application once and answer; the same again gets the same answer.

    Raises `InputError` MC-07 (office not served), ND-xx and TN-2x for what is wrong in it,
    `NotAllowed` TN-22 for a known id with other content, TN-24 for a code used already.
    """
    get_office(city.database, said.office)
    digest = hashlib.sha256(said.model_dump_json().encode()).digest()
    known = _known(city, portal, said, digest=digest)
    if known is not None:
        return known
    arrival = _arrival(city, portal, said, digest=digest)
    if _store(city, arrival):
        city.changed(said.office)
    stored = _known(city, portal, said, digest=digest)
    if stored is None:
        raise _code_taken()
    return stored


def _store(city: CityContext, arrival: _Arrival) -> bool:
    """Files, row and event; False, and no file stays, when another worker or code was first."""
    shelf = city.shelf(arrival.office)
    taken = False
    try:
        for each in arrival.files:
            shelf.lay(each.content)
        with city.database.write(arrival.office) as tx:
            is_new = _put(tx, arrival)
            if is_new:
                stream = submission_stream(arrival.id)
                city.journal.add(tx, arrival.office, [(stream, arrival.event)])
                for each in arrival.files:
                    shelf.keep(tx, each.content)
        taken = is_new
    finally:
        if not taken and arrival.files:
            shelf.drop([each.attachment.sha256 for each in arrival.files])
    return taken


def _put(tx: Connection, arrival: _Arrival) -> bool:
    """Whether the row is new; the unique keys decide between workers, not a look beforehand."""
    insert = pg_insert if tx.dialect.name == "postgresql" else sqlite_insert
    event = arrival.event
    row = insert(portal_submission).values(
        off=arrival.office, id=arrival.id, portal=event.portal, external_id=event.external_id,
        digest=arrival.digest, code=event.code, submitted_at=event.submitted_at,
        received_at=arrival.received_at,
    )  # fmt: skip
    wanted = row.on_conflict_do_nothing().returning(portal_submission.c.id)
    return tx.execute(wanted).first() is not None


def _known(
    city: CityContext, portal: str, said: SubmissionIn, *, digest: bytes
) -> SubmissionOut | None:
    """The answer given before; raises `NotAllowed` TN-22 when it was about something else."""
    table = portal_submission
    mine = (table.c.portal == portal) & (table.c.external_id == said.external_id)
    with city.database.read_city() as tx:
        row = tx.execute(select(table).where(mine)).first()
    if row is None:
        return None
    if bytes(row.digest) != digest:
        raise NotAllowed(
            "TN-22",
            tr("Cổng đã nộp hồ sơ mã {id} với nội dung khác.", id=said.external_id),
            tr("Hồ sơ đã nộp không sửa được; nộp hồ sơ mới với mã khác."),
        )
    return _answer(row)


def _answer(row: Row[tuple[object, ...]]) -> SubmissionOut:
    return SubmissionOut(
        id=row.id, code=row.code, office=row.off, status=1,
        submitted_at=datetime.fromisoformat(row.submitted_at),
        received_at=datetime.fromisoformat(row.received_at),
    )  # fmt: skip


def _arrival(city: CityContext, portal: str, said: SubmissionIn, *, digest: bytes) -> _Arrival:
    """The application in stored form; raises for the first thing that is wrong in it."""
    now = city.clock.now()
    submitted = _submitted(said.submitted_at, now)
    procedure = _procedure(city, said, submitted.date())
    submitter = _person(said.submitter, now.date())
    papers = [(each, tuple(read_file(f) for f in each.files)) for each in said.components]
    files = tuple(each for _, read in papers for each in read)
    demand_room(files)
    applicant = submitter if said.applicant is None else _person(said.applicant, now.date())
    event = SubmissionArrived(
        portal=portal,
        external_id=said.external_id,
        code=normalise_dossier_code(said.code),
        procedure=procedure.code,
        procedure_name=procedure.name,
        submitter=submitter,
        applicant=applicant,
        submitted_at=submitted.isoformat(),
        components=tuple(_component(paper, read) for paper, read in papers),
        request=clean_line(said.request, tr("Nội dung"), limit=1000, field="request"),
        return_method=said.return_method,
        return_address=clean_line(
            said.return_address, tr("Địa chỉ nhận"), limit=500, field="return_address"
        ),
        remarks=_remarks(applicant, submitted, files=files, now=now),
    )
    return _Arrival(new_id(city.clock), said.office, digest, now.isoformat(), event, files)


def _submitted(told: datetime, now: datetime) -> datetime:
    if told > now + AHEAD:
        raise InputError(
            "TN-25", tr("Giờ nộp muộn hơn giờ của máy chủ thành phố."),
            tr("Chỉnh đồng hồ của cổng rồi gửi lại."), field="submitted_at",
        )  # fmt: skip
    try:
        return told.astimezone(VIETNAM)
    except (OverflowError, ValueError):
        raise InputError(
            "TN-26", tr("Giờ nộp không đọc được."), tr("Gửi giờ theo ISO 8601 với múi giờ."),
            field="submitted_at",
        ) from None  # fmt: skip


def _procedure(city: CityContext, said: SubmissionIn, day: date) -> Procedure:
    """A procedure of the office's catalogue, in force when it was handed in; raises TN-27."""
    found = city.catalogues.on(said.office, day).find_procedure(said.procedure)
    if found is None or not found.in_force(day):
        raise InputError(
            "TN-27",
            tr("Thủ tục này không có trong danh mục hoặc không có hiệu lực vào ngày nộp."),
            tr("Dùng mã thủ tục trong danh mục của thành phố."),
            field="procedure",
        )
    return found


def _person(said: PersonIn, today: date) -> Person:
    """The person in stored form, not proven: the desk compares."""
    return sound_person(Person(**said.model_dump()), today)


def _component(said: PaperIn, files: Sequence[ReadFile]) -> Component:
    return Component(
        clean_line(said.name, tr("Tên giấy tờ"), limit=500, field="components"),
        kind=said.kind, count=said.count,
        note=clean_line(said.note, tr("Ghi chú"), limit=500, field="components"),
        attachments=tuple(each.attachment for each in files),
    )  # fmt: skip


def _remarks(
    applicant: Person, submitted: datetime, *, files: Sequence[ReadFile], now: datetime
) -> tuple[str, ...]:
    """What the person at the desk should look at."""
    found = [problem.what for problem in check_person(applicant, now.date())]
    if now - submitted > LATE:
        found.append(tr("Cổng gửi sang muộn hơn một ngày sau khi người dân nộp."))
    return (*found, *(words for each in files for words in each.remarks))


def _code_taken() -> NotAllowed:
    return NotAllowed(
        "TN-24",
        tr("Mã hồ sơ này đã thuộc một hồ sơ khác của cơ quan."),
        tr("Kiểm tra mã hồ sơ do cổng cấp."),
    )
