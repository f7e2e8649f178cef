"""The way to one peer: one thread asks and pushes, one polls, so neither waits for the other."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from services.sync.addresses import here
from services.sync.client import Address, Caller, NoAnswer, reachable
from services.sync.messages import Answered, Ask, Failed, Given
from services.sync.protocol import Pull

__all__ = ["Absence", "Link", "PeerPlace"]

PROBE_S = 5.0
"""How often a silent peer is looked for; a connection that opens wakes the engine at once."""
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PeerPlace:
    """A peer and where it listens: its log, public key, kind (city, hub, pc), name and address."""

    log: bytes
    key: bytes
    kind: str
    name: str
    address: Address


@dataclass(slots=True)
class Absence:
    """A peer's silence: since when (seconds), and whether it was rather our own network.

    `here` are the addresses of this PC; when they change meanwhile, our cable was out.
    """

    since: float
    here: tuple[str, ...]
    ours: bool = False

    def look(self, here: tuple[str, ...]) -> None:
        """The peer is looked for again."""
        self.ours = self.ours or here != self.here
        self.here = here

    def away_ms(self, now: float) -> int:
        """How long the peer itself was away: others found it gone too, and find it back now."""
        return 0 if self.ours else int((now - self.since) * 1000)


class Link:
    """Carries the questions to one peer until `stop`; answers go to `give`, from its threads."""

    def __init__(
        self,
        place: PeerPlace,
        make_caller: Callable[[Address], Caller],
        *,
        give: Callable[[Given, Ask], None],
        found: Callable[[int], None],
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        """`give` takes what came of a question.

        `found` is called when a silent peer is back, with the milliseconds it was away (0 when our
        own network was). `now` is a clock in seconds that never goes back.
        """
        self.place = place
        self._give = give
        self._found = found
        self._now = now
        self._absence: Absence | None = None
        self._stopped = False
        self._lanes = [_Lane(make_caller(place.address)) for _ in range(2)]
        for lane, name in zip(self._lanes, ("ask", "poll"), strict=True):
            lane.thread = threading.Thread(
                target=self._run, args=(lane,), name=f"sync-{name}-{place.name}", daemon=True
            )
            lane.thread.start()

    def put(self, ask: Ask) -> None:
        """Carry a question."""
        self._lanes[isinstance(ask.question, Pull) and not ask.aside].waiting.put(ask)

    def restart(self) -> None:
        """Drop what is under way: the engine starts over with this peer."""
        for lane in self._lanes:
            lane.forget()
            lane.caller.abort()

    def stop(self) -> None:
        """Break off and end both threads."""
        self._stopped = True
        for lane in self._lanes:
            lane.caller.stop()
            lane.waiting.put(None)

    def join(self, seconds: float) -> None:
        """Wait for the threads, each at most so long."""
        for lane in self._lanes:
            if lane.thread is not None and lane.thread is not threading.current_thread():
                lane.thread.join(seconds)

    def _run(self, lane: _Lane) -> None:
        while not self._stopped:
            try:
                ask = lane.waiting.get(timeout=PROBE_S)
            except queue.Empty:
                self._look(lane)
                continue
            if ask is not None:
                try:
                    self._carry(lane, ask)
                except Exception:  # this thread is the only way to the peer: it goes on
                    log.exception("what %s answered could not be taken", self.place.name)
        lane.caller.close()

    def _carry(self, lane: _Lane, ask: Ask) -> None:
        given: Given
        try:
            given = Answered(ask.request, lane.caller.ask(ask.question))
            self._absence = None
        except NoAnswer as error:
            given = Failed(ask.request, error.code)
            self._missed(error.code)
        except Exception:
            log.exception("a question to %s could not be asked", self.place.name)
            given = Failed(ask.request, "DB-10")
        if not self._stopped:
            self._give(given, ask)

    def _missed(self, code: str) -> None:
        if code not in ("DB-01", "DB-02"):
            self._absence = None
        elif self._absence is None:
            self._absence = Absence(self._now(), here())

    def _look(self, lane: _Lane) -> None:
        """Look whether a silent peer is back; one of the threads is enough."""
        absence = self._absence
        if lane is not self._lanes[0] or absence is None:
            return
        absence.look(here())
        if reachable(self.place.address):
            self._absence = None
            self._found(absence.away_ms(self._now()))


class _Lane:
    """One thread's questions and connection."""

    def __init__(self, caller: Caller) -> None:
        self.caller = caller
        self.waiting: queue.SimpleQueue[Ask | None] = queue.SimpleQueue()
        self.thread: threading.Thread | None = None

    def forget(self) -> None:
        """Take out what was not asked yet."""
        while True:
            try:
                if self.waiting.get_nowait() is None:
                    self.waiting.put(None)
                    return
            except queue.Empty:
                return
