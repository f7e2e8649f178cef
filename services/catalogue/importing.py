"""Import of a city list: what it would change, row by row, before anything is changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from models.errors import InputError, NotAllowed
from models.procedure import Procedure
from models.words import tr
from services.catalogue.bundle import Bundle
from services.catalogue.checking import RowCheck, check_row
from services.catalogue.columns import column_label
from services.catalogue.reading import ImportedRows, RowIssue, read_list
from services.catalogue.rows import procedure_row

__all__ = [
    "Change", "FieldChange", "ImportedRows", "Preview", "RowIssue", "apply", "close_missing",
    "preview", "read_list", "skip_errors",
]  # fmt: skip

UNSEEN = {"source", "version"}
"""Columns that follow from a change and are no change themselves."""


@dataclass(frozen=True)
class FieldChange:
    """One field that changes: its column, what it is called, old and new text."""

    column: str
    label: str
    old: str
    new: str


@dataclass(frozen=True)
class Change:
    """A procedure that the list states differently."""

    old: Procedure
    new: Procedure
    fields: tuple[FieldChange, ...]


@dataclass(frozen=True)
class Preview:
    """What a list would change in `base`.

    `missing` are procedures in force that the list does not name: they stay, unless a person says
    that the list is complete (`close_missing` moves them to `closed`). `errors` forbid applying
    until a person chooses to leave those rows out (`skip_errors` moves them to `skipped`).
    """

    base: Bundle
    name: str
    added: tuple[Procedure, ...]
    changed: tuple[Change, ...]
    unchanged: tuple[str, ...]
    missing: tuple[Procedure, ...]
    errors: tuple[RowIssue, ...]
    notices: tuple[RowIssue, ...]
    ignored_columns: tuple[str, ...]
    closed: tuple[Procedure, ...] = ()
    skipped: tuple[RowIssue, ...] = ()


def preview(base: Bundle, rows: ImportedRows, *, day: date) -> Preview:
    """Compare a list with the catalogue in use; `day` decides which procedures are in force."""
    current = {procedure.code: procedure for procedure in base.procedures}
    source = f"Danh sách nhập từ tệp {rows.name}"
    unreadable = {issue.row for issue in rows.issues}
    checks = [check_row(row, current, source) for row in rows.rows]
    _refuse_duplicates(checks)
    good = [c.procedure for c in checks if c.procedure and c.row.number not in unreadable]
    named = {check.code for check in checks}
    own = [e for check in checks if check.row.number not in unreadable for e in check.errors]
    errors = sorted([*rows.issues, *own], key=lambda issue: issue.row)
    return Preview(
        base=base,
        name=rows.name,
        added=tuple(p for p in good if p.code not in current),
        changed=tuple(
            Change(current[p.code], p, _differences(current[p.code], p))
            for p in good
            if p.code in current and p != current[p.code]
        ),
        unchanged=tuple(p.code for p in good if p == current.get(p.code)),
        missing=tuple(p for p in base.procedures if p.in_force(day) and p.code not in named),
        errors=tuple(errors),
        notices=tuple(notice for check in checks for notice in check.notices),
        ignored_columns=rows.ignored,
    )


def skip_errors(planned: Preview) -> Preview:
    """The same plan with the wrong rows left out, as a person decided."""
    return replace(planned, errors=(), skipped=planned.skipped + planned.errors)


def close_missing(planned: Preview) -> Preview:
    """The same plan with the list taken as complete: what it does not name ends."""
    return replace(planned, missing=(), closed=planned.closed + planned.missing)


def apply(planned: Preview, effective_from: date, *, version: str = "") -> Bundle:
    """The version of the catalogue in use from `effective_from` (its name: `version` or that day).

    Closed procedures end the day before. Raises NotAllowed DM-09 while there are wrong rows,
    InputError DM-10 when the day lies before the version that is being changed.
    """
    if planned.errors:
        raise NotAllowed(
            "DM-09",
            tr("Danh mục còn {count} lỗi nên chưa được nhập.", count=len(planned.errors)),
            tr("Hãy sửa các dòng đó trong tệp, hoặc chọn bỏ qua các dòng lỗi."),
        )
    if effective_from < planned.base.effective_from:
        raise InputError(
            "DM-10",
            tr("Ngày áp dụng sớm hơn danh mục đang dùng."),
            tr("Hãy chọn từ ngày {day}.", day=f"{planned.base.effective_from:%d/%m/%Y}"),
            field="effective_from",
        )
    name = version or effective_from.isoformat()
    last_day = effective_from - timedelta(days=1)
    fresh = (*planned.added, *(change.new for change in planned.changed))
    closed = (replace(p, effective_to=last_day) for p in planned.closed)
    updated = {p.code: replace(p, version=name) for p in (*fresh, *closed)}
    merged = {p.code: p for p in planned.base.procedures} | updated
    ordered = tuple(merged[code] for code in sorted(merged))
    return replace(
        planned.base, procedures=ordered, version=name, effective_from=effective_from
    )  # fmt: skip


def _refuse_duplicates(checks: list[RowCheck]) -> None:
    first: dict[str, int] = {}
    for check in checks:
        if not check.code:
            continue
        earlier = first.setdefault(check.code, check.row.number)
        if earlier != check.row.number:
            check.procedure = None
            check.fail(
                "code",
                "DM-12",
                what=tr("Mã {code} đã có ở dòng {row}.", code=check.code, row=earlier),
                next_step=tr("Hãy giữ lại một dòng cho mỗi thủ tục."),
            )


def _differences(old: Procedure, new: Procedure) -> tuple[FieldChange, ...]:
    before, after = procedure_row(old), procedure_row(new)
    return tuple(
        FieldChange(column, column_label(column), before[column], after[column])
        for column in _shown(before)
        if before[column] != after[column]
    )


def _shown(row: Mapping[str, str]) -> list[str]:
    return [column for column in row if column not in UNSEEN]
