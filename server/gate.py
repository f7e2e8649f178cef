"""How many requests work at once in a worker, and who is next: offices take turns.

A request that finds all places taken waits in its office's queue; the queues are served in turn, so
an office with a hundred requests waiting delays another's first one by one place, not by a hundred.
When too many wait already it is refused at once, before its body is read.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

__all__ = ["Full", "Gate", "places_of"]

MOST_WAITING = 512
MOST_OF_ONE = 64


class Full(Exception):
    """No place, and too many wait for one."""


def places_of(cores: int, workers: int) -> int:
    """Places of one worker: 2 x cores for the machine, shared among its workers, at least 2."""
    return max(2, 2 * cores // workers)


class Gate:
    """The places of one worker; used from its event loop only."""

    def __init__(self, places: int) -> None:
        self.free = places
        self.places = places
        self._queues: OrderedDict[str, deque[asyncio.Future[None]]] = OrderedDict()
        self.waiting = 0

    def is_full(self, office: str = "") -> bool:
        """Whether a request of the office would be refused now."""
        mine = len(self._queues.get(office, ()))
        return self.free == 0 and (self.waiting >= MOST_WAITING or mine >= MOST_OF_ONE)

    @asynccontextmanager
    async def turn(self, office: str) -> AsyncIterator[None]:
        """Hold one place during the block; raises `Full` instead of joining an endless queue."""
        await self._enter(office)
        try:
            yield
        finally:
            self._leave()

    async def _enter(self, office: str) -> None:
        if self.free:
            self.free -= 1
            return
        if self.is_full(office):
            raise Full
        ticket = asyncio.get_running_loop().create_future()
        self._queues.setdefault(office, deque()).append(ticket)
        self.waiting += 1
        try:
            await ticket
        except asyncio.CancelledError:
            if ticket.done() and not ticket.cancelled():
                self._leave()  # the place was handed over just as the asker went away
            raise

    def _leave(self) -> None:
        while self._queues:
            office, queue = self._queues.popitem(last=False)
            ticket = queue.popleft()
            self.waiting -= 1
            if queue:
                self._queues[office] = queue  # to the end of the round
            if not ticket.done():
                ticket.set_result(None)
                return
        self.free += 1
