"""An independent look for acts that contradict each other: who knew of whom, from causes alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

from models.envelope import Sealed
from models.events import handling as h
from models.events import intake

__all__ = ["causes_of", "contradicting_pairs", "line_of"]

_DECISIONS = (h.Approved, h.Refused, h.Withdrawn, h.Stopped, h.Returned)


def causes_of(events: Sequence[Sealed]) -> Mapping[bytes, frozenset[bytes]]:
    """For each event of a stream all it builds on: named parents and earlier acts of its log."""
    known = {item.hash: item for item in events}
    before: dict[bytes, set[bytes]] = {}
    logs: dict[bytes, list[Sealed]] = {}
    for item in sorted(events, key=lambda e: e.envelope.seq):
        direct = {p for p in item.envelope.parents if p in known}
        direct |= {own.hash for own in logs.setdefault(item.envelope.log, [])[-1:]}
        logs[item.envelope.log].append(item)
        before[item.hash] = direct
    done: dict[bytes, frozenset[bytes]] = {}
    todo = list(known)
    while todo:
        digest = todo[-1]
        missing = [d for d in before[digest] if d not in done]
        if digest in done or not missing:
            direct = before[digest]
            done[digest] = frozenset(direct).union(*(done[d] for d in direct))
            todo.pop()
        else:
            todo += missing
    return done


def contradicting_pairs(
    events: Sequence[Sealed], causes: Mapping[bytes, frozenset[bytes]]
) -> Iterator[tuple[Sealed, Sealed]]:
    """Two acts that did not know of each other and cannot both hold."""
    for a, b in combinations(events, 2):
        if a.hash in causes[b.hash] or b.hash in causes[a.hash]:
            continue
        if a.envelope.id != b.envelope.id and _contradict(a.event(), b.event()):
            yield a, b


def line_of(
    one: Sealed, other: Sealed, causes: Mapping[bytes, frozenset[bytes]]
) -> frozenset[bytes]:
    """The act, what led to it unknown to `other`, and what followed from it not knowing `other`.

    People are told of the line when they are told of any of it: of an approval that was returned
    by who gave it, the return stands against what others did meanwhile.
    """
    led = causes[one.hash] - causes[other.hash] - {other.hash}
    after = {
        digest for digest, known in causes.items()
        if one.hash in known and other.hash not in known
    }  # fmt: skip
    return led | after | {one.hash}


def _contradict(one: object, other: object) -> bool:
    if isinstance(one, _DECISIONS) and isinstance(other, _DECISIONS):
        return type(one) is not type(other)
    if isinstance(one, h.Assigned) and isinstance(other, h.Assigned):
        return one.assignee_name != other.assignee_name
    if isinstance(one, intake.Corrected) and isinstance(other, intake.Corrected):
        fields = ("request", "applicant")
        values = [(getattr(one, name), getattr(other, name)) for name in fields]
        return any(a is not None and b is not None and a != b for a, b in values)
    return False
