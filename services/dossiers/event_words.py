"""What an event of a dossier says beyond its act, in one line for people."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from models.codec import Event
from models.dates import show_date
from models.events import handling as h
from models.events import intake as i
from models.events import issuing as n
from models.fee import dong
from models.words import tr

__all__ = ["detail_of", "worded_kinds"]


def detail_of(event: Event) -> str:
    """The event's own words: reason, department, officer, number, money; "" when it has none."""
    words = _WORDS.get(type(event))
    return words(event) if words is not None else ""


def worded_kinds() -> frozenset[str]:
    """The kinds of events that have words here; a test demands all of a dossier's."""
    return frozenset(kind.KIND for kind in _WORDS)


def _joined(*parts: str) -> str:
    return " · ".join(part for part in parts if part)


def _with_basis(event: Any) -> str:
    basis = tr("Căn cứ: {basis}", basis=event.legal_basis) if event.legal_basis else ""
    return _joined(tr("Lý do: {reason}", reason=event.reason), basis)


def _reason(event: Any) -> str:
    return tr("Lý do: {reason}", reason=event.reason)


def _received(e: i.Received) -> str:
    return _joined(
        tr("Người nộp: {name}", name=e.submitter.name),
        tr("{count} giấy tờ", count=sum(1 for c in e.components if c.state == "given")),
    )


def _fee(e: i.FeeCollected) -> str:
    total = dong(sum(line.payable for line in e.lines))
    number = tr("biên lai {number}", number=e.receipt_number) if e.receipt_number else ""
    return _joined(total, number)


def _payment(e: h.PaymentRequired) -> str:
    return _joined(_reason(e), dong(e.amount) if e.amount else "")


def _handled(e: h.Handled) -> str:
    return _joined(e.note, tr("Lưu dự thảo văn bản") if e.draft else "")


def _supplement(e: h.SupplementRequested) -> str:
    items = tr("Cần bổ sung: {items}", items="; ".join(e.items))
    answer = tr("trả lời trước {day}", day=show_date(e.respond_by[:10])) if e.respond_by else ""
    return _joined(items, _reason(e), answer)


def _returned(e: h.Returned) -> str:
    return _joined(_reason(e), tr("Chỗ cần sửa: {place}", place=e.place) if e.place else "")


def _handed(e: n.HandedOver) -> str:
    return _joined(tr("Người nhận: {name}", name=e.receiver), e.id_number, e.note)


def _voided(e: n.NumberVoided | n.SignatureRevoked) -> str:
    return _joined(tr("Số {number}", number=e.number), _reason(e))


_WORDS: dict[type[Event], Callable[[Any], str]] = {
    i.Received: _received,
    i.Corrected: _reason,
    i.Noted: lambda e: _joined(e.text, ", ".join(a.name for a in e.attachments)),
    i.FeeCollected: _fee,
    h.Transferred: lambda e: _joined(e.department, e.note),
    h.Assigned: lambda e: _joined(e.assignee_name, e.note),
    h.Handled: _handled,
    h.SupplementRequested: _supplement,
    h.SupplementReceived: lambda e: e.note,
    h.PaymentRequired: _payment,
    h.Submitted: lambda e: e.note,
    h.RefusalProposed: _with_basis,
    h.Returned: _returned,
    h.Approved: lambda e: e.note,
    h.Refused: _with_basis,
    h.Withdrawn: _reason,
    h.Stopped: _with_basis,
    h.Extended: _with_basis,
    h.Rescheduled: _reason,
    h.ConflictResolved: lambda e: e.decision,
    n.Numbered: lambda e: _joined(e.notation, show_date(e.dated)),
    n.NumberVoided: _voided,
    n.Signed: lambda e: tr("Văn bản {digest}", digest=e.file[:12]),
    n.Sealed: lambda e: tr("Văn bản {digest}", digest=e.file[:12]),
    n.SignatureRevoked: _voided,
    n.Done: lambda e: e.note,
    n.HandedOver: _handed,
}
