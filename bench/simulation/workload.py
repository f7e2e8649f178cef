"""Clerks at work on one PC: they see what their PC shows and do what its rules allow.

Which acts are open to whom is asked of `models.authority`, as the buttons of the screens do; the
number of a document comes from the book's holder only.
"""

from __future__ import annotations

from typing import Protocol

from bench.simulation.acts import AGENCY, MAKERS, PEOPLE, TOO_MANY, Desk, actor_of, received
from bench.simulation.world import PcClock, World
from models import book as rule
from models.authority import reason_against
from models.book import BookState
from models.codec import Event
from models.dossier import Dossier
from models.envelope import Actor
from models.events.issuing import (
    BookNumberReserved,
    BookNumberVoided,
    BookOpened,
    Numbered,
    NumberVoided,
)
from models.ids import uuid7
from models.numbering import build_dossier_code, next_serial
from models.staff import Role, Staff
from models.workflow import RULES, Act

__all__ = ["BOOK", "CLERK", "LEADER", "Seat", "may_number", "work"]

BOOK = "book/2026/VB"
RECEPTIONIST = next(p for p in PEOPLE if p.has(Role.RECEPTIONIST))
LEADER = next(p for p in PEOPLE if p.has(Role.LEADER))
CLERK = next(p for p in PEOPLE if p.has(Role.RECORDS_CLERK))
_LIKELY = {
    Act.NOTE: 0.1, Act.COLLECT_FEE: 0.1, Act.CORRECT: 0.2, Act.REQUEST_SUPPLEMENT: 0.1,
    Act.REQUIRE_PAYMENT: 0.1, Act.PROPOSE_REFUSAL: 0.1, Act.VOID_NUMBER: 0.2, Act.HANDLE: 0.3,
    Act.RETURN: 0.25, Act.WITHDRAW: 0.05, Act.STOP: 0.05, Act.RESOLVE: 0.5,
}  # fmt: skip
"""How often an act that is open is really done; the others, which lead on, always."""


class Seat(Protocol):
    """The PC a clerk sits at."""

    name: str
    slot: int
    clock: PcClock
    restored: bool

    @property
    def log(self) -> bytes: ...
    def dossiers(self) -> list[str]: ...
    def dossier(self, dossier_id: str) -> Dossier: ...
    def book(self) -> BookState: ...
    def write(self, actor: Actor, parts: list[tuple[str, Event]]) -> bool: ...


def may_number(seat: Seat, book: BookState) -> bool:
    """Whether this PC gives out the next number: the rule the program itself asks."""
    return rule.may_draw(book.holder, seat.log, slot=seat.slot)


def work(world: World, seat: Seat) -> bool:
    """One act of somebody at this PC; returns whether anything was answered with "saved"."""
    known = seat.dossiers()
    if not known or (len(known) < TOO_MANY and world.chance(0.15)):
        return _receive(world, seat)
    dossier = seat.dossier(world.random.choice(known))
    choices = [act for act in Act if _open(world, act, dossier)]
    world.random.shuffle(choices)
    for act in choices:
        for person in world.random.sample(PEOPLE, len(PEOPLE)):
            if person.roles & RULES[act].roles and reason_against(act, dossier, person) is None:
                return _do(world, seat, dossier, act=act, staff=person)
    return False


def _open(world: World, act: Act, dossier: Dossier) -> bool:
    known = act in MAKERS or act in (Act.NUMBER, Act.VOID_NUMBER)
    if not known or dossier.status not in RULES[act].moves:
        return False
    if act is Act.RESOLVE and not dossier.conflicts:
        return False
    if act is Act.ASSIGN and dossier.assignee:
        return world.chance(0.1)
    return world.chance(_LIKELY.get(act, 1.0))


def _desk(world: World, seat: Seat, staff: str) -> Desk:
    mark = world.random.randbytes(4).hex()
    return Desk(seat.name, seat.clock.now().isoformat(), mark, staff)


def _receive(world: World, seat: Seat) -> bool:
    """The next code of this PC's slot on the day its own clock shows."""
    day = seat.clock.now().date()
    start = f"{AGENCY}-{day:%y%m%d}-"
    taken = [d.intake.code for d in map(seat.dossier, seat.dossiers()) if d.intake]
    serials = [int(code[-4:]) for code in taken if code.startswith(start)]
    mine = [serial for serial in serials if serial // 1000 == seat.slot]
    code = build_dossier_code(AGENCY, day, serial=next_serial(seat.slot, max(mine, default=None)))
    desk = _desk(world, seat, RECEPTIONIST.id)
    stream = f"dossier/{uuid7(seat.clock.wall, seat.clock.random(10))}"
    return seat.write(actor_of(RECEPTIONIST), [(stream, received(desk, code))])


def _do(world: World, seat: Seat, dossier: Dossier, *, act: Act, staff: Staff) -> bool:
    if act is Act.NUMBER:
        return _number(seat, dossier)
    if act is Act.VOID_NUMBER:
        return _void(seat, dossier)
    event = MAKERS[act](_desk(world, seat, staff.id), dossier)
    return seat.write(actor_of(staff), [(f"dossier/{dossier.id}", event)])


def _number(seat: Seat, dossier: Dossier) -> bool:
    book = seat.book()
    if not may_number(seat, book) or dossier.approval is None:
        return False
    number, dated = book.last + 1, seat.clock.now().date().isoformat()
    opening: list[tuple[str, Event]] = (
        [] if book.holder else [(BOOK, BookOpened(2026, "VB", seat.log.hex()))]
    )
    reserved = BookNumberReserved(number, dossier.id, f"{number:02d}/VB", dated)
    drawn = Numbered(BOOK, number, f"{number:02d}/VB", dated, dossier.approval.basis, bytes(32))
    parts = [*opening, (BOOK, reserved), (f"dossier/{dossier.id}", drawn)]
    return seat.write(actor_of(CLERK), parts)


def _void(seat: Seat, dossier: Dossier) -> bool:
    assert dossier.number is not None
    number = dossier.number.number
    if not may_number(seat, seat.book()):
        return False
    return seat.write(
        actor_of(CLERK),
        [
            (BOOK, BookNumberVoided(number, dossier.id, "cấp nhầm")),
            (f"dossier/{dossier.id}", NumberVoided(BOOK, number, "cấp nhầm")),
        ],
    )
