"""The reconnect storm: `python -m bench.storm [--quick] [--workers 1,2,4] [--kills N] [--flood]`.

All offices come back at once with what they recorded meanwhile, over real HTTP with every signature
checked, against PostgreSQL's own ingest of the same rows in the same run. One JSON line; `ratio` is
our rate to PostgreSQL's (of the largest number of workers), 1 would be as fast as the bare engine.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from itertools import repeat
from multiprocessing import get_context
from pathlib import Path
from statistics import median

from bench.city import LARGER, TEMPLATE, cpu_seconds, found_city, postgres_pid, serving
from bench.clients import Drained, drain
from bench.ingest import ingest
from bench.killer import Killer
from bench.measure import Sample
from bench.postgres import SUPERUSER, Cluster, cluster
from bench.queues import Queued, acts, queue
from bench.surroundings import surroundings
from services.catalogue.catalogue import bundled_catalogue

EVENTS, QUICK_EVENTS = 10_000, 200
FLOOD = 10
SEED = 20_261_121


@dataclass(frozen=True)
class Round:
    """One drain of all queues by a city: how it went, and what it cost in CPU by role.

    The board's folding goes on after the drain; of it only what fell into the drain is counted.
    """

    offices: tuple[Drained, ...]
    city_cpu: float
    board_cpu: float
    postgres_cpu: float
    clients_cpu: float
    killed: int

    @property
    def seconds(self) -> float:
        """Until the last office had its last acknowledgement."""
        return max(each.seconds for each in self.offices)

    @property
    def events(self) -> int:
        """Acknowledged in all."""
        return sum(each.events for each in self.offices)


class Stage:
    """PostgreSQL, a founded city to be cloned, and the queues of all offices."""

    def __init__(self, server: Cluster, home: Path, queues: Sequence[Queued]) -> None:
        self.server = server
        self.home = home
        self.queues = queues
        server.template(TEMPLATE, lambda url: found_city(url, home, queues))

    def raw(self) -> float:
        """Seconds of PostgreSQL's own ingest."""
        with self.server.database(template=TEMPLATE) as name:
            address = f"host={self.server.folder} port={self.server.port} user={SUPERUSER}"
            seconds = ingest(self.queues, f"{address} dbname={name}")
            self._count(name, self.queues)
        return seconds

    def ours(self, workers: int, kills: int = 0, queues: Sequence[Queued] = ()) -> Round:
        """A drain through a city with so many workers; what arrived is counted in the end."""
        queues = queues or self.queues
        with (
            self.server.database(template=TEMPLATE) as name,
            serving(self.server.url(name), self.home, workers=workers) as city,
        ):
            watch = Killer(city, kills, total=sum(q.events for q in queues), seed=SEED)
            roles = (city.pid, postgres_pid(self.server), os.getpid())
            roles += tuple(city.folding())
            before = [cpu_seconds(pid) for pid in roles]
            told = drain(queues, city.port, watch=watch)
            used = [cpu_seconds(pid) - was for pid, was in zip(roles, before, strict=True)]
            self._count(name, queues)
        clients = used[2] - used[0] - used[1]  # the others descend from us
        board = sum(used[3:])
        return Round(tuple(told), used[0] - board, board, used[1], clients, watch.killed)

    def _count(self, name: str, queues: Sequence[Queued]) -> None:
        """Every event of every queue is there once and in its place; raises RuntimeError."""
        with self.server.connect(name) as connection:
            rows = connection.execute(
                "SELECT log, count(*), max(seq), min(seq), count(DISTINCT hash), "
                "(array_agg(hash ORDER BY seq DESC))[1] FROM ev GROUP BY log"
            ).fetchall()
        found = {bytes(log): tuple(rest) for log, *rest in rows}
        for each in queues:
            seq = each.head.seq
            if found.get(each.log) != (seq, seq, 1, seq, each.head.hash):
                raise RuntimeError(f"{each.office}: lost or doubled: {found.get(each.log)}")


def made_queues(offices: int, events: int) -> list[Queued]:
    """The queues of so many offices of the catalogue, made in two processes."""
    codes = [unit.code for unit in bundled_catalogue().bundle.units][:offices]
    acts()  # once, before the processes part
    with ProcessPoolExecutor(2, mp_context=get_context("fork")) as pool:
        return list(pool.map(queue, codes, range(len(codes)), repeat(events)))


