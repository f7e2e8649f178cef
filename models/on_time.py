"""Whether a dossier counts as on time in the national index, and the rate made of the counts.

Index 2.1 of the evaluation index of QĐ 766/QĐ-TTg of 23/06/2022: finished on time and in progress
within the term, out of all finished and in progress. What decides is when processing ended
(national status 9), not when the citizen fetched the result; while the office waits for papers it
asked for once, the moment of asking stands for the end, and asking twice counts as late.

The index takes the wait for papers off the time used. Our promise in force was already counted
anew when the papers came (NĐ 118/2025/NĐ-CP), so nothing is taken off a second time: the rate here
is never better than the national one.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Course", "Standing", "Tally", "standing"]


class Standing(StrEnum):
    """How a dossier counts."""

    DONE_ON_TIME = "done_on_time"
    DONE_LATE = "done_late"
    OPEN_WITHIN = "open_within"
    OPEN_LATE = "open_late"


@dataclass(frozen=True, slots=True)
class Course:
    """What the index asks of a dossier; times in milliseconds since 1970.

    `due` is the promise in force, `finished` the first of done, stopped, refused, withdrawn;
    `waiting_since` tells that papers asked for have not come yet, `requests` how often.
    """

    due: int
    finished: int | None = None
    waiting_since: int | None = None
    requests: int = 0


def standing(course: Course, now: int) -> Standing:
    """How the dossier counts at `now`; at the due moment itself it is still on time."""
    if course.finished is not None:
        late = course.finished > course.due
        return Standing.DONE_LATE if late else Standing.DONE_ON_TIME
    if course.waiting_since is None:
        return Standing.OPEN_LATE if now > course.due else Standing.OPEN_WITHIN
    late = course.requests > 1 or course.waiting_since > course.due
    return Standing.OPEN_LATE if late else Standing.OPEN_WITHIN


@dataclass(frozen=True, slots=True)
class Tally:
    """Dossiers of a period by standing."""

    done_on_time: int = 0
    done_late: int = 0
    open_within: int = 0
    open_late: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.done_on_time + other.done_on_time,
            self.done_late + other.done_late,
            self.open_within + other.open_within,
            self.open_late + other.open_late,
        )

    @property
    def done(self) -> int:
        """Finished in the period."""
        return self.done_on_time + self.done_late

    @property
    def backlog(self) -> int:
        """In progress at its end."""
        return self.open_within + self.open_late

    @property
    def rate(self) -> float | None:
        """The on-time rate from 0 to 1; None when nothing was finished or in progress."""
        total = self.done + self.backlog
        return (self.done_on_time + self.open_within) / total if total else None
