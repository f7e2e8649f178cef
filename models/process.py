"""Internal processes (quy trình nội bộ): who does which step and how long it may take."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

__all__ = ["TEMPLATE", "Process", "ProcessStep", "planned_hours"]

TEMPLATE = "*"
"""The procedure code under which the general commune template is stored (domain §5.2)."""

FIXED_PART = Decimal("0.625")
"""Reception, signing and issue take 5 of the 8 hours of 2.000908: the most fixed steps may take."""


@dataclass(frozen=True)
class ProcessStep:
    """One step; `hours` are working hours (8 = one day), None = whatever time is left.

    `role` is a role of the office, empty when the step belongs to another agency, which `actor`
    then names as published. Steps not `counted` lie outside the limit.
    """

    number: int
    name: str
    role: str = ""
    actor: str = ""
    hours: Decimal | None = None
    counted: bool = True
    hours_text: str = ""


@dataclass(frozen=True)
class Process:
    """The steps of one procedure, or the template; `confidence` is high, medium or low."""

    procedure_code: str
    procedure_name: str
    steps: tuple[ProcessStep, ...]
    total_text: str = ""
    applies_to: str = ""
    source: str = ""
    confidence: str = ""

    @property
    def is_template(self) -> bool:
        """Whether these are general steps, not a process approved for the procedure."""
        return self.procedure_code == TEMPLATE


def planned_hours(process: Process, total: Decimal) -> tuple[Decimal, ...]:
    """How `total` working hours fall on the steps; their sum is `total` when a step is open.

    Fixed steps keep their hours, shrunk together when a short limit leaves the open step too
    little. Without an open step the published hours stand, whatever `total` is.
    """
    fixed = sum((s.hours for s in process.steps if s.counted and s.hours), Decimal(0))
    open_steps = [s for s in process.steps if s.counted and s.hours is None]
    if not open_steps:
        return tuple(step.hours or Decimal(0) for step in process.steps)
    shrink = min(Decimal(1), total * FIXED_PART / fixed) if fixed else Decimal(1)
    rest = (total - fixed * shrink) / len(open_steps)
    return tuple(
        Decimal(0) if not s.counted else rest if s.hours is None else s.hours * shrink
        for s in process.steps
    )
