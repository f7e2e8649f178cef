"""The loop that refreshes readings in the background of a server worker."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from models.errors import MachineError
from server.board.readings import mark_outdated, refresh
from server.store.unit import CityDatabase
from services.clock import Clock

__all__ = ["reading_loop"]

EVERY_S = 1.0
AFTER_FAULT_S = 15.0

log = logging.getLogger(__name__)


@contextmanager
def reading_loop(
    database: CityDatabase, clock: Clock, *, every_s: float = EVERY_S
) -> Iterator[None]:
    """Refresh dirty streams once a second while the block lasts; several workers may do so."""
    stop = threading.Event()
    thread = threading.Thread(
        target=_run,
        args=(database, clock, stop),
        kwargs={"every_s": every_s},
        name="board-readings",
    )
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _run(
    database: CityDatabase, clock: Clock, stop: threading.Event, *, every_s: float
) -> None:  # fmt: skip
    wait, outdated = 0.0, True
    while not stop.wait(wait):
        now_ms = int(clock.now().timestamp() * 1000)
        try:
            if outdated:
                mark_outdated(database, now_ms)
                outdated = False
            wait = 0.0 if refresh(database, now_ms) else every_s
        except MachineError as error:
            log.warning("board: readings wait: %s", error.code)
            wait = AFTER_FAULT_S
