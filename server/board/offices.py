"""The office rows of the board: contact, counts, books, conflicts, all read in a few queries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, and_, case, func, or_, select

from models.calendar import VIETNAM
from models.folding import vn_fold
from models.on_time import Tally
from server.board import tables as t
from server.schema import contact, device, dirty_stream, fork, head, office, refusal

__all__ = ["ALL", "DAY_MS", "DeviceRow", "OfficeRow", "Period", "Scope", "read_offices"]

DAY_MS = 86_400_000
MINUTE_MS = 60_000

Scope = frozenset[str] | None
"""Unit codes an operator may see; None is the whole city."""
ALL: Scope = None


@dataclass(frozen=True, slots=True)
class Period:
    """The last `days` days up to `now_ms`, today included."""

    now_ms: int
    days: int = 30

    @property
    def now(self) -> datetime:
        """Now, in Vietnam's time."""
        return datetime.fromtimestamp(self.now_ms / 1000, VIETNAM)

    @property
    def first_day(self) -> str:
        """The first day of it, YYYY-MM-DD."""
        return (self.now.date() - timedelta(days=self.days - 1)).isoformat()


@dataclass(frozen=True, slots=True)
class DeviceRow:
    """A PC of an office as the city knows it; times in milliseconds, None when never heard of.

    `unsent` is what it told at its last contact less what has arrived since; `offset_ms` its clock
    minus the city's. `revoked_after` is the last good event of a revoked device, `late` how many
    events came after it. `replaced` is the log of a PC that was restored and has a new one.
    """

    log: str
    name: str
    kind: str
    slot: int
    state: str
    incarnation: int
    seen_ms: int | None = None
    app: str = ""
    offset_ms: int = 0
    unsent: int = 0
    unsent_since_ms: int | None = None
    received: int = 0
    revoked_after: int | None = None
    late: int = 0
    forked_ms: int | None = None
    replaced: bool = False

    @property
    def active(self) -> bool:
        """Whether it may still write: not revoked, not gone on under a new log."""
        return self.revoked_after is None and not self.replaced


@dataclass(frozen=True, slots=True)
class OfficeRow:
    """One office on the board; counts are of the period, backlog and overdue of now."""

    code: str
    name: str
    devices: tuple[DeviceRow, ...] = ()
    received: int = 0
    tally: Tally = field(default_factory=Tally)
    paused: int = 0
    missing: int = 0
    missing_since_ms: int | None = None
    twice: int = 0
    twice_since_ms: int | None = None
    conflicts: int = 0
    conflict_since_ms: int | None = None
    forks: int = 0
    fork_since_ms: int | None = None
    refusals: int = 0
    refused_since_ms: int | None = None
    faults: int = 0
    fault_since_ms: int | None = None
    stale: int = 0
    stale_since_ms: int | None = None
    desk: str = ""
    desk_phone: str = "1022"

    @property
    def _working(self) -> list[DeviceRow]:
        return [device for device in self.devices if device.active]

    @property
    def seen_ms(self) -> int | None:
        """When any of its PCs was heard of last."""
        return max((d.seen_ms for d in self.devices if d.seen_ms is not None), default=None)

    @property
    def unsent(self) -> int:
        """Events its PCs have told of that have not arrived."""
        return sum(d.unsent for d in self._working)

    @property
    def unsent_since_ms(self) -> int | None:
        """Since when something is unsent."""
        return min((d.unsent_since_ms for d in self._working if d.unsent_since_ms), default=None)

    @property
    def drift_ms(self) -> int:
        """The largest error of a clock, with its sign."""
        return max((d.offset_ms for d in self._working), key=abs, default=0)

    @property
    def versions(self) -> list[str]:
        """The programs in use, each once."""
        return sorted({d.app for d in self._working if d.app})

    @property
    def revoked(self) -> int:
        """How many devices were revoked."""
        return sum(d.revoked_after is not None for d in self.devices)


@dataclass
class _Gathering:
    """What the queries have found so far, by office."""

    tx: Connection
    scope: Scope
    period: Period
    found: dict[str, dict[str, Any]] = field(default_factory=dict)

    def add(self, query: Select[Any], *names: str) -> None:
        """Take rows (office, value, ...) as values called `names`."""
        for off, *values in self.tx.execute(query):
            if off in self.found:
                self.found[off].update(zip(names, values, strict=True))


def read_offices(tx: Connection, period: Period, scope: Scope = ALL) -> list[OfficeRow]:
    """The offices of `scope` with everything the board shows, in the order of their names."""
    listed = select(office.c.off, office.c.name)
    if scope is not None:
        listed = listed.where(office.c.off.in_(scope))
    work = _Gathering(tx, scope, period)
    names = sorted(tx.execute(listed), key=lambda row: (vn_fold(row.name), row.off))
    work.found = {off: {"name": name} for off, name in names}
    _gather_counts(work)
    _gather_troubles(work)
    devices = _read_devices(tx, work.found)
    tallies = _read_tallies(work)
    return [
        OfficeRow(code=off, devices=tuple(devices.get(off, ())), tally=tallies[off], **_known(row))
        for off, row in work.found.items()
    ]


def _known(row: Mapping[str, Any]) -> dict[str, Any]:
    """Values without those that are empty: the defaults stand for them."""
    return {name: value for name, value in row.items() if value is not None}


