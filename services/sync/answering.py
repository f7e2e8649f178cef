"""The answering half of sync: one question, one answer, nothing remembered in between.

    answer(store, question, asker=..., me=..., now_ms=..., wait=...)

PC, hub and city call the same function; whoever calls has checked the asker's signature and looked
the asker up on the roster of the office that `store` holds. A PC with a new log, after a restore,
names the log under which it was admitted until its new one is known: nobody calls a PC behind a
router, so it must be able to introduce itself. A revocation of any log of the key counts for all.
The only memory is the store, so any worker answers any question.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from models.envelope import GENESIS
from models.errors import ForeignError, MachineError, OfficeError
from services.sync.accept import Member
from services.sync.faults import fault
from services.sync.ports import LogStore, Snapshots, Verdict
from services.sync.protocol import (
    MAX_RUN_BYTES,
    MAX_RUN_EVENTS,
    MAX_WAIT_MS,
    OLDEST_VERSION,
    VERSION,
    Answer,
    BlobGet,
    BlobHave,
    BlobPut,
    ForkFound,
    Gap,
    Head,
    Heads,
    HeadsAnswer,
    Hello,
    HelloAnswer,
    Pull,
    Push,
    Question,
    Refused,
    Revoked,
    Run,
    Snap,
    SnapChunk,
    SnapGet,
    SnapManifest,
    Suffixes,
    heads_digest,
)
from services.sync.shelf import Shelf, answer_blob

__all__ = ["ME", "Me", "answer", "never_wait"]

START = Head(0, GENESIS)
VOID_MOST = 1000
"""Events after its last good one that a revoked device may still hand in: proof, not bulk."""


@dataclass(frozen=True, slots=True)
class Me:
    """What a node says of itself in a HELLO."""

    log: bytes
    app: str = ""
    roster: bytes = b""
    catalogue: str = ""


ME = Me(bytes(16))


def never_wait(_milliseconds: int) -> bool:
    """A `Pull` with nothing to answer is answered at once."""
    return False


def answer(
    store: LogStore,
    question: Question,
    *,
    asker: Member,
    me: Me,
    now_ms: int,
    wait: Callable[[int], bool] = never_wait,
    shelf: Shelf | None = None,
    snaps: Snapshots | None = None,
) -> Answer:
    """The answer to one question of `asker` about the office of `store`.

    `asker` is any log on the roster with the key that signed the question, a revoked one first: a
    device that has just begun a new log is known by its old one until it has pushed the new.

    `now_ms` is this node's wall clock. `wait(milliseconds)` blocks until the store may have changed
    (True) or the time is over (False). `shelf` has the office's attachments,
    `snaps` its snapshot, if it has any. Never raises for what the asker sent; a fault of this
    machine's disk is answered as `Refused` with its own code.
    """
    if question.office != store.office:
        return _refused(fault("DB-08"))
    if asker.last_seq is not None and isinstance(
        question, Heads | Pull | BlobHave | BlobGet | BlobPut | Snap | SnapGet
    ):
        own = _own_runs(store, question, asker) if isinstance(question, Pull) else ()
        if own:
            return Suffixes(own, more=False, digest=bytes(32))
        return Revoked(asker.log, asker.last_seq)  # it may tell us what it has, and learns nothing
    try:
        match question:
            case Hello():
                return _hello(store, question, me=me, now_ms=now_ms)
            case Heads():
                heads = dict(store.heads())
                return HeadsAnswer(heads, heads_digest(heads))
            case Push():
                return _push(store, question.run, asker)
            case Pull():
                return _pull(store, question, wait)
            case BlobHave() | BlobGet() | BlobPut():
                return answer_blob(shelf, question)
            case Snap():
                return snaps.manifest() if snaps else SnapManifest()
            case SnapGet():
                return SnapChunk(question.hash, snaps.find_chunk(question.hash) if snaps else b"")
    except MachineError as error:
        return _refused(error)


def _refused(error: OfficeError) -> Refused:
    return Refused(error.code, error.what, error.next_step)


def _hello(store: LogStore, said: Hello, *, me: Me, now_ms: int) -> Answer:
    oldest, newest = said.versions
    version = min(newest, VERSION)
    if version < max(oldest, OLDEST_VERSION):
        return _refused(fault("DB-05"))
    yours = store.heads().get(said.log, START)
    return HelloAnswer(version, me.app, me.log, yours, me.roster, me.catalogue, now_ms)


def _push(store: LogStore, run: Run, asker: Member) -> Answer:
    if asker.last_seq is not None:
        held = store.heads().get(run.log, START).seq
        if held >= asker.last_seq + VOID_MOST:
            return Revoked(run.log, asker.last_seq)
    try:
        taken = store.take(run)
    except ForeignError as error:
        return _refused(error)
    match taken.verdict:
        case Verdict.TAKEN | Verdict.KNOWN:
            return store.acknowledge(run.log)
        case Verdict.GAP:
            return Gap(run.log, taken.head)
        case Verdict.REVOKED:
            return Revoked(run.log, taken.after_seq)
        case Verdict.FORK:
            assert taken.proof is not None
            return ForkFound(run.log, taken.fork_seq, taken.proof)


def _pull(store: LogStore, asked: Pull, wait: Callable[[int], bool]) -> Suffixes:
    found = _suffixes(store, asked)
    if not found.runs and asked.wait_ms > 0 and wait(min(asked.wait_ms, MAX_WAIT_MS)):
        found = _suffixes(store, asked)
    return found


def _suffixes(store: LogStore, asked: Pull) -> Suffixes:
    """Runs that continue the asker's heads, the shortest rest first: a backlog delays nobody."""
    heads = dict(store.heads())
    events = max(1, min(asked.events, MAX_RUN_EVENTS))
    size = max(1, min(asked.size, MAX_RUN_BYTES))
    runs: list[Run] = []
    more = False
    for log in _lacking(heads, asked.heads):
        if events <= 0 or size <= 0:
            more = True
            break
        run = store.run_after(log, asked.heads.get(log, START), events=events, size=size)
        if run is None:
            continue  # the asker holds another version of this log; pushing tells us so
        runs.append(run)
        more = more or _end(asked, log, run) < heads[log].seq
        events -= len(run.events)
        size -= sum(len(body) for body, _ in run.events)
    return Suffixes(tuple(runs), more, heads_digest(heads), store.acks())


def _own_runs(store: LogStore, asked: Pull, asker: Member) -> tuple[Run, ...]:
    """What a revoked device wrote itself: it shows it that its disk is an older one, or a copy."""
    return tuple(run for run in _suffixes(store, asked).runs
                 if run.origin.public_key == asker.public_key)  # fmt: skip


def _lacking(heads: Mapping[bytes, Head], theirs: Mapping[bytes, Head]) -> list[bytes]:
    """Logs of which the asker lacks something, the one with the least missing first."""
    rest = {log: head.seq - theirs.get(log, START).seq for log, head in heads.items()}
    return sorted((log for log in rest if rest[log] > 0), key=lambda log: (rest[log], log))


def _end(asked: Pull, log: bytes, run: Run) -> int:
    return asked.heads.get(log, START).seq + len(run.events)
