"""Folding a long journal as a stream of dossiers, against decoding the same bytes."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator

import msgpack

from bench.measure import Figure, Sample, timed
from bench.offices import opened, seeded_home
from models.envelope import Sealed, unseal
from models.fold import fold

Bodies = list[tuple[bytes, ...]]


def measure(quick: bool) -> list[Figure]:
    """A million events (quick: 50,000) in chunks; each chunk is folded and decoded in turn.

    The events of a seeded office are gone through again and again until there are enough. What is
    measured is fold and decode; reading from the store is `open`.
    """
    wanted = 50_000 if quick else 1_000_000
    dossiers = _bodies(5_000 if quick else 20_000)
    ours, raw, seen = [], [], 0
    peak = _peak(dossiers)
    for chunk in _chunks(dossiers, wanted):
        raw.append(timed(lambda: _decode(chunk)))  # noqa: B023 - run at once
        ours.append(timed(lambda: _fold(chunk)))  # noqa: B023
        seen += sum(len(bodies) for bodies in chunk)
    seconds, decoding = sum(ours) / 1000, sum(raw) / 1000
    note = f"{seen:,} events {seconds:.1f} s, decode {decoding:.1f} s; peak {peak:.1f} MiB a chunk"
    return [Figure("fold", Sample(tuple(ours)), Sample(tuple(raw)), "msgpack decode", note=note)]


def _bodies(size: int) -> Bodies:
    """The bytes of every event of an office, by dossier."""
    office = opened(seeded_home(size))
    by_stream: dict[str, list[bytes]] = {}
    try:
        with office.core.store.read() as conn:
            query = "SELECT st, body FROM ev WHERE st LIKE 'dossier/%' ORDER BY n"
            for stream, body in conn.exec_driver_sql(query).yield_per(1000):
                by_stream.setdefault(stream, []).append(body)
    finally:
        office.close()
    return [tuple(bodies) for bodies in by_stream.values()]


def _chunks(dossiers: Bodies, wanted: int, size: int = 500) -> Iterator[Bodies]:
    """Chunks of dossiers, round and round, until `wanted` events have been given out."""
    given = 0
    while given < wanted:
        for start in range(0, len(dossiers), size):
            chunk = dossiers[start : start + size]
            given += sum(len(bodies) for bodies in chunk)
            yield chunk
            if given >= wanted:
                return


def _fold(chunk: Bodies) -> None:
    for bodies in chunk:
        events: list[Sealed] = [unseal(body) for body in bodies]
        fold("x", events)


def _decode(chunk: Bodies) -> None:
    for bodies in chunk:
        for body in bodies:
            msgpack.unpackb(body, raw=False, use_list=False, strict_map_key=False)


def _peak(dossiers: Bodies) -> float:
    """The most memory that folding one chunk takes beyond the bytes themselves, in MiB."""
    tracemalloc.start()
    _fold(dossiers[:500])
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak / (1 << 20)
