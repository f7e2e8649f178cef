"""The engine against the table worked out by hand."""

from __future__ import annotations

from itertools import pairwise

import pytest

from models.deadline import Effect, compute_deadline
from models.working_time import in_office_hours
from tests.deadline.golden import GoldenCase, read_cases

CASES = read_cases()


def test_the_table_is_large_enough_and_says_why() -> None:
    assert len(CASES) >= 150
    assert {case.received.year for case in CASES} >= {2025, 2026, 2027}
    assert all(len(case.row["why"]) > 10 for case in CASES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_golden(case: GoldenCase) -> None:
    deadline = compute_deadline(
        case.received, case.limit, calendar=case.calendar, history=case.history
    )
    assert deadline.due == case.due, "\n".join([case.row["why"], *deadline.lines()])
    assert deadline.original_due == case.original_due
    assert in_office_hours(deadline.due, case.calendar)
    steps = deadline.explanation
    assert steps[0].start == case.received
    for before, after in pairwise(steps):
        assert before.end == after.start
    assert all(step.rule for step in steps)
    running = not deadline.paused and not deadline.stopped
    assert (steps[-1].effect is Effect.DUE) == running
    assert not running or steps[-1].end == deadline.due
