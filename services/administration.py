"""Administration: settings, calendar notices with moved promises, catalogue versions, templates."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from models.calendar import WorkCalendar
from models.calendar_notice import Notice, NoticeKind, with_notices
from models.deadline_moved import DeadlineCase, Moved, moved_dates
from models.dossier import Dossier
from models.errors import InputError, OfficeError
from models.events import administration as events
from models.events.handling import Rescheduled
from models.intake import Promise, Step
from models.staff import Role
from models.typed_text import clean_line
from models.words import tr
from services.calendars.office import CALENDAR_STREAM, notice_event, office_calendar
from services.catalogue.bundle import Bundle
from services.catalogue.stored import CATALOGUE_STREAM, catalogue_in_force, import_event
from services.core import Core, SignedIn
from services.document_templates import template_stream
from services.documents.templates import parse_template
from services.dossiers.acts import load_dossier
from services.dossiers.books import books_open
from services.dossiers.promise import as_limit, clock_history
from services.dossiers.read_model import dossier_stream
from services.journal.rivals import rival_rows
from services.people import as_stored, demand_role
from services.settings import (
    SETTINGS_STREAM,
    checked_setting,
    local_setting,
    read_settings,
    write_local_setting,
)

__all__ = [
    "MovedDossier", "add_notice", "change_setting", "change_settings", "import_catalogue",
    "moved_promise", "moving", "open_dossiers", "reload_calendar", "save_template",
    "use_catalogue_of_today", "would_move",
]  # fmt: skip


@dataclass(frozen=True)
class MovedDossier:
    """One promise that a new notice moves, with both dates, for a person to see beforehand.

    `moved` is None where the new date cannot be counted: a person must look at that dossier.
    """

    dossier: Dossier
    moved: Moved | None

    @property
    def old_due(self) -> datetime:
        """What the citizen was promised."""
        return datetime.fromisoformat(self.dossier.due)


def change_setting(core: Core, who: SignedIn, name: str, *, value: str) -> None:
    """Change one setting of the office and record it."""
    change_settings(core, who, {name: value})


def change_settings(core: Core, who: SignedIn, values: Mapping[str, str]) -> tuple[str, ...]:
    """Change several settings in one act, or none; returns the names of those that differ.

    A setting that two PCs changed without knowing of each other counts as different: saving it
    settles the conflict. Settings of this PC alone are kept without an event. Raises `InputError`
    naming the setting (`field`) whose value cannot be used.
    """
    role = demand_role(who, Role.BUSINESS_ADMIN, Role.TECHNICAL_ADMIN)
    wanted = {name: checked_setting(name, value) for name, value in values.items()}
    with core.journal.act(who.acting_as(role)) as act:
        demand_role(as_stored(act.tx, who), role)
        held = read_settings(act.tx)
        unsettled = _unsettled(act.tx)
        changed = tuple(n for n in wanted if wanted[n] != held[n] or n in unsettled)
        if "number_series" in changed and books_open(act.tx, core.clock.now().year):
            raise InputError(
                "SO-12",
                tr("Năm nay đã cấp số nên không đổi cách lập sổ được nữa."),
                tr("Đổi từ ngày 01/01 năm sau, trước khi cấp số đầu tiên."),
                field="number_series",
            )
        for name in changed:
            if local_setting(name):
                write_local_setting(act.tx, name, wanted[name])
            else:
                act.add(SETTINGS_STREAM, events.SettingChanged(name, wanted[name]))
    core.reload_settings()
    if "hours" in changed:
        reload_calendar(core)
    return changed


def _unsettled(conn: Connection) -> set[str]:
    """The settings that stand in an open conflict."""
    found = (rival.values() for rival in rival_rows(conn, ("setting",)))
    return {v.name for values in found for v in values if isinstance(v, events.SettingChanged)}


def reload_calendar(core: Core) -> None:
    """Count with the notices and the opening hours as they are stored now."""
    with core.store.read() as conn:
        core.calendar = office_calendar(conn, core.settings)


def open_dossiers(conn: Connection) -> tuple[Dossier, ...]:
    """Every dossier with a promise that the office has yet to keep."""
    rows = conn.exec_driver_sql(
        "SELECT id FROM dossier WHERE closed = 0 AND status <> 'done' AND due <> '' ORDER BY n"
    ).all()
    return tuple(load_dossier(conn, row[0]) for row in rows)


def would_move(core: Core, notice: Notice) -> tuple[MovedDossier, ...]:
    """Every open promise that this notice would move; nothing is changed.

    Raises `InputError` HT-32 for a day outside the calendar, HT-33 for own hours left out.
    """
    _demand_effect(core, notice)
    with core.store.read() as conn:
        dossiers = open_dossiers(conn)
    changed = with_notices(core.calendar, (notice,))
    found = (moving(dossier, core.calendar, changed) for dossier in dossiers)
    return tuple(each for each in found if each is not None)


def moving(dossier: Dossier, today: WorkCalendar, changed: WorkCalendar) -> MovedDossier | None:
    """How one promise moves: the old date is the one given, whatever would be counted today.

    Opening hours changed since may give another hour, which stays; another day cannot be
    explained by the notice alone, so a person decides.
    """
    if dossier.intake is None:
        return None
    due = datetime.fromisoformat(dossier.due)
    try:
        received = datetime.fromisoformat(dossier.intake.received_at)
        limit = as_limit(dossier.intake.limit)
        case = DeadlineCase(dossier.id, received, limit, clock_history(dossier))
        moved = next(iter(moved_dates((case,), today, changed)), None)
    except (OfficeError, ValueError):
        return MovedDossier(dossier, None)
    if moved is None or moved.new_due == due:
        return None
    if moved.old_due.date() != due.date():
        return MovedDossier(dossier, None)
    return MovedDossier(dossier, replace(moved, old_due=due))


def _demand_effect(core: Core, notice: Notice) -> None:
    """A notice that would change nothing is a slip of the hand, not a notice."""
    first, last = core.calendar.first, core.calendar.last
    if not first <= notice.date <= last:
        raise InputError(
            "HT-32",
            tr("Ngày {day} nằm ngoài lịch của chương trình.", day=f"{notice.date:%d/%m/%Y}"),
            tr("Chọn ngày từ {first} đến {last}.", first=f"{first:%d/%m/%Y}",
               last=f"{last:%d/%m/%Y}"),
            field="date",
        )  # fmt: skip
    if notice.kind is NoticeKind.HALF_DAY and not notice.hours:
        raise InputError(
            "HT-33", tr("Ngày làm việc theo giờ riêng chưa có giờ làm việc."),
            tr("Ghi giờ làm việc, ví dụ 08:00-12:00."), field="hours",
        )  # fmt: skip


def add_notice(core: Core, who: SignedIn, notice: Notice) -> tuple[MovedDossier, ...]:
    """Add a dated notice; every promise it moves gets an event of its own, with the reason."""
    role = demand_role(who, Role.BUSINESS_ADMIN)
    label = clean_line(notice.label_vi, tr("Tên ngày"), limit=200)
    source = clean_line(notice.source, tr("Văn bản"), limit=300)
    if not label or not source:
        raise InputError(
            "HT-30", tr("Chưa ghi tên ngày hoặc văn bản quy định."),
            tr("Ghi số văn bản thông báo lịch nghỉ."), field="source",
        )  # fmt: skip
    found = would_move(core, notice)
    changed = with_notices(core.calendar, (notice,))
    with core.journal.act(who.acting_as(role)) as act:
        demand_role(as_stored(act.tx, who), role)
        act.add(CALENDAR_STREAM, notice_event(notice, label=label, source=source))
        for each in found:
            if each.moved is None:
                continue
            why = tr("{label} ({source})", label=label, source=source)
            promise = moved_promise(each.moved, changed.version)
            act.add(dossier_stream(each.dossier.id), Rescheduled(why, promise))
    reload_calendar(core)
    return found


def moved_promise(moved: Moved, calendar: str) -> Promise:
    """The promise that takes the place of the old one, counted with `calendar`."""
    steps = tuple(
        Step(s.start.isoformat(), s.end.isoformat(), s.effect.value, s.rule)
        for s in moved.explanation
    )
    return Promise(moved.new_due.isoformat(), calendar, steps)


def import_catalogue(
    core: Core, who: SignedIn, bundle: Bundle, *, source: str, counts: tuple[int, int, int]
) -> None:
    """Take in a new version of the catalogue; `counts` are added, changed, missing procedures.

    Raises `InputError` NK-30 for one too large to be passed on.
    """
    role = demand_role(who, Role.BUSINESS_ADMIN)
    with core.journal.act(who.acting_as(role)) as act:
        demand_role(as_stored(act.tx, who), role)
        act.add(CATALOGUE_STREAM, import_event(bundle, source=source, counts=counts))
    use_catalogue_of_today(core)


def use_catalogue_of_today(core: Core) -> bool:
    """Take up the version in force today; True when it is another one than before.

    Asked after an import and whenever the date changes: the office may stay open overnight.
    """
    with core.store.read() as conn:
        found = catalogue_in_force(conn, core.clock.now().date())
    if found.bundle.digest == core.catalogue.bundle.digest:
        return False
    core.catalogue = found
    return True


def save_template(core: Core, who: SignedIn, name: str, *, text: str) -> str:
    """Keep the office's own version of a document template; returns its version."""
    role = demand_role(who, Role.BUSINESS_ADMIN)
    template = parse_template(text, name)
    digest = hashlib.sha256(text.encode()).hexdigest()
    version = core.clock.now().isoformat()
    with core.journal.act(who.acting_as(role)) as act:
        demand_role(as_stored(act.tx, who), role)
        changed = events.TemplateChanged(template.code, version, digest, text)
        act.add(template_stream(template.code), changed)
    return version
