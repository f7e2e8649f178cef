"""The programme of the tour: every step of every person, in order of time."""

from __future__ import annotations

from ui.tour import steps_frame, steps_handling, steps_intake, steps_start
from ui.tour.guide import Step

__all__ = ["FIRST_MORNING", "programme"]

FIRST_MORNING = "2026-11-16T07:45"
"""A Monday with a holiday (24/11) in the week after it."""


def programme() -> list[Step]:
    """The steps, each at its time."""
    return [
        *steps_start.opening(),
        *steps_frame.frame(),
        *steps_intake.intake(),
        *steps_handling.first_handling(),
        *steps_handling.improving(),
        *steps_handling.supplement_comes(),
    ]
