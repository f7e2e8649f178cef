"""Hôm nay: what is overdue, due today and next, who holds what; one reading, no network."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import Connection

from models.calendar import WorkCalendar
from services.dossiers.rows import DossierRow, count_rows, fetch_rows

__all__ = ["Bucket", "Holder", "Today", "read_today"]

_OPEN = "closed = 0 AND status NOT IN ('done', 'registered') AND due <> ''"
_RUNNING = _OPEN + " AND paused = 0"


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
    conn: Connection, now: datetime, *, calendar: WorkCalendar, assignee: str = "",
    bucket: str = "", limit: int = 200,
) -> Today:  # fmt: skip
    """The board at `now`; `assignee` narrows it to one person's work, `bucket` to one card."""
    mine = " AND (assignee = ? OR receiver = ?)" if assignee else ""
    who: tuple[object, ...] = (assignee, assignee) if assignee else ()
    edges = _edges(now, calendar)
    buckets = []
    for name, (low, high) in edges.items():
        count = count_rows(conn, _RUNNING + " AND due >= ? AND due < ?" + mine, (low, high, *who))
        buckets.append(Bucket(name, count))
    paused = count_rows(conn, _OPEN + " AND paused = 1" + mine, who)
    buckets.append(Bucket("paused", paused))
    where, values = _chosen(bucket, edges)
    first = fetch_rows(conn, where + mine, (*values, *who), order="due, n", limit=limit)
    return Today(
        now, count_rows(conn, _OPEN + mine, who), tuple(buckets), first, _holders(conn, edges)
    )


def _chosen(bucket: str, edges: dict[str, tuple[str, str]]) -> tuple[str, tuple[object, ...]]:
    if bucket == "paused":
        return _OPEN + " AND paused = 1", ()
    if bucket in edges:
        return _RUNNING + " AND due >= ? AND due < ?", edges[bucket]
    return _OPEN, ()


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
        "SELECT assignee_name, sum(due < ?), sum(due >= ? AND due < ?), sum(due >= ?) "
        "FROM dossier WHERE " + _RUNNING + " AND assignee <> '' "
        "GROUP BY assignee, assignee_name ORDER BY count(*) DESC LIMIT 12"
    )
    rows = conn.exec_driver_sql(query, (late, late, soon, soon))
    return tuple(Holder(name, a, b, c) for name, a, b, c in rows)
