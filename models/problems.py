"""What a check found: sentences for the person, and whether the act may still go on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from models.errors import InputError

__all__ = ["Problem", "Severity", "blocking", "problem_of"]

Severity = Literal["warning", "supervised", "error"]
"""warning: told, nothing is held back; supervised: somebody senior must accept it with a reason;
error: must be corrected."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding, in the language in use when the check ran; `field` names where, if known."""

    severity: Severity
    code: str
    what: str
    next_step: str
    field: str = ""


def problem_of(error: InputError, severity: Severity = "error") -> Problem:
    """The finding that says what `error` says."""
    return Problem(severity, error.code, error.what, error.next_step, error.field)


def blocking(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Those that must be corrected before the act can go on."""
    return tuple(problem for problem in problems if problem.severity == "error")
