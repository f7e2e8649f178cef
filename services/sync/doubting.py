"""What a peer says of a log counts for nothing until it shows the events, signed by their writer.

A peer that holds more of our own log than we do, or other events, shows that this disk was restored
or cloned (design notes: sync §4.9). Anybody can say so; only who has the events, under our own
signature, can show it. So they are fetched: a `Pull` that wants this log alone, from ever further
back until the peer continues one of our events. Where its events leave ours a new log begins. A
peer that shows nothing is noted as telling untrue things, and asked again ever more seldom.
"""

from __future__ import annotations

from collections.abc import Sequence

from models.envelope import Sealed
from models.errors import ForeignError
from services.sync.accept import check_signature, read_run
from services.sync.faults import fault
from services.sync.messages import (
    Accepted,
    Changed,
    Forked,
    NewLogNeeded,
    Output,
    Rejected,
    WasRevoked,
)
from services.sync.ports import Verdict
from services.sync.protocol import Answer, Busy, Head, Lane, Pull, Push, Revoked, Run, Suffixes
from services.sync.state import START, Asked, Doubt, Line, Peer, State, ask, later

__all__ = ["NOTHING_OF_IT", "UNTRUE", "forgive", "seek", "took_evidence", "weigh"]

UNTRUE = "DB-24"
NOTHING_OF_IT = Head(2**62, bytes(32))
"""Said of a log of which nothing is wanted: the peer has nothing beyond this to send."""
DOUBT_MS = 20_000
"""So long at most our own log rests for what one peer says."""
STEP = 400
"""The second look begins so many events earlier, the next twice as many."""


def weigh(
    state: State, peer: Peer, log: bytes, *, said: Head, now_ms: int, out: list[Output]
) -> None:
    """Compare what a peer says it holds of a log with ours; begin to doubt what is not so here."""
    known = peer.frozen.get(log)
    if (known and said.seq <= known.seq) or (log == state.log and state.needs_new_log):
        return
    if state.store.head_at(log, said.seq) == said:
        peer.doubts.pop(log, None)
        return
    stuck = peer.stuck.get(log)
    if log in peer.doubts or (log in peer.untrue and stuck and now_ms < stuck.not_before):
        return
    rests = log == state.log and log not in peer.untrue
    peer.doubts[log] = Doubt(said, until_ms=now_ms + DOUBT_MS, rests=rests)


def forgive(peer: Peer, log: bytes, out: list[Output]) -> None:
    """The peer's heads are true again."""
    if log in peer.untrue and log not in peer.doubts:
        peer.untrue.discard(log)
        peer.stuck.pop(log, None)
        out.append(Accepted(peer.log, log))


def seek(state: State, peer: Peer, *, now_ms: int, out: list[Output]) -> None:
    """Ask for the events behind each doubt, if that is not asked yet."""
    if not peer.doubts:
        return
    open_ones = {asked.about for asked in peer.open.values()}
    for log, doubt in [each for each in peer.doubts.items() if each[0] not in open_ones]:
        heads = state.store.heads()
        start = min(doubt.said.seq - 1, heads.get(log, START).seq) - doubt.back
        at = peer.frozen.get(log) or state.store.head_at(log, max(doubt.low, start))
        if at is None:
            del peer.doubts[log]  # our log changed meanwhile: the next HEADS looks again
            continue
        wanted = {**dict.fromkeys(heads, NOTHING_OF_IT), log: at}
        question = Pull(state.config.office, wanted, Lane.NOW)
        ask(state, peer, question, now_ms=now_ms, out=out, ends=at, about=log)


def took_evidence(
    state: State, peer: Peer, asked: Asked, *, said: Answer, now_ms: int, out: list[Output]
) -> None:
    """What the peer showed: our own events, others under our key, or nothing."""
    log, doubt = asked.about, peer.doubts.get(asked.about)
    if doubt is None or isinstance(asked.question, Push):
        return  # a push only showed the peer our version
    if isinstance(said, Busy):
        later(state, peer.pushing, now_ms, least_ms=min(max(said.retry_ms, 50), 600_000))
    elif isinstance(said, Revoked) and asked.ends.seq <= doubt.low:
        del peer.doubts[log]
        out.append(WasRevoked(peer.log, said.after_seq))
    elif isinstance(said, Revoked):
        doubt.back = max(STEP, doubt.back * 2)  # it shows a revoked device its own events at most
    elif not isinstance(said, Suffixes):
        _not_shown(state, peer, log, now_ms=now_ms, out=out)
    else:
        run = next((run for run in said.runs if run.log == log), None)
        if run is not None:
            _look_at(state, peer, asked, run=run, now_ms=now_ms, out=out)
        elif log in peer.frozen:
            del peer.doubts[log]
        elif asked.ends.seq > doubt.low:
            doubt.back = max(STEP, doubt.back * 2)
        else:
            _not_shown(state, peer, log, now_ms=now_ms, out=out)


