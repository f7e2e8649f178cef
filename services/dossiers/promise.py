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
    EventKind,
    Limit,
    LimitUnit,
    check_event,
    compute_deadline,
)
from models.dossier import Dossier
from models.errors import InputError, OfficeError
from models.intake import LimitTaken, Promise, Step
from models.procedure import Procedure
from models.words import current_language, in_vietnamese, tr

__all__ = [
    "as_limit", "as_promise", "clock_history", "limit_from_catalogue", "moment_for",
    "promise_after", "promise_for", "spoken_explanation",
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
    if current_language() != "vi":
        with in_vietnamese():  # what is stored and printed is official, whoever looks at it
            deadline = compute_deadline(
                received, as_limit(taken), calendar=calendar, history=history
            )
    return as_promise(deadline, calendar)


def spoken_explanation(dossier: Dossier, calendar: WorkCalendar) -> tuple[str, ...]:
    """Why the date in force is that date, in the language in use.

    The stored lines are Vietnamese; another language is counted anew, and only shown when it
    comes to the same date.
    """
    promise, intake = dossier.promise, dossier.intake
    if promise is None or intake is None:
        return ()
    stored = tuple(step.rule for step in promise.explanation if step.rule)
    if current_language() == "vi":
        return stored
    received = datetime.fromisoformat(intake.received_at)
    try:
        anew = compute_deadline(
            received, as_limit(intake.limit), calendar=calendar, history=clock_history(dossier)
        )
    except OfficeError:
        return stored
    return tuple(anew.lines()) if anew.due.isoformat() == promise.due else stored


def clock_history(dossier: Dossier) -> tuple[ClockEvent, ...]:
    """What has moved the dossier's legal clock so far, for the deadline rules."""
    return tuple(
        ClockEvent(
            EventKind(mark.kind),
            datetime.fromisoformat(mark.at),
            datetime.fromisoformat(mark.new_due) if mark.new_due else None,
        )
        for mark in dossier.marks
    )


def promise_after(
    event: ClockEvent,
    received: datetime,
    taken: LimitTaken,
    *,
    calendar: WorkCalendar,
    history: Sequence[ClockEvent],
) -> Promise:
    """The promise after one more act of the clock; raises when the act is not allowed now."""
    check_event(event, received, as_limit(taken), calendar=calendar, history=history)
    return promise_for(received, taken, calendar=calendar, history=(*history, event))


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
