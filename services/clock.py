"""Time and randomness are handed in, so that tests and simulators can choose them."""

from __future__ import annotations

import hashlib
import os
from datetime import datetime, timedelta
from typing import Protocol

from models.calendar import VIETNAM
from models.ids import uuid7

__all__ = ["VIETNAM", "Clock", "FixedClock", "SystemClock", "iso_of", "new_id"]

_LAST_MS = 253_402_189_200_000
"""The end of the year 9999, further than which no calendar date can be written."""


class Clock(Protocol):
    """Where the program reads the time of day and takes random bytes."""

    def now(self) -> datetime:
        """The current time in Vietnam, with its offset."""

    def random(self, count: int) -> bytes:
        """`count` random bytes."""


class SystemClock:
    """The machine's own clock and random source."""

    def now(self) -> datetime:
        return datetime.now(VIETNAM)

    def random(self, count: int) -> bytes:
        return os.urandom(count)


class FixedClock:
    """A clock set by hand, for tests and the tour; randomness is real unless `seed` is given."""

    def __init__(self, start: datetime, *, seed: int | None = None) -> None:
        self._now = start.astimezone(VIETNAM)
        self._seed = seed
        self._drawn = 0

    def now(self) -> datetime:
        return self._now

    def set(self, moment: datetime) -> None:
        """Move the clock to `moment` (backwards is allowed: that is a fault worth testing)."""
        self._now = moment.astimezone(VIETNAM)

    def advance(self, **parts: float) -> None:
        """Move the clock on by `timedelta(**parts)`."""
        self._now += timedelta(**parts)

    def random(self, count: int) -> bytes:
        if self._seed is None:
            return os.urandom(count)
        self._drawn += 1
        block = hashlib.shake_256(f"{self._seed}:{self._drawn}".encode())
        return block.digest(count)


def new_id(clock: Clock) -> str:
    """A fresh UUIDv7 from the clock's time and random bytes."""
    return uuid7(int(clock.now().timestamp() * 1000), clock.random(10))


def iso_of(wall: int) -> str:
    """The ISO time in Vietnam of a device's clock in milliseconds, however wrong that clock was."""
    return datetime.fromtimestamp(min(wall, _LAST_MS) / 1000, VIETNAM).isoformat()
