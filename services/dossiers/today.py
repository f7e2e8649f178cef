"""Hôm nay: what is overdue, due today and next, who holds what; one reading, no network."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select, true

from models.calendar import WorkCalendar
from models.schema.read_models import dossier as d
from models.staff import Staff
from models.workflow import Status
from services.dossiers.rows import DossierRow, count_rows, fetch_rows
from services.rights import demand_sees_dossiers

__all__ = ["Bucket", "Holder", "Today", "read_today"]

_OPEN = and_(d.c.closed == 0, d.c.status.not_in([Status.DONE, Status.REGISTERED]), d.c.due != "")
_PAUSED = and_(_OPEN, d.c.paused == 1)
_RUNNING = and_(_OPEN, d.c.paused == 0)


@dataclass(frozen=True, slots=True)
class Bucket:
    """Open dossiers whose promise falls in one stretch of time."""

    name: str
    count: int


@dataclass(frozen=True, slots=True)
class Holder:
    """What one person has on the desk: overdue, due within a day, the rest."""

    name: str
    overdue: int
    soon: int
    later: int

    @property
    def total(self) -> int:
        """All open dossiers of the person."""
        return self.overdue + self.soon + self.later


@dataclass(frozen=True, slots=True)
class Today:
    """The board of one morning."""

    at: datetime
    open: int
    buckets: tuple[Bucket, ...]
    first: tuple[DossierRow, ...]
    holders: tuple[Holder, ...]


def read_today(
    conn: Connection, staff: Staff, now: datetime, *, calendar: WorkCalendar, assignee: str = "",
    bucket: str = "", limit: int = 200,
) -> Today:  # fmt: skip
    """The board at `now`; `assignee` narrows it to one person's work, `bucket` to one card.

    Raises `NotAllowed` TK-08 for who may see no dossier.
    """
    demand_sees_dossiers(staff)
    mine = or_(d.c.assignee == assignee, d.c.receiver == assignee) if assignee else true()
    edges = _edges(now, calendar)
    buckets = [
        Bucket(name, count_rows(conn, and_(_between(edge), mine))) for name, edge in edges.items()
    ]
    buckets.append(Bucket("paused", count_rows(conn, and_(_PAUSED, mine))))
    chosen = {"": _OPEN, "paused": _PAUSED, **{name: _between(e) for name, e in edges.items()}}
    first = fetch_rows(conn, and_(chosen[bucket], mine), limit=limit)
    total = count_rows(conn, and_(_OPEN, mine))
    return Today(now, total, tuple(buckets), first, _holders(conn, edges))


def _between(edge: tuple[str, str]) -> ColumnElement[bool]:
    return and_(_RUNNING, d.c.due >= edge[0], d.c.due < edge[1])


def _edges(now: datetime, calendar: WorkCalendar) -> dict[str, tuple[str, str]]:
    """Half-open stretches of due times: overdue, today, next working day, the two after, later."""
    days = _next_working_days(now.date(), calendar)
    starts = [
        "", now.isoformat(), *(_midnight(day + timedelta(days=1), now) for day in days), "9999",
    ]  # fmt: skip
    names = ("overdue", "today", "tomorrow", "soon", "later")
    return {name: (starts[i], starts[i + 1]) for i, name in enumerate(names)}


def _next_working_days(today: date, calendar: WorkCalendar) -> tuple[date, date, date]:
    """Today, the next working day, and the third working day after today."""
    found: list[date] = []
    day = today
    while len(found) < 3:
        day += timedelta(days=1)
        if calendar.is_working(day):
            found.append(day)
    return today, found[0], found[2]


def _midnight(day: date, like: datetime) -> str:
    return datetime.combine(day, time(0), like.tzinfo).isoformat()


def _holders(conn: Connection, edges: dict[str, tuple[str, str]]) -> tuple[Holder, ...]:
    late, soon = edges["overdue"][1], edges["tomorrow"][1]
    query = (
        select(
            d.c.assignee_name,
            func.count().filter(d.c.due < late),
            func.count().filter(and_(d.c.due >= late, d.c.due < soon)),
            func.count().filter(d.c.due >= soon),
        )
        .where(_RUNNING, d.c.assignee != "")
        .group_by(d.c.assignee, d.c.assignee_name)
        .order_by(func.count().desc())
        .limit(12)
    )
    return tuple(Holder(*row) for row in conn.execute(query))
