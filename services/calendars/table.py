"""Reads and writes tables of calendar notices (CSV), telling every wrong row by its number."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from models.calendar import Span, parse_spans
from models.calendar_notice import Notice, NoticeKind
from models.errors import InputError
from models.words import tr

__all__ = ["COLUMNS", "NoticeTable", "RowError", "notice_csv", "read_notice_file", "read_notices"]

COLUMNS = (
    "date",
    "kind",
    "hours",
    "label_vi",
    "label_en",
    "source",
    "confidence",
    "announced",
)
CONFIDENCE = {"": True, "confirmed": True, "unconfirmed": False}
SHOWN = 3
"""How many wrong rows an error sentence tells; the rest are counted."""


@dataclass(frozen=True)
class RowError:
    """One wrong row; `row` counts from 1 at the heading, as spreadsheets do."""

    row: int
    problem: str


@dataclass(frozen=True)
class NoticeTable:
    """The good rows of a table and the wrong ones."""

    notices: tuple[Notice, ...]
    errors: tuple[RowError, ...]


def read_notices(text: str) -> NoticeTable:
    """The notices of a CSV text with a heading; only `date` and `kind` are compulsory."""
    reader = csv.DictReader(io.StringIO(unicodedata.normalize("NFC", text.lstrip("\ufeff"))))
    missing = {"date", "kind"} - set(reader.fieldnames or ())
    if missing:
        problem = tr("Thiếu cột {columns}", columns=", ".join(sorted(missing)))
        return NoticeTable((), (RowError(1, problem),))
    notices, errors = [], []
    for row in reader:
        try:
            notices.append(_notice(row))
        except _BadCell as error:
            errors.append(RowError(reader.line_num, error.problem))
    return NoticeTable(tuple(notices), tuple(errors))


def read_notice_file(path: Path) -> tuple[Notice, ...]:
    """All notices of a CSV file; `InputError` HT-20 naming wrong rows, HT-21 if unreadable."""
    try:
        table = read_notices(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(
            "HT-21",
            tr("Không đọc được tệp lịch {path}.", path=path.name),
            tr("Hãy kiểm tra tệp có tồn tại và là CSV mã UTF-8."),
            field="calendar",
        ) from error
    if table.errors:
        raise _wrong_rows(path, table.errors)
    return table.notices


def _wrong_rows(path: Path, errors: tuple[RowError, ...]) -> InputError:
    told = [tr("dòng {row}: {problem}", row=e.row, problem=e.problem) for e in errors[:SHOWN]]
    return InputError(
        "HT-20",
        tr(
            "Tệp lịch {path} có {count} dòng sai ({rows}).",
            path=path.name,
            count=len(errors),
            rows="; ".join(told),
        ),
        tr("Hãy sửa các dòng này rồi nạp lại; chưa có gì thay đổi."),
        field="calendar",
    )


class _BadCell(Exception):
    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


def _notice(row: dict[str, str | None]) -> Notice:
    cells = {name: (row.get(name) or "").strip() for name in COLUMNS}
    kind = _kind(cells["kind"])
    hours = _hours(cells["hours"])
    if kind is NoticeKind.HALF_DAY and hours is None:
        raise _BadCell(tr("nửa ngày làm việc phải có giờ ở cột hours"))
    if cells["confidence"] not in CONFIDENCE:
        raise _BadCell(tr("độ chắc chắn “{value}” không có", value=cells["confidence"]))
    return Notice(
        date=_date(cells["date"]),
        kind=kind,
        label_vi=cells["label_vi"],
        label_en=cells["label_en"],
        source=cells["source"],
        confirmed=CONFIDENCE[cells["confidence"]],
        announced=_date(cells["announced"]) if cells["announced"] else None,
        hours=hours,
    )


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise _BadCell(tr("ngày “{value}” không có thật", value=text)) from error


def _kind(text: str) -> NoticeKind:
    try:
        return NoticeKind(text)
    except ValueError as error:
        raise _BadCell(tr("loại ngày “{value}” không có", value=text)) from error


def _hours(text: str) -> tuple[Span, ...] | None:
    try:
        return parse_spans(text) if text else None
    except InputError as error:
        raise _BadCell(tr("giờ “{value}” không hợp lệ", value=text)) from error


def notice_csv(notices: Iterable[Notice]) -> str:
    """The same notices as CSV text."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for notice in notices:
        writer.writerow(
            (
                notice.date.isoformat(),
                notice.kind.value,
                ",".join(map(str, notice.hours or ())),
                notice.label_vi,
                notice.label_en,
                notice.source,
                "confirmed" if notice.confirmed else "unconfirmed",
                notice.announced.isoformat() if notice.announced else "",
            )
        )
    return out.getvalue()
