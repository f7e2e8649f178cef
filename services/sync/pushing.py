"""Sending what a peer lacks: one run per log in flight, the short rests first, each log for itself.

A log is a prefix: nothing of today goes out before the same log's older events. What can be chosen
is the order of logs: the roster, then logs whose rest fits one run (today's work), then backlogs.
"""

from __future__ import annotations

from collections.abc import Mapping

from services.journal.device import signature_holds
from services.sync.doubting import weigh
from services.sync.messages import Accepted, Output, Rejected, WasRevoked
from services.sync.protocol import (
    MAX_RUN_BYTES,
    MAX_RUN_EVENTS,
    Ack,
    Answer,
    Busy,
    ForkFound,
    Gap,
    Head,
    Lane,
    Push,
    Refused,
    Revoked,
    ack_bytes,
)
from services.sync.state import (
    LEAST_BATCH,
    MOST_WINDOW,
    START,
    Asked,
    Line,
    Peer,
    State,
    ask,
    later,
    pushes,
    say_fault,
)

__all__ = ["failed_push", "keep_ack", "lacking", "note_held", "push", "took_push"]

FELL = "DB-15"
"""The peer's program failed on this question; it lives, so the other logs go on."""


def lacking(state: State, peer: Peer) -> list[tuple[bytes, int]]:
    """Logs we are to push of which the peer lacks events, with how many, in order of sending."""
    theirs, heads, rests = peer.heads, state.store.heads(), []
    if theirs == heads:
        return []
    for log, head in heads.items():
        rest = head.seq - theirs[log].seq if log in theirs else head.seq
        given_back = log == peer.log == state.config.city  # its disk is from a backup
        if rest <= 0 or (log == peer.log and not given_back) or log in peer.frozen:
            continue
        if log in peer.doubts or (log == state.log and state.rests):
            continue
        ours = log in state.mine or given_back
        if not (ours or peer.up.relay):
            continue
        rests.append((log != state.config.city, rest > MAX_RUN_EVENTS, not ours, rest, log))
    return [(each[-1], each[-2]) for each in sorted(rests)]


def push(state: State, peer: Peer, *, now_ms: int, out: list[Output]) -> None:
    """Fill the window with runs of different logs."""
    missing = lacking(state, peer)
    if not missing:
        return
    open_logs = {a.question.run.log for a in pushes(peer) if isinstance(a.question, Push)}
    room = int(peer.window) - len(open_logs)
    missing.sort(key=lambda each: peer.unanswered.get(each[0], 0))
    for log, rest in missing if room > 0 else ():
        stuck = peer.stuck.get(log)
        if log in open_logs or (stuck and now_ms < stuck.not_before):
            continue
        room -= _push_log(state, peer, log, rest=rest, now_ms=now_ms, out=out)
        if room <= 0:
            return


def _push_log(
    state: State, peer: Peer, log: bytes, *, rest: int, now_ms: int, out: list[Output]
) -> int:
    """Send the next run of a log; returns how many questions that opened."""
    have = peer.heads.get(log, START)
    run = state.store.run_after(log, have, events=peer.batch, size=MAX_RUN_BYTES)
    if run is None:  # it says it has another version
        weigh(state, peer, log, said=have, now_ms=now_ms, out=out)
        return 0
    lane = Lane.NOW if len(run.events) >= rest else Lane.BACKLOG
    ends = state.store.head_at(log, have.seq + len(run.events)) or START
    ask(state, peer, Push(state.config.office, run, lane), now_ms=now_ms, out=out, ends=ends)
    return 1


