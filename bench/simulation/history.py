"""One seed, one history: an office works while things go wrong, then heals and is judged."""

from __future__ import annotations

from dataclasses import dataclass

from bench.simulation.checkers import breaches
from bench.simulation.faults import FAULTS, hand_over_book, take_book_over
from bench.simulation.network import Stampede
from bench.simulation.office import Office
from bench.simulation.shelf import Repeated
from bench.simulation.signatures import quick_signatures
from bench.simulation.workload import work
from bench.simulation.world import SECOND, World
from models.errors import OfficeError
from services.sync import core

__all__ = ["Verdict", "play"]

TURNS = (6, 14)
ROUND, ROUNDS = 5 * SECOND, 60
"""After healing everything must be everywhere within so many rounds."""
_PAUSES = (0, 100, 500, 2 * SECOND, 5 * SECOND, 30 * SECOND)

_STOPPED = (AssertionError, LookupError, TypeError, ValueError, AttributeError, OfficeError)
"""What a fault of the engine itself looks like: no history may end so."""


@dataclass(frozen=True)
class Verdict:
    """What came of one seed."""

    seed: int
    breaches: tuple[str, ...]
    acts: int
    messages: int
    rounds: int


def play(seed: int, *, verbose: bool = False) -> Verdict:
    """Play one history from its seed; the same seed gives the same history on every machine."""
    world = World(seed, verbose=verbose)
    office, rounds = Office(world), 0
    with quick_signatures():
        try:
            office.found()
            rounds, found = _live(office)
        except Repeated as error:
            found = [*office.truth.broken, f"I3 idempotence: {error}"]
        except Stampede:
            found = [*office.truth.broken, "I15 bounded: machines talk in circles"]
        except _STOPPED as error:
            found = [*office.truth.broken, f"the engine stopped: {error!r}"]
    for line in found:
        world.tell(f"BREACH {line}")
    truth = office.truth
    return Verdict(seed, tuple(found), len(truth.saved), office.net.sent, rounds)


def _live(office: Office) -> tuple[int, list[str]]:
    """The whole history, and every breach of an invariant."""
    office.switch_on()
    for _ in range(office.world.random.randint(*TURNS)):
        _turn(office)
    rounds = _heal(office)
    return rounds, breaches(office)


def _turn(office: Office) -> None:
    """Some work here and there, perhaps a fault, then time passes."""
    world = office.world
    for _ in range(world.random.randint(1, 3)):
        node = world.random.choice(office.seats)
        hand_over_book(office, node)
        take_book_over(office, node)
        work(world, node)
        if node.cut:
            office.crash(node)
    if world.chance(0.6):
        kinds, weights = zip(*FAULTS, strict=True)
        world.random.choices(kinds, weights)[0](office)
    for node in office.seats:
        if node.cut:
            office.crash(node)
    world.run(world.random.choice(_PAUSES))


def _heal(office: Office) -> int:
    """Let the office come together; the number of rounds it took (I14)."""
    for node in office.nodes:
        node.store.fuse = None
    office.liars.clear()
    office.world.tell("heal")
    office.world.run(6 * SECOND)
    office.reconnect()
    for count in range(ROUNDS):
        office.world.run(ROUND)
        if _quiet(office):
            return count + 1
    office.truth.breach("I14 progress", f"not at rest after {ROUNDS} rounds")
    return ROUNDS


def _quiet(office: Office) -> bool:
    """Everybody holds everything and nobody has anything left to send."""
    forked = office.forked()
    heads = [
        {log: h for log, h in n.store.heads().items() if log not in forked} for n in office.trusted
    ]
    if any(other != heads[0] for other in heads):
        return False
    for node in office.seats:
        if node.talk is None:
            return False
        for peer in node.talk.state.peers:
            if core.standing(node.talk.state, peer).to_push:
                return False
    return True
