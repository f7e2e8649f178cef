"""The board for programs: the same numbers as JSON and CSV, with a key or the session of a page."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field

from models.calendar import VIETNAM
from models.words import tr
from server.answers import Trouble
from server.board.access import ApiRoute, Asking, no_such_office
from server.board.alarms import Alarm
from server.board.drill import by_procedure
from server.board.offices import DeviceRow, OfficeRow
from server.board.reading import OfficePage, find_office, period_of, read_board
from server.board.view import OfficeView, definition, state_words
from server.confirmations import Confirmed
from server.pages import web_of

__all__ = ["router"]

REFUSALS: dict[int | str, dict[str, object]] = {
    status: {"model": Trouble, "description": words}
    for status, words in {
        401: "no key, or not any more", 403: "not allowed", 422: "a parameter is no number",
        429: "too many", 503: "not now",
    }.items()
}  # fmt: skip

router = APIRouter(prefix="/board", route_class=ApiRoute, tags=["board"], responses=REFUSALS)


class AlarmOut(BaseModel):
    """One alarm."""

    kind: str = Field(description="silent, never, fork, refused, twice, gap, conflict, fault, "
                                  "stale, queue, drift or version")  # fmt: skip
    office: str
    office_name: str
    subject: str = Field(description="the PC it is about, or empty")
    grave: bool
    since: str | None = Field(description="ISO time with offset")
    what: str
    to_do: str


class DeviceOut(BaseModel):
    """A PC of an office."""

    log: str = Field(description="id of its log, hex")
    name: str
    kind: str
    slot: int
    state: str
    active: bool
    seen: str | None
    version: str
    clock_offset_ms: int = Field(description="its clock minus the city's")
    unsent: int = Field(description="events it told of that have not arrived")
    unsent_since: str | None
    received: int
    revoked_after: int | None = Field(description="last good event of a revoked PC")
    void_after_revocation: int
    forked_since: str | None
    catalogue_stage: str = Field(
        description="none (the city sent none), never (not connected), missing, waiting (received, "
        "in use from catalogue_starts), in_use or other, of the newest version the city sent"
    )
    catalogue_sent: str = Field(description="its digest")
    catalogue_starts: str = Field(description="its first day, YYYY-MM-DD")
    catalogue_in_use: str = Field(description="digest of the version the PC said it uses")


class OfficeOut(BaseModel):
    """One office; counts are of the period, backlog and overdue of now."""

    code: str
    name: str
    state: str = Field(
        description="grave or lesser (alarms), never (no PC has ever connected), fine"
    )
    seen: str | None
    versions: list[str]
    devices: int
    unsent: int
    unsent_since: str | None
    clock_offset_ms: int
    received: int
    done: int
    done_on_time: int
    on_time_rate: float | None = Field(description="0 to 1; `definition` says what it counts")
    backlog: int
    overdue: int
    waiting_for_papers: int
    numbers_missing: int
    numbers_twice: int
    open_conflicts: int
    forks: int
    refused_pushes_24h: int
    revoked_devices: int
    unreadable_streams: int
    alarms: list[AlarmOut]


class OfficesOut(BaseModel):
    """All offices the key may see."""

    at: str
    period_days: int
    definition: str
    offices: list[OfficeOut]


class AlarmsOut(BaseModel):
    """All alarms of the offices the key may see, grave and old ones first."""

    at: str
    alarms: list[AlarmOut]


class DayOut(BaseModel):
    """A day of an office."""

    day: str
    received: int
    done: int
    late: int


class OverdueOut(BaseModel):
    """Overdue dossiers of one procedure: up to 1, 3, 10 days, and more."""

    procedure: str
    name: str
    up_to_1_day: int
    up_to_3_days: int
    up_to_10_days: int
    more: int
    oldest_days: int


class BookOut(BaseModel):
    """A book of numbers."""

    year: int
    series: str
    holder: str
    last: int
    voided: int
    missing: int
    missing_numbers: str
    twice: int
    twice_numbers: str
    fenced: int = Field(description="given out by a PC that did not hold the book any more")


class OfficePageOut(BaseModel):
    """One office with its PCs, days, overdue dossiers and books; no personal data."""

    at: str
    definition: str
    office: OfficeOut
    devices: list[DeviceOut]
    days: list[DayOut]
    overdue: list[OverdueOut]
    books: list[BookOut]


Days = Annotated[int, Query(description="7, 30 or 90 days of counts")]


@router.get("/api/v1/offices")
def offices(request: Request, asking: Asking, days: Days = 30) -> OfficesOut:
    """The table of offices."""
    web = web_of(request)
    board = read_board(web, asking.offices, period_of(web, str(days)))
    return OfficesOut(
        at=board.period.now.isoformat(), period_days=board.period.days,
        definition=definition(board.period.days), offices=[_office(view) for view in board.views],
    )  # fmt: skip


@router.get(
    "/api/v1/offices/{code}", responses={404: {"model": Trouble, "description": "no such office"}}
)
def office(request: Request, code: str, asking: Asking, days: Days = 30) -> OfficePageOut:
    """One office in detail."""
    web = web_of(request)
    period = period_of(web, str(days))
    page = find_office(web, code, period) if asking.may_see(code) else None
    if page is None:
        raise no_such_office()
    return _office_page(page, period.now.isoformat(), definition(period.days))


@router.get("/api/v1/alarms")
def alarms(request: Request, asking: Asking) -> AlarmsOut:
    """Every alarm."""
    web = web_of(request)
    board = read_board(web, asking.offices, period_of(web, ""))
    return AlarmsOut(at=board.period.now.isoformat(), alarms=[_alarm(a) for a in board.alarms])


@router.get("/offices.csv", response_class=Response, responses={200: {"content": {"text/csv": {}}}})
def offices_csv(request: Request, asking: Asking, days: Days = 30) -> Response:
    """The table of offices for a spreadsheet."""
    web = web_of(request)
    board = read_board(web, asking.offices, period_of(web, str(days)))
    head = (
        tr("Mã đơn vị"), tr("Đơn vị"), tr("Liên lạc cuối"), tr("Phiên bản"), tr("Số máy"),
        tr("Chưa gửi"), tr("Chưa gửi từ"), tr("Lệch giờ (giây)"), tr("Nhận"), tr("Xong"),
        tr("Xong đúng hạn"), tr("Tỷ lệ đúng hạn"), tr("Đang làm"), tr("Quá hạn"),
        tr("Chờ bổ sung"), tr("Khuyết số"), tr("Trùng số"), tr("Mâu thuẫn"),
        tr("Nhật ký tách đôi"), tr("Gửi bị từ chối 24 giờ"), tr("Máy đã thu hồi"), tr("Cảnh báo"),
        tr("Tình trạng"),
    )  # fmt: skip
    lines = []
    for view in board.views:
        out = _office(view)
        lines.append((
            out.code, out.name, out.seen, " ".join(out.versions), out.devices, out.unsent,
            out.unsent_since, round(out.clock_offset_ms / 1000), out.received, out.done,
            out.done_on_time, None if out.on_time_rate is None else round(out.on_time_rate, 4),
            out.backlog, out.overdue, out.waiting_for_papers, out.numbers_missing,
            out.numbers_twice, out.open_conflicts, out.forks, out.refused_pushes_24h,
            out.revoked_devices, len(out.alarms), state_words(view),
        ))  # fmt: skip
    return _csv("offices.csv", head, lines)


@router.get("/alarms.csv", response_class=Response, responses={200: {"content": {"text/csv": {}}}})
def alarms_csv(request: Request, asking: Asking) -> Response:
    """Every alarm for a spreadsheet."""
    web = web_of(request)
    board = read_board(web, asking.offices, period_of(web, ""))
    head = (
        tr("Mức"), tr("Loại"), tr("Mã đơn vị"), tr("Đơn vị"), tr("Máy"), tr("Từ lúc"),
        tr("Cảnh báo"), tr("Việc cần làm"),
    )  # fmt: skip
    lines = [
        (tr("nặng") if a.grave else tr("nhẹ"), a.kind, a.office, a.office_name, a.subject,
         _iso(a.since_ms), a.what, a.to_do)
        for a in board.alarms
    ]  # fmt: skip
    return _csv("alarms.csv", head, lines)


def _csv(name: str, head: Sequence[str], lines: Iterable[Sequence[object]]) -> Response:
    """A file Excel reads as UTF-8; a cell that looks like a formula becomes text."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(head)
    for line in lines:
        writer.writerow([_cell(value) for value in line])
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    data = ("\ufeff" + out.getvalue()).encode()
    return Response(data, media_type="text/csv; charset=utf-8", headers=headers)


