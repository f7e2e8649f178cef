"""The handovers of form 06, read from the journal: who gave the dossier to whom, and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from models.calendar import VIETNAM
from models.codec import from_payload
from models.deadline_state import state_of
from models.dossier import Dossier
from models.events import handling as h
from models.events import issuing as n
from models.events.intake import Received
from models.fold import fold
from models.order import canonical
from models.words import in_vietnamese
from services.core import Core
from services.documents.data import ControlRow
from services.dossiers.read_model import dossier_stream
from services.journal.reading import stream_events
from services.people import staff_rows

__all__ = ["control_rows"]

RESULTS = {"early": "early", "on_time": "on_time", "overdue": "late"}


@dataclass(frozen=True, slots=True)
class _Taker:
    """Who has the dossier after a handover: place, person, remark."""

    place: str
    person: str = ""
    note: str = ""


@in_vietnamese()
def control_rows(core: Core, dossier_id: str) -> tuple[ControlRow, ...]:
    """The rows of form 06 (domain §1.2), oldest first; acts without effect are left out.

    Printed words: Vietnamese whatever the language of the window.
    """
    with core.store.read() as conn:
        stored = stream_events(conn, dossier_stream(dossier_id))
        people = {person.id: person.name for person in staff_rows(conn)}
    dossier = fold(dossier_id, stored)
    void = {v.event for v in dossier.voids}
    citizen = dossier.submitter.name if dossier.submitter else ""
    holder = _Taker(citizen, citizen)
    rows = []
    for item in canonical(stored).events:
        e = item.envelope
        event = from_payload(e.type, e.type_version, e.payload)
        actor = people.get(e.actor.staff, "")
        taker = None if item.hash in void else _taker(event, dossier, core, actor=actor)
        if taker is None:
            continue
        given_by = citizen if isinstance(event, Received) else actor
        at = datetime.fromtimestamp(e.wall / 1000, VIETNAM)
        result = _result(dossier, event)
        rows.append(
            ControlRow(holder.place, taker.place, at, given_by, taker.person, result, taker.note)
        )
        holder = taker
    return tuple(rows)


def _taker(event: object, dossier: Dossier, core: Core, *, actor: str) -> _Taker | None:
    """Who takes the dossier by this event; None when it does not change hands."""
    office = core.office.unit_name
    desk = core.settings["desk"] or f"Điểm tiếp nhận {office}"
    department = dossier.department or office
    citizen = dossier.submitter.name if dossier.submitter else ""
    match event:
        case Received():
            return _Taker(desk, actor)
        case h.Transferred():
            return _Taker(event.department, "", event.note)
        case h.Assigned():
            return _Taker(department, event.assignee_name, event.note)
        case h.SupplementRequested():
            return _Taker(citizen, "", "Yêu cầu bổ sung, dừng tính thời hạn")
        case h.SupplementReceived():
            return _Taker(department, dossier.assignee_name, "Đã bổ sung đủ")
        case h.Submitted() | h.RefusalProposed():
            return _Taker(f"Lãnh đạo UBND {office}")
        case h.Returned():
            return _Taker(department, dossier.assignee_name, event.reason)
        case h.Approved():
            return _Taker(f"Văn thư UBND {office}")
        case n.Done():
            return _Taker(desk, "", event.note)
        case n.HandedOver():
            return _Taker(citizen, event.receiver)
    return None


def _result(dossier: Dossier, event: object) -> str:
    """Early, on time or late, on the row that ends processing; "" on all others."""
    if not isinstance(event, n.Done) or not dossier.due:
        return ""
    at = datetime.fromisoformat(event.at)
    state = state_of(datetime.fromisoformat(dossier.due), at, finished_at=at)
    return RESULTS.get(state.value, "")
