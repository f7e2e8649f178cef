"""The virtual network: who reaches whom, and messages lost, repeated, late and out of order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from bench.simulation.world import World

__all__ = ["Network", "Stampede", "Weather"]


MOST = 8_000
"""A history needs some hundred messages; far more means that machines talk in circles."""


class Stampede(Exception):
    """More messages than any sound history needs (I15)."""


@dataclass
class Weather:
    """Shares of messages that are lost or repeated, and how late one may be, in ms."""

    lost: float = 0.0
    repeated: float = 0.0
    slow: int = 30


@dataclass
class Network:
    """Nodes are named; two that stand in different `islands`, or one that is `off`, cannot talk.

    Who is `gone` never comes back.
    """

    world: World
    weather: Weather = field(default_factory=Weather)
    islands: dict[str, int] = field(default_factory=dict)
    off: set[str] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)
    sent: int = 0
    most: int = MOST

    def reaches(self, here: str, there: str) -> bool:
        """Whether a message sent now has a way."""
        apart = self.islands.get(here, 0) != self.islands.get(there, 0)
        return not apart and not {here, there} & (self.off | self.gone)

    def send(self, here: str, there: str, deliver: Callable[[], None]) -> None:
        """Let `deliver` happen at the other end: never, once or several times, sooner or later."""
        self.sent += 1
        if self.sent > self.most:
            raise Stampede
        copies = 0 if self.world.chance(self.weather.lost) else 1
        while copies and copies < 4 and self.world.chance(self.weather.repeated):
            copies += 1
        for _ in range(copies):
            delay = 1 + self.world.random.randrange(self.weather.slow)
            self.world.later(delay, lambda: self._arrive(here, there, deliver))

    def _arrive(self, here: str, there: str, deliver: Callable[[], None]) -> None:
        """The way may have been cut meanwhile."""
        if self.reaches(here, there):
            deliver()

    def calm(self) -> None:
        """Heal: everybody on, everybody together, nothing lost."""
        self.weather = Weather()
        self.islands.clear()
        self.off.clear()