def _cell(value: object) -> object:
    if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r"):
        return f"'{value}"
    return "" if value is None else value


def _iso(at_ms: int | None) -> str | None:
    return datetime.fromtimestamp(at_ms / 1000, VIETNAM).isoformat() if at_ms else None


def _alarm(alarm: Alarm) -> AlarmOut:
    return AlarmOut(
        kind=alarm.kind, office=alarm.office, office_name=alarm.office_name, subject=alarm.subject,
        grave=alarm.grave, since=_iso(alarm.since_ms), what=alarm.what, to_do=alarm.to_do,
    )  # fmt: skip


def _office(view: OfficeView) -> OfficeOut:
    row: OfficeRow = view.row
    return OfficeOut(
        code=row.code, name=row.name, state=view.state, seen=_iso(row.seen_ms),
        versions=row.versions,
        devices=sum(d.active for d in row.devices), unsent=row.unsent,
        unsent_since=_iso(row.unsent_since_ms), clock_offset_ms=row.drift_ms,
        received=row.received, done=row.tally.done, done_on_time=row.tally.done_on_time,
        on_time_rate=row.tally.rate, backlog=row.tally.backlog, overdue=row.tally.open_late,
        waiting_for_papers=row.paused, numbers_missing=row.missing, numbers_twice=row.twice,
        open_conflicts=row.conflicts, forks=row.forks, refused_pushes_24h=row.refusals,
        revoked_devices=row.revoked, unreadable_streams=row.faults,
        alarms=[_alarm(alarm) for alarm in view.alarms],
    )  # fmt: skip


