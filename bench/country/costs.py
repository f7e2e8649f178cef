"""What a request costs a real city: CPU of the city and of PostgreSQL, bytes on the wire.

`serve city` with one worker answers real signed requests behind a relay that counts. What it does
afterwards (the board's folding) is waited for and counted too.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from bench.city import LARGER, Serving, cpu_seconds, found_city, postgres_pid, serving
from bench.clients import drain
from bench.latency import Pc
from bench.postgres import Cluster, cluster
from bench.queues import Queued, queue
from bench.relay import Relay, relay
from services.catalogue.catalogue import bundled_catalogue
from services.sync.protocol import Answer, Head, Heads, HeadsAnswer, Pull, Suffixes

QUIET_S, QUIET_CPU, BOUND_S = 0.5, 0.03, 120.0
IDLE_S = 4.0
RUN = 500


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds of CPU and bytes of one request, both ways with all of HTTP."""

    city: float
    postgres: float
    up: float
    down: float

    def to(self, other: Cost, share: float) -> Cost:
        """On the straight line from this cost to another."""
        return Cost(*(
            getattr(self, f.name) + share * (getattr(other, f.name) - getattr(self, f.name))
            for f in fields(self)
        ))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Costs:
    """Of a push and a pull with one event and with a full run; of a pull that brings nothing.

    `row` is what the city's database grew by for one event, in bytes; `acts` how many events an act
    of the desk has on the average.
    """

    push_one: Cost
    push_run: Cost
    pull_none: Cost
    pull_one: Cost
    pull_run: Cost
    row: float
    act: float

    def push(self, events: int) -> Cost:
        """Of a push of so many events."""
        return self.push_one.to(self.push_run, (events - 1) / (RUN - 1))

    def pull(self, events: int) -> Cost:
        """Of a pull that brings so many events."""
        if not events:
            return self.pull_none
        return self.pull_one.to(self.pull_run, (events - 1) / (RUN - 1))

    def record(self) -> dict[str, object]:
        """As plain data: microseconds and bytes."""
        told: dict[str, object] = {"row_bytes": round(self.row), "events_an_act": self.act}
        for name, each in asdict(self).items():
            if isinstance(each, dict):
                told[name] = {
                    "city_us": round(1e6 * each["city"]), "pg_us": round(1e6 * each["postgres"]),
                    "up": round(each["up"]), "down": round(each["down"]),
                }  # fmt: skip
        return told


def measure_costs(offices: int, requests: int) -> Costs:
    """So many offices, each with so many requests of each kind."""
    codes = [unit.code for unit in bundled_catalogue().bundle.units][: 2 * offices]
    desks = [queue(code, i, requests, batch=1) for i, code in enumerate(codes[:offices])]
    full = [queue(code, 1000 + i, 2 * RUN) for i, code in enumerate(codes[offices:])]
    with tempfile.TemporaryDirectory() as name, cluster(settings=LARGER) as server:
        home = Path(name)
        server.template("country", lambda url: found_city(url, home, [*desks, *full]))
        with serving(server.url("country"), home, workers=1) as city, relay(city.port) as wire:
            return _Meter(server, city, wire).all(desks, full, requests)


class _Meter:
    def __init__(self, server: Cluster, city: Serving, wire: Relay) -> None:
        self._server = server
        self._roles = (city.pid, postgres_pid(server))
        self._wire = wire
        self._idle = [0.0, 0.0]

    def all(self, desks: Sequence[Queued], full: Sequence[Queued], requests: int) -> Costs:
        pushes = sum(len(each.bodies) for each in desks)
        self._measure_idle()
        before = self._size()
        one = self._of(lambda: drain(desks, self._wire.port), pushes)
        run = self._of(lambda: drain(full, self._wire.port), sum(len(e.bodies) for e in full))
        events = sum(each.events for each in [*desks, *full])
        row = (self._size() - before) / events
        share = sum(e.events for e in full) / sum(len(e.bodies) for e in full) / RUN
        pcs = [Pc(each, self._wire.port) for each in desks]
        heads = [_heads(pc) for pc in pcs]
        pulls = {
            events: self._of(lambda e=events: _pull(pcs, heads, requests, events=e),  # type: ignore[misc]
                             requests * len(pcs))
            for events in (0, 1)
        }  # fmt: skip
        for pc in pcs:
            pc.close()
        long = [Pc(each, self._wire.port) for each in full]
        heads = [_heads(pc) for pc in long]
        pulled = self._of(lambda: _pull(long, heads, 5, events=RUN), 5 * len(long))
        for pc in long:
            pc.close()
        return Costs(
            one, one.to(run, 1 / share), pulls[0], pulls[1], pulled, row,
            round(sum(e.events for e in desks) / pushes, 3),
        )  # fmt: skip

    def _of(self, work: Callable[[], object], requests: int) -> Cost:
        """The cost of each request of `work`."""
        self._rest()
        before, begun = self._cpu(), time.monotonic()
        self._wire.taken()
        work()
        up, down = self._wire.taken()
        self._rest()
        passed = time.monotonic() - begun
        used = [
            max(0.0, now - was - idle * passed)
            for now, was, idle in zip(self._cpu(), before, self._idle, strict=True)
        ]
        return Cost(used[0] / requests, used[1] / requests, up / requests, down / requests)

    def _measure_idle(self) -> None:
        """What they use each second when nobody asks: it is no request's cost."""
        self._rest()
        before = self._cpu()
        time.sleep(IDLE_S)
        self._idle = [(n - b) / IDLE_S for n, b in zip(self._cpu(), before, strict=True)]

    def _rest(self) -> None:
        """Wait until nobody works any more."""
        until, last = time.monotonic() + BOUND_S, self._cpu()
        while time.monotonic() < until:
            time.sleep(QUIET_S)
            now = self._cpu()
            if sum(now) - sum(last) < QUIET_CPU:
                return
            last = now

    def _cpu(self) -> list[float]:
        return [cpu_seconds(pid) for pid in self._roles]

    def _size(self) -> int:
        with self._server.connect("country") as connection:
            row = connection.execute("SELECT pg_database_size('country')").fetchone()
        assert row is not None
        return int(row[0])


def _heads(pc: Pc) -> dict[bytes, Head]:
    said = pc.ask(Heads(pc.made.office))
    assert isinstance(said, HeadsAnswer), said
    return dict(said.heads)


def _pull(
    pcs: Sequence[Pc], heads: Sequence[dict[bytes, Head]], times: int, *, events: int
) -> None:
    """Pull again and again: nothing that is missing, or so many events of the PC's own log."""
    for _ in range(times):
        for pc, held in zip(pcs, heads, strict=True):
            asked = {log: head for log, head in held.items() if not events or log != pc.made.log}
            said = pc.ask(Pull(pc.made.office, asked, events=max(events, 1)))
            _check(said, events)


def _check(said: Answer, events: int) -> None:
    came = sum(len(run.events) for run in said.runs) if isinstance(said, Suffixes) else -1
    if (came > 0) != (events > 0) or came > events + 1:  # the first act of a desk has two
        raise RuntimeError(f"instead of {events} events: {came}, {type(said).__name__}")
