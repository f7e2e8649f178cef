"""Fetching what we lack: one long poll per peer, whatever becomes of pushing."""

from __future__ import annotations

from models.errors import ForeignError, MachineError
from services.journal.device import signature_holds
from services.sync.accept import check_signature, read_run
from services.sync.doubting import NOTHING_OF_IT, weigh
from services.sync.meeting import compare
from services.sync.messages import Accepted, Changed, Output, Rejected, WasRevoked
from services.sync.ports import Verdict
from services.sync.protocol import (
    Ack,
    Answer,
    Busy,
    Head,
    Heads,
    Lane,
    Pull,
    Refused,
    Revoked,
    Run,
    Suffixes,
    ack_bytes,
    heads_digest,
)
from services.sync.pushing import keep_ack, note_held
from services.sync.state import START, Asked, Line, Peer, State, ask, later, say_fault

__all__ = ["pull", "took_pull"]

AT_ONCE_MS = 1_000
"""An empty answer that came faster was not held by the peer."""


def pull(state: State, peer: Peer, *, now_ms: int, out: list[Output]) -> None:
    """Ask for what follows our heads, unless the last such question is still open."""
    if now_ms < peer.pulling.not_before:
        return
    if any(isinstance(each.question, Pull) and not each.about for each in peer.open.values()):
        return
    heads = dict(state.store.heads())
    heads.update(dict.fromkeys(_hidden(state, peer, now_ms), NOTHING_OF_IT))
    lane, wait = (Lane.BACKLOG, 0) if peer.more else (Lane.NOW, state.config.wait_ms)
    question = Pull(state.config.office, heads, lane, wait_ms=wait)
    ask(state, peer, question, now_ms=now_ms, out=out)


def _hidden(state: State, peer: Peer, now_ms: int) -> set[bytes]:
    """Logs of which nothing is wanted from this peer now."""
    hidden = {log for log, line in peer.deaf.items() if now_ms < line.not_before}
    hidden.update(peer.frozen)
    if state.rests:
        hidden.add(state.log)
    return hidden


def took_pull(
    state: State, peer: Peer, asked: Asked, *, said: Answer, now_ms: int, out: list[Output]
) -> None:
    """Store what came; runs are judged one by one, a bad one stops no other."""
    if isinstance(said, Busy):
        later(state, peer.pulling, now_ms, least_ms=min(max(said.retry_ms, 0), 600_000))
        return
    if not isinstance(said, Suffixes):
        later(state, peer.pulling, now_ms)
        say_fault(peer, _code(said), out)
        if isinstance(said, Revoked):
            out.append(WasRevoked(peer.log, said.after_seq))
        return
    say_fault(peer, "", out)
    try:
        streams, taken = _take_all(state, peer, said.runs, now_ms=now_ms, out=out)
    except MachineError as error:
        later(state, peer.pulling, now_ms)
        say_fault(peer, error.code, out)
        return
    if streams:
        out.append(Changed(frozenset(streams)))
    _take_acks(state, said.acks)
    peer.more = said.more and taken
    empty = not said.runs and not said.more
    peer.drained = empty and _asked_for_all(state, peer, asked, now_ms)
    _pace(state, peer, asked, empty=empty, taken=taken, now_ms=now_ms)
    _know(state, peer, said, now_ms=now_ms, out=out)


def _asked_for_all(state: State, peer: Peer, asked: Asked, now_ms: int) -> bool:
    """Whether a question left out no log that is wanted by now."""
    assert isinstance(asked.question, Pull)
    left_out = {log for log, head in asked.question.heads.items() if head == NOTHING_OF_IT}
    return left_out <= _hidden(state, peer, now_ms)


def _code(said: Answer) -> str:
    if isinstance(said, Refused):
        return said.code
    return "DB-14" if isinstance(said, Revoked) else "DB-10"


def _take_all(
    state: State, peer: Peer, runs: tuple[Run, ...], *, now_ms: int, out: list[Output]
) -> tuple[set[str], bool]:
    """The streams that changed, and whether anything new came.

    The city's word goes first, for it names the devices whose runs may follow it.
    """
    streams: set[str] = set()
    new = False
    for run in sorted(runs, key=lambda run: not state.config.is_of_city(run)):
        try:
            if run.log == state.log:  # nobody else writes it: only what we lack tells of a copy
                said = _end(run, state.config.key)
                weigh(state, peer, run.log, said=said, now_ms=now_ms, out=out)
                continue
            taken = state.store.take(run)
        except ForeignError as error:
            later(state, peer.deaf.setdefault(run.log, Line()), now_ms)
            head = state.store.heads().get(run.log, START)
            out.append(
                Rejected(peer.log, run.log, head.seq + 1, error.code, error.sentence(), ours=True)
            )
            continue
        if taken.verdict in (Verdict.FORK, Verdict.GAP):
            later(state, peer.deaf.setdefault(run.log, Line()), now_ms)
        else:
            if peer.deaf.pop(run.log, None):
                out.append(Accepted(peer.log, run.log))
            peer.heads[run.log] = max(
                taken.head, peer.heads.get(run.log, START), key=lambda head: head.seq
            )
            new = new or bool(taken.streams)
            streams |= taken.streams
    return streams, new


def _end(run: Run, key: bytes) -> Head:
    """Where a run of our own log ends; it may be one we pushed while the question was open.

    It must bear our signature: nobody else can make us believe that our disk is a copy. Raises
    `ForeignError` otherwise.
    """
    events = read_run(run.events)
    check_signature(events, key)
    last = events[-1]
    return Head(last.envelope.seq, last.hash)


def _take_acks(state: State, acks: tuple[Ack, ...]) -> None:
    """Acknowledgements of the city that a peer passes on."""
    city, key = state.config.city, state.config.city_key
    for ack in acks if city else ():
        news = ack.head.seq > state.acked.get(ack.log, 0)
        if news and signature_holds(key, ack_bytes(ack), ack.signature):
            keep_ack(state, city, ack)


def _pace(state: State, peer: Peer, asked: Asked, *, empty: bool, taken: bool, now_ms: int) -> None:
    """Ask again at once after news; never in a circle without any."""
    if taken or (empty and now_ms - asked.at_ms >= AT_ONCE_MS):
        peer.pulling.well()
    elif empty:
        peer.pulling.tries = 0
        peer.pulling.not_before = now_ms + state.config.poll_ms
    else:
        later(state, peer.pulling, now_ms, least_ms=state.config.poll_ms)


def _know(state: State, peer: Peer, said: Suffixes, *, now_ms: int, out: list[Output]) -> None:
    """Equal digests end the exchange; else the heads of a quiet peer are asked for again."""
    heads = state.store.heads()
    if said.digest == heads_digest(heads):
        peer.heads = dict(heads)
        note_held(state, peer, heads)
    elif not said.runs and now_ms >= peer.compare_at and not _comparing(peer):
        compare(state, peer, now_ms=now_ms, out=out)


def _comparing(peer: Peer) -> bool:
    return any(isinstance(asked.question, Heads) for asked in peer.open.values())