def _device(device: DeviceRow, said: Confirmed | None) -> DeviceOut:
    starts = said.starts if said else None
    return DeviceOut(
        log=device.log, name=device.name, kind=device.kind, slot=device.slot, state=device.state,
        active=device.active, seen=_iso(device.seen_ms), version=device.app,
        clock_offset_ms=device.offset_ms, unsent=device.unsent,
        unsent_since=_iso(device.unsent_since_ms), received=device.received,
        revoked_after=device.revoked_after, void_after_revocation=device.late,
        forked_since=_iso(device.forked_ms),
        catalogue_stage=said.stage.value if said else "none",
        catalogue_sent=said.sent if said else "",
        catalogue_starts=starts.isoformat() if starts else "",
        catalogue_in_use=said.uses if said else "",
    )  # fmt: skip


def _office_page(page: OfficePage, at: str, defined: str) -> OfficePageOut:
    return OfficePageOut(
        at=at, definition=defined, office=_office(page.view),
        devices=[_device(d, page.confirmed.get(d.log)) for d in page.row.devices],
        days=[
            DayOut(day=d.day.isoformat(), received=d.received, done=d.done, late=d.late)
            for d in page.days
        ],
        overdue=[
            OverdueOut(
                procedure=p.procedure, name=p.name, up_to_1_day=p.ages[0], up_to_3_days=p.ages[1],
                up_to_10_days=p.ages[2], more=p.ages[3], oldest_days=p.oldest_days,
            )
            for p in by_procedure(page.late)
        ],
        books=[
            BookOut(
                year=b.year, series=b.series, holder=b.holder, last=b.last, voided=b.voided,
                missing=b.missing, missing_numbers=b.missing_text, twice=b.twice,
                twice_numbers=b.twice_text, fenced=b.fenced,
            )
            for b in page.books
        ],
    )  # fmt: skip
