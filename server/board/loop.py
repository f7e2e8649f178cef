"""The loop that keeps the board's readings fresh, in a process beside those that answer.

It gives way: while the queue of dirty streams grows, offices are coming back and the machine is for
taking what they bring. Then it rests four times as long as it works; once the oldest mark has
waited a minute, as long as it works, so that no storm makes the board stand still.
"""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass

from models.errors import MachineError
from server.board.readings import Waiting, mark_outdated, refresh_office, waiting
from server.store.unit import CityDatabase
from services.clock import Clock

__all__ = ["Pace", "fold_until"]

EVERY_S = 1.0
AFTER_FAULT_S = 15.0
LATE_MS = 60_000
RESTS, RESTS_LATE = 4.0, 1.0

log = logging.getLogger("mot-cua.board")


@dataclass
class Pace:
    """How long to rest after a batch; remembers how long the queue was before it."""

    queue: int = 0

    def rest_s(self, left: Waiting, *, worked_s: float, now_ms: int) -> float:
        """Seconds to rest after a batch that took `worked_s` and left so much waiting."""
        grew, self.queue = left.streams > self.queue, left.streams
        if not grew:
            return 0.0
        late = now_ms - left.since_ms > LATE_MS
        return worked_s * (RESTS_LATE if late else RESTS)


def fold_until(stop: threading.Event, database: CityDatabase, clock: Clock) -> None:
    """Refresh dirty streams until `stop` is set; faults of the database are waited out."""
    pace, rest, outdated = Pace(), 0.0, True
    while not stop.wait(rest):
        try:
            if outdated:
                mark_outdated(database, _now_ms(clock))
                outdated = False
            done = _round(stop, database, clock, pace=pace)
            rest = 0.0 if done else EVERY_S
        except MachineError as error:
            log.warning("board: readings wait: %s", error.code)
            rest = AFTER_FAULT_S


def _round(stop: threading.Event, database: CityDatabase, clock: Clock, *, pace: Pace) -> int:
    """One batch of every office that waits, with the rests between; how many streams are done."""
    done = 0
    for office in waiting(database).offices:
        begun, now_ms = time.monotonic(), _now_ms(clock)
        done += refresh_office(database, office, now_ms)
        worked_s = time.monotonic() - begun
        if stop.wait(pace.rest_s(waiting(database), worked_s=worked_s, now_ms=now_ms)):
            break
    return done


def _now_ms(clock: Clock) -> int:
    return int(clock.now().timestamp() * 1000)
