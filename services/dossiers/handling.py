"""Handling: transfer, assignment, appraisal, supplements, fees, submission, closing."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from models.deadline import ClockEvent, EventKind
from models.dossier import Dossier, content_digest
from models.errors import InputError
from models.events import handling as events
from models.events.intake import Corrected, FeeCollected, Noted
from models.intake import Component, FeeLine, Promise
from models.party import Person, tidy_person
from models.typed_text import clean_line
from models.words import tr
from models.workflow import Act
from services.core import Core, SignedIn
from services.dossiers.acts import clock_history, perform, step
from services.dossiers.promise import promise_after

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


def assign(
    core: Core, who: SignedIn, dossier_id: str, *, assignee: str, name: str, note: str = ""
) -> Dossier:
    """Give the dossier to an officer, by staff id."""
    event = events.Assigned(assignee, name, clean_line(note, tr("Ghi chú"), limit=1000))
    return perform(core, who, dossier_id, act=Act.ASSIGN, event=event)


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
) -> Dossier:
    """Put facts of intake right; what is None stays."""
    today = core.clock.now().date()
    event = Corrected(
        said(reason, tr("Lý do sửa")),
        tidy_person(submitter, today) if submitter else None,
        tidy_person(applicant, today) if applicant else None,
        components,
        request,
    )
    return perform(core, who, dossier_id, act=Act.CORRECT, event=event)


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
    event = events.SupplementRequested(
        wanted, said(reason, tr("Lý do")), core.clock.now().isoformat(),
        clean_line(legal_basis, tr("Căn cứ pháp lý"), limit=300), respond_by,
    )  # fmt: skip
    return perform(core, who, dossier_id, act=Act.REQUEST_SUPPLEMENT, event=event)


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
        now = core.clock.now()
        dossier = doing.dossier
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
    """Submit the draft result for approval, bound to the content as it is now."""
    with step(core, who, dossier_id, act=Act.SUBMIT) as doing:
        digest = content_digest(replace(doing.dossier, draft=draft))
        text = clean_line(note, tr("Ghi chú"), limit=1000)
        return doing.add(events.Submitted(draft, digest, text))


def propose_refusal(
    core: Core, who: SignedIn, dossier_id: str, *, reason: str, legal_basis: str
) -> Dossier:
    """Propose to refuse; a leader decides."""
    basis = said(legal_basis, tr("Căn cứ pháp lý"), field="legal_basis", limit=300)
    event = events.RefusalProposed(said(reason, tr("Lý do")), basis)
    return perform(core, who, dossier_id, act=Act.PROPOSE_REFUSAL, event=event)


def withdraw(core: Core, who: SignedIn, dossier_id: str, *, reason: str) -> Dossier:
    """The citizen takes the application back (status 7)."""
    event = events.Withdrawn(said(reason, tr("Lý do rút")))
    return perform(core, who, dossier_id, act=Act.WITHDRAW, event=event)


def stop(
    core: Core, who: SignedIn, dossier_id: str, *, reason: str, legal_basis: str = ""
) -> Dossier:
    """The office stops the case (form 05, status 8)."""
    basis = clean_line(legal_basis, tr("Căn cứ pháp lý"), limit=300)
    event = events.Stopped(said(reason, tr("Lý do dừng")), basis)
    return perform(core, who, dossier_id, act=Act.STOP, event=event)
