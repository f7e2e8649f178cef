"""Promises counted with a calendar that has since changed: days off that came from the city.

A notice of this office moves its promises in the same act (`services.administration`). One that
came in by sync changes the calendar only; a person of the office looks at the list and moves them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection

from models.calendar import WorkCalendar
from models.deadline import compute_deadline
from models.dossier import Dossier
from models.errors import OfficeError
from models.events.handling import Rescheduled
from models.staff import Role
from models.words import tr
from services.administration import MovedDossier, moved_promise, moving, open_dossiers
from services.calendars.load import load_calendar
from services.calendars.office import office_hours, stored_notices
from services.core import Core, SignedIn
from services.dossiers.promise import as_limit, clock_history
from services.dossiers.read_model import dossier_stream
from services.people import as_stored, demand_role

__all__ = ["move_promises", "reason_words", "unmoved_promises"]

_ADDED = "SELECT day FROM calendar_notice ORDER BY CAST(added_at AS INTEGER), day"


def unmoved_promises(core: Core) -> tuple[MovedDossier, ...]:
    """Open dossiers whose date would be another one today because of days that came since.

    `moved` is None where only a person can tell, for instance when the office's hours changed too.
    """
    with core.store.read() as conn:
        before = _calendars(conn, core)
        dossiers = open_dossiers(conn)
    stale = [d for d in dossiers if d.promise and d.promise.calendar != core.calendar.version]
    found = (_found(dossier, before, core.calendar) for dossier in stale)
    return tuple(each for each in found if each is not None)


def move_promises(core: Core, who: SignedIn, *, reason: str) -> tuple[MovedDossier, ...]:
    """Count the dates anew that can be counted; each dossier gets an event with `reason`."""
    role = demand_role(who, Role.BUSINESS_ADMIN)
    waiting = unmoved_promises(core)
    with core.journal.act(who.acting_as(role)) as act:
        demand_role(as_stored(act.tx, who), role)
        for each in waiting:
            if each.moved is not None:
                promise = moved_promise(each.moved, core.calendar.version)
                act.add(dossier_stream(each.dossier.id), Rescheduled(reason, promise))
    return waiting


def _calendars(conn: Connection, core: Core) -> Mapping[str, WorkCalendar]:
    """The calendars this office has had, by version: its notices in the order they came."""
    days = [str(row[0]) for row in conn.exec_driver_sql(_ADDED)]
    notices = {notice.date.isoformat(): notice for notice in stored_notices(conn)}
    ordered = [notices[day] for day in days]
    hours = office_hours(core.settings)
    made = [load_calendar(notices=ordered[:n], hours=hours) for n in range(len(ordered) + 1)]
    return {calendar.version: calendar for calendar in made}


def _found(
    dossier: Dossier, before: Mapping[str, WorkCalendar], today: WorkCalendar
) -> MovedDossier | None:
    assert dossier.promise is not None
    then = before.get(dossier.promise.calendar)
    if then is not None:
        return moving(dossier, then, today)
    return MovedDossier(dossier, None) if _another_day(dossier, today) else None


def _another_day(dossier: Dossier, today: WorkCalendar) -> bool:
    """Whether the date counted today falls on another day than the one promised."""
    if dossier.intake is None or not dossier.due:
        return False
    try:
        received = datetime.fromisoformat(dossier.intake.received_at)
        limit, history = as_limit(dossier.intake.limit), clock_history(dossier)
        counted = compute_deadline(received, limit, calendar=today, history=history).due
    except (OfficeError, ValueError):
        return True
    return counted.date() != datetime.fromisoformat(dossier.due).date()


def reason_words(core: Core) -> str:
    """Why dates move: the newest notices by name, for the event and the citizen."""
    with core.store.read() as conn:
        rows = conn.exec_driver_sql(
            "SELECT label, source FROM calendar_notice "
            "ORDER BY CAST(added_at AS INTEGER) DESC, day LIMIT 3"
        ).all()
    return "; ".join(tr("{label} ({source})", label=label, source=source) for label, source in rows)
