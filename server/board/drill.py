"""What the page of one office shows beyond its row: days, overdue dossiers, books, odd streams."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Connection, and_, func, or_, select

from server.board import tables as t
from server.board.offices import DAY_MS, Period

__all__ = [
    "AGES", "BookRow", "DayRow", "LateRow", "ProcedureLate", "age_of", "by_procedure",
    "read_books", "read_days", "read_late",
]  # fmt: skip

AGES = (1, 3, 10)
"""Days overdue at which the next column begins: up to 1, up to 3, up to 10, more."""
MOST_LATE = 200


@dataclass(frozen=True, slots=True)
class DayRow:
    """One day of an office: dossiers received, finished, and of these late."""

    day: date
    received: int
    done: int
    late: int


@dataclass(frozen=True, slots=True)
class LateRow:
    """An overdue dossier without its people; `days` since the promise, at least 1."""

    id: str
    code: str
    procedure: str
    procedure_name: str
    department: str
    status: str
    due_ms: int
    days: int


@dataclass(frozen=True, slots=True)
class ProcedureLate:
    """Overdue dossiers of one procedure by age, in the columns of `AGES`."""

    procedure: str
    name: str
    ages: tuple[int, ...]
    oldest_days: int

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.ages)


@dataclass(frozen=True, slots=True)
class BookRow:
    """A book of numbers; `missing` ones are neither issued nor voided.

    `fenced` ones were given out by a PC that did not hold the book any more.
    """

    year: int
    series: str
    holder: str
    last: int
    voided: int
    missing: int
    missing_text: str
    twice: int
    twice_text: str
    fenced: int


def read_days(tx: Connection, office: str, period: Period) -> list[DayRow]:
    """One row per day of the period, days without work included."""
    d = t.board_dossier.c
    received = (
        select(d.received_day, func.count())
        .where(d.off == office, d.received_day >= period.first_day)
        .group_by(d.received_day)
    )
    done = (
        select(d.finished_day, func.count(), func.sum(d.late))
        .where(d.off == office, d.finished_day >= period.first_day, d.finished_day != "")
        .group_by(d.finished_day)
    )
    came = {day: int(count) for day, count in tx.execute(received)}
    went = {day: (int(count), int(late)) for day, count, late in tx.execute(done)}
    first = date.fromisoformat(period.first_day)
    days = [first + timedelta(days=n) for n in range(period.days)]
    return [
        DayRow(day, came.get(day.isoformat(), 0), *went.get(day.isoformat(), (0, 0)))
        for day in days
    ]


def read_late(tx: Connection, office: str, now_ms: int) -> list[LateRow]:
    """The open dossiers past their promise, the oldest first, `MOST_LATE` at most."""
    d = t.board_dossier.c
    waits = d.waiting_since_ms.is_not(None)
    late = or_(
        and_(waits, or_(d.requests > 1, d.waiting_since_ms > d.due_ms)),
        and_(d.waiting_since_ms.is_(None), d.due_ms < now_ms),
    )
    query = (
        select(d.id, d.code, d.procedure, d.procedure_name, d.department, d.status, d.due_ms)
        .where(d.off == office, d.finished_ms.is_(None), late)
        .order_by(d.due_ms, d.code)
        .limit(MOST_LATE)
    )
    return [
        LateRow(*row, days=max(1, -(-(now_ms - row.due_ms) // DAY_MS))) for row in tx.execute(query)
    ]


def age_of(days: int) -> int:
    """The column of `AGES` for so many days."""
    return next((place for place, most in enumerate(AGES) if days <= most), len(AGES))


def by_procedure(rows: list[LateRow]) -> list[ProcedureLate]:
    """Overdue dossiers by procedure, most first."""
    names = {row.procedure: row.procedure_name for row in rows}
    made = []
    for procedure, name in names.items():
        days = [row.days for row in rows if row.procedure == procedure]
        count = Counter(map(age_of, days))
        ages = tuple(count[place] for place in range(len(AGES) + 1))
        made.append(ProcedureLate(procedure, name, ages, max(days)))
    return sorted(made, key=lambda row: (-row.total, -row.oldest_days, row.procedure))


def read_books(tx: Connection, office: str) -> list[BookRow]:
    """The books of an office, this year's first."""
    b = t.board_book.c
    query = (
        select(b.year, b.series, b.holder, b.last, b.voided, b.missing, b.missing_text, b.twice,
               b.twice_text, b.fenced)
        .where(b.off == office).order_by(b.year.desc(), b.series)
    )  # fmt: skip
    rows = tx.execute(query).mappings()
    return [BookRow(**{str(name): value for name, value in row.items()}) for row in rows]
