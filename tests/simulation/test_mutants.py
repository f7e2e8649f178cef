"""The checkers are worth something: each known-bad engine is found out within 200 seeds."""

from __future__ import annotations

import pytest

from bench.simulation.mutants import MUTANTS
from bench.simulation.run import run_seeds

ENOUGH = 200
MUST_FALL = {
    "last-writer-wins", "arrival-order", "no-deduplication", "gaps-accepted", "ack-before-fsync",
    "restore-into-same-log", "two-allocators",
}  # fmt: skip


def test_every_mutant_asked_for_is_there() -> None:
    assert set(MUTANTS) >= MUST_FALL


@pytest.mark.parametrize("name", sorted(MUTANTS))
def test_the_checkers_kill_it(name: str) -> None:
    with MUTANTS[name]():
        assert run_seeds(1, ENOUGH, stop_early=True).failures
    assert not run_seeds(1, 1).failures, "the engine is whole again"
