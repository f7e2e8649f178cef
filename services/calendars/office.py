"""The calendar of this office: official days, its own notices from the journal, its hours."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Connection

from models.calendar import OfficeHours, WorkCalendar, parse_spans, weekly_hours
from models.calendar_notice import Notice, NoticeKind
from models.envelope import Sealed
from models.errors import InputError
from models.events.administration import CalendarNoticeAdded
from models.latest import Latest, latest
from models.order import canonical
from services.calendars.load import load_calendar
from services.journal.rivals import write_rivals

__all__ = [
    "CALENDAR_STREAM", "notice_event", "office_calendar", "office_hours", "project_notices",
    "stored_notices",
]  # fmt: skip

CALENDAR_STREAM = "calendar/office"


def office_hours(settings: dict[str, str]) -> OfficeHours:
    """The office's opening hours from its settings."""
    return weekly_hours(settings["hours"])


def stored_notices(conn: Connection) -> tuple[Notice, ...]:
    """The notices this office added, by date."""
    rows = conn.exec_driver_sql(
        "SELECT day, kind, label, label_en, source, hours FROM calendar_notice ORDER BY day"
    )
    return tuple(_notice(*row) for row in rows)


def office_calendar(conn: Connection, settings: dict[str, str]) -> WorkCalendar:
    """The working calendar in force: official notices, then the office's own."""
    return load_calendar(notices=stored_notices(conn), hours=office_hours(settings))


def notice_event(notice: Notice, *, label: str, source: str) -> CalendarNoticeAdded:
    """The event of a notice; `label` and `source` went through the checks of typed text."""
    hours = ",".join(str(span) for span in notice.hours or ())
    day = notice.date.isoformat()
    return CalendarNoticeAdded(day, notice.kind.value, label, source, notice.label_en, hours)


def project_notices(tx: Connection, stream: str, events: Sequence[Sealed]) -> None:
    """Rows of calendar notices from their stream; the newest notice of a day holds."""
    if stream != CALENDAR_STREAM:
        return
    found = latest(canonical(events), _stated)
    tx.exec_driver_sql("DELETE FROM calendar_notice")
    for day, holding in sorted(found.items()):
        _write(tx, day, holding)
    write_rivals(tx, stream, "notice", found=found)


def _write(tx: Connection, day: str, holding: Latest) -> None:
    said: CalendarNoticeAdded = holding.value
    tx.exec_driver_sql(
        "INSERT INTO calendar_notice (day, kind, label, label_en, source, hours, added_at) "
        "VALUES (?,?,?,?,?,?,?)",
        (day, said.kind, said.label, said.label_en, said.source, said.hours,
         str(holding.item.envelope.wall)),
    )  # fmt: skip


def _stated(item: Sealed) -> tuple[str, CalendarNoticeAdded] | None:
    """The day and what is said of it; None for a notice that could not be read back."""
    said = item.event()
    if not isinstance(said, CalendarNoticeAdded):
        return None
    try:
        notice = _notice(said.day, said.kind, said.label, said.label_en, said.source, said.hours)
    except (ValueError, InputError):
        return None
    incomplete = notice.kind is NoticeKind.HALF_DAY and not notice.hours
    return None if incomplete else (notice.date.isoformat(), said)


def _notice(day: str, kind: str, label: str, label_en: str, source: str, hours: str) -> Notice:
    return Notice(
        date.fromisoformat(day), NoticeKind(kind), label, label_en, source,
        hours=parse_spans(hours) if hours else None,
    )  # fmt: skip
