"""Reading a list of procedures from a CSV or XLSX file that nobody vouches for."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from models.errors import ForeignError, InputError
from models.words import tr
from services.catalogue.columns import column_label, find_column
from services.catalogue.table import (
    HEADER_WITHIN,
    MAX_BYTES,
    MAX_COLUMNS,
    MAX_ROWS,
    Cell,
    Table,
    not_a_list,
    too_large,
)

__all__ = ["ImportedRow", "ImportedRows", "RowIssue", "clean", "read_list"]

MAX_CELL = 20_000
BINARY = re.compile("[\u0000-\u0008\u000e-\u001f]")
INVISIBLE = re.compile("[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\u00ad\u200b-\u200f\ufeff]")
OLD_EXCEL = b"\xd0\xcf\x11\xe0"
ZIP = b"PK\x03\x04"


@dataclass(frozen=True)
class RowIssue:
    """Something about one row: where (row as counted in the file, column), what, what to do."""

    row: int
    column: str
    code: str
    what: str
    next_step: str


@dataclass(frozen=True)
class ImportedRow:
    """One row: its number in the file and its cells by our column names, empty ones left out."""

    number: int
    values: dict[str, str]


@dataclass(frozen=True)
class ImportedRows:
    """A list as read: nothing judged yet except cells that cannot be taken at all (`issues`)."""

    name: str
    columns: tuple[str, ...]
    ignored: tuple[str, ...]
    rows: tuple[ImportedRow, ...]
    issues: tuple[RowIssue, ...]


def read_list(path: Path) -> ImportedRows:
    """The rows of a CSV (UTF-8, UTF-16 with a mark, windows-1258) or XLSX file.

    Formulas are never computed. Raises InputError DM-05 when the file cannot be opened, DM-08
    when it is too large; ForeignError DM-06 when it is neither kind or damaged, DM-31 for an
    .xls or locked workbook, DM-07 when no row of headings names a code and a name.
    """
    data = _bytes_of(path)
    if data.startswith(OLD_EXCEL):
        raise ForeignError(
            "DM-31",
            tr("Tệp {name} là Excel kiểu cũ (.xls) hoặc có mật khẩu.", name=path.name),
            tr("Hãy mở bằng Excel và lưu lại thành .xlsx không có mật khẩu."),
        )
    if data.startswith(ZIP):
        # lazy: slow import, and the program starts without it
        from services.catalogue.workbook import read_workbook  # noqa: PLC0415

        tables: Iterable[Table] = read_workbook(data, path.name)
    else:
        tables = _csv_tables(data, path.name)
    for table in tables:
        found = _interpret(table, path.name)
        if found is not None:
            return found
    raise ForeignError(
        "DM-07",
        tr("Tệp {name} không có dòng tiêu đề với cột mã và tên thủ tục.", name=path.name),
        tr("Hãy đặt tiêu đề “Mã TTHC” và “Tên TTHC” cho hai cột đó."),
    )


def _bytes_of(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise InputError(
            "DM-05",
            tr("Không mở được tệp {name}.", name=path.name),
            tr("Hãy kiểm tra đường dẫn và quyền đọc tệp."),
        ) from error
    if len(data) > MAX_BYTES:
        raise too_large(path.name)
    return data


def _decode(data: bytes, name: str) -> str:
    """The text of a CSV file: its mark decides, then UTF-8, then the old Windows page."""
    try:
        if data.startswith((b"\xff\xfe", b"\xfe\xff")):
            return data.decode("utf-16")
        try:
            return data.decode("utf-8-sig")
        except UnicodeDecodeError:
            return data.decode("cp1258")
    except UnicodeDecodeError as error:
        raise not_a_list(name) from error


def _csv_tables(data: bytes, name: str) -> Iterable[Table]:
    """The file read with each separator in turn; the right one shows the headings."""
    text = _decode(data, name)
    if BINARY.search(text):
        raise not_a_list(name)
    for separator in ",;\t":
        table: Table = []
        try:
            for record in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
                table.append([Cell(field) for field in record[:MAX_COLUMNS]])
                if len(table) > HEADER_WITHIN + MAX_ROWS:
                    raise too_large(name)
        except csv.Error as error:
            raise not_a_list(name) from error
        yield table


def _interpret(table: Table, name: str) -> ImportedRows | None:
    """The list in `table` below its headings; None when there are no headings."""
    tops = (at for at, row in enumerate(table[:HEADER_WITHIN]) if _names_list(row))
    top = next(tops, None)
    if top is None:
        return None
    row, meaning = table[top], _headings(table[top])
    rows, issues = [], []
    for number, cells in enumerate(table[top + 1 :], start=top + 2):
        named = {column: cells[i] for i, column in meaning.items() if i < len(cells)}
        values = {column: clean(cell.text) for column, cell in named.items()}
        filled = {column: text for column, text in values.items() if text}
        bad = [_bad_cell(number, c) for c, cell in named.items() if _unreadable(cell)]
        if not bad and (not filled or _is_heading(filled)):
            continue
        issues += bad
        rows.append(ImportedRow(number, filled))
    if len(rows) > MAX_ROWS:
        raise too_large(name)
    unknown = [clean(c.text) for i, c in enumerate(row) if i not in meaning and clean(c.text)]
    return ImportedRows(
        name, tuple(meaning.values()), tuple(unknown), tuple(rows), tuple(issues)
    )  # fmt: skip


def _headings(row: Sequence[Cell]) -> dict[int, str]:
    """Place of a cell -> our column; of two headings that mean the same the first counts."""
    meaning: dict[int, str] = {}
    for at, cell in enumerate(row):
        column = find_column(clean(cell.text))
        if column and column not in meaning.values():
            meaning[at] = column
    return meaning


def _names_list(row: Sequence[Cell]) -> bool:
    return {"code", "name"} <= set(_headings(row).values())


def clean(text: str) -> str:
    """`text` composed (NFC), without invisible characters; line breaks of a cell become "|"."""
    composed = INVISIBLE.sub("", unicodedata.normalize("NFC", text))
    lines = (" ".join(line.split()) for line in composed.splitlines())
    return " | ".join(line for line in lines if line)


def _is_heading(values: dict[str, str]) -> bool:
    """Whether a row only announces the field of the rows below it."""
    alone = next(iter(values.values())) if len(values) == 1 and "limit_text" not in values else ""
    return bool(re.match(r"(?i)([ivxlc\d]+[.)]?\s+)?lĩnh vực\b", alone))


def _unreadable(cell: Cell) -> bool:
    return cell.computed or len(cell.text) > MAX_CELL


def _bad_cell(number: int, column: str) -> RowIssue:
    return RowIssue(
        number,
        column,
        "DM-18",
        tr("Ô “{column}” chứa công thức, lỗi hoặc quá dài.", column=column_label(column)),
        tr("Hãy dán lại ô đó dưới dạng giá trị."),
    )
