"""Handling: transfer, assignment, appraisal, supplements, fees, submission, closing."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time

from models.deadline import ClockEvent, EventKind
from models.dossier import Dossier, content_digest
from models.errors import InputError, NotAllowed
from models.events import handling as events
from models.events.intake import Corrected, FeeCollected, Noted
from models.intake import Component, FeeLine, Promise
from models.party import Person, sound_person
from models.staff import Role
from models.typed_text import clean_line
from models.words import tr
from models.workflow import Act, Status
from services.clock import VIETNAM
from services.core import Core, SignedIn
from services.document_templates import pinned
from services.dossiers.acts import perform, step
from services.dossiers.books import void_in_book
from services.dossiers.corrected import corrected_persons
from services.dossiers.promise import clock_history, moment_for, promise_after
from services.people import find_staff

__all__ = [
    "assign", "collect_fee", "correct", "handle", "note", "propose_refusal", "receive_supplement",
    "request_supplement", "require_payment", "stop", "submit", "transfer", "withdraw",
]  # fmt: skip


def said(text: str, label: str, *, field: str = "reason", limit: int = 2000) -> str:
    """A reason or remark as typed, cleaned; raises `InputError` HS-03 when it is empty."""
    clean = clean_line(text, label, limit=limit, field=field)
    if not clean:
        raise InputError(
            "HS-03", tr("Chưa ghi {label}.", label=label.lower()), tr("Hãy ghi rõ."), field=field
        )
    return clean


def transfer(
    core: Core, who: SignedIn, dossier_id: str, *, department: str, note: str = ""
) -> Dossier:
    """Pass an accepted dossier to a department of the office."""
    if department not in core.departments:
        raise InputError(
            "HS-04", tr("Không có phòng «{name}».", name=department[:80]),
            tr("Chọn một phòng trong danh sách."), field="department",
        )  # fmt: skip
    text = clean_line(note, tr("Ghi chú"), limit=1000)
    event = events.Transferred(department, text)
    return perform(core, who, dossier_id, act=Act.TRANSFER, event=event)


def assign(core: Core, who: SignedIn, dossier_id: str, *, assignee: str, note: str = "") -> Dossier:
    """Give the dossier to an officer, by staff id; `NotAllowed` HS-11 for anybody else."""
    text = clean_line(note, tr("Ghi chú"), limit=1000)
    with step(core, who, dossier_id, act=Act.ASSIGN) as doing:
        officer = find_staff(doing.act.tx, assignee)
        if officer is None or not officer.active or not officer.has(Role.OFFICER):
            raise NotAllowed(
                "HS-11",
                tr("Người được chọn không phải công chức thụ lý đang làm việc."),
                tr("Chọn người khác trong danh sách."),
            )
        return doing.add(events.Assigned(officer.id, officer.name, text))


def handle(
    core: Core, who: SignedIn, dossier_id: str, *, note: str = "", draft: events.Draft | None = None
) -> Dossier:
    """Record an appraisal, keep the draft result, or both."""
    text = clean_line(note, tr("Kết quả thẩm định"), limit=4000)
    return perform(core, who, dossier_id, act=Act.HANDLE, event=events.Handled(text, draft))


def correct(
    core: Core,
    who: SignedIn,
    dossier_id: str,
    *,
    reason: str,
    submitter: Person | None = None,
    applicant: Person | None = None,
    components: tuple[Component, ...] | None = None,
    request: str | None = None,
    seen: Dossier | None = None,
) -> Dossier:
    """Put facts of intake right; what is None stays, and of a person what is as it was.

    `seen` is the dossier the clerk had before them (None: as it is now). Raises `NotAllowed` HS-13
    when somebody else changed the very part meanwhile.
    """
    why = said(reason, tr("Lý do sửa"))
    today = core.clock.now().date()
    named = None if components is None else tuple(
        replace(c, name=clean_line(c.name, tr("Tên giấy tờ"), limit=500)) for c in components
    )  # fmt: skip
    persons = {
        # who corrects has seen the paper: the reason stands for identity data that look wrong
        whose: sound_person(person, today, doubts_accepted=why)
        for whose, person in (("submitter", submitter), ("applicant", applicant))
        if person is not None
    }
    event = Corrected(
        why, None, None, named,
        None if request is None else clean_line(request, tr("Nội dung"), limit=1000), (),
    )  # fmt: skip
    return perform(
        core, who, dossier_id, act=Act.CORRECT,
        event=lambda now: replace(event, **corrected_persons(persons, seen or now, now=now)),
    )  # fmt: skip


def note(core: Core, who: SignedIn, dossier_id: str, *, text: str) -> Dossier:
    """Add a remark."""
    event = Noted(said(text, tr("Ghi chú"), field="note"))
    return perform(core, who, dossier_id, act=Act.NOTE, event=event)


def request_supplement(
    core: Core,
    who: SignedIn,
    dossier_id: str,
    *,
    items: tuple[str, ...],
    reason: str,
    legal_basis: str = "",
    respond_by: str = "",
) -> Dossier:
    """Ask the citizen, once and completely, for what is missing (form 02): the clock stops."""
    wanted = tuple(clean_line(i, tr("Giấy tờ"), limit=500) for i in items if i.strip())
    if not wanted:
        raise InputError(
            "HS-06", tr("Chưa ghi giấy tờ nào cần bổ sung."),
            tr("Ghi đủ mọi giấy tờ trong một lần."), field="items",
        )  # fmt: skip
    why = said(reason, tr("Lý do"))
    basis = clean_line(legal_basis, tr("Căn cứ pháp lý"), limit=300)
    answer_by = _answer_by(core, respond_by)
    with step(core, who, dossier_id, act=Act.REQUEST_SUPPLEMENT) as doing:
        at = moment_for(core.clock.now(), doing.dossier)
        # asked of the rules first: a mark they cannot count would freeze the dossier later
        _promise(core, doing.dossier, ClockEvent(EventKind.SUPPLEMENT_REQUESTED, at))
        return doing.add(events.SupplementRequested(wanted, why, at.isoformat(), basis, answer_by))


def _answer_by(core: Core, typed: str) -> str:
    """The day until which the citizen should answer, as its close of business; "" for none.

    Raises `InputError` HS-09 for what is no date, HS-12 for a day that is over.
    """
    if not typed:
        return ""
    try:
        day = datetime.fromisoformat(typed).date()
    except ValueError as error:
        raise InputError(
            "HS-09", tr("Hạn bổ sung «{text}» không phải ngày giờ.", text=typed[:40]),
            tr("Chọn ngày trong lịch."), field="respond_by",
        ) from error  # fmt: skip
    if day < core.clock.now().date():
        raise InputError(
            "HS-12", tr("Hạn bổ sung {day} đã qua.", day=f"{day:%d/%m/%Y}"),
            tr("Chọn ngày từ hôm nay trở đi."), field="respond_by",
        )  # fmt: skip
    spans = core.calendar.spans(day)
    close = spans[-1].end if spans else time(17, 30)
    return datetime.combine(day, close, VIETNAM).isoformat()


def receive_supplement(
    core: Core,
    who: SignedIn,
    dossier_id: str,
    *,
    components: tuple[Component, ...] = (),
    note: str = "",
) -> Dossier:
    """The dossier is complete: the whole limit is counted again from now."""
    with step(core, who, dossier_id, act=Act.RECEIVE_SUPPLEMENT) as doing:
        dossier = doing.dossier
        now = moment_for(core.clock.now(), dossier)
        promise = _promise(core, dossier, ClockEvent(EventKind.SUPPLEMENT_RECEIVED, now))
        given = components or tuple(
            replace(c, state="given") if c.state == "missing" else c for c in dossier.components
        )
        text = clean_line(note, tr("Ghi chú"), limit=1000)
        return doing.add(events.SupplementReceived(now.isoformat(), promise, given, text))


def _promise(core: Core, dossier: Dossier, event: ClockEvent) -> Promise:
    assert dossier.intake is not None
    received = datetime.fromisoformat(dossier.intake.received_at)
    return promise_after(
        event, received, dossier.intake.limit, calendar=core.calendar,
        history=clock_history(dossier),
    )  # fmt: skip


def require_payment(
    core: Core, who: SignedIn, dossier_id: str, *, reason: str, amount: int
) -> Dossier:
    """The citizen must first meet a financial obligation (status 6)."""
    if amount < 0:
        raise InputError(
            "HS-10", tr("Số tiền không được âm."), tr("Nhập lại số tiền."), field="amount"
        )
    event = events.PaymentRequired(said(reason, tr("Lý do")), amount)
    return perform(core, who, dossier_id, act=Act.REQUIRE_PAYMENT, event=event)


def collect_fee(
    core: Core, who: SignedIn, dossier_id: str, *, lines: tuple[FeeLine, ...], receipt: str = ""
) -> Dossier:
    """Record money taken; `receipt` is the number of the money receipt given."""
    if not lines or any(line.payable < 0 or line.quantity < 1 for line in lines):
        raise InputError(
            "HS-07", tr("Chưa có khoản thu nào."), tr("Ghi ít nhất một khoản."), field="fees"
        )
    number = clean_line(receipt, tr("Số biên lai"), limit=60)
    event = FeeCollected(lines, number)
    return perform(core, who, dossier_id, act=Act.COLLECT_FEE, event=event)


def submit(
    core: Core, who: SignedIn, dossier_id: str, *, draft: events.Draft, note: str = ""
) -> Dossier:
    """Submit the draft for approval, bound to the content and the template's words as they are now.

    Raises `InputError` TL-06 when no such template is in force.
    """
    bound = pinned(core, draft)
    with step(core, who, dossier_id, act=Act.SUBMIT) as doing:
        digest = content_digest(replace(doing.dossier, draft=bound))
        text = clean_line(note, tr("Ghi chú"), limit=1000)
        return doing.add(events.Submitted(bound, digest, text))


def propose_refusal(
    core: Core, who: SignedIn, dossier_id: str, *, reason: str, legal_basis: str
) -> Dossier:
    """Propose to refuse; a leader decides."""
    basis = said(legal_basis, tr("Căn cứ pháp lý"), field="legal_basis", limit=300)
    event = events.RefusalProposed(said(reason, tr("Lý do")), basis)
    return perform(core, who, dossier_id, act=Act.PROPOSE_REFUSAL, event=event)


def withdraw(core: Core, who: SignedIn, dossier_id: str, *, reason: str) -> Dossier:
    """The citizen takes the application back (status 7)."""
    why = said(reason, tr("Lý do rút"))
    return _close(core, who, dossier_id, act=Act.WITHDRAW, event=events.Withdrawn(why))


def stop(
    core: Core, who: SignedIn, dossier_id: str, *, reason: str, legal_basis: str = ""
) -> Dossier:
    """The office stops the case (form 05, status 8)."""
    basis = clean_line(legal_basis, tr("Căn cứ pháp lý"), limit=300)
    event = events.Stopped(said(reason, tr("Lý do dừng")), basis)
    return _close(core, who, dossier_id, act=Act.STOP, event=event)


def _close(
    core: Core,
    who: SignedIn,
    dossier_id: str,
    *,
    act: Act,
    event: events.Withdrawn | events.Stopped,
) -> Dossier:
    """End the case; a number already reserved is voided with the reason, never left hanging."""
    with step(core, who, dossier_id, act=act) as doing:
        if doing.dossier.status is Status.NUMBERED:
            void_in_book(doing.act, doing.dossier, event.reason)
        return doing.add(event)
