"""An act that a restored PC wrote again in a new log is one act, whichever of the two was seen."""

from __future__ import annotations

from dataclasses import replace

from models.envelope import Actor, Envelope, Sealed, seal
from models.order import canonical, is_ancestor

OLD, NEW, OTHER = bytes([1]) * 16, bytes([2]) * 16, bytes([3]) * 16


def event(name: str, log: bytes, seq: int, *parents: Sealed) -> Sealed:
    hashes = tuple(parent.hash for parent in parents)
    return seal(
        Envelope(
            name, log, seq, bytes(32), "00316", "dossier/d1", "dossier.noted", 1, hashes,
            (seq << 16) + log[0], seq, None, Actor("staff-a", "officer", "s"), 1, {"text": name},
        )
    )  # fmt: skip


def test_who_saw_the_second_writing_knew_of_the_first() -> None:
    root = event("root", OTHER, 1)
    first = event("act", OLD, 2, root)
    again = seal(replace(first.envelope, log=NEW, seq=9, hlc=first.envelope.hlc + 5))
    answer = event("answer", OTHER, 10, again)
    order = canonical([answer, again, first, root])
    assert [item.envelope.id for item in order.events] == ["root", "act", "answer"]
    assert order.waiting == ()
    heeded = order.events[1]
    assert {order.known[first.hash].hash, order.known[again.hash].hash} == {heeded.hash}
    assert is_ancestor(heeded.hash, answer, order.known)


def test_who_saw_neither_did_not_know_of_it() -> None:
    root = event("root", OTHER, 1)
    first = event("act", OLD, 2, root)
    again = seal(replace(first.envelope, log=NEW, seq=9, hlc=first.envelope.hlc + 5))
    rival = event("rival", bytes([4]) * 16, 3, root)
    order = canonical([again, first, root, rival])
    heeded = next(item for item in order.events if item.envelope.id == "act")
    assert not is_ancestor(heeded.hash, rival, order.known)