def _look_at(
    state: State, peer: Peer, asked: Asked, *, run: Run, now_ms: int, out: list[Output]
) -> None:
    """Find where a run of the peer leaves our log; it begins after an event both have."""
    log, doubt = asked.about, peer.doubts[asked.about]
    try:
        events = _own(state, asked, run) if log == state.log else ()
        other = _first_other(state, log, events)
        if other is not None:
            _conclude(state, peer, other, now_ms=now_ms, out=out)
            return
        taken = None if events else state.store.take(run)
    except ForeignError:
        _not_shown(state, peer, log, now_ms=now_ms, out=out)
        return
    if taken is not None and (log in peer.frozen or taken.verdict is Verdict.FORK):
        _freeze(state, peer, asked, run=run, seq=taken.fork_seq, now_ms=now_ms, out=out)
        return
    if taken is not None and taken.streams:
        out.append(Changed(taken.streams))
    doubt.low, doubt.back = asked.ends.seq + len(run.events), 0
    if state.store.head_at(log, doubt.said.seq) == doubt.said:
        del peer.doubts[log]  # it was only longer than ours
    elif doubt.low >= doubt.said.seq:
        _not_shown(state, peer, log, now_ms=now_ms, out=out)


def _freeze(
    state: State, peer: Peer, asked: Asked, *, run: Run, seq: int, now_ms: int, out: list[Output]
) -> None:
    """The log was written twice, and here is the peer's version: fetch all of it, no more of ours.

    The store checked the run, whatever became of it.
    """
    log = asked.about
    if log not in peer.frozen:
        _show(state, peer, log, seq - 1, now_ms=now_ms, out=out)
    last = read_run(run.events)[-1]
    peer.frozen[log] = Head(last.envelope.seq, last.hash)
    if last.envelope.seq >= peer.doubts[log].said.seq:
        del peer.doubts[log]
    out.append(Forked(peer.log, log, seq or asked.ends.seq + 1, run))


def _own(state: State, asked: Asked, run: Run) -> tuple[Sealed, ...]:
    """The events of a run of our own log; raises `ForeignError` unless our own key signed them."""
    events = read_run(run.events, state.config.office)
    first = events[0].envelope
    if (first.log, first.seq, first.prev) != (state.log, asked.ends.seq + 1, asked.ends.hash):
        raise fault("DB-17")
    check_signature(events, state.config.key)
    return events


def _first_other(state: State, log: bytes, events: Sequence[Sealed]) -> Sealed | None:
    """The first of these events that does not stand in our log."""
    for item in events:
        seq = item.envelope.seq
        if state.store.head_at(log, seq) != Head(seq, item.hash):
            return item
    return None


def _conclude(state: State, peer: Peer, other: Sealed, *, now_ms: int, out: list[Output]) -> None:
    """Our own log was written twice, or this disk is an older one: it may not be continued."""
    log, common = state.log, other.envelope.seq - 1
    peer.doubts.clear()
    state.needs_new_log = True
    if state.store.head_at(log, common + 1) is not None:
        state.store.keep_fork(log, (other.body, other.signature))
        _show(state, peer, log, common, now_ms=now_ms, out=out)
        out.append(Forked(peer.log, log, common + 1))
    out.append(NewLogNeeded(log, common))


def _show(
    state: State, peer: Peer, log: bytes, common: int, *, now_ms: int, out: list[Output]
) -> None:
    """Give the peer our version of what it has otherwise, so that both keep proof."""
    at = state.store.head_at(log, common)
    run = at and state.store.run_after(log, at, events=1, size=1)
    if run:
        push = Push(state.config.office, run)
        ask(state, peer, push, now_ms=now_ms, out=out, about=log)


def _not_shown(state: State, peer: Peer, log: bytes, *, now_ms: int, out: list[Output]) -> None:
    """The peer could not show what it said: note that, and go on as though it had not.

    Of another's log it may have been true a moment ago: its writer had to begin a new one.
    """
    doubt = peer.doubts.pop(log)
    later(state, peer.stuck.setdefault(log, Line()), now_ms, least_ms=1_000)
    peer.heads[log] = state.store.head_at(log, doubt.low) or START
    if log not in peer.untrue:
        peer.untrue.add(log)
        words = fault(UNTRUE).sentence()
        if log == state.log:
            out.append(Rejected(peer.log, log, doubt.said.seq, UNTRUE, words, ours=True))
