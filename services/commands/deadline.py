"""`deadline`: computes one due time from the command line and explains it line by line."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from datetime import datetime, time
from decimal import Decimal, InvalidOperation
from pathlib import Path

from models.calendar import DEFAULT_HOURS, VIETNAM, OfficeHours, WorkCalendar, weekly_hours
from models.deadline import (
    ClockEvent,
    CountMode,
    Deadline,
    EventKind,
    Limit,
    LimitUnit,
    Step,
    check_event,
    compute_deadline,
    effect_words,
)
from models.errors import InputError
from models.words import tr
from services.calendars.load import load_calendar
from services.calendars.table import read_notice_file
from services.commands.outcome import OK, Outcome

__all__ = ["register", "run"]

LAST_MINUTE = time(23, 59)


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command and its options."""
    parser = subparsers.add_parser("deadline", help="compute and explain a due time")
    parser.add_argument("--received", required=True, help="time of reception, 2026-11-20T16:00")
    parser.add_argument("--limit", help="how many units, 3 or 17.5 (not for same_day)")
    parser.add_argument("--unit", required=True, choices=[unit.value for unit in LimitUnit])
    parser.add_argument(
        "--mode",
        choices=[mode.value for mode in CountMode],
        default=CountMode.WHOLE_DAYS.value,
        help="how working days are counted; other units have one way only",
    )
    parser.add_argument("--cutoff15", action="store_true", help="same_day: after 15:00 next day")
    parser.add_argument("--hours", help="opening hours, 08:00-12:00,13:30-17:30")
    parser.add_argument("--saturday", default="", help="opening hours on Saturday, if any")
    parser.add_argument("--calendar", help="CSV of notices added to the official calendar")
    parser.add_argument(
        "--event",
        action="append",
        default=[],
        metavar="KIND=TIME",
        help="supplement_requested, supplement_received or stopped with its time; "
        "extended=TIME/NEW_DUE or extended=NEW_DUE; in order",
    )
    parser.add_argument("--home", default=argparse.SUPPRESS, help=argparse.SUPPRESS)
    parser.add_argument("--json", action="store_true", help="answer as JSON")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> Outcome:
    """Compute the deadline; `InputError` or `NotAllowed` if the input is wrong."""
    received = _moment(args.received, "received")
    limit = _limit(args)
    calendar = _calendar(args)
    events = list(_events(args.event, received))
    for count, event in enumerate(events):
        check_event(event, received, limit, calendar=calendar, history=events[:count])
    deadline = compute_deadline(received, limit, calendar=calendar, history=events)
    return Outcome(OK, _text(deadline), _data(deadline))


def _limit(args: argparse.Namespace) -> Limit:
    unit = LimitUnit(args.unit)
    return Limit(_value(args.limit, unit), unit, CountMode(args.mode), cutoff_15h=args.cutoff15)


def _value(text: str | None, unit: LimitUnit) -> Decimal | None:
    if unit is LimitUnit.SAME_DAY:
        return None
    if text is None:
        raise InputError(
            "HT-60",
            tr("Thiếu thời hạn giải quyết."),
            tr("Hãy thêm --limit, ví dụ --limit 3."),
            field="limit",
        )
    try:
        return Decimal(text.replace(",", "."))
    except InvalidOperation as error:
        raise InputError(
            "HT-63",
            tr("Thời hạn “{value}” không phải là số.", value=text),
            tr("Hãy viết như 3 hoặc 17.5."),
            field="limit",
        ) from error


def _calendar(args: argparse.Namespace) -> WorkCalendar:
    hours: OfficeHours = DEFAULT_HOURS
    if args.hours is not None or args.saturday:
        usual = ",".join(map(str, DEFAULT_HOURS.on(0)))
        hours = weekly_hours(args.hours or usual, saturday=args.saturday)
    notices = read_notice_file(Path(args.calendar)) if args.calendar else ()
    return load_calendar(notices=notices, hours=hours)


def _moment(text: str, field: str) -> datetime:
    """A time of Vietnam unless it names its own offset."""
    try:
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=VIETNAM)).astimezone(VIETNAM)
    except (ValueError, OverflowError) as error:
        raise InputError(
            "HT-61",
            tr("Thời điểm “{value}” không hợp lệ.", value=text),
            tr("Hãy viết như 2026-11-20T16:00."),
            field=field,
        ) from error


def _events(texts: list[str], received: datetime) -> Iterator[ClockEvent]:
    """The events in the order typed; an extension without its own time follows the one before."""
    at = received
    for text in texts:
        kind = _kind(text.partition("=")[0], text)
        first, _, second = text.partition("=")[2].partition("/")
        if kind is EventKind.EXTENDED:
            at = _moment(first, "event") if second else at
            yield ClockEvent(kind, at, _new_due(second or first))
        else:
            at = _moment(first, "event")
            yield ClockEvent(kind, at)


def _kind(name: str, text: str) -> EventKind:
    try:
        return EventKind(name)
    except ValueError as error:
        raise InputError(
            "HT-62",
            tr("Việc “{value}” không có.", value=text),
            tr("Các việc được dùng: {kinds}.", kinds=", ".join(kind.value for kind in EventKind)),
            field="event",
        ) from error


def _new_due(text: str) -> datetime:
    """A new date without a time means the end of that day."""
    moment = _moment(text, "event")
    if "T" not in text and " " not in text.strip():
        return datetime.combine(moment.date(), LAST_MINUTE, VIETNAM)
    return moment


def _data(deadline: Deadline) -> dict[str, object]:
    return {
        "due": deadline.due.isoformat(),
        "original_due": deadline.original_due.isoformat(),
        "paused": deadline.paused,
        "stopped": deadline.stopped,
        "extended": deadline.extended,
        "restarts": deadline.restarts,
        "unconfirmed": [day.isoformat() for day in deadline.unconfirmed],
        "calendar_version": deadline.calendar_version,
        "explanation": [_step(step) for step in deadline.explanation],
    }


def _step(step: Step) -> dict[str, str]:
    return {
        "from": step.start.isoformat(),
        "to": step.end.isoformat(),
        "effect": step.effect.value,
        "rule": step.rule,
    }


def _text(deadline: Deadline) -> str:
    lines = [
        f"{step.start:%d/%m/%Y %H:%M} – {step.end:%d/%m/%Y %H:%M}  "
        f"{effect_words(step.effect)}: {step.rule}"
        for step in deadline.explanation
    ]
    return "\n".join([deadline.due.isoformat(), *lines])
