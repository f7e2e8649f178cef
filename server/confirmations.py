"""How far the city's newest catalogue has come at each PC: not here yet, received, in use.

A PC says which version it uses in its HELLO; which ones it holds is seen from the end of the
city's log that it names when it pulls. A version may be held for weeks before its day.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import Connection, text

from models.events.administration import CatalogueImported
from models.words import tr
from server.roster import city_logs, stream_events
from services.catalogue.bundle import bundle_on
from services.catalogue.stored import CATALOGUE_STREAM

__all__ = ["Confirmed", "Stage", "confirmed_at", "stage_words"]

_DEVICES = text(
    "SELECT d.log, d.name, c.catalogue, c.seen_ms FROM device d "
    "LEFT JOIN contact c ON c.off = d.off AND c.log = d.log "
    "WHERE d.off = :off AND d.kind <> 'city' AND d.last_seq IS NULL ORDER BY d.slot, d.incarnation"
)
_HELD = text("SELECT peer, log, seq FROM peer_head WHERE off = :off")


class Stage(StrEnum):
    """Where the newest version sent is at a PC; `NONE` when none was sent."""

    NONE = "none"
    NEVER = "never"
    MISSING = "missing"
    WAITING = "waiting"
    IN_USE = "in_use"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class _Version:
    digest: str
    effective_from: date
    log: bytes
    seq: int


@dataclass(frozen=True, slots=True)
class Confirmed:
    """One PC: the digests it uses, of the newest version sent, and of the sent one now in force.

    Digests are empty when there is none; `starts` is the newest version's first day. `seen_ms` is
    0 for a PC that never connected.
    """

    device: bytes
    name: str
    uses: str
    seen_ms: int
    sent: str = ""
    starts: date | None = None
    in_force: str = ""
    stage: Stage = Stage.NONE

    @property
    def is_right(self) -> bool:
        """Whether it uses what the city wants to be used today."""
        return bool(self.in_force) and self.uses == self.in_force


def confirmed_at(tx: Connection, office: str, today: date) -> tuple[Confirmed, ...]:
    """Every working PC of an office."""
    versions = _sent(tx, office)
    held = {(bytes(r.peer), bytes(r.log)): r.seq for r in tx.execute(_HELD, {"off": office})}
    found = []
    for row in tx.execute(_DEVICES, {"off": office}):
        one = Confirmed(bytes(row.log), row.name, row.catalogue or "", row.seen_ms or 0)
        found.append(_judged(one, versions, held, today=today) if versions else one)
    return tuple(found)


def _judged(
    one: Confirmed, versions: Sequence[_Version], held: dict[tuple[bytes, bytes], int], *,
    today: date,
) -> Confirmed:  # fmt: skip
    newest, now = versions[-1], bundle_on(versions, today)
    in_force = now.digest if now.effective_from <= today else ""
    if not one.seen_ms:
        stage = Stage.NEVER
    elif one.uses == newest.digest:
        stage = Stage.IN_USE
    elif held.get((one.device, newest.log), 0) < newest.seq:
        stage = Stage.MISSING
    else:
        stage = Stage.WAITING if newest.effective_from > today else Stage.OTHER
    return Confirmed(
        one.device, one.name, one.uses, one.seen_ms, newest.digest, newest.effective_from,
        in_force, stage,
    )  # fmt: skip


def _sent(tx: Connection, office: str) -> list[_Version]:
    """The versions in the city's own logs, in the order of sending."""
    city = city_logs(tx, office)
    found = []
    for item in stream_events(tx, office, CATALOGUE_STREAM):
        said = item.event()
        if item.envelope.log in city and isinstance(said, CatalogueImported) and said.body:
            starts = date.fromisoformat(said.effective_from)
            found.append(_Version(said.digest, starts, item.envelope.log, item.envelope.seq))
    return found


def stage_words(one: Confirmed) -> str:
    """The stage in words."""
    if one.stage is Stage.WAITING and one.starts is not None:
        return tr("đã nhận, áp dụng từ {day}", day=f"{one.starts:%d/%m/%Y}")
    return {
        Stage.NEVER: tr("chưa kết nối bao giờ"),
        Stage.MISSING: tr("chưa nhận bản mới"),
        Stage.IN_USE: tr("đang dùng bản mới"),
        Stage.OTHER: tr("đã nhận, đang dùng bản khác"),
    }.get(one.stage, tr("thành phố chưa gửi"))
