"""What a visit would become if it were received now: the same dossiers, nothing stored."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import Connection

from models.dossier import Dossier
from models.errors import InputError, OfficeError
from models.events.intake import Received
from models.intake import LimitTaken, Promise
from models.party import Person, tidy_person
from models.typed_text import one_line
from models.words import tr
from models.workflow import Status
from services.core import Core
from services.dossiers.codes import coming_codes
from services.dossiers.intake import Application, Visit, suggested_limit
from services.dossiers.promise import promise_for

__all__ = ["Expected", "expected_dossiers"]

LONGEST_SHOWN = 200
NOT_TYPED = "…"


@dataclass(frozen=True, slots=True)
class Expected:
    """One application as it would be stored.

    `limit` and `promise` are None while no date can be promised; `problem` then says why. The
    dossier is whole enough for a receipt when there is a promise.
    """

    dossier: Dossier
    limit: LimitTaken | None
    promise: Promise | None
    problem: InputError | None = None


def expected_dossiers(core: Core, conn: Connection, visit: Visit) -> tuple[Expected, ...]:
    """The would-be dossiers of a half-typed visit, with the codes they will get from this PC.

    Nothing typed is refused here: what cannot be read yet is shown as it stands or as "…".
    Raises `InputError` DM-01 for a procedure that the catalogue does not have.
    """
    now = visit.received_at or core.clock.now()
    codes = coming_codes(core, conn, now.date(), count=len(visit.applications))
    submitter = _shown(visit.submitter, now.date())
    return tuple(
        _expected(core, visit, application, submitter=submitter, code=code)
        for application, code in zip(visit.applications, codes, strict=True)
    )


def _expected(
    core: Core, visit: Visit, application: Application, *, submitter: Person, code: str
) -> Expected:
    now = visit.received_at or core.clock.now()
    procedure = core.catalogue.get_procedure(application.procedure)
    applicant = _shown(application.applicant, now.date()) if application.applicant else submitter
    limit = application.limit or suggested_limit(core, procedure)
    promise, problem = _promise(core, visit, limit)
    event = Received(
        code=code,
        visit=visit.command,
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
        limit=limit or LimitTaken("", "", source="clerk"),
        promise=promise or Promise("", core.calendar.version),
        representative=visit.representative,
        components=tuple(
            replace(paper.component, name=_text(paper.component.name))
            for paper in application.papers
        ),
        sets=max(1, application.sets),
        fees=application.fees,
        return_method=visit.return_method,
        return_address=_text(visit.return_address),
        request=_text(application.request),
        note=_text(application.note),
        case=application.case,
    )
    dossier = Dossier(
        id="",
        status=Status.RECEIVED,
        intake=event,
        submitter=submitter,
        applicant=applicant,
        components=event.components,
        request=event.request,
        promise=promise,
        original_due=promise.due if promise else "",
    )
    return Expected(dossier, limit, promise, problem)


def _promise(
    core: Core, visit: Visit, limit: LimitTaken | None
) -> tuple[Promise | None, InputError | None]:
    """The date to promise, or why there is none yet."""
    if limit is None:
        return None, InputError(
            "ND-05",
            tr("Danh mục chưa có thời hạn của thủ tục này."),
            tr("Nhập thời hạn và căn cứ pháp lý của thời hạn."),
            field="limit",
        )
    try:
        now = visit.received_at or core.clock.now()
        return promise_for(now, limit, calendar=core.calendar), None
    except InputError as error:
        return None, error


def _shown(person: Person, today: date) -> Person:
    """The person in stored form, or as typed where the form still has mistakes."""
    named = replace(person, name=_text(person.name) or NOT_TYPED)
    try:
        return replace(tidy_person(named, today), name=named.name)
    except OfficeError:
        return replace(
            named,
            id_number=_text(person.id_number),
            phone=_text(person.phone),
            address=_text(person.address),
            email=_text(person.email),
        )


def _text(typed: str) -> str:
    return one_line(typed)[:LONGEST_SHOWN]
