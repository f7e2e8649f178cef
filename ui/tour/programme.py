"""The programme of the tour: every step of every person, in order of time."""

from __future__ import annotations

from ui.tour import (
    steps_deciding,
    steps_frame,
    steps_handling,
    steps_intake,
    steps_issuing,
    steps_oversight,
    steps_start,
)
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
        *steps_deciding.first_look(),
        *steps_handling.improving(),
        *steps_deciding.approving(),
        *steps_issuing.numbering(),
        *steps_deciding.signing(),
        *steps_issuing.sealing(),
        *steps_issuing.handing_over(),
        *steps_handling.supplement_comes(),
        *steps_oversight.monday(),
        *steps_issuing.verifying(),
        *steps_oversight.administration(),
        *steps_oversight.inspection(),
    ]
