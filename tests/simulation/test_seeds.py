"""Two thousand histories of an office in trouble: every invariant of the design holds in each."""

from __future__ import annotations

import pytest

from bench.simulation.run import run_seeds

SEEDS, BLOCK = 2_000, 100
"""More are played by `python -m bench.simulate`; a failing seed replays with `--verbose`."""


@pytest.mark.parametrize("first", range(1, SEEDS + 1, BLOCK))
def test_no_history_breaks_an_invariant(first: int) -> None:
    tally = run_seeds(first, first + BLOCK - 1)
    assert tally.failures == []
    assert tally.acts > BLOCK * 5
    assert tally.messages > tally.acts
