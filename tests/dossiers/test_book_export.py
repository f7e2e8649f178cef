"""The book as a file: no cell becomes a formula; missing numbers are named."""

from __future__ import annotations

import csv
import io

import pytest

from services.dossiers.book_export import book_csv, book_gaps, book_names
from services.dossiers.books import BookEntry
from tests.dossiers.test_books import approved


def entry(number: int, *, applicant: str = "Nguyễn Văn A", reason: str = "") -> BookEntry:
    state = "void" if reason else "reserved"
    return BookEntry(number, f"{number:02d}/GXN-UBND", "", "", applicant, "2026-11-16", state,
                     reason)  # fmt: skip


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_no_cell_becomes_a_formula(start):
    made = book_csv([entry(1, applicant=f"{start}cmd|'/c calc'!A1", reason=f"{start}1+1")])
    assert made.startswith(b"\xef\xbb\xbf")
    _head, row = csv.reader(io.StringIO(made.decode("utf-8-sig"), newline=""))
    assert row[4] == f"'{start}cmd|'/c calc'!A1" and row[6] == f"'{start}1+1"
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) for cell in row)


def test_gaps_are_numbers_neither_used_nor_explained():
    assert book_gaps([entry(1), entry(2, reason="Sai"), entry(3)]) == []
    assert book_gaps([entry(1), entry(4)]) == [2, 3]
    assert book_gaps([]) == []


def test_books_are_named_by_year_and_series(desk):
    desk.number(approved(desk))
    with desk.core.store.read() as conn:
        assert [(b.year, b.series, b.last) for b in book_names(conn)] == [(2026, "GXN", 1)]
