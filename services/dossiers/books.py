"""Books of document numbers: one per office, year and series; gapless, voided numbers explained."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from models.book import fenced, holds, may_draw
from models.dossier import Dossier
from models.envelope import Sealed
from models.errors import NotAllowed
from models.events.issuing import (
    BookNumberReserved,
    BookNumberVoided,
    BookOpened,
    NumberVoided,
)
from models.numbering import (
    check_void_reason,
    format_document_number,
    twice_used,
)
from models.order import Ordered, canonical
from models.words import tr
from services.core import Core
from services.journal.append import ActInProgress

__all__ = [
    "BookEntry", "Reserved", "book_rows", "book_stream", "books_open", "numbers_fenced",
    "numbers_here", "numbers_twice", "project_book", "reserve", "void_in_book", "where_to_number",
]  # fmt: skip

STREAM = re.compile(r"book/([0-9]{4})/(.+)")


@dataclass(frozen=True, slots=True)
class Reserved:
    """A number taken from a book for one document."""

    book: str
    number: int
    notation: str
    dated: date


@dataclass(frozen=True, slots=True)
class BookEntry:
    """One line of a book as shown and printed; `state` is reserved, void or fenced.

    Fenced: given out by a PC that did not hold the book, or no longer (sync §4.8).
    """

    number: int
    notation: str
    dossier: str
    code: str
    applicant: str
    dated: str
    state: str
    reason: str


def book_stream(year: int, series: str) -> str:
    """The stream of one book."""
    return f"book/{year}/{series}"


def reserve(core: Core, act: ActInProgress, dossier: Dossier, *, abbreviation: str) -> Reserved:
    """Take the next number in the open transaction; only who may by `models.book.may_draw`.

    The series is one per type of document or one for all, as the head of the office decided
    (NĐ 30/2020/NĐ-CP Art. 15).
    """
    today = core.clock.now().date()
    series = abbreviation if core.settings["number_series"] == "per_type" else "VB"
    stream = book_stream(today.year, series)
    row = act.tx.exec_driver_sql(
        "SELECT holder, last FROM book WHERE year = ? AND series = ?", (today.year, series)
    ).first()
    device = core.journal.device
    if not may_draw(str(row[0]) if row else "", device.log, slot=device.slot):
        raise NotAllowed(
            "SO-10",
            tr("Sổ số văn bản này đang do máy khác giữ."),
            where_to_number(act.tx, str(row[0]) if row else ""),
        )
    if row is None:
        act.add(stream, BookOpened(today.year, series, device.log.hex()))
    number = (int(row[1]) if row else 0) + 1
    notation = format_document_number(
        number, abbreviation, agency_abbrev=core.settings["agency_abbreviation"]
    )
    _demand_clock_forward(act.tx, series, today)
    _demand_unused(act.tx, notation, year=today.year)
    act.add(stream, BookNumberReserved(number, dossier.id, notation, today.isoformat()))
    return Reserved(stream, number, notation, today)


def numbers_here(core: Core, conn: Connection, series: str) -> bool:
    """Whether this PC gives out this year's numbers of a series: it holds the book, or opens it."""
    row = conn.exec_driver_sql(
        "SELECT holder FROM book WHERE year = ? AND series = ?", (core.clock.now().year, series)
    ).first()
    device = core.journal.device
    return may_draw(str(row[0]) if row else "", device.log, slot=device.slot)


def where_to_number(conn: Connection, holder: str) -> str:
    """What to do where a book may not be numbered in; `holder` is a log in hex, "" for nobody."""
    if not holder:
        return tr("Số đầu tiên của sổ phải cấp trên máy thứ nhất của cơ quan.")
    name = conn.exec_driver_sql(
        "SELECT name FROM device WHERE log = ?", (bytes.fromhex(holder),)
    ).scalar()
    return tr(
        "Cấp số trên máy «{name}», hoặc bàn giao sổ từ máy ấy. Máy ấy hỏng hoặc mất thì hai người "
        "tiếp quản sổ ở đây: Phát hành › Sổ văn bản › Máy giữ sổ.",
        name=name or holder[:8],
    )


def _demand_clock_forward(tx: Connection, series: str, today: date) -> None:
    """Numbers of one book follow the days: a PC whose clock went back numbers nothing."""
    newest = tx.exec_driver_sql(
        "SELECT max(dated) FROM book_entry WHERE year = ? AND series = ?", (today.year, series)
    ).scalar_one()
    if newest and newest > today.isoformat():
        raise NotAllowed(
            "SO-13",
            tr("Đồng hồ máy này chậm hơn số văn bản cấp gần nhất ({day}).", day=newest),
            tr("Chỉnh lại ngày giờ của máy rồi cấp số."),
        )


