"""A book of document numbers as a pure reading of its events: who may number, what is used.

One holder at a time. The first who opened the book holds it; then whoever the holder hands it to,
or whoever two officers of the office put in the place of a lost holder (design notes: sync §4.8).
Every number stays, whoever gave it out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from models.envelope import Sealed
from models.events.issuing import (
    BookNumberReserved,
    BookNumberVoided,
    BookOpened,
    BookReleased,
    TakeoverConfirmed,
    TakeoverProposed,
)
from models.numbering import HUB_SLOT, twice_used
from models.order import Ordered, canonical, is_ancestor
from models.staff import Role

__all__ = ["WITNESSES", "BookState", "Hold", "fenced", "find_proposal", "holds", "may_draw",
           "openings", "read_book", "two_witnesses"]  # fmt: skip

WITNESSES = frozenset({Role.LEADER, Role.DEPARTMENT_HEAD, Role.RECORDS_CLERK})
"""Two of these, one of them a leader, may put another PC in the place of a lost holder."""


@dataclass(frozen=True, slots=True)
class Hold:
    """The right to number, from the event `since` on: its `epoch`, counted from 1, and its holder.

    The holder goes on after `last`. `by_office` is a take-over by two officers.
    """

    epoch: int
    holder: str
    last: int
    since: Sealed
    by_office: bool = False


@dataclass(frozen=True, slots=True)
class BookState:
    """`holder` is a log in hex, "" for a book nobody opened; `last` the highest number used.

    `issued` are (number, dossier), `voided` (number, dossier, reason), each once and in order;
    `fenced` those of `issued` that a PC gave out which did not hold the book (any more).
    """

    holder: str = ""
    last: int = 0
    issued: tuple[tuple[int, str], ...] = ()
    voided: tuple[tuple[int, str, str], ...] = ()
    epoch: int = 0
    fenced: tuple[tuple[int, str], ...] = ()

    @property
    def twice(self) -> list[int]:
        """The numbers that were given out more than once."""
        void = {(number, dossier) for number, dossier, _ in self.voided}
        standing = [number for number, dossier in self.issued if (number, dossier) not in void]
        return twice_used(standing, {number: why for number, _, why in self.voided})


def may_draw(holder: str, log: bytes, *, slot: int) -> bool:
    """Whether the PC that writes `log` may take the next number of a book held by `holder`.

    The holder alone; a book that nobody holds yet (`holder` is "") is opened by the PC in the
    hub's slot, for two PCs that cannot see each other would both open it.
    """
    return holder == log.hex() or (not holder and slot == HUB_SLOT)


def openings(order: Ordered) -> Iterator[tuple[Sealed, BookOpened]]:
    """The openings that take hold, oldest first."""
    for hold in holds(order):
        event = hold.since.event()
        if isinstance(event, BookOpened):
            yield hold.since, event


def two_witnesses(first: Sealed, second: Sealed) -> bool:
    """Whether the authors of both are two people who may take a book over together."""
    a, b = first.envelope.actor, second.envelope.actor
    roles = {a.role, b.role}
    return a.staff != b.staff and Role.LEADER in roles and roles <= WITNESSES


def holds(order: Ordered) -> tuple[Hold, ...]:
    """Who held the book one after the other; the last holds it now.

    Each change is by somebody who saw the hold before it: of two that did not see each other the
    first counts, but a take-over by two officers counts before whatever a lost PC said meanwhile.
    """
    chain: list[Hold] = []
    for item in (*order.events, *order.waiting):
        made = None if item.outlawed else _change(item, chain, order)
        if made is not None:
            chain.append(made)
    return tuple(chain)


def _change(item: Sealed, chain: list[Hold], order: Ordered) -> Hold | None:
    """The hold that this event begins, if it begins one."""
    event = item.event()
    now = chain[-1] if chain else None
    saw_now = now is None or is_ancestor(now.since.hash, item, order.known)
    epoch = now.epoch + 1 if now else 1
    if isinstance(event, BookOpened) and saw_now:
        return Hold(epoch, event.holder, event.first - 1, item)
    if isinstance(event, BookReleased) and now and saw_now:
        mine = item.envelope.log.hex() == now.holder
        return Hold(epoch, event.to, event.last, item) if mine else None
    if isinstance(event, TakeoverConfirmed):
        return _taken_over(item, event, chain, order=order)
    return None


def _taken_over(
    item: Sealed, event: TakeoverConfirmed, chain: list[Hold], *, order: Ordered
) -> Hold | None:
    """The take-over that two officers agreed on, if they did."""
    proposed = order.known.get(event.proposal)
    said = proposed.event() if proposed else None
    if proposed is None or not isinstance(said, TakeoverProposed) or proposed.outlawed:
        return None
    seen = [hold for hold in chain if is_ancestor(hold.since.hash, item, order.known)]
    sound = (
        is_ancestor(proposed.hash, item, order.known)
        and two_witnesses(proposed, item)
        and event.epoch == (seen[-1].epoch if seen else 0) + 1
        and event.last == said.last
        and not any(hold.by_office for hold in chain if hold not in seen)
    )
    return Hold(event.epoch, said.holder, said.last, item, by_office=True) if sound else None


def find_proposal(order: Ordered) -> Sealed | None:
    """The newest proposal to take the book over that saw its present holder."""
    chain = holds(order)
    found = None
    for item in order.events:
        if isinstance(item.event(), TakeoverProposed) and not item.outlawed:
            now = chain[-1].since.hash if chain else b""
            found = item if not chain or is_ancestor(now, item, order.known) else found
    return found


def fenced(order: Ordered) -> frozenset[bytes]:
    """Hashes of the numbers given out by a PC that did not hold the book as far as it had seen.

    What a replaced holder took before it knew is good up to the last number of the printed book;
    once it had seen the hand-over or the take-over, nothing is. Of two that opened a book without
    knowing of each other the second stops when it learns of the first: what it took until then
    shows as numbers that stand twice, and is fenced only once the book changed hands. In a book
    nobody opened, nothing is.
    """
    chain = holds(order)
    saw = [_saw(hold.since, order) for hold in chain]
    changed_hands = len(chain) > 1 or any(hold.by_office for hold in chain)
    lost = [] if changed_hands else _lost_openings(order, chain)
    return frozenset(
        item.hash
        for item in (*order.events, *order.waiting)
        if chain and isinstance(event := item.event(), BookNumberReserved)
        and not _held(item, event.number, chain, saw=saw)
        and not any(
            each.holder == item.envelope.log.hex() and item.hash in after
            and not any(item.hash in seen for seen in saw)
            for each, after in lost
        )
    )  # fmt: skip


def _held(
    item: Sealed, number: int, chain: tuple[Hold, ...], *, saw: list[frozenset[bytes]]
) -> bool:
    """Whether the author of a number held the book, and had not seen anybody after it."""
    log = item.envelope.log.hex()
    own = [n for n, hold in enumerate(chain) if hold.holder == log and item.hash in saw[n]]
    later = range(own[-1] + 1, len(chain)) if own else ()
    return bool(own) and all(
        item.hash not in saw[n] and number <= chain[n].last for n in later
    )  # fmt: skip


def _lost_openings(
    order: Ordered, chain: tuple[Hold, ...]
) -> list[tuple[BookOpened, frozenset[bytes]]]:
    """Openings that did not take hold, each with the events whose authors had seen it."""
    taken = {hold.since.hash for hold in chain}
    return [
        (event, _saw(item, order))
        for item in order.events
        if item.hash not in taken and not item.outlawed
        and isinstance(event := item.event(), BookOpened)
    ]  # fmt: skip


def _saw(since: Sealed, order: Ordered) -> frozenset[bytes]:
    """The events whose authors had seen `since`, in one pass over the stream."""
    after = {since.hash}
    logs = set() if since.branched else {since.envelope.log}
    passed = False
    for item in (*order.events, *order.waiting):
        passed = passed or item.hash == since.hash
        e = item.envelope
        if passed and (e.log in logs or not after.isdisjoint(e.parents)):
            after.add(item.hash)
            if not item.branched:
                logs.add(e.log)
    return frozenset(after)


def read_book(stored: Iterable[Sealed]) -> BookState:
    """The state of one book from all its events, in any order of delivery.

    A new holder goes on after the last number of the printed book, for numbers of a lost machine
    may stand on paper only.
    """
    order = canonical(stored)
    chain, outside = holds(order), fenced(order)
    issued: set[tuple[int, str]] = set()
    late: set[tuple[int, str]] = set()
    voided: set[tuple[int, str, str]] = set()
    for item in (*order.events, *order.waiting):
        event = item.event()
        if isinstance(event, BookNumberReserved):
            issued.add((event.number, event.dossier))
            if item.hash in outside:
                late.add((event.number, event.dossier))
        elif isinstance(event, BookNumberVoided):
            voided.add((event.number, event.dossier, event.reason))
    numbers = (*(n for n, _ in issued), *(n for n, _, _ in voided))
    return BookState(
        chain[-1].holder if chain else "", max((*(h.last for h in chain), *numbers), default=0),
        tuple(sorted(issued)), tuple(sorted(voided)), chain[-1].epoch if chain else 0,
        tuple(sorted(late)),
    )  # fmt: skip
