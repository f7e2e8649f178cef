"""What the asking engine knows between two steps: its peers, open questions, times of retry."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from models.envelope import GENESIS
from services.sync.messages import Ask, Faulty, Output, PeerUp
from services.sync.ports import OwnStore
from services.sync.protocol import MAX_RUN_EVENTS, MAX_WAIT_MS, Head, Pull, Push, Question, Run

__all__ = [
    "LEAST_BATCH", "MOST_WINDOW", "START", "Asked", "Config", "Doubt", "Line", "Peer", "Stage",
    "State", "ask", "comeback_ms", "later", "say_fault",
]  # fmt: skip

START = Head(0, GENESIS)
FIRST_RETRY_MS, LAST_RETRY_MS = 1_000, 120_000
"""Retries wait a random part of 1, 2, 4 ... 120 s: a city's PCs do not come back all at once."""
LEAST_RETRY_MS = 50
LONGEST_COMEBACK_MS = 60_000
MOST_WINDOW, LEAST_BATCH = 8, 25
"""At most so many runs in flight to a peer; a bad line shrinks a run to so many events."""
ANSWER_MS = 60_000
"""An answer that has not come by then will not come."""


@dataclass(frozen=True, slots=True)
class Config:
    """What the engine is given once.

    `log` is this PC's own log, `key` the public key that signs it, `former` its logs of earlier
    incarnations, `city` the city's log ("" before enrolment) and `city_key` its pinned public key.
    `draw` gives a random number from 0 to 1, `wall_ms` this PC's own clock, `wait_ms` how long a
    peer may hold a `Pull`, `poll_ms` the pause before the next `Pull` at a peer that holds none.
    """

    office: str
    log: bytes
    draw: Callable[[], float]
    wall_ms: Callable[[], int]
    key: bytes = b""
    former: frozenset[bytes] = frozenset()
    city: bytes = b""
    city_key: bytes = b""
    app: str = ""
    roster: Callable[[], bytes] = bytes
    catalogue: Callable[[], str] = str
    wait_ms: int = MAX_WAIT_MS
    poll_ms: int = 2_000

    def is_of_city(self, run: Run) -> bool:
        """Whether it claims to be of the city's log, or of one it began after a restore."""
        return run.log == self.city or run.origin.public_key == self.city_key


class Stage(StrEnum):
    """How far the acquaintance with a peer has come."""

    HELLO = "hello"
    HEADS = "heads"
    READY = "ready"


@dataclass(frozen=True, slots=True)
class Asked:
    """An open question, when it counts as lost; for a push where its run ends.

    `about` names the log that a question looks for proof of, or shows proof of; the other
    questions are the ordinary exchange.
    """

    question: Question
    at_ms: int
    until_ms: int
    wall_ms: int
    ends: Head = START
    about: bytes = b""


@dataclass(slots=True)
class Line:
    """Retries of one direction or one log: not before this time, after so many failures."""

    not_before: int = 0
    tries: int = 0

    def well(self) -> None:
        """It worked: the next try waits for nothing."""
        self.not_before = self.tries = 0


@dataclass(slots=True)
class Doubt:
    """A peer's word that its version of a log is not ours; it counts for nothing until shown.

    `said` is the head it told of. Up to `low` its version was seen to be ours; the next look
    begins `back` before `said`. `rests` until `until_ms`: nobody gets our own log meanwhile.
    """

    said: Head
    low: int = 0
    back: int = 0
    until_ms: int = 0
    rests: bool = False


@dataclass(slots=True, eq=False)
class Peer:
    """One machine to exchange with. Pushing and pulling have each their own line of retries.

    `heads` is what it is known to hold, `held` what was written down of that. `stuck` are logs it
    refused and when to try again, `unanswered` logs of which a run got no answer, and when that
    was, `deaf` logs of which we refused its runs, `frozen` logs of which it holds another version,
    with the end of that version as far as we fetched it. `doubts` are logs of which it says things
    that it has yet to show, `untrue` those of which it could not. `drained`: its last answer had
    nothing new for us. `wake`: when time alone changes something.
    """

    up: PeerUp
    stage: Stage = Stage.HELLO
    heads: dict[bytes, Head] = field(default_factory=dict)
    pushing: Line = field(default_factory=Line)
    pulling: Line = field(default_factory=Line)
    busy_until: int = 0
    window: float = 4.0
    batch: int = MAX_RUN_EVENTS
    stuck: dict[bytes, Line] = field(default_factory=dict)
    unanswered: dict[bytes, int] = field(default_factory=dict)
    held: dict[bytes, Head] = field(default_factory=dict)
    deaf: dict[bytes, Line] = field(default_factory=dict)
    frozen: dict[bytes, Head] = field(default_factory=dict)
    doubts: dict[bytes, Doubt] = field(default_factory=dict)
    untrue: set[bytes] = field(default_factory=set)
    open: dict[int, Asked] = field(default_factory=dict)
    more: bool = False
    drained: bool = False
    compare_at: int = 0
    wake: int = 0
    fault: str = ""

    @property
    def log(self) -> bytes:
        """The log that names the peer."""
        return self.up.log


@dataclass(slots=True)
class State:
    """The engine's memory; bounded by the number of peers and logs, it queues no events."""

    config: Config
    store: OwnStore
    log: bytes
    mine: set[bytes]
    peers: dict[bytes, Peer] = field(default_factory=dict)
    needs_new_log: bool = False
    acked: dict[bytes, int] = field(default_factory=dict)
    requests: int = 0
    wake: int = 0

    @property
    def rests(self) -> bool:
        """Whether our own log goes to nobody now: a new one is needed, or may be."""
        return self.needs_new_log or any(
            doubt.rests
            for peer in self.peers.values() if peer.doubts
            for doubt in peer.doubts.values()
        )  # fmt: skip


def ask(
    state: State,
    peer: Peer,
    question: Question,
    *,
    now_ms: int,
    out: list[Output],
    ends: Head = START,
    about: bytes = b"",
) -> None:
    """Put a question and remember that it is open."""
    state.requests += 1
    wait = question.wait_ms if isinstance(question, Pull) else 0
    asked = Asked(question, now_ms, now_ms + wait + ANSWER_MS, state.config.wall_ms(), ends, about)
    peer.open[state.requests] = asked
    out.append(Ask(peer.log, state.requests, question, aside=bool(about)))


def pushes(peer: Peer) -> list[Asked]:
    """The open pushes to a peer."""
    return [asked for asked in peer.open.values() if isinstance(asked.question, Push)]


def later(state: State, line: Line, now_ms: int, *, least_ms: int = LEAST_RETRY_MS) -> None:
    """Put the next try of a line off: full jitter under a doubling cap."""
    cap = min(LAST_RETRY_MS, FIRST_RETRY_MS << min(line.tries, 10))
    line.tries += 1
    line.not_before = now_ms + max(least_ms, int(state.config.draw() * cap))


def comeback_ms(away_ms: int, draw: Callable[[], float]) -> int:
    """The pause before the first contact with a peer that was away for so long; 0 for not at all.

    A city that comes back is found by all its offices within seconds: each waits a random part of
    a tenth of the outage, a minute at most. After less than ten seconds nobody waits.
    """
    spread = min(LONGEST_COMEBACK_MS, away_ms // 10)
    return int(draw() * spread) if spread >= FIRST_RETRY_MS else 0


def say_fault(peer: Peer, code: str, out: list[Output]) -> None:
    """Tell of a peer's fault, or that it is over, when that is news."""
    if peer.fault != code:
        peer.fault = code
        out.append(Faulty(peer.log, code))