@contextmanager
def stage(queues: Sequence[Queued]) -> Iterator[Stage]:
    """Everything a storm needs, started for the block."""
    with tempfile.TemporaryDirectory() as folder, cluster(settings=LARGER) as server:
        yield Stage(server, Path(folder), queues)


def main() -> int:
    args = _parser().parse_args()
    events = args.events or (QUICK_EVENTS if args.quick else EVENTS)
    told = surroundings()
    queues = made_queues(args.offices, events)
    with stage(queues) as scene:
        runs = [
            _pair(scene, workers, args.kills, place)
            for place, workers in enumerate(args.workers or ([1] if args.quick else [1, 2, 4]))
        ]
        flood = _flood(scene, runs[-1]["workers"]) if args.flood else None
    record = {
        "name": "storm", "quick": args.quick, "offices": len(queues),
        "events": sum(each.events for each in queues), "ratio": runs[-1]["ratio"],
        "ratio_is": "events/s of ours to PostgreSQL's UNNEST of the same rows, 4 connections",
        "lost": 0, "doubled": 0, "runs": runs, "flood": flood, **told,
        "load_after": round(os.getloadavg()[0], 1),
    }  # fmt: skip
    print(json.dumps(record, ensure_ascii=False))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench.storm", description=__doc__)
    parser.add_argument("--quick", action="store_true", help=f"{QUICK_EVENTS} events an office")
    parser.add_argument("--json", action="store_true", help="one JSON line (always so)")
    parser.add_argument("--workers", type=_numbers, help="for instance 1,2,4")
    parser.add_argument("--offices", type=int, default=126)
    parser.add_argument("--events", type=int, help=f"of each office; {EVENTS} without --quick")
    parser.add_argument("--kills", type=int, default=0, help="of random workers (2 or more)")
    parser.add_argument("--flood", action="store_true", help="then one office with ten times more")
    return parser


def _numbers(text: str) -> list[int]:
    return [int(word) for word in text.split(",")]


def _pair(scene: Stage, workers: int, kills: int, place: int) -> dict[str, object]:
    """One drain and one bare ingest beside it, who goes first by turns."""
    ours = partial(scene.ours, workers, kills if workers > 1 else 0)
    if place % 2:
        raw, drained = scene.raw(), ours()
    else:
        drained, raw = ours(), scene.raw()
    rate, bare = drained.events / drained.seconds, drained.events / raw
    seconds = sorted(each.seconds for each in drained.offices)
    return {
        "workers": workers, "ratio": round(rate / bare, 3), "events_per_s": round(rate),
        "raw_events_per_s": round(bare), "seconds": round(drained.seconds, 2),
        "slowest_to_median": round(seconds[-1] / median(seconds), 2),
        "push_ms": _percentiles(drained.offices),
        "busy": sum(each.busy for each in drained.offices),
        "lost_connections": sum(each.lost for each in drained.offices),
        "killed": drained.killed, "cpu_us_per_event": _cpu(drained),
    }  # fmt: skip


def _cpu(drained: Round) -> dict[str, int]:
    each = 1e6 / drained.events
    return {
        "city": round(drained.city_cpu * each), "board": round(drained.board_cpu * each),
        "postgres": round(drained.postgres_cpu * each),
        "clients": round(drained.clients_cpu * each),
    }  # fmt: skip


def _percentiles(offices: Sequence[Drained]) -> dict[str, int]:
    """Milliseconds from the first attempt of a run to its acknowledgement, waiting included."""
    sample = Sample(tuple(1000 * s for each in offices for s in each.requests))
    return {f"p{share}": round(sample.percentile(share / 100)) for share in (50, 95, 99)}


def _flood(scene: Stage, workers: int) -> dict[str, object]:
    """The same storm twice, the second time one office has ten times as much to send."""
    first = scene.queues[0]
    number, events = 0, FLOOD * first.events
    flooding = replace(queue(first.office, number, events), office=first.office)
    calm = scene.ours(workers).offices[1:]
    stormy = scene.ours(workers, 0, [flooding, *scene.queues[1:]]).offices
    before, after = _percentiles(calm)["p95"], _percentiles(stormy[1:])["p95"]
    return {
        "events": flooding.events, "busy": stormy[0].busy, "others_p95_ms": [before, after],
        "times": round(after / max(before, 1), 2),
    }  # fmt: skip


if __name__ == "__main__":
    raise SystemExit(main())
