"""Logs that were written twice: what one version has and others lack is kept in our own log.

Of such a log every machine keeps the version it met first, so an act of a third PC could wait for
ever for one that stands in the other version. Whoever learns of the fork therefore writes down both
versions, in the streams they belong to and as they were signed (`models/events/branches.py`);
repeats are left out, and readers see every event once (`kept.unfold`).
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence

from sqlalchemy import Connection

from models.envelope import Actor, Sealed, unseal
from models.errors import InputError
from services.clock import new_id
from services.journal.append import Journal
from services.journal.kept import kept_of, pieces_of
from services.journal.reading import stream_events
from services.store.statement import rows_of
from services.sync.accept import read_run
from services.sync.protocol import Run

__all__ = ["BranchKeeper"]

_FORKS = "SELECT log, min(seq) FROM fork GROUP BY log ORDER BY log"
_FROM = "SELECT body, sig FROM ev WHERE log = ? AND seq >= ? ORDER BY seq"
log = logging.getLogger(__name__)


class BranchKeeper:
    """Keeps what branches; remembers how far it looked, so that looking again costs nothing."""

    def __init__(self, journal: Journal) -> None:
        """Reads the store of `journal` and writes into its log."""
        self._journal = journal
        self._seen: dict[bytes, int] = {}

    def look(self, shown: Run | None = None) -> frozenset[str]:
        """Keep what is new of all forked logs, and a run a peer showed; returns the streams.

        Our own log is left alone: a new one begins for it. Raises what writing raises.
        """
        with self._journal.store.read() as conn:
            if shown is not None:
                self._seen.pop(shown.log, None)
            seen: dict[bytes, int] = {}
            todo = [each for each in self._pieces(conn, shown, seen) if _lacks(conn, each)]
        streams = self._keep(todo) if todo else set()
        self._seen |= seen
        return frozenset(streams)

    def _keep(self, todo: Sequence[Sequence[Sealed]]) -> set[str]:
        actor = Actor("system", "system", new_id(self._journal.clock))
        streams: set[str] = set()
        for piece in todo:
            try:
                with self._journal.act(actor) as act:
                    for stream, kept in kept_of(piece):
                        act.keep(stream, kept)
            except InputError as error:  # larger than what can be passed on: it stays where it is
                log.warning("a piece of a forked log is not kept: %s", error.code)
                continue
            streams |= {item.envelope.stream for item in piece}
        return streams

    def _pieces(
        self, conn: Connection, shown: Run | None, seen: dict[bytes, int]
    ) -> Iterator[tuple[Sealed, ...]]:
        own = self._journal.device.log
        for name, seq in rows_of(conn, _FORKS):
            forked = bytes(name)
            if forked == own:
                continue
            after = max(int(seq), self._seen.get(forked, 0) + 1)
            rows = rows_of(conn, _FROM, (forked, after))
            ours = [unseal(bytes(body), sig and bytes(sig)) for body, sig in rows]
            if ours:
                seen[forked] = ours[-1].envelope.seq
            yield from pieces_of(ours)
            if shown is not None and shown.log == forked:
                theirs = read_run(shown.events)
                yield from pieces_of(item for item in theirs if item.envelope.seq >= seq)


def _lacks(conn: Connection, piece: Sequence[Sealed]) -> bool:
    """Whether an event of the piece is not kept yet."""
    wanted = {item.hash for item in piece}
    for stream in {item.envelope.stream for item in piece}:
        wanted -= {item.hash for item in stream_events(conn, stream) if item.branched}
    return bool(wanted)
