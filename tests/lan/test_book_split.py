"""Any split of the LAN, any lost holder: every number unique, none missing, all PCs agree."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count

from hypothesis import given, settings
from hypothesis import strategies as st

from models.book import find_proposal, read_book
from models.codec import to_payload
from models.envelope import GENESIS, Actor, Envelope, Sealed, seal
from models.events.issuing import (
    BookNumberReserved,
    BookNumberVoided,
    BookOpened,
    BookReleased,
    TakeoverConfirmed,
    TakeoverProposed,
)
from models.order import canonical
from models.staff import Role
from services.journal.reading import stream_ends

LEADER = Actor("leader", Role.LEADER, "s")
CLERK = Actor("clerk", Role.RECORDS_CLERK, "s")


@dataclass
class Seat:
    """One PC: what it knows of the book, and its clock, which may be wrong."""

    number: int
    skew: int = 0
    known: dict[bytes, Sealed] = field(default_factory=dict)
    prev: bytes = GENESIS
    seq: int = 0

    @property
    def log(self) -> bytes:
        return bytes([self.number + 1]) * 16

    def book(self):
        return read_book(self.known.values())

    def add(self, event, now: int, actor: Actor = CLERK) -> Sealed:
        self.seq += 1
        made = seal(
            Envelope(
                id=f"{self.number}-{self.seq}", log=self.log, seq=self.seq, prev=self.prev,
                office="o", stream="book/2026/GXN", type=event.KIND, type_version=event.VERSION,
                parents=stream_ends(list(self.known.values())), hlc=max(0, now + self.skew),
                wall=now, skew=None, actor=actor, fold=1, payload=to_payload(event),
            )
        )  # fmt: skip
        self.prev = made.hash
        self.known[made.hash] = made
        return made


@dataclass
class World:
    """Three PCs, the printed book (its highest number), and who is to be allowed what."""

    seats: list[Seat]
    paper: int = 0
    time: count = field(default_factory=lambda: count(1_000_000, 1000))

    def number(self, seat: Seat) -> None:
        book, now = seat.book(), next(self.time)
        if not book.holder and seat.number == 0:
            seat.add(BookOpened(2026, "GXN", seat.log.hex()), now)
        elif book.holder != seat.log.hex():
            return
        taken = seat.book().last + 1
        self.paper = max(self.paper, taken)
        seat.add(BookNumberReserved(taken, f"{seat.number}-{taken}", "x", "2026-11-16"), now + 1)

    def void(self, seat: Seat) -> None:
        mine = [(n, d) for n, d in seat.book().issued if d.startswith(f"{seat.number}-")]
        if mine:
            seat.add(BookNumberVoided(*mine[-1], "hỏng"), next(self.time))

    def release(self, seat: Seat, to: Seat) -> None:
        book = seat.book()
        if book.holder == seat.log.hex() and to is not seat:
            seat.add(BookReleased(book.last, to.log.hex()), next(self.time))

    def take_over(self, seat: Seat) -> None:
        book = seat.book()
        if book.holder == seat.log.hex():
            return
        now, last = next(self.time), max(self.paper, book.last)
        proposal = seat.add(TakeoverProposed(seat.log.hex(), last, "máy hỏng"), now, LEADER)
        seat.add(TakeoverConfirmed(proposal.hash, last, book.epoch + 1), now + 1, CLERK)
        assert seat.book().holder == seat.log.hex()

    def meet(self, one: Seat, other: Seat) -> None:
        both = {**one.known, **other.known}
        one.known, other.known = dict(both), dict(both)


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["number"] * 4 + ["void", "release", "take over", "meet"]),
        st.integers(0, 2),
        st.integers(0, 2),
    ),
    max_size=40,
)


def play(steps, skews) -> World:
    world = World([Seat(n, skew) for n, skew in enumerate(skews)])
    for kind, here, there in steps:
        seat, other = world.seats[here], world.seats[there]
        match kind:
            case "number":
                world.number(seat)
            case "void":
                world.void(seat)
            case "release":
                world.release(seat, other)
            case "take over":
                world.take_over(seat)
            case "meet":
                world.meet(seat, other)
    first, *rest = world.seats
    for seat in (*rest, *rest):
        world.meet(first, seat)
    return world


@settings(max_examples=200, deadline=None)
@given(STEPS, st.lists(st.sampled_from([0, 10**9, -(10**9)]), min_size=3, max_size=3))
def test_numbers_are_unique_and_none_is_missing_however_the_lan_was_split(steps, skews) -> None:
    world = play(steps, skews)
    books = [seat.book() for seat in world.seats]
    assert books[0] == books[1] == books[2]
    book = books[0]
    good = [number for number, dossier in book.issued if (number, dossier) not in book.fenced]
    assert len(good) == len(set(good)), "a number that is not marked stands twice"
    assert {number for number, _ in book.issued} >= set(range(1, world.paper + 1))
    assert set(book.fenced) <= set(book.issued)
    backwards = read_book(reversed(list(world.seats[0].known.values())))
    assert backwards == book


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 5), st.integers(0, 4), st.integers(1, 4), st.sampled_from([0, 10**9]))
def test_two_halves_of_a_split_lan(before, behind, after, skew) -> None:
    """PC 0 goes on in its half; the other half takes the book over and goes on too."""
    world = World([Seat(0, skew), Seat(1)])
    old, new = world.seats
    for _ in range(before):
        world.number(old)
    world.meet(old, new)
    for _ in range(behind):
        world.number(old)  # in the printed book, not yet on the other PC
    printed = world.paper
    world.take_over(new)
    for _ in range(after):
        world.number(old)
        world.number(new)
    world.meet(old, new)
    book = old.book()
    late = list(range(printed + 1, printed + after + 1))
    assert [n for n, _ in book.fenced] == late == book.twice
    assert all(dossier.startswith("0-") for _, dossier in book.fenced)
    assert book.holder == new.log.hex() and book.epoch == 2
    for _ in range(2):
        world.number(old)
        world.number(new)
    world.meet(old, new)
    numbers = [n for n, d in new.book().issued if (n, d) not in book.fenced]
    assert numbers == list(range(1, printed + after + 3))


def test_two_people_one_of_them_a_leader_and_the_same_number_are_needed() -> None:
    other = Actor("head", Role.DEPARTMENT_HEAD, "s")
    officer = Actor("officer", Role.OFFICER, "s")
    cases = [
        (LEADER, LEADER, 3, 2), (CLERK, other, 3, 2), (LEADER, officer, 3, 2),
        (LEADER, CLERK, 4, 2), (LEADER, CLERK, 3, 3), (LEADER, CLERK, 3, 1),
    ]  # fmt: skip
    for first, second, last, epoch in cases:
        world = World([Seat(0), Seat(1)])
        old, new = world.seats
        world.number(old)
        world.meet(old, new)
        proposal = new.add(TakeoverProposed(new.log.hex(), 3, "x"), 2_000_000, first)
        new.add(TakeoverConfirmed(proposal.hash, last, epoch), 2_000_001, second)
        assert new.book().holder == old.log.hex(), (first.role, second.role, last, epoch)
    assert find_proposal(canonical(new.known.values())) is proposal
    new.add(TakeoverConfirmed(proposal.hash, 3, 2), 2_000_002, CLERK)
    assert (new.book().holder, new.book().last) == (new.log.hex(), 3)
    assert find_proposal(canonical(new.known.values())) is None


def test_only_the_holder_hands_over() -> None:
    world = World([Seat(0), Seat(1), Seat(2)])
    a, b, c = world.seats
    world.number(a)
    world.meet(a, b)
    world.meet(b, c)
    c.add(BookReleased(1, c.log.hex()), 2_000_000)
    assert c.book().holder == a.log.hex()
    world.release(a, b)
    world.meet(a, c)
    assert c.book().holder == b.log.hex() and c.book().epoch == 2


def test_a_take_over_counts_before_what_the_lost_pc_said_meanwhile() -> None:
    world = World([Seat(0, -(10**9)), Seat(1), Seat(2)])
    lost, new, third = world.seats
    world.number(lost)
    world.meet(lost, new)
    world.take_over(new)
    world.number(new)
    world.release(lost, third)  # its clock says that this was long before
    world.meet(lost, third)
    world.number(third)
    world.meet(third, new)
    book = new.book()
    assert book.holder == new.log.hex() and book.fenced == ((2, "2-2"),)
