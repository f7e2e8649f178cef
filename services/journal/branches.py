"""Logs that were written twice: what one version has and others lack is kept in our own log.

Of such a log every machine keeps the version it met first, so an act of a third PC could wait for
ever for one that stands in the other version. Whoever learns of the fork therefore writes down both
versions, each event in its stream and as it was signed (`models/events/branches.py`); repeats are
left out, and readers see every event once (`kept.unfold`).
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence

from sqlalchemy import Connection

from models.envelope import Actor, Sealed, unseal
from models.errors import InputError
from services.clock import new_id
from services.journal.append import Journal
from services.journal.kept import acts_of, kept_id, kept_of, unfold
from services.journal.reading import find_member
from services.store.statement import rows_of
from services.sync.accept import read_run
from services.sync.protocol import Run

__all__ = ["BranchKeeper"]

_FORKS = "SELECT log, min(seq) FROM fork GROUP BY log ORDER BY log"
_FROM = "SELECT body, sig FROM ev WHERE log = ? AND seq >= ? ORDER BY seq"
_SAME = "SELECT body, sig FROM ev WHERE id = ?"
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
            todo = [act for act in self._acts(conn, shown, seen) if _lacks(conn, act)]
        streams = self._keep(todo) if todo else set()
        self._seen |= seen
        return frozenset(streams)

    def _keep(self, todo: Sequence[Sequence[Sealed]]) -> set[str]:
        actor = Actor("system", "system", new_id(self._journal.clock))
        streams: set[str] = set()
        for act in todo:
            try:
                with self._journal.act(actor) as writing:
                    for item, kept in kept_of(act):
                        writing.keep(item.envelope.stream, kept, event_id=kept_id(item))
            except InputError as error:  # larger than what can be passed on: it stays where it is
                log.warning("an event of a forked log is not kept: %s", error.code)
                continue
            streams |= {item.envelope.stream for item in act}
        return streams

    def _acts(
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
            yield from acts_of(ours)
            if shown is not None and shown.log == forked:
                theirs = read_run(shown.events)
                yield from acts_of(item for item in theirs if item.envelope.seq >= seq)


def _lacks(conn: Connection, act: Sequence[Sealed]) -> bool:
    """Whether an event of the act is not kept yet."""
    return any(not _is_kept(conn, item) for item in act)


def _is_kept(conn: Connection, item: Sealed) -> bool:
    for body, sig in rows_of(conn, _SAME, (kept_id(item),)):
        found = unfold(unseal(bytes(body), sig and bytes(sig)), lambda log: find_member(conn, log))
        if found is not None and found.hash == item.hash:
            return True
    return False
