"""Virtual time, the queue of what happens next, and the one random source of a seed."""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from models.calendar import VIETNAM

__all__ = ["DAY", "HOUR", "MINUTE", "SECOND", "PcClock", "World"]

SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
START = int(datetime(2026, 11, 16, 8, 0, tzinfo=VIETNAM).timestamp() * 1000)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC).astimezone(VIETNAM)


class World:
    """Time goes from event to event; nothing here knows the machine's clock or randomness."""

    def __init__(self, seed: int, *, verbose: bool = False) -> None:
        self.seed = seed
        self.random = random.Random(seed)
        self.now = START
        self.verbose = verbose
        self._queue: list[tuple[int, int, Callable[[], None]]] = []
        self._count = 0

    def later(self, delay: int, action: Callable[[], None]) -> None:
        """Do `action` after `delay` ms; what is due at one time happens in the order of asking."""
        self._count += 1
        heapq.heappush(self._queue, (self.now + max(0, delay), self._count, action))

    def run(self, duration: int) -> None:
        """Let `duration` ms pass."""
        end = self.now + duration
        while self._queue and self._queue[0][0] <= end:
            self.now, _, action = heapq.heappop(self._queue)
            action()
        self.now = end

    def chance(self, share: float) -> bool:
        """True in `share` of all cases."""
        return self.random.random() < share

    def tell(self, line: str) -> None:
        """One line of the history, shown when a seed is replayed with `--verbose`."""
        if self.verbose:
            print(f"{(self.now - START) / SECOND:10.1f}s  {line}")


class PcClock:
    """The clock of one machine: wrong by `offset` ms, which may jump; also its random source."""

    def __init__(self, world: World, offset: int = 0) -> None:
        self._world = world
        self.offset = offset

    @property
    def wall(self) -> int:
        """What the machine believes: milliseconds since 1970."""
        return self._world.now + self.offset

    def now(self) -> datetime:
        return _EPOCH + timedelta(milliseconds=self.wall)

    def random(self, count: int) -> bytes:
        return self._world.random.randbytes(count)