def took_push(
    state: State, peer: Peer, asked: Asked, *, said: Answer, now_ms: int, out: list[Output]
) -> None:
    """The answer to a push."""
    assert isinstance(asked.question, Push)
    log = asked.question.run.log
    peer.pushing.well()
    peer.unanswered.pop(log, None)
    if isinstance(said, Busy):
        peer.window = max(1.0, min(peer.window / 2, said.window))
        pause = min(max(said.retry_ms, 0), 600_000)
        peer.busy_until = now_ms + pause + int(state.config.draw() * pause / 2)
        say_fault(peer, "DB-12", out)
        return
    if isinstance(said, Ack):
        _took_ack(state, peer, said, now_ms=now_ms, out=out)
    elif isinstance(said, Revoked):
        peer.heads[log] = asked.ends
        if log == state.log:
            out.append(WasRevoked(peer.log, said.after_seq))
    elif isinstance(said, Gap):
        _took_gap(state, peer, asked, have=said.have, now_ms=now_ms, out=out)
    elif isinstance(said, ForkFound):
        weigh(state, peer, log, said=Head(said.seq, b""), now_ms=now_ms, out=out)
    elif isinstance(said, Refused):
        _stick(state, peer, log, now_ms=now_ms)
        seq = asked.ends.seq - len(asked.question.run.events) + 1
        words = f"{said.what} {said.next_step}".strip()
        out.append(Rejected(peer.log, log, seq, said.code, words))


def _took_ack(state: State, peer: Peer, said: Ack, *, now_ms: int, out: list[Output]) -> None:
    if not signature_holds(peer.up.key, ack_bytes(said), said.signature):
        _stick(state, peer, said.log, now_ms=now_ms)
        say_fault(peer, "DB-11", out)
        return
    keep_ack(state, peer.log, said)
    peer.heads[said.log] = said.head
    peer.window = min(float(MOST_WINDOW), peer.window + 1 / peer.window)
    peer.batch = min(MAX_RUN_EVENTS, peer.batch * 2)
    if peer.stuck.pop(said.log, None) and said.log not in peer.untrue:
        out.append(Accepted(peer.log, said.log))
    say_fault(peer, "", out)


def keep_ack(state: State, peer: bytes, ack: Ack) -> None:
    """Keep an acknowledgement of our version of a log; its signature was checked."""
    if state.store.head_at(ack.log, ack.head.seq) != ack.head:
        return
    if peer == state.config.city:
        state.acked[ack.log] = max(ack.head.seq, state.acked.get(ack.log, 0))
    state.store.keep_ack(peer, ack)


def note_held(state: State, peer: Peer, heads: Mapping[bytes, Head]) -> None:
    """A PC holds our version of our own logs so far, however that came: it is written down.

    Of the city only signed acknowledgements count.
    """
    if peer.log == state.config.city:
        return
    for log in state.mine & heads.keys():
        head = heads[log]
        if head != peer.held.get(log) and state.store.head_at(log, head.seq) == head:
            peer.held[log] = head
            state.store.keep_ack(peer.log, Ack(log, head, state.config.wall_ms()))


def _took_gap(
    state: State, peer: Peer, asked: Asked, *, have: Head, now_ms: int, out: list[Output]
) -> None:
    """Send again from what the peer has; a peer that says the same gap twice has to wait."""
    assert isinstance(asked.question, Push)
    log, start = asked.question.run.log, asked.ends.seq - len(asked.question.run.events)
    if have.seq >= start:
        _stick(state, peer, log, now_ms=now_ms)
    peer.heads[log] = have
    weigh(state, peer, log, said=have, now_ms=now_ms, out=out)


def _stick(state: State, peer: Peer, log: bytes, *, now_ms: int) -> None:
    """Leave one log of this peer alone for a while; the others go on."""
    later(state, peer.stuck.setdefault(log, Line()), now_ms)


def failed_push(state: State, peer: Peer, asked: Asked, *, code: str, now_ms: int) -> None:
    """No answer: shorter runs, fewer at once, and a pause; this log goes after all others."""
    assert isinstance(asked.question, Push)
    log = asked.question.run.log
    peer.unanswered[log] = now_ms
    if code == FELL:
        _stick(state, peer, log, now_ms=now_ms)
        return
    peer.window = max(1.0, peer.window / 2)
    peer.batch = max(LEAST_BATCH, peer.batch // 2)
    later(state, peer.pushing, now_ms)