def _demand_unused(tx: Connection, notation: str, *, year: int) -> None:
    """A notation names one document of the year, whatever the books are called."""
    taken = tx.exec_driver_sql(
        "SELECT count(*) FROM book_entry WHERE year = ? AND notation = ?", (year, notation)
    ).scalar_one()
    if taken:
        raise NotAllowed(
            "SO-11",
            tr("Số {notation} của năm {year} đã được cấp.", notation=notation, year=year),
            tr("Giữ cách lập sổ cũ đến hết năm; báo quản trị nghiệp vụ."),
        )


def books_open(conn: Connection, year: int) -> bool:
    """Whether any document was numbered in `year`: the way of keeping books is then fixed."""
    query = "SELECT count(*) FROM book WHERE year = ? AND last > 0"
    return bool(conn.exec_driver_sql(query, (year,)).scalar_one())


def void_in_book(act: ActInProgress, dossier: Dossier, reason: str) -> NumberVoided:
    """Void the dossier's reserved number in its book; it keeps its place and its reason."""
    number = dossier.number
    assert number is not None
    why = check_void_reason(reason)
    act.add(number.book, BookNumberVoided(number.number, dossier.id, why))
    return NumberVoided(number.book, number.number, why)


def project_book(tx: Connection, stream: str, events: Sequence[Sealed]) -> None:
    """The rows of one book, from all its events or from the newest.

    The newest suffice when this PC adds to the book it holds. The whole book, which shows by an
    event that builds on nothing, is written afresh in canonical order: two PCs may have opened it
    without knowing of each other. The first opening then holds it, every number stays.
    """
    named = STREAM.fullmatch(stream)
    if named is None:
        return
    year, series, last = int(named[1]), named[2], 0
    if any(not item.envelope.parents for item in events):
        tx.exec_driver_sql("DELETE FROM book WHERE year = ? AND series = ?", (year, series))
        tx.exec_driver_sql("DELETE FROM book_entry WHERE year = ? AND series = ?", (year, series))
    order = canonical(events)
    outside = fenced(order)
    _project_holder(tx, order, year=year, series=series)
    for item in (*order.events, *order.waiting):
        event = item.event()
        if isinstance(event, BookNumberReserved):
            last = max(last, event.number)
            tx.exec_driver_sql(
                "INSERT OR IGNORE INTO book_entry "
                "(year, series, n, notation, dossier, dated, state, reason) "
                "VALUES (?,?,?,?,?,?,?,'')",
                (year, series, event.number, event.notation, event.dossier, event.dated,
                 "fenced" if item.hash in outside else "reserved"),
            )  # fmt: skip
        elif isinstance(event, BookNumberVoided):
            tx.exec_driver_sql(
                "UPDATE book_entry SET state = 'void', reason = ? "
                "WHERE year = ? AND series = ? AND n = ? AND dossier = ?",
                (event.reason, year, series, event.number, event.dossier),
            )
    tx.exec_driver_sql(
        "UPDATE book SET last = max(last, ?) WHERE year = ? AND series = ?", (last, year, series)
    )


def _project_holder(tx: Connection, order: Ordered, *, year: int, series: str) -> None:
    """Who holds the book, and the number a new holder goes on after."""
    for hold in holds(order):
        tx.exec_driver_sql(
            "INSERT INTO book (year, series, holder, last) VALUES (?,?,?,?) "
            "ON CONFLICT (year, series) DO UPDATE SET holder = excluded.holder, "
            "last = max(last, excluded.last)",
            (year, series, hold.holder, hold.last),
        )


def numbers_twice(conn: Connection) -> tuple[tuple[int, str, int], ...]:
    """Year, series and number of whatever stands twice in a book; a sound office has none."""
    found: list[tuple[int, str, int]] = []
    for year, series in conn.exec_driver_sql("SELECT year, series FROM book").all():
        entries = book_rows(conn, year, series)
        issued = [e.number for e in entries if e.state != "void"]
        voided = {e.number: e.reason for e in entries if e.state == "void"}
        found += [(year, series, number) for number in twice_used(issued, voided)]
    return tuple(found)


def numbers_fenced(conn: Connection) -> tuple[tuple[int, str, int], ...]:
    """Year, series and number of whatever a machine gave out that did not hold the book."""
    rows = conn.exec_driver_sql(
        "SELECT year, series, n FROM book_entry WHERE state = 'fenced' ORDER BY year, series, n"
    )
    return tuple((int(year), str(series), int(number)) for year, series, number in rows)


def book_rows(conn: Connection, year: int, series: str) -> tuple[BookEntry, ...]:
    """The lines of a book, in order of number."""
    rows = conn.exec_driver_sql(
        "SELECT b.n, b.notation, b.dossier, coalesce(d.code, ''), coalesce(d.applicant, ''), "
        "b.dated, b.state, b.reason FROM book_entry b LEFT JOIN dossier d ON d.id = b.dossier "
        "WHERE b.year = ? AND b.series = ? ORDER BY b.n, b.dossier",
        (year, series),
    )
    return tuple(BookEntry(*row) for row in rows)
