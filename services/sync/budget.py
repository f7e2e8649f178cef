"""The share of the line that attachments may take while the office works: a bucket of bytes."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime

from models.calendar import WorkCalendar
from models.errors import InputError

__all__ = ["Budget", "in_office_hours", "line_rate"]

BURST_S = 1.0
"""A line that rested may be filled for so long at once."""


class Budget:
    """How long to wait before sending or fetching; shared by all transfers with the city."""

    def __init__(self, rate: Callable[[], float | None], *, monotonic: Callable[[], float]) -> None:
        """`rate` gives bytes per second now, None for no limit; `monotonic` is in seconds."""
        self._rate = rate
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._paid_until = float("-inf")

    def take(self, size: int) -> float:
        """Book `size` bytes; returns the seconds to wait before they may go."""
        rate, now = self._rate(), self._monotonic()
        with self._lock:
            if rate is None:
                self._paid_until = float("-inf")
                return 0.0
            start = max(self._paid_until, now - BURST_S)
            self._paid_until = start + size / rate
            return max(0.0, start - now)


def in_office_hours(calendar: WorkCalendar, now: datetime) -> bool:
    """Whether people work now; outside the years of the calendar they count as working."""
    try:
        spans = calendar.intervals(now.date())
    except InputError:
        return True
    return any(start <= now < end for start, end in spans)


def line_rate(megabits: str, percent: str) -> float:
    """Bytes per second of a share of a line; settings are checked when they are written."""
    return float(megabits) * 1_000_000 / 8 * float(percent) / 100
