"""Known-bad variants of the engine: each breaks one rule, and the checkers must notice.

A mutant replaces one part of the production code at a point of injection while its context lasts;
nothing of the engine is copied.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from bench.simulation import nodes, stored
from models import book
from models import fold as folding
from models.codec import UnknownEvent
from models.envelope import Sealed
from models.order import Ordered, canonical
from services.sync import accept, doubting, meeting, memory, pulling, pushing
from services.sync.accept import Judgement
from services.sync.messages import NewLogNeeded
from services.sync.ports import Taken, Verdict
from services.sync.protocol import Run

__all__ = ["MUTANTS"]

Mutant = Callable[[], AbstractContextManager[None]]


@contextmanager
def _swapped(*changes: tuple[Any, str, Any]) -> Iterator[None]:
    """Put other functions in place for a while: (module or class, name, replacement)."""
    before = [(place, name, getattr(place, name)) for place, name, _ in changes]
    for place, name, replacement in changes:
        setattr(place, name, replacement)
    try:
        yield
    finally:
        for place, name, original in before:
            setattr(place, name, original)


def last_writer_wins() -> AbstractContextManager[None]:
    """The clock of the PC decides, and nobody is told of two acts that did not know each other."""

    def by_clock(events: Iterable[Sealed]) -> Ordered:
        known = {e.hash: e for e in events}
        ordered = sorted(known.values(), key=lambda e: (e.envelope.wall, e.hash))
        return Ordered(tuple(ordered), (), known, linear=True)

    return _swapped((folding, "canonical", by_clock))


def arrival_order() -> AbstractContextManager[None]:
    """Events act in the order in which they happened to arrive."""

    def as_arrived(events: Iterable[Sealed]) -> Ordered:
        known = {e.hash: e for e in events}
        return Ordered(tuple(known.values()), (), known)

    return _swapped((folding, "canonical", as_arrived))


def no_deduplication() -> AbstractContextManager[None]:
    """What is delivered twice stands twice."""
    judge = accept.judge

    def judge_anew(events: Any, author: Any, head: Any, *, hash_at: Any) -> Judgement:
        found = judge(events, author, head, hash_at=hash_at)
        if found.verdict is Verdict.KNOWN:
            return Judgement(Verdict.TAKEN, tuple(events))
        return found

    def add(self: memory.MemoryStore, item: Sealed) -> None:
        self.events.setdefault(item.envelope.log, []).append(item)
        head = memory.Head(len(self.events[item.envelope.log]), item.hash)
        self._heads[item.envelope.log] = head
        if item.envelope.stream == memory.roster_stream(self.office):
            self._heed(item)

    return _swapped((memory, "judge", judge_anew), (memory.MemoryStore, "_add", add))


def gaps_accepted() -> AbstractContextManager[None]:
    """A run that starts too far on is stored all the same."""
    judge = accept.judge

    def judge_lightly(events: Any, author: Any, head: Any, *, hash_at: Any) -> Judgement:
        found = judge(events, author, head, hash_at=hash_at)
        return Judgement(Verdict.TAKEN, found.fresh) if found.verdict is Verdict.GAP else found

    return _swapped((memory, "judge", judge_lightly))


def ack_before_fsync() -> AbstractContextManager[None]:
    """A run is answered as stored before the disk has it; fsync comes with the next write."""
    sync = stored.DiskStore.durable

    def later(self: stored.DiskStore) -> None:
        records = self._disk.records
        keep = records.pop()
        sync(self)
        records.append(keep)

    return _swapped((stored.DiskStore, "durable", later))


def restore_into_same_log() -> AbstractContextManager[None]:
    """A restored PC goes on in its old log, whatever its canary and its peers say."""

    def go_on(self: Any, common: int) -> bool:
        return True

    return _swapped((nodes.Node, "open_new_log", go_on))


def two_allocators() -> AbstractContextManager[None]:
    """Every PC numbers documents from what it knows of the book."""
    return _swapped((book, "may_draw", lambda holder, log, slot: True))


def signature_not_checked() -> AbstractContextManager[None]:
    """Whoever says so wrote it."""
    return _swapped((memory, "check_signature", lambda events, key: None))


def office_not_checked() -> AbstractContextManager[None]:
    """Events of any office are taken."""
    read_run = accept.read_run
    return _swapped((memory, "read_run", lambda pairs, office="": read_run(pairs)))


def chain_not_checked() -> AbstractContextManager[None]:
    """The events of a run need not hang together."""

    def read_loosely(pairs: Any, office: str = "") -> tuple[Sealed, ...]:
        return tuple(accept.unseal(body, signature) for body, signature in pairs)

    return _swapped((memory, "read_run", read_loosely))


def revocation_ignored() -> AbstractContextManager[None]:
    """What a revoked machine writes has effect like everything else."""
    return _swapped((stored.DiskStore, "revoked", lambda self: {}))


def peers_not_heard() -> AbstractContextManager[None]:
    """A PC does not look at what others hold of its own log."""

    def deaf(state: Any, peer: Any, log: Any, **what: Any) -> None:
        return None

    return _swapped((meeting, "weigh", deaf), (pushing, "weigh", deaf), (pulling, "weigh", deaf))


def claims_believed() -> AbstractContextManager[None]:
    """A PC opens a new log because a peer says that it holds more of the old one."""
    show = doubting._not_shown

    def believe(state: Any, peer: Any, log: Any, *, out: Any, now_ms: Any) -> None:
        if log == state.log:
            state.needs_new_log = True
            out.append(NewLogNeeded(log, peer.doubts[log].low))
        show(state, peer, log, now_ms=now_ms, out=out)

    return _swapped((doubting, "_not_shown", believe))


def branches_not_kept() -> AbstractContextManager[None]:
    """Of a log that was written twice nobody keeps for others what only one version has."""
    return _swapped((nodes.Node, "keep_branches", lambda self, shown=None: None))


def poison_stops_all() -> AbstractContextManager[None]:
    """One refused run ends the taking of everything that came with it."""
    take_all = pulling._take_all

    def all_or_nothing(state: Any, peer: Any, runs: Any, **rest: Any) -> Any:
        refused = bool(peer.deaf or peer.frozen)
        return (set(), False) if refused else take_all(state, peer, runs, **rest)

    return _swapped((pulling, "_take_all", all_or_nothing))


def clocks_must_agree() -> AbstractContextManager[None]:
    """Events of others from more than five minutes ahead of this machine's clock are refused."""
    return _choosy(lambda store, item: item.envelope.wall > store.now_ms() + 300_000, "DB-06")


