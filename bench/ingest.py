"""PostgreSQL's own ingest of the same rows: UNNEST in bulk over several connections, no server."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Sequence
from multiprocessing.queues import SimpleQueue
from multiprocessing.synchronize import Barrier
from typing import Any

import psycopg

from bench.queues import Queued
from models.envelope import unseal
from services.sync.protocol import Push
from services.sync.wire import decode_question

CONNECTIONS = 4
FIRST = 10
"""The places before it are the city's own events."""
INSERT = (
    "INSERT INTO ev (off, log, seq, n, st, rx_ms, body, hash, sig) "
    "SELECT %(off)s, %(log)b, r.seq, r.n, r.st, %(rx)s, r.body, r.hash, r.sig FROM unnest("
    "%(seq)b::bigint[], %(n)b::bigint[], %(st)s::text[], %(body)b::bytea[], %(hash)b::bytea[], "
    "%(sig)b::bytea[]) AS r (seq, n, st, body, hash, sig) ON CONFLICT DO NOTHING"
)
Told = tuple[float, float, str]


def ingest(queues: Sequence[Queued], address: str, *, connections: int = CONNECTIONS) -> float:
    """Seconds from the common start to the last commit; one commit per run, as the city does it.

    The rows are made before the start, so that only inserting is measured.
    """
    context = multiprocessing.get_context("fork")
    told: SimpleQueue[Told] = context.SimpleQueue()
    barrier = context.Barrier(connections)
    processes = [
        context.Process(target=_insert, args=(queues[part::connections], address, barrier, told))
        for part in range(connections)
    ]
    for process in processes:
        process.start()
    times = [told.get() for _ in processes]
    for process in processes:
        process.join()
    if faults := [fault for _, _, fault in times if fault]:
        raise RuntimeError(faults[0])
    return max(end for _, end, _ in times) - min(begun for begun, _, _ in times)


def _insert(
    queues: Sequence[Queued], address: str, barrier: Barrier, told: SimpleQueue[Told]
) -> None:
    try:
        rows = [values for each in queues for values in _rows(each)]
        with psycopg.connect(address) as connection:
            barrier.wait()
            begun = time.monotonic()
            for values in rows:
                connection.execute(INSERT, values)
                connection.commit()
            told.put((begun, time.monotonic(), ""))
    except Exception as error:  # noqa: BLE001 - told in the parent
        barrier.abort()
        told.put((0.0, 0.0, repr(error)))


def _rows(queue: Queued) -> list[dict[str, Any]]:
    """The rows of each run of a queue, as the statement takes them."""
    made = []
    for body in queue.bodies:
        asked = decode_question(body)
        assert isinstance(asked, Push)
        events = [unseal(*pair) for pair in asked.run.events]
        made.append({
            "off": queue.office, "log": queue.log, "rx": events[0].envelope.wall,
            "seq": [e.envelope.seq for e in events],
            "n": [e.envelope.seq + FIRST for e in events],
            "st": [e.envelope.stream for e in events],
            "body": [e.body for e in events],
            "hash": [e.hash for e in events],
            "sig": [e.signature for e in events],
        })  # fmt: skip
    return made
