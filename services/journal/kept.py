"""The events that stand in an `EventsKept`, checked; and the `EventsKept`s of a piece. Pure.

Every reader of streams hands what it reads through `unfold`, so a fold sees the same events
whichever version of a log that was written twice its machine holds. The signature of the device
that wrote the events is checked each time: who keeps them adds nothing to them, and what was
written after a revocation stays without effect.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from models.envelope import Sealed
from models.errors import ForeignError
from models.events.branches import EventsKept
from services.sync.accept import Member, check_signature, read_run

__all__ = ["kept_of", "once", "pieces_of", "unfold"]

FindLog = Callable[[bytes], Member | None]


def unfold(item: Sealed, find_log: FindLog) -> tuple[Sealed, ...]:
    """`item` itself, or what is kept in it for its stream: nothing when no device signed that.

    `find_log` gives the roster's entry of a log. An event kept of a log that keeps another one's
    leads to that one.
    """
    if item.envelope.type != EventsKept.KIND:
        return (item,)
    said = item.event()
    if not isinstance(said, EventsKept) or not said.bodies:
        return ()
    pairs = [*((body, None) for body in said.bodies[:-1]), (said.bodies[-1], said.signature)]
    try:
        events = read_run(pairs, item.envelope.office)
        author = find_log(events[0].envelope.log)
        if author is None:
            return ()
        check_signature(events, author.public_key)
    except ForeignError:
        return ()
    last_good = author.last_seq
    return tuple(
        shown
        for each in events if each.envelope.stream == item.envelope.stream
        for shown in unfold(
            replace(
                each, branched=True,
                outlawed=last_good is not None and each.envelope.seq > last_good,
            ),
            find_log,
        )
    )  # fmt: skip


def once(items: Iterable[Sealed]) -> tuple[Sealed, ...]:
    """Each event once; one that is held and kept as the kept one, which tells of the fork."""
    found: dict[bytes, Sealed] = {}
    for item in items:
        if item.hash not in found or item.branched:
            found[item.hash] = item
    return tuple(found.values())


def pieces_of(events: Iterable[Sealed]) -> Iterator[tuple[Sealed, ...]]:
    """The events of a log piece by piece, each up to the next signature this machine has."""
    piece: list[Sealed] = []
    for item in events:
        piece.append(item)
        if item.signature is not None:
            yield tuple(piece)
            piece = []


def kept_of(piece: Sequence[Sealed]) -> Iterator[tuple[str, EventsKept]]:
    """What is to be written, and into which stream, to keep the events of a piece."""
    signature = piece[-1].signature
    assert signature is not None
    kept = EventsKept(tuple(item.body for item in piece), signature)
    for stream in dict.fromkeys(item.envelope.stream for item in piece):
        yield stream, kept
