"""The hybrid logical clock: never goes backwards, breaks ties between concurrent events only."""

from __future__ import annotations

__all__ = ["MAX_AHEAD_MS", "merge", "tick"]

MAX_AHEAD_MS = 5 * 60 * 1000
"""A received clock further ahead than this is stored with its event but not adopted."""


def tick(last: int, now_ms: int) -> int:
    """The next value after `last` at the device time `now_ms`."""
    return max(last + 1, now_ms << 16)


def merge(last: int, received: int, now_ms: int) -> int:
    """The clock after seeing an event with the value `received`."""
    if (received >> 16) > now_ms + MAX_AHEAD_MS:
        return last
    return max(last, received)
