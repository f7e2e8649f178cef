"""Getting to know a peer: HELLO, HEADS, and whether our own log is still ours to continue.

A peer that holds more of our log than we do, or another version, means that this disk was restored
or cloned. Probes (runs the peer already has) find the last common event; from there on our acts
need a new log (design notes: sync §4.9).
"""

from __future__ import annotations

from services.sync.messages import Met, NewLogNeeded, Output
from services.sync.protocol import (
    MAX_RUN_BYTES,
    MAX_RUN_EVENTS,
    OLDEST_VERSION,
    VERSION,
    Ack,
    Answer,
    ForkFound,
    Head,
    Heads,
    HeadsAnswer,
    Hello,
    HelloAnswer,
    Push,
    Revoked,
)
from services.sync.state import START, Asked, Doubt, Peer, Stage, State, ask, later

__all__ = ["check_own", "compare", "probe", "probed", "say_hello", "took_heads", "took_hello"]

COMPARE_MS = 10_000
"""Heads are asked for again at most this often."""


def say_hello(state: State, peer: Peer, *, now_ms: int, out: list[Output]) -> None:
    """Start over with a peer."""
    config = state.config
    mine = state.store.heads().get(state.log, START)
    hello = Hello(
        (OLDEST_VERSION, VERSION), config.app, config.office, state.log, mine,
        config.roster(), config.catalogue(), config.wall_ms(),
    )  # fmt: skip
    ask(state, peer, hello, now_ms=now_ms, out=out)


def took_hello(
    state: State, peer: Peer, asked: Asked, *, said: HelloAnswer, now_ms: int, out: list[Output]
) -> None:
    """The peer answered: check our own log against what it holds of it, then compare heads."""
    if not OLDEST_VERSION <= said.version <= VERSION:
        later(state, peer.pushing, now_ms)
        return
    halfway = (asked.wall_ms + state.config.wall_ms()) // 2
    out.append(Met(peer.log, said.app, said.roster, said.catalogue, said.wall_ms - halfway))
    peer.pushing.well()
    assert isinstance(asked.question, Hello)
    peer.heads[asked.question.log] = said.yours
    if asked.question.log == state.log:  # a new log may have been opened meanwhile
        check_own(state, peer, said.yours, out)
    compare(state, peer, now_ms=now_ms, out=out)
    peer.stage = Stage.HEADS


def compare(state: State, peer: Peer, *, now_ms: int, out: list[Output]) -> None:
    """Ask how far the peer holds every log."""
    peer.compare_at = now_ms + COMPARE_MS
    ask(state, peer, Heads(state.config.office), now_ms=now_ms, out=out)


def took_heads(state: State, peer: Peer, said: HeadsAnswer, out: list[Output]) -> None:
    """From here on the peer's heads are known, and kept up by acknowledgements and pulls."""
    peer.heads = dict(said.heads)
    peer.stage = Stage.READY
    peer.pushing.well()
    check_own(state, peer, said.heads.get(state.log, START), out)


def check_own(state: State, peer: Peer, theirs: Head, out: list[Output]) -> None:
    """Begin to doubt our log when the peer's head of it is not one of ours."""
    if state.doubt or state.needs_new_log or state.log in peer.frozen:
        return
    mine = state.store.heads().get(state.log, START)
    if theirs.seq <= mine.seq:
        if state.store.head_at(state.log, theirs.seq) == theirs:
            return
        state.doubt = Doubt(peer.log, 0, theirs.seq)
    else:
        state.doubt = Doubt(peer.log, 0, mine.seq + 1)
    _conclude(state, out)


def probe(state: State, peer: Peer, *, now_ms: int, out: list[Output]) -> None:
    """Send a run that should be common, reaching back from where the logs differ."""
    doubt = state.doubt
    if doubt is None or doubt.peer != peer.log or any(a.probe for a in peer.open.values()):
        return
    start = max(doubt.low, doubt.high - 1 - doubt.step)
    at = state.store.head_at(state.log, start)
    run = at and state.store.run_after(state.log, at, events=MAX_RUN_EVENTS, size=MAX_RUN_BYTES)
    if not at or not run:
        state.doubt = None  # our log changed meanwhile: the next HELLO looks again
        return
    ends = state.store.head_at(state.log, start + len(run.events))
    push = Push(state.config.office, run)
    ask(state, peer, push, now_ms=now_ms, out=out, ends=ends or START, probe=True)


def probed(state: State, asked: Asked, said: Answer, out: list[Output]) -> None:
    """What the peer said of a probe narrows the place."""
    doubt = state.doubt
    assert isinstance(asked.question, Push)
    if doubt is None or asked.question.run.log != state.log:
        return
    start = asked.ends.seq - len(asked.question.run.events)
    if isinstance(said, Ack | Revoked):
        doubt.low = max(doubt.low, min(asked.ends.seq, doubt.high - 1))
    elif isinstance(said, ForkFound):
        if said.seq > start + 1 or start <= doubt.low:
            doubt.low = doubt.high = max(doubt.low, said.seq - 1)
        else:
            doubt.high, doubt.step = start + 1, doubt.step * 2
    else:
        state.doubt = None
        return
    _conclude(state, out)


def _conclude(state: State, out: list[Output]) -> None:
    doubt = state.doubt
    if doubt is not None and doubt.high - 1 <= doubt.low:
        state.doubt, state.needs_new_log = None, True
        out.append(NewLogNeeded(state.log, doubt.low))
