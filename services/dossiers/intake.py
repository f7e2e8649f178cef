"""Intake: the dossiers of one visit are checked, coded, promised and stored in one transaction."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import PurePath

from sqlalchemy import Connection

from models.authority import role_for
from models.dossier import Dossier
from models.errors import InputError, NotAllowed
from models.events.intake import Received
from models.events.submission import SubmissionAccepted, submission_stream
from models.fold import fold
from models.intake import Attachment, Component, FeeLine, LimitTaken, Representative
from models.party import Person, sound_person
from models.procedure import Procedure
from models.staff import Role
from models.typed_text import clean_line
from models.words import tr
from models.workflow import Act
from services.clock import new_id
from services.core import Core, SignedIn
from services.dossiers.codes import take_code
from services.dossiers.promise import limit_from_catalogue, promise_for
from services.dossiers.read_model import dossier_stream
from services.people import as_stored

__all__ = [
    "Application", "Online", "PaperGiven", "Visit", "media_of", "receive", "suggested_fees",
    "suggested_limit",
]  # fmt: skip

LARGEST_FILE = 50 * 1024 * 1024


@dataclass(frozen=True)
class PaperGiven:
    """One paper with the files scanned for it, (name, content) each."""

    component: Component
    files: tuple[tuple[str, bytes], ...] = ()


@dataclass(frozen=True)
class Application:
    """One dossier as typed: the procedure, whose it is, the papers, the limit and the fees.

    `applicant` None means the submitter applies for himself. `limit` None takes the catalogue's;
    it must be given, with its legal basis, where the catalogue knows none. `doubts_accepted` is the
    reason why doubtful identity data were taken after seeing the paper ("" refuses them).
    """

    procedure: str
    papers: tuple[PaperGiven, ...] = ()
    applicant: Person | None = None
    limit: LimitTaken | None = None
    fees: tuple[FeeLine, ...] = ()
    sets: int = 1
    request: str = ""
    note: str = ""
    case: str = ""
    competent_unit: str = ""
    doubts_accepted: str = ""


@dataclass(frozen=True)
class Online:
    """The online submission a dossier is made of: its id, which the dossier keeps, and its code."""

    id: str
    code: str


@dataclass(frozen=True)
class Visit:
    """What one person brings at one time; `command` is the screen's id for this act.

    With `online` there is exactly one application, handed in through a portal.
    """

    submitter: Person
    applications: tuple[Application, ...]
    channel: int = 1
    representative: Representative | None = None
    return_method: str = "desk"
    return_address: str = ""
    received_at: datetime | None = None
    command: str = ""
    online: Online | None = None


def suggested_limit(core: Core, procedure: Procedure) -> LimitTaken | None:
    """The catalogue's limit with the office's usual way of counting; None when unknown."""
    return limit_from_catalogue(procedure, core.settings["count_mode"])


def suggested_fees(procedure: Procedure) -> tuple[FeeLine, ...]:
    """The published fee as one line; none where no single amount is published or it is zero."""
    amount = procedure.fee.amount
    return (FeeLine("Phí, lệ phí theo danh mục", amount),) if amount else ()


def receive(core: Core, who: SignedIn, visit: Visit) -> tuple[Dossier, ...]:
    """Accept every application of the visit, or none.

    Raises `InputError` for what was typed wrong (its `field` says where), `NotAllowed` when the
    person may not receive. The receipt may be shown and printed once this returns.
    """
    role = _demand_receiving(who)
    if not visit.applications:
        raise InputError("ND-01", tr("Chưa chọn thủ tục nào."), tr("Chọn thủ tục trước khi lưu."))
    today = core.clock.now().date()
    submitter = sound_person(
        visit.submitter, today, doubts_accepted=visit.applications[0].doubts_accepted
    )
    now = visit.received_at or core.clock.now()
    if now > core.clock.now():
        raise InputError(
            "ND-19", tr("Giờ nhận không được muộn hơn bây giờ."), tr("Sửa giờ nhận."),
            field="received_at",
        )  # fmt: skip
    visit_id = visit.command or new_id(core.clock)
    with core.journal.act(who.acting_as(role)) as act:
        _demand_receiving(as_stored(act.tx, who))  # it may have been taken back meanwhile
        repeated = _already_stored(act.tx, visit_id)
        if repeated:
            return tuple(fold(i, act.events(dossier_stream(i))) for i in repeated)
        made: list[str] = []
        for application in visit.applications:
            event = _received_event(core, act.tx, visit, application=replace(
                application, applicant=application.applicant or submitter
            ), submitter=submitter, now=now, visit_id=visit_id)  # fmt: skip
            dossier_id = visit.online.id if visit.online else new_id(core.clock)
            act.add(dossier_stream(dossier_id), event)
            if visit.online:
                act.add(submission_stream(dossier_id), SubmissionAccepted(event.code))
            made.append(dossier_id)
        return tuple(fold(i, act.events(dossier_stream(i))) for i in made)


def _demand_receiving(who: SignedIn) -> Role:
    """The role that lets the person receive; raises `NotAllowed` HS-01 without one."""
    role = role_for(Act.RECEIVE, who.staff)
    if role is None or not who.staff.active:
        raise NotAllowed(
            "HS-01",
            tr("Tài khoản này không có quyền tiếp nhận hồ sơ."),
            tr("Không có gì thay đổi."),
        )
    return role


def _already_stored(conn: Connection, visit_id: str) -> list[str]:
    """Dossiers of a visit that was stored before: pressing the key twice receives once."""
    rows = conn.exec_driver_sql("SELECT id FROM dossier WHERE visit = ? ORDER BY n", (visit_id,))
    return [str(row[0]) for row in rows]


def _received_event(
    core: Core,
    tx: Connection,
    visit: Visit,
    *,
    application: Application,
    submitter: Person,
    now: datetime,
    visit_id: str,
) -> Received:
    procedure = core.catalogue.get_procedure(application.procedure)
    if not procedure.in_force(now.date()):
        raise NotAllowed(
            "ND-03",
            tr("Thủ tục {code} không có hiệu lực vào ngày nhận.", code=procedure.code),
            tr("Chọn thủ tục thay thế trong danh mục."),
        )
    assert application.applicant is not None
    applicant = sound_person(
        application.applicant, now.date(), doubts_accepted=application.doubts_accepted
    )
    limit = _limit(core, procedure, application)
    if application.sets < 1:
        raise InputError("ND-04", tr("Số bộ hồ sơ phải từ 1."), tr("Sửa số bộ."), field="sets")
    return Received(
        code=visit.online.code if visit.online else take_code(core, tx, now),
        visit=visit_id,
        procedure=procedure.code,
        procedure_name=procedure.name,
        field=procedure.field,
        result_name=procedure.result,
        catalogue=core.catalogue.bundle.digest,
        channel=visit.channel,
        received_at=now.isoformat(),
        competent_unit=application.competent_unit or core.office.unit_name,
        submitter=submitter,
        applicant=applicant,
        limit=limit,
        promise=promise_for(now, limit, calendar=core.calendar),
        representative=_sound_representative(visit, now.date()),
        components=tuple(_component(core, tx, paper) for paper in application.papers),
        sets=application.sets,
        fees=application.fees,
        return_method=visit.return_method,
        return_address=clean_line(visit.return_address, tr("Địa chỉ nhận"), limit=500),
        request=clean_line(application.request, tr("Nội dung"), limit=1000),
        note=clean_line(application.note, tr("Ghi chú"), limit=1000),
        case=application.case,
        doubts_accepted=clean_line(application.doubts_accepted, tr("Lý do"), limit=300),
    )


def _sound_representative(visit: Visit, today: date) -> Representative | None:
    """Who acts for the applicant, in stored form."""
    if visit.representative is None:
        return None
    doubts = visit.applications[0].doubts_accepted
    person = sound_person(visit.representative.person, today, doubts_accepted=doubts)
    return Representative(
        person, clean_line(visit.representative.authority, tr("Giấy ủy quyền"), limit=300)
    )


def _limit(core: Core, procedure: Procedure, application: Application) -> LimitTaken:
    """The limit to use; one typed by the clerk must name its legal basis."""
    limit = application.limit or suggested_limit(core, procedure)
    if limit is None:
        raise InputError(
            "ND-05",
            tr("Danh mục chưa có thời hạn của thủ tục này."),
            tr("Nhập thời hạn và căn cứ pháp lý của thời hạn."),
            field="limit",
        )
    if limit.source == "clerk":
        basis = clean_line(limit.legal_basis, tr("Căn cứ pháp lý"), limit=300)
        if not basis:
            raise InputError(
                "ND-06",
                tr("Thời hạn do cán bộ nhập phải có căn cứ pháp lý."),
                tr("Ghi văn bản và điều khoản, ví dụ: Điều 7 NĐ 23/2015/NĐ-CP."),
                field="legal_basis",
            )
        limit = replace(limit, legal_basis=basis)
    return limit


def _component(core: Core, tx: Connection, paper: PaperGiven) -> Component:
    """The paper with its files stored; a file that is too large refuses the whole act."""
    stored: list[Attachment] = list(paper.component.attachments)
    for name, content in paper.files:
        if len(content) > LARGEST_FILE:
            raise InputError(
                "ND-07",
                tr("Tệp «{name}» lớn hơn 50 MB.", name=name[:80]),
                tr("Quét lại ở độ phân giải 200–300 dpi."),
                field="components",
            )
        shown = clean_line(PurePath(name.replace("\\", "/")).name, tr("Tên tệp"), limit=200)
        media = media_of(content)
        kept = core.blobs.put(tx, content, media=media)
        stored.append(Attachment(kept.hash, shown, len(content), media))
    name = clean_line(paper.component.name, tr("Tên giấy tờ"), limit=500)
    return replace(paper.component, name=name, attachments=tuple(stored))


def media_of(content: bytes) -> str:
    """The kind of file by its first bytes; never by its name."""
    for start, media in (
        (b"%PDF-", "application/pdf"),
        (b"\xff\xd8\xff", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"II*\x00", "image/tiff"),
        (b"MM\x00*", "image/tiff"),
        (b"PK\x03\x04", "application/zip"),
    ):
        if content.startswith(start):
            return media
    return "application/octet-stream"