def _gather_counts(work: _Gathering) -> None:
    d, first = t.board_dossier.c, work.period.first_day
    work.add(select(d.off, func.count()).where(d.received_day >= first).group_by(d.off), "received")
    work.add(
        select(d.off, func.sum(d.conflicts), func.min(d.conflict_since_ms))
        .where(d.conflicts > 0).group_by(d.off),
        "conflicts", "conflict_since_ms",
    )  # fmt: skip
    b = t.board_book.c
    work.add(
        select(
            b.off, func.sum(b.missing), func.min(b.missing_since_ms), func.sum(b.twice),
            func.min(b.twice_since_ms),
        ).group_by(b.off),
        "missing", "missing_since_ms", "twice", "twice_since_ms",
    )  # fmt: skip
    o = t.board_office.c
    work.add(select(o.off, o.desk, o.desk_phone), "desk", "desk_phone")


def _gather_troubles(work: _Gathering) -> None:
    f, r, x, s = fork.c, refusal.c, t.board_fault.c, dirty_stream.c
    work.add(
        select(f.off, func.count(), func.min(f.seen_ms)).group_by(f.off), "forks", "fork_since_ms"
    )
    since = (work.period.now_ms - DAY_MS) // MINUTE_MS
    work.add(
        select(r.off, func.sum(r.count), func.min(r.minute) * MINUTE_MS)
        .where(r.minute >= since).group_by(r.off),
        "refusals", "refused_since_ms",
    )  # fmt: skip
    work.add(
        select(x.off, func.count(), func.min(x.since_ms)).group_by(x.off),
        "faults", "fault_since_ms",
    )  # fmt: skip
    work.add(
        select(s.off, func.count(), func.min(s.since_ms)).group_by(s.off),
        "stale", "stale_since_ms",
    )  # fmt: skip


def _read_tallies(work: _Gathering) -> dict[str, Tally]:
    """Dossiers by standing: the rule of `models.on_time` said in SQL; a test compares the two."""
    d, now = t.board_dossier.c, work.period.now_ms
    waiting = d.waiting_since_ms.is_not(None)
    late = case((waiting, or_(d.requests > 1, d.waiting_since_ms > d.due_ms)), else_=d.due_ms < now)
    opened = (
        select(d.off, func.count(), func.sum(case((late, 1), else_=0)),
               func.sum(case((waiting, 1), else_=0)))
        .where(d.finished_ms.is_(None)).group_by(d.off)
    )  # fmt: skip
    done = (
        select(d.off, func.count(), func.sum(d.late))
        .where(and_(d.finished_day >= work.period.first_day, d.finished_day != ""))
        .group_by(d.off)
    )  # fmt: skip
    tallies = dict.fromkeys(work.found, Tally())
    for off, count, of_them_late in work.tx.execute(done):
        if off in tallies:
            tallies[off] += Tally(int(count - of_them_late), int(of_them_late))
    for off, count, of_them_late, paused in work.tx.execute(opened):
        if off in tallies:
            tallies[off] += Tally(0, 0, int(count - of_them_late), int(of_them_late))
            work.found[off]["paused"] = int(paused)
    return tallies


def _read_devices(tx: Connection, offices: Iterable[str]) -> dict[str, list[DeviceRow]]:
    """The PCs of each office, the hub's slot first; the city's own log is none."""
    d, c, h = device.c, contact.c, head.c
    forked = (
        select(fork.c.off, fork.c.log, func.min(fork.c.seen_ms).label("at"))
        .group_by(fork.c.off, fork.c.log).subquery()
    )  # fmt: skip
    query = (
        select(*d, c.seen_ms, c.app, c.offset_ms, c.head_seq, c.behind_since_ms, h.seq, forked.c.at)
        .outerjoin(contact, and_(c.off == d.off, c.log == d.log))
        .outerjoin(head, and_(h.off == d.off, h.log == d.log))
        .outerjoin(forked, and_(forked.c.off == d.off, forked.c.log == d.log))
        .where(d.kind != "city").order_by(d.off, d.slot, d.incarnation, d.log)
    )  # fmt: skip
    wanted = set(offices)
    rows = [row for row in tx.execute(query).mappings() if row["off"] in wanted]
    newest: dict[tuple[str, bytes], int] = {}
    for row in rows:
        key = (row["off"], bytes(row["public_key"]))
        newest[key] = max(newest.get(key, 0), row["incarnation"])
    found: dict[str, list[DeviceRow]] = {}
    for row in rows:
        replaced = row["incarnation"] < newest[row["off"], bytes(row["public_key"])]
        found.setdefault(row["off"], []).append(_device(row, replaced))
    return found


def _device(row: Mapping[Any, Any], replaced: bool) -> DeviceRow:
    have = int(row[head.c.seq] or 0)
    unsent = max(0, int(row["head_seq"] or 0) - have)
    last = row["last_seq"]
    return DeviceRow(
        log=bytes(row["log"]).hex(), name=row["name"], kind=row["kind"], slot=row["slot"],
        state=row["state"], incarnation=row["incarnation"], seen_ms=row["seen_ms"],
        app=row["app"] or "", offset_ms=int(row["offset_ms"] or 0), unsent=unsent,
        unsent_since_ms=(row["behind_since_ms"] or row["seen_ms"]) if unsent else None,
        received=have, revoked_after=last,
        late=max(0, have - int(last)) if last is not None else 0, forked_ms=row["at"],
        replaced=replaced,
    )  # fmt: skip
