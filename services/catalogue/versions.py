"""Versions of the catalogue an office has: the one we ship and those it imported."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from models.errors import InputError
from models.words import tr
from services.catalogue.bundle import Bundle, bundle_from_json, load_bundle, next_version
from services.catalogue.columns import column_label
from services.catalogue.importing import Preview, RowIssue, apply
from services.catalogue.stored import stored_bundles
from services.core import Core

__all__ = ["VersionRow", "planned_bundle", "version_rows", "write_issues"]


@dataclass(frozen=True)
class VersionRow:
    """One version: from when it is used, where it came from, when it was taken in (ISO or "")."""

    version: str
    digest: str
    starts: date
    procedures: int
    source: str
    imported_at: str
    in_use: bool
    waiting: bool


def version_rows(core: Core) -> tuple[VersionRow, ...]:
    """Every version, the one used latest first."""
    with core.store.read() as conn:
        stored = conn.exec_driver_sql(
            "SELECT digest, body, source, imported_at FROM catalogue_version "
            "ORDER BY place, imported_at"
        ).all()
    rows = [_row(load_bundle(), core, source=tr("kèm theo chương trình"), imported="")]
    for digest, body, source, imported in stored:
        bundle = bundle_from_json(bytes(body), str(digest))
        rows.append(_row(bundle, core, source=str(source), imported=str(imported)))
    return tuple(sorted(rows, key=lambda row: (row.starts, row.imported_at), reverse=True))


def _row(bundle: Bundle, core: Core, *, source: str, imported: str) -> VersionRow:
    used = bundle.digest == core.catalogue.bundle.digest
    waiting = bundle.effective_from > core.clock.now().date()
    return VersionRow(
        bundle.version, bundle.digest, bundle.effective_from, len(bundle.procedures), source,
        imported, used, waiting,
    )  # fmt: skip


def planned_bundle(core: Core, planned: Preview, starts: date) -> Bundle:
    """The version a preview would make, named after its first day; raises as `apply` does."""
    with core.store.read() as conn:
        stored = stored_bundles(conn)
    return apply(planned, starts, version=next_version(stored, starts))


def write_issues(issues: tuple[RowIssue, ...], path: Path) -> int:
    """Write wrong rows to a CSV file that Excel opens; returns how many (`InputError` DM-33)."""
    try:
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow([tr("Dòng"), tr("Cột"), tr("Sai ở đâu"), tr("Cách sửa"), tr("Mã lỗi")])
            for issue in issues:
                what = (column_label(issue.column), issue.what, issue.next_step, issue.code)
                writer.writerow([issue.row, *map(_harmless, what)])
    except OSError as error:
        raise InputError(
            "DM-33",
            tr("Không ghi được tệp {name}.", name=path.name),
            tr("Chọn thư mục khác ghi được và còn chỗ trống."),
            field="file",
        ) from error
    return len(issues)


def _harmless(text: str) -> str:
    """A cell that a spreadsheet reads as text, never as a formula: rows quote foreign files."""
    return "'" + text if text[:1] in ("=", "+", "-", "@", "\t") else text
