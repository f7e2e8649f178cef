"""Kills random workers of a running city while offices push, at equal shares of the progress."""

from __future__ import annotations

import os
import random
import signal
import time

from bench.city import Serving
from bench.clients import Progress


class Killer:
    """Called beside the drain; ends when it has killed often enough or all has arrived."""

    def __init__(self, city: Serving, kills: int, *, total: int, seed: int) -> None:
        self.killed = 0
        self._city = city
        self._places = [total * (n + 1) // (kills + 1) for n in range(kills)]
        self._total = total
        self._random = random.Random(seed)

    def __call__(self, progress: Progress) -> None:
        for place in self._places:
            while progress.events < place:
                time.sleep(0.01)
            if progress.events >= self._total:
                return
            os.kill(self._random.choice(self._city.workers()), signal.SIGKILL)
            self.killed += 1
