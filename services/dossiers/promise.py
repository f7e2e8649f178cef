"""From a limit to a promised date with its explanation, stored with the dossier as printed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation

from models.calendar import WorkCalendar
from models.deadline import (
    ClockEvent,
    CountMode,
    Deadline,
    Limit,
    LimitUnit,
    check_event,
    compute_deadline,
)
from models.dossier import Dossier
from models.errors import InputError
from models.intake import LimitTaken, Promise, Step
from models.procedure import Procedure
from models.words import tr

__all__ = [
    "as_limit", "as_promise", "limit_from_catalogue", "moment_for", "promise_after", "promise_for",
]  # fmt: skip


def limit_from_catalogue(procedure: Procedure, default_mode: str) -> LimitTaken | None:
    """The procedure's limit, or None when the catalogue does not know one."""
    if not procedure.limit_known:
        return None
    value = "" if procedure.limit_value is None else f"{procedure.limit_value:f}"
    mode = procedure.count_mode or (
        procedure.mode if procedure.limit_unit == "working_hour" else default_mode
    )
    return LimitTaken(
        value, procedure.limit_unit, mode, procedure.cutoff_15h, "catalogue",
        procedure.limit_source,
    )  # fmt: skip


def as_limit(taken: LimitTaken) -> Limit:
    """The limit in the terms of the deadline rules; raises `InputError` HT-20 for a bad number."""
    try:
        value = Decimal(taken.value.replace(",", ".")) if taken.value else None
        return Limit(value, LimitUnit(taken.unit), CountMode(taken.mode), taken.cutoff_15h)
    except (InvalidOperation, ValueError) as error:
        raise InputError(
            "HT-40",
            tr("Thời hạn «{value}» không phải là số.", value=taken.value[:20]),
            tr("Nhập số ngày hoặc số giờ, ví dụ 3 hoặc 17,5."),
            field="limit",
        ) from error


def promise_for(
    received: datetime,
    taken: LimitTaken,
    *,
    calendar: WorkCalendar,
    history: Sequence[ClockEvent] = (),
) -> Promise:
    """The date to promise and why."""
    deadline = compute_deadline(received, as_limit(taken), calendar=calendar, history=history)
    return as_promise(deadline, calendar)


def promise_after(
    event: ClockEvent,
    received: datetime,
    taken: LimitTaken,
    *,
    calendar: WorkCalendar,
    history: Sequence[ClockEvent],
) -> Promise:
    """The promise after one more act of the clock; raises when the act is not allowed now."""
    deadline = check_event(event, received, as_limit(taken), calendar=calendar, history=history)
    return as_promise(deadline, calendar)


def moment_for(now: datetime, dossier: Dossier) -> datetime:
    """The time of an act on the dossier's clock: now, but never before what was recorded already.

    A PC's clock may be set back by minutes at any time; the dossier's own course may not.
    """
    assert dossier.intake is not None
    recorded = [dossier.intake.received_at, *(mark.at for mark in dossier.marks)]
    return max(now, *(datetime.fromisoformat(at) for at in recorded))


def as_promise(deadline: Deadline, calendar: WorkCalendar) -> Promise:
    """A deadline as stored in an event: ISO times, one line per step."""
    steps = tuple(
        Step(s.start.isoformat(), s.end.isoformat(), s.effect.value, s.rule)
        for s in deadline.explanation
    )
    return Promise(deadline.due.isoformat(), calendar.version, steps)
