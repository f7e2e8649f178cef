"""Finds the dossier a citizen asks about: code and secret, with equal work whatever is wrong."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from models.calendar import WorkCalendar
from models.lookup import is_lookup_secret
from models.numbering import normalise_dossier_code
from models.working_time import working_minutes_between
from server.board.limits import Budget
from server.board.offices import DAY_MS, Period
from server.board.tables import board_dossier, board_office
from server.board.thresholds import Thresholds
from server.public.words import Answer, answer_for
from server.schema import contact, device, dirty_stream, head, office
from server.store.unit import CityDatabase

__all__ = ["PER_ADDRESS", "PER_CODE", "Found", "find_answer", "tidy_code"]

PER_ADDRESS = Budget("status-address", 20, 10 * 60)
"""Wrong questions of one address: many may share it, so right ones are free."""
PER_CODE = Budget("status-code", 1_000, 60 * 60)
"""Wrong secrets for one code from all the world: 40 bits then last a hundred thousand years, and
whoever wants to shut a citizen out needs a dozen addresses."""
LONGEST_CODE = 60
NOBODY = "00000000-0000-7000-8000-000000000000"
MOST_SAME = 4
LONG_SILENT_MS = 30 * DAY_MS


@dataclass(frozen=True, slots=True)
class Found:
    """The answer, where to ask, and how fresh it is.

    `as_of_ms` is when the office was heard of last; `cut_off` that this was too long ago; `behind`
    that it has told of events that have not arrived or are not worked in yet.
    """

    answer: Answer
    desk: str
    phone: str
    as_of_ms: int
    cut_off: bool
    behind: bool


def tidy_code(typed: str) -> str:
    """A code as typed or scanned, in its one spelling."""
    return normalise_dossier_code(typed[: 2 * LONGEST_CODE])[:LONGEST_CODE]


def find_answer(
    database: CityDatabase, code: str, secret: str, *, limits: Thresholds, calendar: WorkCalendar,
    now_ms: int,
) -> Found | None:  # fmt: skip
    """The answer when the secret belongs to the code, else None.

    An unknown code and a wrong secret cost the same: one query and `MOST_SAME` comparisons.
    """
    d = board_dossier
    query = select(d).where(d.c.code == code).order_by(d.c.off, d.c.id).limit(MOST_SAME)
    with database.read_city() as tx:
        rows = [dict(row) for row in tx.execute(query).mappings()]
        ids = [row["id"] for row in rows] + [NOBODY] * (MOST_SAME - len(rows))
        fits = [is_lookup_secret(dossier_id, secret[:40]) for dossier_id in ids]
        mine = next((row for row, good in zip(rows, fits, strict=False) if good), None)
        if mine is None:
            return None
        answer = answer_for(mine, now_ms)
        return _with_office(
            tx, mine["off"], answer, limits=limits, calendar=calendar, now_ms=now_ms
        )


def _with_office(
    tx: Connection, off: str, answer: Answer, *, limits: Thresholds, calendar: WorkCalendar,
    now_ms: int,
) -> Found:  # fmt: skip
    name = tx.execute(select(office.c.name).where(office.c.off == off)).scalar() or off
    desk = tx.execute(
        select(board_office.c.desk, board_office.c.desk_phone).where(board_office.c.off == off)
    ).first()
    seen, unsent = _contact(tx, off)
    waiting = tx.execute(
        select(func.count()).select_from(dirty_stream).where(dirty_stream.c.off == off)
    ).scalar_one()
    as_of = min(seen, now_ms)
    silent = as_of < now_ms - LONG_SILENT_MS or (
        working_minutes_between(Period(as_of).now, Period(now_ms).now, calendar)
        > limits.silent_minutes
    )
    return Found(
        answer, desk[0] or str(name) if desk else str(name), desk[1] if desk else "1022",
        as_of_ms=as_of or now_ms, cut_off=silent, behind=bool(unsent or waiting),
    )  # fmt: skip


def _contact(tx: Connection, off: str) -> tuple[int, int]:
    """When the office was heard of last, and how many events it told of have not arrived."""
    c, h, d = contact.c, head.c, device.c
    query = (
        select(c.seen_ms, c.head_seq, func.coalesce(h.seq, 0))
        .join(device, (d.off == c.off) & (d.log == c.log))
        .outerjoin(head, (h.off == c.off) & (h.log == c.log))
        .where(c.off == off, d.last_seq.is_(None))
    )
    rows = tx.execute(query).all()
    seen = max((int(at) for at, _, _ in rows), default=0)
    return seen, sum(max(0, int(told) - int(have)) for _, told, have in rows)
