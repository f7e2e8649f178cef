"""The asking half of sync as a function: `step(state, given, now_ms=...) -> state, outputs`.

No I/O of its own: it reads and writes logs through `OwnStore`, and whoever drives it (the service
of a PC, the hub, the simulator) carries its questions and tells what came of them. The driver's
duties:

* put every `Ask` to the peer and end it with `Answered` or `Failed`, also when the peer goes away;
* say `Appended` after each commit that others made (own acts, runs pushed to us);
* send `Tick` at the last `WakeAt`; earlier or twice does no harm;
* after `NewLogNeeded`, open a new log and say `Reborn`.

`now_ms` is a clock that never goes back; the wall clock is in `Config`. The state passed in is used
up: go on with the one returned. Peers are independent of each other, pushing of pulling, and the
logs of one another: what is refused, forked, revoked or slow holds up nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass

from services.sync.doubting import seek, took_evidence
from services.sync.meeting import compare, say_hello, took_heads, took_hello
from services.sync.messages import (
    Answered,
    Appended,
    Changed,
    Failed,
    Given,
    Output,
    PeerDown,
    PeerUp,
    Reborn,
    RelayFor,
    Tick,
    WakeAt,
    WasRevoked,
)
from services.sync.ports import OwnStore
from services.sync.protocol import (
    Answer,
    Busy,
    HeadsAnswer,
    HelloAnswer,
    Pull,
    Push,
    Refused,
    Revoked,
)
from services.sync.pulling import pull, took_pull
from services.sync.pushing import failed_push, lacking, push, took_push
from services.sync.state import (
    Asked,
    Config,
    Peer,
    Stage,
    State,
    comeback_ms,
    later,
    say_fault,
)

__all__ = ["Config", "Standing", "standing", "start", "step"]


@dataclass(frozen=True, slots=True)
class Standing:
    """How we stand with a peer.

    `ready`: it is known what it holds, and our own log is not in doubt. `to_push`: events we are to
    send it that it is not known to hold. `open`: questions without answer, polls aside. `drained`:
    its last answer had nothing new. `equal`: it is known to hold every log as far as we do.
    """

    ready: bool
    to_push: int
    open: int
    drained: bool
    equal: bool


def start(config: Config, store: OwnStore) -> State:
    """An engine that knows no peer yet."""
    state = State(config, store, config.log, {config.log, *config.former})
    state.acked = {ack.log: ack.head.seq for ack in store.acks()}
    return state


def standing(state: State, peer: bytes) -> Standing:
    """How we stand with a peer that is up; raises KeyError for another."""
    known = state.peers[peer]
    heads = state.store.heads()
    return Standing(
        known.stage is Stage.READY and not state.rests,
        sum(rest for _, rest in lacking(state, known)),
        sum(1 for each in known.open.values() if each.about or not isinstance(each.question, Pull)),
        known.drained,
        all(known.heads.get(log) == head for log, head in heads.items()),
    )


def step(state: State, given: Given, *, now_ms: int) -> tuple[State, list[Output]]:
    """Take one input; returns the state to go on with and what the driver is to do."""
    out: list[Output] = []
    everybody = list(state.peers.values())
    before = state.rests
    _end_rests(state, now_ms)
    match given:
        case Answered() | Failed():
            touched = _heard(state, given, now_ms=now_ms, out=out)
            if any(isinstance(each, Changed) for each in out):
                touched = everybody
        case PeerUp():
            known = state.peers.get(given.log)
            peer = Peer(given)
            peer.pushing.not_before = now_ms + comeback_ms(given.away_ms, state.config.draw)
            if known is not None:
                peer.fault, peer.untrue = known.fault, known.untrue
            state.peers[given.log] = peer
            touched = [peer]
        case PeerDown():
            state.peers.pop(given.log, None)
            touched = []
        case _:
            _tell_all(state, given, now_ms=now_ms)
            touched = everybody
    if before != state.rests:
        touched = list(state.peers.values())
    for peer in state.peers.values():
        if peer in touched or 0 < peer.wake <= now_ms:
            _advance(state, peer, now_ms=now_ms, out=out)
    _set_alarm(state, out)
    return state, out


def _end_rests(state: State, now_ms: int) -> None:
    """What one peer says and does not show holds up the others for a while only."""
    for peer in state.peers.values():
        for doubt in peer.doubts.values() if peer.doubts else ():
            doubt.rests = doubt.rests and now_ms < doubt.until_ms


def _tell_all(state: State, given: RelayFor | Reborn | Appended | Tick, *, now_ms: int) -> None:
    """Inputs that concern more than one answer of one peer."""
    match given:
        case RelayFor():
            if given.log in state.peers:
                peer = state.peers[given.log]
                peer.up = PeerUp(peer.log, peer.up.key, peer.up.kind, given.relay)
        case Reborn():
            state.log = given.log
            state.mine.add(given.log)
            state.needs_new_log = False
            for peer in state.peers.values():
                peer.doubts.clear()
                peer.drained, peer.pulling.not_before = False, 0  # the old log's rest is theirs


def _find(state: State, request: int) -> tuple[Peer, Asked] | None:
    for peer in state.peers.values():
        asked = peer.open.pop(request, None)
        if asked is not None:
            return peer, asked
    return None


def _heard(state: State, given: Answered | Failed, *, now_ms: int, out: list[Output]) -> list[Peer]:
    """Take what came of a question; returns the peer it was put to, if it was still open."""
    found = _find(state, given.request)
    if found is None:
        return []
    peer, asked = found
    if isinstance(given, Failed):
        _failed(state, peer, asked, code=given.code, now_ms=now_ms, out=out)
        return [peer]
    said = given.answer
    if asked.about:
        peer.pushing.well()
        took_evidence(state, peer, asked, said=said, now_ms=now_ms, out=out)
    elif isinstance(asked.question, Pull):
        took_pull(state, peer, asked, said=said, now_ms=now_ms, out=out)
    elif isinstance(asked.question, Push):
        took_push(state, peer, asked, said=said, now_ms=now_ms, out=out)
    elif isinstance(said, HelloAnswer) and peer.stage is Stage.HELLO:
        took_hello(state, peer, asked, said=said, now_ms=now_ms, out=out)
    elif isinstance(said, HeadsAnswer) and peer.stage is not Stage.HELLO:
        took_heads(state, peer, said, now_ms=now_ms, out=out)
        say_fault(peer, "", out)
    else:
        _not_met(state, peer, said, now_ms=now_ms, out=out)
    return [peer]


def _not_met(state: State, peer: Peer, said: Answer, *, now_ms: int, out: list[Output]) -> None:
    """The peer does not want us, or not now."""
    pause = min(max(said.retry_ms, 0), 600_000) if isinstance(said, Busy) else 0
    later(state, peer.pushing, now_ms, least_ms=max(pause, 50))
    code = said.code if isinstance(said, Refused) else "DB-10"
    if isinstance(said, Busy | Revoked):
        code = "DB-12" if isinstance(said, Busy) else "DB-14"
    if isinstance(said, Revoked):
        peer.stage = Stage.READY  # it takes what we have, and tells us nothing
        out.append(WasRevoked(peer.log, said.after_seq))
    say_fault(peer, code, out)


def _failed(
    state: State, peer: Peer, asked: Asked, *, code: str, now_ms: int, out: list[Output]
) -> None:
    if isinstance(asked.question, Push):
        failed_push(state, peer, asked, code=code, now_ms=now_ms)
    else:
        polled = isinstance(asked.question, Pull) and not asked.about
        later(state, peer.pulling if polled else peer.pushing, now_ms)
    say_fault(peer, code, out)


def _advance(state: State, peer: Peer, *, now_ms: int, out: list[Output]) -> None:
    """Whatever can be done with a peer now."""
    for request in [r for r, asked in peer.open.items() if now_ms >= asked.until_ms]:
        asked = peer.open.pop(request)
        _failed(state, peer, asked, code="DB-02", now_ms=now_ms, out=out)
    if now_ms >= peer.pushing.not_before and now_ms >= peer.busy_until:
        if peer.stage is Stage.READY:
            seek(state, peer, now_ms=now_ms, out=out)
            push(state, peer, now_ms=now_ms, out=out)
        elif all(isinstance(asked.question, Pull) for asked in peer.open.values()):
            meet = say_hello if peer.stage is Stage.HELLO else compare
            meet(state, peer, now_ms=now_ms, out=out)
    if peer.stage is not Stage.HELLO:
        pull(state, peer, now_ms=now_ms, out=out)
    peer.wake = _next_time(peer, now_ms)


def _next_time(peer: Peer, now_ms: int) -> int:
    """When time alone will change something with a peer; 0 for never."""
    times = [peer.pushing.not_before, peer.pulling.not_before, peer.busy_until]
    times += [asked.until_ms for asked in peer.open.values()]
    if peer.doubts:
        times += [doubt.until_ms for doubt in peer.doubts.values()]
    for lines in (peer.stuck, peer.deaf):
        if lines:
            times += [line.not_before for line in lines.values()]
    later_ones = [at for at in times if at > now_ms]
    return min(later_ones) if later_ones else 0


def _set_alarm(state: State, out: list[Output]) -> None:
    wake = min((peer.wake for peer in state.peers.values() if peer.wake), default=0)
    if wake and wake != state.wake:
        out.append(WakeAt(wake))
    state.wake = wake
