"""One exchange with every peer, until nothing is left to send or fetch: `sync --once`."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass

from services.assembly import OpenOffice
from services.sync.enrolled import former_logs
from services.sync.protocol import Head
from services.sync.service import SyncService
from services.sync.status import SyncStatus, read_sync_status

__all__ = ["Exchange", "exchange_once", "read_status"]

PAUSE_S = 0.02


@dataclass(frozen=True, slots=True)
class Exchange:
    """What one exchange did, in events; `faults` are codes of peers that could not be reached.

    `conflicts` counts dossiers with an open one, `unsent` what the city has not acknowledged.
    `heads_equal`: every peer holds every log exactly as far as we do.
    """

    pushed: int
    pulled: int
    conflicts: int
    unsent: int
    heads_equal: bool
    faults: tuple[str, ...]


def exchange_once(office: OpenOffice, *, seconds: float = 600.0) -> Exchange:
    """Exchange events, then attachments, until all is even, all are silent, or time is over."""
    service = SyncService(office, wait_ms=0)
    before = dict(service.logs.heads())
    service.start()
    try:
        end = time.monotonic() + seconds
        while time.monotonic() < end and not _finished(service):
            time.sleep(PAUSE_S)
        service.blobs.settle(max(0.0, end - time.monotonic()))
        standings = [service.standing(log) for log in service.peers()]
        after = dict(service.logs.heads())
    finally:
        service.stop()
    status = read_status(office)
    return Exchange(
        pushed=service.pushed,
        pulled=_news(office, before, after),
        conflicts=status.conflicts,
        unsent=status.unsent,
        heads_equal=bool(standings) and all(s.equal and not fault for s, fault in standings),
        faults=tuple(sorted({fault for _, fault in standings if fault})),
    )


def read_status(office: OpenOffice) -> SyncStatus:
    """The status of sync of an open office, now."""
    core = office.core
    with core.store.read() as conn:
        now_ms = int(core.clock.now().timestamp() * 1000)
        return read_sync_status(conn, core.journal.device.log, now_ms=now_ms)


def _finished(service: SyncService) -> bool:
    """Whether every peer is even with us or has a fault."""
    for log in service.peers():
        standing, fault = service.standing(log)
        even = standing.ready and standing.drained and not standing.to_push and not standing.open
        if not fault and not even:
            return False
    return True


def _news(office: OpenOffice, before: Mapping[bytes, Head], after: Mapping[bytes, Head]) -> int:
    """How many events of others came in."""
    with office.core.store.read() as conn:
        own = former_logs(conn, office.core.journal.device.log)
    start = Head(0, b"")
    return sum(
        head.seq - before.get(log, start).seq for log, head in after.items() if log not in own
    )
