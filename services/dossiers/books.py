"""Books of document numbers: one per office, year and series; gapless, voided numbers explained."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from models.codec import from_payload
from models.dossier import Dossier
from models.envelope import Sealed
from models.errors import NotAllowed
from models.events.issuing import (
    BookNumberReserved,
    BookNumberVoided,
    BookOpened,
    NumberVoided,
)
from models.numbering import check_void_reason, format_document_number
from models.words import tr
from services.core import Core
from services.journal.append import ActInProgress

__all__ = [
    "BookEntry", "Reserved", "book_rows", "book_stream", "books_open", "project_book", "reserve",
    "void_in_book",
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
    """One line of a book as shown and printed; `state` is reserved or void."""

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
    """Take the next number in the open transaction; only the holder of the book may.

    The series is one per type of document or one for all, as the head of the office decided
    (NĐ 30/2020/NĐ-CP Art. 15).
    """
    today = core.clock.now().date()
    series = abbreviation if core.settings["number_series"] == "per_type" else "VB"
    stream = book_stream(today.year, series)
    me = core.journal.device.log.hex()
    row = act.tx.exec_driver_sql(
        "SELECT holder, last FROM book WHERE year = ? AND series = ?", (today.year, series)
    ).first()
    if row is None:
        act.add(stream, BookOpened(today.year, series, me))
    elif row[0] != me:
        raise NotAllowed(
            "SO-10",
            tr("Sổ số văn bản này đang do máy khác giữ."),
            tr("Cấp số trên máy của văn thư."),
        )
    number = (int(row[1]) if row else 0) + 1
    notation = format_document_number(
        number, abbreviation, agency_abbrev=core.settings["agency_abbreviation"]
    )
    _demand_unused(act.tx, notation, year=today.year)
    act.add(stream, BookNumberReserved(number, dossier.id, notation, today.isoformat()))
    return Reserved(stream, number, notation, today)


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
    """The rows of one book from its events, all of them or the newest: it has one writer."""
    named = STREAM.fullmatch(stream)
    if named is None:
        return
    year, series, last = int(named[1]), named[2], 0
    for item in sorted(events, key=lambda one: one.envelope.hlc):
        e = item.envelope
        event = from_payload(e.type, e.type_version, e.payload)
        if isinstance(event, BookOpened):
            tx.exec_driver_sql(
                "INSERT INTO book (year, series, holder, last) VALUES (?,?,?,0) "
                "ON CONFLICT (year, series) DO UPDATE SET holder = excluded.holder",
                (year, series, event.holder),
            )
        elif isinstance(event, BookNumberReserved):
            last = max(last, event.number)
            tx.exec_driver_sql(
                "INSERT OR IGNORE INTO book_entry "
                "(year, series, n, notation, dossier, dated, state, reason) "
                "VALUES (?,?,?,?,?,?,'reserved','')",
                (year, series, event.number, event.notation, event.dossier, event.dated),
            )
        elif isinstance(event, BookNumberVoided):
            tx.exec_driver_sql(
                "UPDATE book_entry SET state = 'void', reason = ? "
                "WHERE year = ? AND series = ? AND n = ?",
                (event.reason, year, series, event.number),
            )
    tx.exec_driver_sql(
        "UPDATE book SET last = max(last, ?) WHERE year = ? AND series = ?", (last, year, series)
    )


def book_rows(conn: Connection, year: int, series: str) -> tuple[BookEntry, ...]:
    """The lines of a book, in order of number."""
    rows = conn.exec_driver_sql(
        "SELECT b.n, b.notation, b.dossier, coalesce(d.code, ''), coalesce(d.applicant, ''), "
        "b.dated, b.state, b.reason FROM book_entry b LEFT JOIN dossier d ON d.id = b.dossier "
        "WHERE b.year = ? AND b.series = ? ORDER BY b.n",
        (year, series),
    )
    return tuple(BookEntry(*row) for row in rows)
