"""A book of document numbers as a pure reading of its events: who may number, what is used.

One holder at a time: the first who opened the book, until somebody who saw that opens it anew
(design notes: sync §4.8). Every number stays, whoever gave it out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from models.envelope import Sealed
from models.events.issuing import BookNumberReserved, BookNumberVoided, BookOpened
from models.numbering import twice_used
from models.order import Ordered, canonical, is_ancestor

__all__ = ["BookState", "openings", "read_book"]


@dataclass(frozen=True, slots=True)
class BookState:
    """`holder` is a log in hex, "" for a book nobody opened; `last` the highest number used.

    `issued` are (number, dossier), `voided` (number, dossier, reason), each once and in order.
    """

    holder: str = ""
    last: int = 0
    issued: tuple[tuple[int, str], ...] = ()
    voided: tuple[tuple[int, str, str], ...] = ()

    @property
    def twice(self) -> list[int]:
        """The numbers that were given out more than once."""
        void = {(number, dossier) for number, dossier, _ in self.voided}
        standing = [number for number, dossier in self.issued if (number, dossier) not in void]
        return twice_used(standing, {number: why for number, _, why in self.voided})


def openings(order: Ordered) -> Iterator[tuple[Sealed, BookOpened]]:
    """The openings that take hold, oldest first: the last one names the holder."""
    holding: Sealed | None = None
    for item in (*order.events, *order.waiting):
        event = item.event()
        if not isinstance(event, BookOpened) or item.outlawed:
            continue
        if holding is None or is_ancestor(holding.hash, item, order.known):
            holding = item
            yield item, event


def read_book(stored: Iterable[Sealed]) -> BookState:
    """The state of one book from all its events, in any order of delivery.

    A new holder goes on after the last number of the printed book (`first` of the opening), for
    numbers of a lost machine may stand on paper only.
    """
    order = canonical(stored)
    holder, last = "", 0
    for _, opening in openings(order):
        holder, last = opening.holder, max(last, opening.first - 1)
    issued: set[tuple[int, str]] = set()
    voided: set[tuple[int, str, str]] = set()
    for item in (*order.events, *order.waiting):
        event = item.event()
        if isinstance(event, BookNumberReserved):
            issued.add((event.number, event.dossier))
        elif isinstance(event, BookNumberVoided):
            voided.add((event.number, event.dossier, event.reason))
    last = max((last, *(n for n, _ in issued), *(n for n, _, _ in voided)))
    return BookState(holder, last, tuple(sorted(issued)), tuple(sorted(voided)))
