"""The event that stands in an `EventKept`, checked; and the `EventKept`s of an act. Pure.

Every reader of streams hands what it reads through `unfold`, so a fold sees the same events
whichever version of a log that was written twice its machine holds. The signature of the device
that wrote the event is checked each time: who keeps an act adds nothing to it, and what was written
after a revocation stays without effect.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from models.envelope import Sealed
from models.errors import ForeignError
from models.events.branches import EventKept
from services.sync.accept import Member, check_signatures, read_run

__all__ = ["acts_of", "kept_id", "kept_of", "unfold"]

FindLog = Callable[[bytes], Member | None]


def unfold(item: Sealed, find_log: FindLog) -> Sealed | None:
    """`item` itself, or what is kept in it; None when that is not what its device signed.

    `find_log` gives the roster's entry of a log. An event kept of a log that keeps another one's
    leads to that one.
    """
    if item.envelope.type != EventKept.KIND:
        return item
    said = item.event()
    if not isinstance(said, EventKept) or not said.bodies:
        return None
    pairs = [*((body, None) for body in said.bodies[:-1]), (said.bodies[-1], said.signature)]
    try:
        events = read_run(pairs, item.envelope.office)
        author = find_log(events[0].envelope.log)
        if author is None or events[0].envelope.stream != item.envelope.stream:
            return None
        check_signatures(events, author.public_key)
    except ForeignError:
        return None
    late = author.last_seq is not None and events[0].envelope.seq > author.last_seq
    return unfold(replace(events[0], branched=True, outlawed=late), find_log)


def acts_of(events: Iterable[Sealed]) -> Iterator[tuple[Sealed, ...]]:
    """The events of a log act by act; each act ends with a signed event."""
    act: list[Sealed] = []
    for item in events:
        act.append(item)
        if item.signature is not None:
            yield tuple(act)
            act = []


def kept_of(act: Sequence[Sealed]) -> Iterator[tuple[Sealed, EventKept]]:
    """Each event of an act as it is kept: with what follows, up to the signature."""
    signature = act[-1].signature
    assert signature is not None
    for place, item in enumerate(act):
        yield item, EventKept(tuple(each.body for each in act[place:]), signature)


def kept_id(item: Sealed) -> str:
    """The id of the event that keeps `item`: whoever keeps it gives it the same."""
    return f"kept-{item.hash.hex()[:32]}"
