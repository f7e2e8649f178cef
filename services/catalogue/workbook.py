"""XLSX files of unknown origin: sizes checked before unpacking, formulas left alone."""

from __future__ import annotations

import io
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from models.errors import OfficeError
from services.catalogue.table import (
    HEADER_WITHIN,
    MAX_COLUMNS,
    MAX_ROWS,
    Cell,
    Table,
    not_a_list,
    too_large,
)

__all__ = ["read_workbook"]

MAX_UNPACKED = 60_000_000
MAX_MEMBERS = 500
MAX_SHEETS = 20

DAMAGE = (
    zipfile.BadZipFile, zlib.error, InvalidFileException, OSError, EOFError, SyntaxError,
    ValueError, TypeError, KeyError, IndexError, AttributeError, ArithmeticError,
    NotImplementedError, RuntimeError,
)  # fmt: skip
"""What the unpacker and the reader raise for a damaged, encrypted or invented workbook."""


def read_workbook(data: bytes, name: str) -> Iterator[Table]:
    """The cells of each sheet of the workbook `data`, sheet by sheet.

    Raises InputError DM-08 before unpacking more than a list may need, ForeignError DM-06 when
    `data` is not a workbook.
    """
    try:
        _check_size(data, name)
        with warnings.catch_warnings():
            # openpyxl warns of decorations that it does not keep; only values matter here
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(
                io.BytesIO(data), read_only=True, data_only=False, keep_links=False
            )
            for sheet in book.worksheets[:MAX_SHEETS]:
                yield _cells(sheet, name)
            book.close()
    except OfficeError:
        raise
    except DAMAGE as error:
        raise not_a_list(name) from error


def _check_size(data: bytes, name: str) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = archive.infolist()
    if len(members) > MAX_MEMBERS or sum(m.file_size for m in members) > MAX_UNPACKED:
        raise too_large(name)
    if "xl/workbook.xml" not in {member.filename for member in members}:
        raise not_a_list(name)


def _cells(sheet: Any, name: str) -> Table:
    most = HEADER_WITHIN + MAX_ROWS
    table = []
    # the size a sheet declares is its own claim: the bounds here are ours
    for row in sheet.iter_rows(max_row=most + 1, max_col=MAX_COLUMNS):
        table.append([_cell(cell.value, cell.data_type) for cell in row])
    while table and not any(cell.text or cell.computed for cell in table[-1]):
        table.pop()
    if len(table) > most:
        raise too_large(name)
    return table


def _cell(value: object, kind: str) -> Cell:
    if kind in ("f", "e"):
        return Cell(computed=True)
    if value is None:
        return Cell()
    if isinstance(value, bool):
        return Cell("1" if value else "0")
    if isinstance(value, datetime):
        return Cell(value.date().isoformat())
    if isinstance(value, date):
        return Cell(value.isoformat())
    if isinstance(value, float) and value.is_integer():
        return Cell(str(int(value)))
    return Cell(str(value))
