"""Many seeds in a row: how many broke an invariant, how fast, and which was the first."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field

from bench.simulation.history import Verdict, play

__all__ = ["Tally", "run_seeds"]


@dataclass
class Tally:
    """What came of a row of seeds. `failures` are (seed, breaches), `seconds` wall time."""

    seeds: int = 0
    failures: list[tuple[int, tuple[str, ...]]] = field(default_factory=list)
    invariants: Counter[str] = field(default_factory=Counter)
    acts: int = 0
    messages: int = 0
    seconds: float = 0.0

    def add(self, verdict: Verdict) -> None:
        """Count one more seed."""
        self.seeds += 1
        self.acts += verdict.acts
        self.messages += verdict.messages
        if verdict.breaches:
            self.failures.append((verdict.seed, verdict.breaches))
            self.invariants.update({line.partition(":")[0] for line in verdict.breaches})


def run_seeds(first: int, last: int, *, stop_early: bool = False, verbose: bool = False) -> Tally:
    """Play the seeds from `first` to `last`; `stop_early` ends with the first failure."""
    tally, start = Tally(), time.perf_counter()
    for seed in range(first, last + 1):
        tally.add(play(seed, verbose=verbose))
        if stop_early and tally.failures:
            break
    tally.seconds = time.perf_counter() - start
    return tally
