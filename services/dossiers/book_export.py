"""The book of numbers: which books there are, whether one is whole, and the book as a CSV file."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from models.dates import show_date
from models.dossier import Dossier
from models.numbering import format_document_number, gaps
from models.words import tr
from services.core import Core
from services.dossiers.books import BookEntry, numbers_here
from services.papers import template_of

__all__ = ["BookName", "book_csv", "book_gaps", "book_names", "next_notation"]

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""A cell beginning with one of these would be run as a formula by a spreadsheet."""


@dataclass(frozen=True, slots=True)
class BookName:
    """A book of numbers of one year and series; `last` is the newest number in it."""

    year: int
    series: str
    last: int


def book_names(conn: Connection) -> tuple[BookName, ...]:
    """All books of the office, the newest year first."""
    rows = conn.exec_driver_sql("SELECT year, series, last FROM book ORDER BY year DESC, series")
    return tuple(BookName(int(year), str(series), int(last)) for year, series, last in rows)


def next_notation(core: Core, conn: Connection, dossier: Dossier) -> str:
    """The number the dossier's document would get here now; "" where another PC numbers."""
    abbreviation = template_of(core, dossier).abbreviation
    series = abbreviation if core.settings["number_series"] == "per_type" else "VB"
    if not numbers_here(core, conn, series):
        return ""
    row = conn.exec_driver_sql(
        "SELECT last FROM book WHERE year = ? AND series = ?",
        (core.clock.now().year, series),
    ).first()
    number = (int(row[0]) if row else 0) + 1
    return format_document_number(
        number, abbreviation, agency_abbrev=core.settings["agency_abbreviation"]
    )


def book_gaps(entries: Sequence[BookEntry]) -> list[int]:
    """The numbers that are neither used nor voided with a reason; a sound book has none."""
    issued = [entry.number for entry in entries if entry.state != "void"]
    voided = {entry.number: entry.reason for entry in entries if entry.state == "void"}
    return gaps(issued, voided)


def book_csv(entries: Sequence[BookEntry]) -> bytes:
    """The book as CSV for a spreadsheet: UTF-8 with its mark, no cell can become a formula."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(
        [tr("Số"), tr("Số và ký hiệu"), tr("Ngày"), tr("Mã hồ sơ"), tr("Người nộp"),
         tr("Tình trạng"), tr("Lý do hủy")]
    )  # fmt: skip
    for entry in entries:
        row = (str(entry.number), entry.notation, show_date(entry.dated), entry.code,
               entry.applicant, _state_words(entry.state), entry.reason)  # fmt: skip
        writer.writerow([_harmless(cell) for cell in row])
    return out.getvalue().encode("utf-8-sig")


def _state_words(state: str) -> str:
    return {"void": tr("đã hủy"), "fenced": tr("máy không giữ sổ đã cấp")}.get(state, tr("đã cấp"))


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA) else cell
