"""Administration: settings, calendar notices with moved promises, catalogue versions, templates."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import Connection

from models.calendar import OfficeHours, WorkCalendar, parse_spans, weekly_hours
from models.calendar_notice import Notice, NoticeKind, with_notices
from models.codec import from_payload
from models.deadline_moved import DeadlineCase, Moved, moved_dates
from models.dossier import Dossier
from models.envelope import Sealed
from models.errors import InputError, OfficeError
from models.events import administration as events
from models.events.handling import Rescheduled
from models.intake import Promise, Step
from models.numbering import check_agency_code
from models.order import canonical
from models.staff import Role
from models.typed_text import clean_line
from models.words import tr
from services.calendars.load import load_calendar
from services.catalogue.bundle import Bundle, bundle_from_json, bundle_on, bundle_to_json
from services.catalogue.catalogue import Catalogue, bundled_catalogue
from services.core import Core, SignedIn
from services.documents.templates import parse_template
from services.dossiers.acts import load_dossier
from services.dossiers.books import books_open
from services.dossiers.promise import as_limit, clock_history
from services.dossiers.read_model import dossier_stream
from services.people import as_stored, demand_role
from services.settings import SETTINGS, write_setting

__all__ = [
    "MovedDossier", "add_notice", "catalogue_in_force", "change_setting", "change_settings",
    "import_catalogue",
    "office_calendar", "office_hours", "project_administration", "save_template",
    "stored_bundles", "stored_notices", "use_catalogue_of_today", "would_move",
]  # fmt: skip


NEVER_EMPTY = {"agency_abbreviation", "centre", "departments", "hours"}
"""Settings without which a paper could not be printed or a dossier not be passed on."""


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


def office_hours(settings: dict[str, str]) -> OfficeHours:
    """The office's opening hours from its settings."""
    return weekly_hours(settings["hours"])


def stored_notices(conn: Connection) -> tuple[Notice, ...]:
    """The notices this office added, by date."""
    rows = conn.exec_driver_sql(
        "SELECT day, kind, label, label_en, source, hours FROM calendar_notice ORDER BY day"
    )
    return tuple(
        Notice(
            date.fromisoformat(day), NoticeKind(kind), label, label_en, source,
            hours=parse_spans(hours) if hours else None,
        )
        for day, kind, label, label_en, source, hours in rows
    )  # fmt: skip


def office_calendar(conn: Connection, settings: dict[str, str]) -> WorkCalendar:
    """The working calendar in force: official notices, then the office's own."""
    return load_calendar(notices=stored_notices(conn), hours=office_hours(settings))


def change_setting(core: Core, who: SignedIn, name: str, *, value: str) -> None:
    """Change one setting of the office and record it."""
    change_settings(core, who, {name: value})


def change_settings(core: Core, who: SignedIn, values: Mapping[str, str]) -> tuple[str, ...]:
    """Change several settings in one act, or none; returns the names of those that differ.

    Raises `InputError` naming the setting (`field`) whose value cannot be used.
    """
    role = demand_role(who, Role.BUSINESS_ADMIN, Role.TECHNICAL_ADMIN)
    wanted = {name: _checked_setting(name, value) for name, value in values.items()}
    changed = tuple(name for name in wanted if wanted[name] != core.settings[name])
    with core.journal.act(who.acting_as(role)) as act:
        demand_role(as_stored(act.tx, who), role)
        if "number_series" in changed and books_open(act.tx, core.clock.now().year):
            raise InputError(
                "SO-12",
                tr("Năm nay đã cấp số nên không đổi cách lập sổ được nữa."),
                tr("Đổi từ ngày 01/01 năm sau, trước khi cấp số đầu tiên."),
                field="number_series",
            )
        for name in changed:
            write_setting(act.tx, name, wanted[name])
            act.add("office/settings", events.SettingChanged(name, wanted[name]))
    core.reload_settings()
    if "hours" in changed:
        _reload_calendar(core)
    return changed


def _checked_setting(name: str, value: str) -> str:
    """The value as it is stored; every line clean, rules of single settings kept."""
    label = next((s.words() for s in SETTINGS if s.name == name), "")
    if not label:
        raise InputError(
            "HT-34", tr("Không có cài đặt nào tên «{name}».", name=name[:40]),
            tr("Chọn một cài đặt ở mục Đơn vị."), field="name",
        )  # fmt: skip
    lines = [clean_line(line, label, limit=200, field=name) for line in value.splitlines()]
    clean = "\n".join(line for line in lines if line)
    if name == "agency_code" and clean:
        return check_agency_code(clean)
    if name == "hours":
        parse_spans(clean)
    if name in NEVER_EMPTY and not clean:
        raise InputError(
            "HT-31", tr("Ô này không được để trống: {label}.", label=label),
            tr("Ghi lại giá trị cũ hoặc giá trị mới."), field=name,
        )  # fmt: skip
    return clean


