"""Getting to know a peer: HELLO, HEADS, and whether our own log is still ours to continue."""

from __future__ import annotations

from services.sync.doubting import forgive, weigh
from services.sync.messages import Met, Output
from services.sync.protocol import (
    OLDEST_VERSION,
    VERSION,
    Heads,
    HeadsAnswer,
    Hello,
    HelloAnswer,
)
from services.sync.pushing import note_held
from services.sync.state import START, Asked, Peer, Stage, State, ask, later

__all__ = ["compare", "say_hello", "took_heads", "took_hello"]

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
        weigh(state, peer, state.log, said=said.yours, now_ms=now_ms, out=out)
    compare(state, peer, now_ms=now_ms, out=out)
    peer.stage = Stage.HEADS


def compare(state: State, peer: Peer, *, now_ms: int, out: list[Output]) -> None:
    """Ask how far the peer holds every log."""
    peer.compare_at = now_ms + COMPARE_MS
    ask(state, peer, Heads(state.config.office), now_ms=now_ms, out=out)


def took_heads(
    state: State, peer: Peer, said: HeadsAnswer, *, now_ms: int, out: list[Output]
) -> None:
    """From here on the peer's heads are known, and kept up by acknowledgements and pulls."""
    peer.heads = dict(said.heads)
    note_held(state, peer, said.heads)
    peer.stage = Stage.READY
    peer.pushing.well()
    if peer.drained:  # it has nothing more for us, and yet other heads: then it has another version
        for log, head in said.heads.items():
            weigh(state, peer, log, said=head, now_ms=now_ms, out=out)
    yours = said.heads.get(state.log, START)
    weigh(state, peer, state.log, said=yours, now_ms=now_ms, out=out)
    if state.store.head_at(state.log, yours.seq) == yours:
        forgive(peer, state.log, out)
