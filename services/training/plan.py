"""What happens to made-up dossiers: a plan of acts in time, for every state of the office."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from models.calendar import WorkCalendar
from models.workflow import Status

__all__ = ["OPEN_STATES", "Fate", "draw_fate", "working_moment"]

OPEN_STATES: tuple[tuple[Status, int], ...] = (
    (Status.RECEIVED, 8),
    (Status.TRANSFERRED, 7),
    (Status.PROCESSING, 30),
    (Status.SUPPLEMENT, 10),
    (Status.PAYMENT, 3),
    (Status.SUBMITTED, 12),
    (Status.REFUSAL_PROPOSED, 3),
    (Status.APPROVED, 6),
    (Status.DONE, 12),
)
"""States of open dossiers and how often each occurs; later ones come from real signing."""

CLOSED_STATES: tuple[tuple[Status, int], ...] = (
    (Status.HANDED_OVER, 91),
    (Status.WITHDRAWN, 4),
    (Status.REFUSED, 3),
    (Status.STOPPED, 2),
)


@dataclass(frozen=True, slots=True)
class Fate:
    """When a dossier comes, how it ends, whether a supplement or a return happens on the way."""

    received: datetime
    end: Status
    supplement: bool
    returned: bool


def draw_fate(
    random: Random, first: date, today: datetime, *, calendar: WorkCalendar, is_open: bool
) -> Fate:  # fmt: skip
    """One dossier's course; open ones came lately, closed ones at any time since `first`."""
    latest = today.date()
    if is_open:
        day = latest - timedelta(days=int(abs(random.gauss(0, 2.4))))
        states = OPEN_STATES
    else:
        span = max(1, (latest - first).days - 25)
        day = first + timedelta(days=random.randrange(span))
        while not calendar.is_working(day):  # drawn anew: days after Tết must not get it all
            day = first + timedelta(days=random.randrange(span))
        states = CLOSED_STATES
    while not calendar.is_working(day):
        day -= timedelta(days=1)
    end = random.choices([s for s, _ in states], [weight for _, weight in states])[0]
    received = min(working_moment(random, day, today), today)
    return Fate(received, end, random.random() < 0.1, random.random() < 0.06)


def working_moment(random: Random, day: date, like: datetime) -> datetime:
    """A moment inside usual desk hours of `day`, on a half-hour grid."""
    minutes = random.choice((8 * 60, 13 * 60 + 30)) + 30 * random.randrange(8)
    return datetime(day.year, day.month, day.day, tzinfo=like.tzinfo) + timedelta(minutes=minutes)
