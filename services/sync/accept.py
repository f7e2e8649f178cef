"""Judging a run that arrived: chain, signatures, office, author, gap, fork, revocation; pure.

Every store of logs (PC, hub, city, simulator) decides with these functions, in this order:

    events = read_run(run.events, office)              # bytes, chain within the run, office
    author = find_author(run, events, find_log=..., find_key=...)   # roster
    check_signature(events, author.public_key)
    verdict = judge(events, author, head, hash_at=...)  # against what is stored
    store `verdict.fresh`, durably, and only then answer

The first three raise `ForeignError`; then nothing may be stored. `judge` never raises.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from models.envelope import Sealed, unseal
from models.events.roster import IncarnationOpened
from models.roster import MOST_LOGS, MOST_VOID_LOGS, opens_log
from services.journal.device import signature_holds
from services.sync.faults import fault
from services.sync.ports import Verdict
from services.sync.protocol import Head, Pair, Run

__all__ = ["Judgement", "Member", "check_signature", "find_author", "judge", "read_run"]

LONGEST_STREAM = 1_000
"""Bytes of a stream's name; an entry of PostgreSQL's index has place for 2,700."""


@dataclass(frozen=True, slots=True)
class Member:
    """What the roster says of a log; `last_seq` is the last good event of a revoked one."""

    log: bytes
    public_key: bytes
    kind: str = "pc"
    last_seq: int | None = None


@dataclass(frozen=True, slots=True)
class Judgement:
    """What becomes of a run.

    `fresh` are the events to store (for TAKEN and REVOKED), or those that came too early (GAP).
    `forked` is the first event that differs from the stored one of the same number (FORK).
    """

    verdict: Verdict
    fresh: tuple[Sealed, ...] = ()
    forked: Sealed | None = None


def read_run(pairs: Sequence[Pair], office: str = "") -> tuple[Sealed, ...]:
    """The events of a run, one unbroken piece of one log of `office` (empty: any).

    Only the last one keeps its signature: it covers all before it. The others are dropped unread,
    so that no signature nobody checked is ever stored or passed on (docs/decisions/0014).

    Raises `ForeignError` NK-01 for bytes that are no event, DB-08 for another office, DB-17 for an
    empty run or a broken chain, DB-10 for a stream no database can name.
    """
    if not pairs:
        raise fault("DB-17")
    events = (*(unseal(body, None) for body, _ in pairs[:-1]), unseal(*pairs[-1]))
    for before, after in pairwise(events):
        b, a = before.envelope, after.envelope
        if a.prev != before.hash or a.log != b.log or a.seq != b.seq + 1:
            raise fault("DB-17")
    if office and any(item.envelope.office != office for item in events):
        raise fault("DB-08")
    if not all(_can_be_named(item.envelope.stream) for item in events):
        raise fault("DB-10")
    return events


def _can_be_named(stream: str) -> bool:
    """Whether every database can store and index the name."""
    return stream.isprintable() and len(stream.encode()) <= LONGEST_STREAM


def find_author(
    run: Run,
    events: Sequence[Sealed],
    *,
    find_log: Callable[[bytes], Member | None],
    find_key: Callable[[bytes], Member | None],
    count_logs: Callable[[bytes], int],
) -> Member:
    """The roster's entry for the author of a run, or the one its first event certifies.

    `find_log` looks a log up, `find_key` any log of a public key (a revoked one first),
    `count_logs` tells how many logs of a key are held. A log that opens with `IncarnationOpened`
    of a listed key is taken as that device's new log; if the key was revoked, all of it is void and
    only a few are kept. Raises `ForeignError` DB-25 for one log too many of a PC's key, DB-07 for
    everybody else and DB-17 when the run does not hold the log it names.
    """
    if events[0].envelope.log != run.log:
        raise fault("DB-17")
    known = find_log(run.log)
    if known is not None:
        return known
    key = run.origin.public_key
    listed = find_key(key)
    first = events[0]
    said = first.event() if first.envelope.seq == 1 else None
    if listed is None or not isinstance(said, IncarnationOpened):
        raise fault("DB-07")
    if said.public_key != key or not opens_log(first, said, listed.kind):
        raise fault("DB-07")
    revoked = listed.last_seq is not None
    if listed.kind != "city" and count_logs(key) >= (MOST_VOID_LOGS if revoked else MOST_LOGS):
        raise fault("DB-25")
    return Member(run.log, key, listed.kind, 0 if revoked else None)


def check_signature(events: Sequence[Sealed], public_key: bytes) -> None:
    """Raise `ForeignError` DB-11 unless the last event is signed rightly: it speaks for all."""
    last = events[-1]
    if last.signature is None or not _holds(public_key, last.hash, last.signature):
        raise fault("DB-11")


@lru_cache(maxsize=4096)
def _holds(public_key: bytes, digest: bytes, signature: bytes) -> bool:
    """The same event comes from several peers, within minutes."""
    return signature_holds(public_key, digest, signature)


def judge(
    events: Sequence[Sealed],
    author: Member,
    head: Head,
    *,
    hash_at: Callable[[int], bytes | None],
) -> Judgement:
    """Compare a checked run with the log as stored up to `head`.

    `hash_at` gives the hash of a stored event by its number. A run that continues another chain
    than the stored one is a GAP too: asked to begin at our head, its sender finds the fork.
    """
    old = [item for item in events if item.envelope.seq <= head.seq]
    fresh = tuple(events[len(old) :])
    if old and hash_at(old[-1].envelope.seq) != old[-1].hash:  # equal hashes: equal all before
        first = next(item for item in old if hash_at(item.envelope.seq) != item.hash)
        return Judgement(Verdict.FORK, forked=first)
    if fresh and (fresh[0].envelope.seq != head.seq + 1 or fresh[0].envelope.prev != head.hash):
        return Judgement(Verdict.GAP, fresh)
    if author.last_seq is not None and events[-1].envelope.seq > author.last_seq:
        return Judgement(Verdict.REVOKED, fresh)
    return Judgement(Verdict.TAKEN if fresh else Verdict.KNOWN, fresh)
