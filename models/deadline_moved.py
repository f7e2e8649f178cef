"""Which promises move when the calendar changes: a list for people to decide on, nothing silent."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from models.calendar import WorkCalendar
from models.deadline import compute_deadline
from models.deadline_terms import ClockEvent, Limit, Step

__all__ = ["DeadlineCase", "Moved", "moved_dates"]


@dataclass(frozen=True)
class DeadlineCase:
    """What a dossier's deadline is computed from."""

    id: str
    received: datetime
    limit: Limit
    history: tuple[ClockEvent, ...] = ()


@dataclass(frozen=True)
class Moved:
    """One dossier whose due time differs under the new calendar, with the new explanation."""

    id: str
    old_due: datetime
    new_due: datetime
    explanation: tuple[Step, ...]


def moved_dates(
    cases: Iterable[DeadlineCase], old_calendar: WorkCalendar, new_calendar: WorkCalendar
) -> list[Moved]:
    """The cases whose due time is not the same under both calendars, in the order given."""
    moved = []
    for case in cases:
        old, new = (
            compute_deadline(case.received, case.limit, calendar=calendar, history=case.history)
            for calendar in (old_calendar, new_calendar)
        )
        if old.due != new.due:
            moved.append(Moved(case.id, old.due, new.due, new.explanation))
    return moved