def _reload_calendar(core: Core) -> None:
    with core.store.read() as conn:
        core.calendar = office_calendar(conn, core.settings)


def _open_dossiers(conn: Connection) -> tuple[Dossier, ...]:
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
        dossiers = _open_dossiers(conn)
    changed = with_notices(core.calendar, (notice,))
    found = (_moving(dossier, core.calendar, changed) for dossier in dossiers)
    return tuple(each for each in found if each is not None)


def _moving(dossier: Dossier, today: WorkCalendar, changed: WorkCalendar) -> MovedDossier | None:
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
    moving = would_move(core, notice)
    hours = ",".join(str(s) for s in notice.hours or ())
    changed = with_notices(core.calendar, (notice,))
    with core.journal.act(who.acting_as(role)) as act:
        demand_role(as_stored(act.tx, who), role)
        act.add(
            "calendar/office",
            events.CalendarNoticeAdded(
                notice.date.isoformat(), notice.kind.value, label, source, notice.label_en, hours
            ),
        )
        for each in moving:
            if each.moved is None:
                continue
            why = tr("{label} ({source})", label=label, source=source)
            promise = _moved_promise(each.moved, changed.version)
            act.add(dossier_stream(each.dossier.id), Rescheduled(why, promise))
    _reload_calendar(core)
    return moving


def _moved_promise(moved: Moved, calendar: str) -> Promise:
    steps = tuple(
        Step(s.start.isoformat(), s.end.isoformat(), s.effect.value, s.rule)
        for s in moved.explanation
    )
    return Promise(moved.new_due.isoformat(), calendar, steps)


def import_catalogue(
    core: Core, who: SignedIn, bundle: Bundle, *, source: str, counts: tuple[int, int, int]
) -> None:
    """Store a new version of the catalogue; `counts` are added, changed, missing procedures."""
    role = demand_role(who, Role.BUSINESS_ADMIN)
    now = core.clock.now().isoformat()
    starts = bundle.effective_from.isoformat() if bundle.effective_from else ""
    with core.journal.act(who.acting_as(role)) as act:
        demand_role(as_stored(act.tx, who), role)
        act.tx.exec_driver_sql(
            "INSERT OR IGNORE INTO catalogue_version "
            "(digest, effective_from, imported_at, source, body) VALUES (?,?,?,?,?)",
            (bundle.digest, starts, now, source, bundle_to_json(bundle)),
        )
        act.add(
            "catalogue/office",
            events.CatalogueImported(
                bundle.digest, source, starts, len(bundle.procedures), *counts
            ),
        )
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


def catalogue_in_force(conn: Connection, day: date) -> Catalogue:
    """The newest imported version in force on `day`, else the facts that ship with the program."""
    imported = stored_bundles(conn)
    if not imported:
        return bundled_catalogue()
    return Catalogue(bundle_on((bundled_catalogue().bundle, *imported), day))


def stored_bundles(conn: Connection) -> tuple[Bundle, ...]:
    """Every catalogue version the office imported, oldest first, checked against its digest."""
    rows = conn.exec_driver_sql(
        "SELECT digest, body FROM catalogue_version ORDER BY imported_at"
    ).all()
    return tuple(bundle_from_json(bytes(body), digest) for digest, body in rows)


def save_template(core: Core, who: SignedIn, name: str, *, text: str) -> str:
    """Keep the office's own version of a document template; returns its version."""
    role = demand_role(who, Role.BUSINESS_ADMIN)
    template = parse_template(text, name)
    digest = hashlib.sha256(text.encode()).hexdigest()
    now = core.clock.now()
    with core.journal.act(who.acting_as(role)) as act:
        demand_role(as_stored(act.tx, who), role)
        act.tx.exec_driver_sql(
            "INSERT OR REPLACE INTO template (name, version, body, added_at) VALUES (?,?,?,?)",
            (template.code, now.isoformat(), text, now.isoformat()),
        )
        act.add("template/office", events.TemplateChanged(template.code, now.isoformat(), digest))
    return now.isoformat()


def project_administration(tx: Connection, stream: str, stored: Sequence[Sealed]) -> None:
    """Rows of calendar notices from their stream; the newest notice of a day holds."""
    for item in canonical(stored).events:
        e = item.envelope
        event = from_payload(e.type, e.type_version, e.payload)
        if isinstance(event, events.CalendarNoticeAdded):
            tx.exec_driver_sql(
                "INSERT INTO calendar_notice (day, kind, label, label_en, source, hours, added_at) "
                "VALUES (?,?,?,?,?,?,?) ON CONFLICT (day) DO UPDATE SET kind = excluded.kind, "
                "label = excluded.label, label_en = excluded.label_en, source = excluded.source, "
                "hours = excluded.hours, added_at = excluded.added_at",
                (event.day, event.kind, event.label, event.label_en, event.source, event.hours,
                 str(e.wall)),
            )  # fmt: skip