def unknown_refused() -> AbstractContextManager[None]:
    """A machine takes no event of a type it does not know."""
    return _choosy(lambda store, item: isinstance(item.event(), UnknownEvent), "DB-10")


def _choosy(
    bad: Callable[[memory.MemoryStore, Sealed], bool], code: str
) -> AbstractContextManager[None]:
    """A store that refuses runs of others that hold a bad event."""
    take = memory.MemoryStore.take

    def take_some(self: memory.MemoryStore, run: Run) -> Taken:
        events = accept.read_run(run.events)
        if run.log != self.device.log and any(bad(self, item) for item in events):
            raise accept.fault(code)
        return take(self, run)

    return _swapped((memory.MemoryStore, "take", take_some))


def causes_ignored() -> AbstractContextManager[None]:
    """The clock orders, whoever knew of whom; conflicts are still looked for."""

    def by_clock(events: Iterable[Sealed]) -> Ordered:
        order = canonical(events)
        ordered = sorted(order.known.values(), key=lambda e: (e.envelope.wall, e.hash))
        return Ordered(tuple(ordered), (), order.known)

    return _swapped((folding, "canonical", by_clock))


MUTANTS: dict[str, Mutant] = {
    "last-writer-wins": last_writer_wins,
    "arrival-order": arrival_order,
    "no-deduplication": no_deduplication,
    "gaps-accepted": gaps_accepted,
    "ack-before-fsync": ack_before_fsync,
    "restore-into-same-log": restore_into_same_log,
    "two-allocators": two_allocators,
    "signature-not-checked": signature_not_checked,
    "office-not-checked": office_not_checked,
    "chain-not-checked": chain_not_checked,
    "revocation-ignored": revocation_ignored,
    "peers-not-heard": peers_not_heard,
    "claims-believed": claims_believed,
    "branches-not-kept": branches_not_kept,
    "poison-stops-all": poison_stops_all,
    "clocks-must-agree": clocks_must_agree,
    "unknown-refused": unknown_refused,
    "causes-ignored": causes_ignored,
}
"""By the name given to `python -m bench.simulate --mutant`."""
