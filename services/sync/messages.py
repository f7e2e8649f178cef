"""What goes into the asking engine and what comes out: inputs, outputs, notes for the status."""

from __future__ import annotations

from dataclasses import dataclass

from services.sync.protocol import Answer, Question, Run

__all__ = [
    "Accepted",
    "Answered",
    "Appended",
    "Ask",
    "Changed",
    "Failed",
    "Faulty",
    "Forked",
    "Given",
    "Met",
    "NewLogNeeded",
    "Note",
    "Output",
    "PeerDown",
    "PeerUp",
    "Reborn",
    "Rejected",
    "RelayFor",
    "Tick",
    "WakeAt",
    "WasRevoked",
]  # fmt: skip


# Inputs


@dataclass(frozen=True, slots=True)
class Appended:
    """The store has new events: an act of this PC, or what a peer pushed to it.

    It goes at once to every peer that answers; one that does not is tried when its pause is over.
    """


@dataclass(frozen=True, slots=True)
class PeerUp:
    """A peer can be reached; said again, the engine starts over with it at once.

    `log` is its own log (for the city, `roster.city_log`), `key` the public key that signs its
    acknowledgements, `kind` city, hub or pc. `relay`: push the logs of others to it, not only ours.
    `away_ms`: it is back by itself after so long, and others find it now too; 0 for at once, as
    when a person asks or our own network is up again.
    """

    log: bytes
    key: bytes
    kind: str = "pc"
    relay: bool = False
    away_ms: int = 0


@dataclass(frozen=True, slots=True)
class PeerDown:
    """A peer cannot be reached any more; whatever was asked of it counts as lost."""

    log: bytes


@dataclass(frozen=True, slots=True)
class RelayFor:
    """From now on push the logs of others to this peer too, or only ours (`relay` False)."""

    log: bytes
    relay: bool


@dataclass(frozen=True, slots=True)
class Answered:
    """The answer to an `Ask`; one to a question that is no longer open changes nothing."""

    request: int
    answer: Answer


@dataclass(frozen=True, slots=True)
class Failed:
    """An `Ask` got no answer: no connection, time over, an answer that is none. `code` says why."""

    request: int
    code: str = "DB-01"


@dataclass(frozen=True, slots=True)
class Reborn:
    """This PC writes the log `log` from now on, after `NewLogNeeded`."""

    log: bytes


@dataclass(frozen=True, slots=True)
class Tick:
    """The time of a `WakeAt` has come (coming early or twice does no harm)."""


Given = Appended | PeerUp | PeerDown | RelayFor | Answered | Failed | Reborn | Tick


# Outputs


@dataclass(frozen=True, slots=True)
class Ask:
    """Put this question to the peer; end it with `Answered` or `Failed` for `request`, always.

    `aside`: it waits behind no long poll, whatever its kind.
    """

    peer: bytes
    request: int
    question: Question
    aside: bool = False


@dataclass(frozen=True, slots=True)
class WakeAt:
    """Send a `Tick` at this time; it replaces the one before."""

    at_ms: int


@dataclass(frozen=True, slots=True)
class Met:
    """A peer answered HELLO. `offset_ms` is its wall clock minus ours, halfway of the trip."""

    peer: bytes
    app: str
    roster: bytes
    catalogue: str
    offset_ms: int


@dataclass(frozen=True, slots=True)
class Faulty:
    """Something is wrong with a peer (`code`), or all is well again (empty)."""

    peer: bytes
    code: str


@dataclass(frozen=True, slots=True)
class Rejected:
    """A run of `log` starting at `seq` was refused: by the peer, or by us (`ours`)."""

    peer: bytes
    log: bytes
    seq: int
    code: str
    words: str
    ours: bool = False


@dataclass(frozen=True, slots=True)
class Accepted:
    """A log that was refused before goes on with this peer."""

    peer: bytes
    log: bytes


@dataclass(frozen=True, slots=True)
class Changed:
    """Events of these streams were stored; the screens refresh."""

    streams: frozenset[str]


@dataclass(frozen=True, slots=True)
class Forked:
    """A log was written twice from `seq` on; the proof is kept, the log rests with this peer.

    `run` is what the peer holds of it, checked; the driver keeps it in our own log, beside what we
    hold from `seq` on, for those who have the other version (`services/journal/branches.py`).
    """

    peer: bytes
    log: bytes
    seq: int
    run: Run | None = None


@dataclass(frozen=True, slots=True)
class NewLogNeeded:
    """A peer showed another or a longer version of our own log, under our key: a copied disk.

    Own acts after `common` must be written again, with the same event ids, into a new log that
    opens with `IncarnationOpened`; choose its incarnation at random above the old one, so that two
    clones never choose the same. Nothing of the old log is pushed until then. Answer with `Reborn`.
    """

    log: bytes
    common: int


@dataclass(frozen=True, slots=True)
class WasRevoked:
    """`peer` says that this PC was revoked; what it wrote after `after_seq` has no effect."""

    peer: bytes
    after_seq: int


Note = Met | Faulty | Rejected | Accepted | Changed | Forked | NewLogNeeded | WasRevoked
Output = Ask | WakeAt | Note
