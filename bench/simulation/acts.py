"""What clerks do: the people of a simulated office and the production event of each act."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from models.codec import Event
from models.dossier import Dossier, content_digest
from models.envelope import Actor
from models.events import handling as h
from models.events import intake, issuing
from models.intake import FeeLine, LimitTaken, Promise
from models.party import Person
from models.staff import Role, Staff
from models.workflow import Act

__all__ = ["AGENCY", "MAKERS", "OFFICE", "PEOPLE", "TOO_MANY", "Desk", "actor_of", "received"]

OFFICE = "00316"
AGENCY = "H26.103"
CITIZEN = Person("individual", "Nguyễn Thị Nguyệt", "personal_id", "001194012345")
TOO_MANY = 3
"""A simulated office opens no more dossiers than this, so that people meet on the same ones."""


def _staff(letter: str, role: Role) -> Staff:
    return Staff(f"staff-{letter}", letter, letter.upper(), frozenset({role}))


PEOPLE = (
    _staff("a", Role.RECEPTIONIST), _staff("b", Role.DEPARTMENT_HEAD), _staff("c", Role.OFFICER),
    _staff("d", Role.LEADER), _staff("e", Role.LEADER), _staff("f", Role.RECORDS_CLERK),
    _staff("g", Role.OFFICER), _staff("h", Role.CASHIER),
)  # fmt: skip


def actor_of(person: Staff) -> Actor:
    """The person acting in their one role."""
    return Actor(person.id, next(iter(person.roles)), "s")


@dataclass(frozen=True, slots=True)
class Desk:
    """Where an act is done: on which PC, at which (perhaps wrong) time, with a random mark."""

    pc: str
    at: str
    mark: str
    staff: str


def received(desk: Desk, code: str) -> intake.Received:
    """A citizen's application taken in."""
    return intake.Received(
        code, code, "1.004873", "Thủ tục", "Hộ tịch", "Giấy", "", 1, desk.at, "Phường", CITIZEN,
        CITIZEN, LimitTaken("3", "working_day"), Promise(desk.at, "c"),
    )  # fmt: skip


def _corrected(desk: Desk, d: Dossier) -> Event:
    if desk.mark < "8":
        return intake.Corrected("sửa", request=f"{desk.pc} {desk.mark}")
    return intake.Corrected("sửa", applicant=replace(CITIZEN, name=f"Tên {desk.pc} {desk.mark}"))


def _handled(desk: Desk, d: Dossier) -> Event:
    return h.Handled("thẩm định", _draft(desk) if desk.mark < "8" else None)


def _draft(desk: Desk) -> h.Draft:
    return h.Draft("confirmation", {"content": f"{desk.pc} {desk.mark}"})


def _submitted(desk: Desk, d: Dossier) -> Event:
    draft = d.draft or _draft(desk)
    return h.Submitted(draft, content_digest(replace(d, draft=draft)))


def _resolved(desk: Desk, d: Dossier) -> Event:
    open_ones = [c for c in d.conflicts if not c.resolved] or list(d.conflicts)
    side = ("first", "second", "")[ord(desk.mark[0]) % 3]
    return h.ConflictResolved(open_ones[-1].id, "quyết", side)


def _signed(desk: Desk, d: Dossier) -> Event:
    assert d.number is not None
    return issuing.Signed(d.number.base, desk.mark * 8, desk.staff, "vân tay", desk.at)


def _sealed(desk: Desk, d: Dossier) -> Event:
    assert d.signed is not None
    return issuing.Sealed(d.signed.file, desk.mark * 8, "vân tay", desk.at)


def _paid(desk: Desk, d: Dossier) -> Event:
    return intake.FeeCollected((FeeLine("Lệ phí", 8000),), desk.mark)


MAKERS: dict[Act, Callable[[Desk, Dossier], Event]] = {
    Act.TRANSFER: lambda desk, d: h.Transferred("Phòng"),
    Act.ASSIGN: lambda desk, d: h.Assigned("staff-c", f"C trên {desk.pc} {desk.mark}"),
    Act.HANDLE: _handled,
    Act.CORRECT: _corrected,
    Act.NOTE: lambda desk, d: intake.Noted(f"{desk.pc} {desk.mark}"),
    Act.COLLECT_FEE: _paid,
    Act.REQUIRE_PAYMENT: lambda desk, d: h.PaymentRequired("lệ phí", 8000),
    Act.REQUEST_SUPPLEMENT: lambda desk, d: h.SupplementRequested(("giấy",), "thiếu", desk.at),
    Act.RECEIVE_SUPPLEMENT: lambda desk, d: h.SupplementReceived(desk.at, Promise(desk.at, "c")),
    Act.SUBMIT: _submitted,
    Act.PROPOSE_REFUSAL: lambda desk, d: h.RefusalProposed("không đủ"),
    Act.RETURN: lambda desk, d: h.Returned("xem lại"),
    Act.APPROVE: lambda desk, d: h.Approved(content_digest(d)),
    Act.REFUSE: lambda desk, d: h.Refused("không đủ"),
    Act.WITHDRAW: lambda desk, d: h.Withdrawn("rút"),
    Act.STOP: lambda desk, d: h.Stopped("dừng"),
    Act.RESOLVE: _resolved,
    Act.SIGN: _signed,
    Act.SEAL: _sealed,
    Act.FINISH: lambda desk, d: issuing.Done(desk.at),
    Act.HAND_OVER: lambda desk, d: issuing.HandedOver(desk.at, "Nguyệt"),
}
"""Every act but those that need a number; each event is as the program's own screens write it."""
