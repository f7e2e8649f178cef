"""The canonical order of a stream: causes first, the clock only between concurrent events.

Same events, same order, on every device: a topological order by causal parents and by the order of
each device log, ties broken by (hlc, log, seq). Of a log that was written twice only the parents
tell who saw what. An event whose parents are not all here is held
back with everything that builds on it; the stream then "waits for data".
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from models.envelope import Sealed

__all__ = ["Ordered", "canonical", "is_ancestor"]


@dataclass(frozen=True, slots=True)
class Ordered:
    """The events of one stream in canonical order, and those that wait for a missing parent."""

    events: tuple[Sealed, ...]
    waiting: tuple[Sealed, ...]
    known: dict[bytes, Sealed]
    """Every event by its hash; what was written again leads to the one that is heeded."""
    linear: bool = False
    """Each event saw all before it: nothing in the stream is concurrent."""


def _key(item: Sealed) -> tuple[int, bytes, int, bytes]:
    return (item.envelope.hlc, item.envelope.log, item.envelope.seq, item.hash)


def _is_linear(events: Sequence[Sealed]) -> bool:
    """Whether the events, as given, form one chain of single parents (nearly every stream does)."""
    before: bytes | None = None
    for item in events:
        parents = item.envelope.parents
        if parents != ((before,) if before else ()):
            return False
        before = item.hash
    return True


def canonical(stored: Iterable[Sealed]) -> Ordered:
    """Order the events of one stream; repeats are taken once.

    A device that lost the end of its log writes those acts again in a new one under the same ids
    (sync §4.9): whoever holds both heeds the first.
    """
    events = sorted(_branched({item.hash: item for item in stored}), key=_key)
    known = {item.hash: item for item in events}
    if _is_linear(events):
        return Ordered(tuple(events), (), known, linear=True)
    return _topological(events, known)


def _branched(known: dict[bytes, Sealed]) -> list[Sealed]:
    """The events; of a log of which one comes from another branch, all are told to be of one."""
    logs = {item.envelope.log for item in known.values() if item.branched}
    if not logs:
        return list(known.values())
    return [
        replace(item, branched=True) if item.envelope.log in logs else item
        for item in known.values()
    ]


def _topological(events: list[Sealed], known: dict[bytes, Sealed]) -> Ordered:
    causes: dict[bytes, set[bytes]] = {}
    effects: dict[bytes, list[bytes]] = {}
    last_of_log: dict[bytes, bytes] = {}
    for item in sorted(events, key=lambda e: e.envelope.seq):
        wanted = set(item.envelope.parents)
        if item.envelope.log in last_of_log and not item.branched:
            wanted.add(last_of_log[item.envelope.log])
        last_of_log[item.envelope.log] = item.hash
        causes[item.hash] = wanted
        for cause in wanted:
            effects.setdefault(cause, []).append(item.hash)
    ready = [(_key(item), item.hash) for item in events if not causes[item.hash]]
    heapq.heapify(ready)
    done: list[Sealed] = []
    while ready:
        _, digest = heapq.heappop(ready)
        done.append(known[digest])
        for effect in effects.get(digest, ()):
            causes[effect].discard(digest)
            if not causes[effect]:
                heapq.heappush(ready, (_key(known[effect]), effect))
    placed = {item.hash for item in done}
    waiting = tuple(item for item in events if item.hash not in placed)
    once = {(item.envelope.id, item.envelope.type): item for item in reversed(done)}
    known |= {item.hash: once[(item.envelope.id, item.envelope.type)] for item in done}
    return Ordered(tuple(i for i in done if known[i.hash] is i), waiting, known)


def is_ancestor(older: bytes, younger: Sealed, known: dict[bytes, Sealed]) -> bool:
    """Whether the author of `younger` had seen the event with hash `older`."""
    first = known.get(older)
    log = first.envelope.log if first is not None and not first.branched else None
    seen: set[bytes] = set()
    todo = [younger]
    while todo:
        item = todo.pop()
        if first and item.envelope.log == log and item.envelope.seq > first.envelope.seq:
            return True
        for parent in item.envelope.parents:
            if parent == older or (parent in known and known[parent].hash == older):
                return True  # known by itself, or by what was written again of it
            if parent not in seen and parent in known:
                seen.add(parent)
                todo.append(known[parent])
    return False
