"""Many runs at once into a journal nobody looks at yet: stored first, taken up once at the end.

    receive_bulk(store, runs, ...)     # one transaction; checks as for any run
    take_up(store, projectors)         # rows of every stream, once; harmless when nothing waits

A mark in `sync_state` stands as long as rows are missing, so `take_up` also finishes after a cut.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import Connection

from models.events.roster import roster_stream
from services.clock import Clock
from services.journal.projecting import Projector
from services.journal.receiving import refresh_streams, take_run
from services.store.statement import rows_of
from services.store.unit import Store
from services.sync.faults import fault
from services.sync.ports import Verdict
from services.sync.protocol import Run

__all__ = ["receive_bulk", "take_up"]

STREAMS = 500
"""Streams whose rows are made in one transaction."""
_MARK = "INSERT OR REPLACE INTO sync_state (name, value) VALUES ('not_taken_up', x'01')"
_MARKED = "SELECT 1 FROM sync_state WHERE name = 'not_taken_up'"
_UNMARK = "DELETE FROM sync_state WHERE name = 'not_taken_up'"
_STREAMS = "SELECT DISTINCT st FROM ev ORDER BY st"


def receive_bulk(
    store: Store, runs: Iterable[Run], *, office: str, clock: Clock,
    projectors: Mapping[str, Projector],
) -> None:  # fmt: skip
    """Take runs in one transaction; only the roster is taken up, for it decides whom to believe.

    Raises `ForeignError` as `receive` does, and DB-23 for a run that leaves a gap or forks a log;
    nothing of all is stored then.
    """

    def refresh(tx: Connection, streams: set[str]) -> frozenset[str]:
        roster = {s for s in streams if s.startswith(roster_stream(""))}
        return refresh_streams(tx, roster, projectors)

    with store.write() as tx:
        rows_of(tx, _MARK)
        for run in runs:
            taken = take_run(tx, run, office, clock=clock, refresh=lambda s: refresh(tx, s))
            if taken.verdict in (Verdict.GAP, Verdict.FORK):
                raise fault("DB-23")


def take_up(store: Store, projectors: Mapping[str, Projector]) -> None:
    """Make the rows of every stream if `receive_bulk` left some out."""
    with store.read() as conn:
        if not rows_of(conn, _MARKED):
            return
        streams = [str(row[0]) for row in rows_of(conn, _STREAMS)]
    for start in range(0, len(streams), STREAMS):
        with store.write() as tx:
            refresh_streams(tx, set(streams[start : start + STREAMS]), projectors)
    with store.write() as tx:
        rows_of(tx, _UNMARK)
