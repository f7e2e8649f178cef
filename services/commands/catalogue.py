"""Command `catalogue`: look at the catalogue, preview and import the city's list."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from models.errors import InputError
from models.procedure import unverified_name
from models.words import tr
from services.administration import import_catalogue
from services.catalogue.bundle import Bundle, load_bundle, next_version
from services.catalogue.catalogue import Catalogue
from services.catalogue.columns import column_label
from services.catalogue.importing import (
    Preview,
    RowIssue,
    apply,
    close_missing,
    preview,
    read_list,
    skip_errors,
)
from services.catalogue.stored import stored_bundles
from services.catalogue.values import read_date
from services.clock import SystemClock
from services.commands.opening import add_user_argument, opened_office
from services.commands.outcome import NO, OK, Outcome, home_of
from services.office_file import find_office

__all__ = ["register", "run_import", "run_show"]

Parsers = Any


def register(subparsers: Parsers) -> None:
    """Add the command and its two parts to the command line."""
    parser = subparsers.add_parser("catalogue", help="the catalogue of procedures")
    parts = parser.add_subparsers(dest="part", required=True, parser_class=type(parser))
    show = parts.add_parser("show", help="what is loaded and what is unverified")
    show.set_defaults(run=run_show)
    load = parts.add_parser("import", help="take in the city's list (CSV or XLSX)")
    load.add_argument("file", type=Path)
    load.add_argument("--dry-run", action="store_true", help="only say what would change")
    load.add_argument("--skip-errors", action="store_true", help="leave the wrong rows out")
    load.add_argument("--complete", action="store_true", help="end what the list does not name")
    load.add_argument("--from", dest="start", metavar="DATE", help="first day of use")
    load.set_defaults(run=run_import)
    for part in (show, load):
        add_user_argument(part)
        part.add_argument("--json", action="store_true")


def run_import(args: argparse.Namespace) -> Outcome:
    """Preview the list, and unless told otherwise import it; exit 1 when rows are wrong."""
    planned = _planned(args, _current(args))
    data, text = preview_data(planned), preview_text(planned)
    if args.dry_run or planned.errors:
        nothing = tr("Chưa có gì được nhập.")
        return Outcome(NO if planned.errors else OK, text=f"{text}\n{nothing}", data=data)
    bundle = _imported(args, planned)
    stored = {"version": bundle.version, "digest": bundle.digest}
    done = tr("Đã nhập danh mục {version}.", version=bundle.version)
    return Outcome(OK, text=f"{text}\n{done}", data=data | {"stored": stored})


def _current(args: argparse.Namespace) -> Bundle:
    """The version in use: the office's own, or what ships with the program before there is one."""
    if find_office(home_of(args)) is None and args.user is None:
        return load_bundle()
    with opened_office(args, read_only=True, training_login="quantri") as office:
        return office.core.catalogue.bundle


def _planned(args: argparse.Namespace, base: Bundle) -> Preview:
    planned = preview(base, read_list(args.file), day=SystemClock().now().date())
    if args.complete:
        planned = close_missing(planned)
    return skip_errors(planned) if args.skip_errors else planned


def _imported(args: argparse.Namespace, planned: Preview) -> Bundle:
    """Apply the plan and store the new version in the office, as an act of the person."""
    with opened_office(args, training_login="quantri") as office:
        core = office.core
        start = _first_day(args.start) if args.start else core.clock.now().date()
        with core.store.read() as conn:
            version = next_version(stored_bundles(conn), start)
        bundle = apply(planned, start, version=version)
        counts = len(planned.added), len(planned.changed), len(planned.missing)
        import_catalogue(core, office.who, bundle, source=planned.name, counts=counts)
    return bundle


def run_show(args: argparse.Namespace) -> Outcome:
    """What the catalogue in use holds, and how much of it is unverified."""
    today = SystemClock().now().date()
    bundle = _current(args)
    coverage = Catalogue(bundle).coverage(today)
    lines = [
        tr("Danh mục {version}, dùng từ {day}.", version=bundle.version,
           day=f"{bundle.effective_from:%d/%m/%Y}"),
        tr("Đã nạp {loaded} trên {expected} thủ tục, {ended} đã hết hiệu lực.",
           loaded=coverage.loaded, expected=coverage.expected, ended=coverage.ended),
        tr("Chưa xác minh:"),
    ]  # fmt: skip
    lines += [f"  {count:>4}  {unverified_name(k)}" for k, count in coverage.unverified.items()]
    head = {"version": bundle.version, "digest": bundle.digest, "units": len(bundle.units)}
    return Outcome(OK, text="\n".join(lines), data=head | asdict(coverage))


def preview_data(planned: Preview) -> dict[str, object]:
    """The preview for machines."""
    return {
        "file": planned.name,
        "base": planned.base.version,
        "added": [{"code": p.code, "name": p.name} for p in planned.added],
        "changed": [
            {
                "code": change.new.code,
                "name": change.new.name,
                "fields": [{"field": f.column, "old": f.old, "new": f.new} for f in change.fields],
            }
            for change in planned.changed
        ],
        "unchanged": len(planned.unchanged),
        "missing": [p.code for p in planned.missing],
        "closed": [p.code for p in planned.closed],
        "errors": [_issue_data(issue) for issue in planned.errors],
        "skipped": [_issue_data(issue) for issue in planned.skipped],
        "notices": [_issue_data(issue) for issue in planned.notices],
        "ignored_columns": list(planned.ignored_columns),
    }


def preview_text(planned: Preview) -> str:
    """The preview for a person: the counts, then every wrong row with what to do."""
    lines = [
        tr("Thêm {count} thủ tục.", count=len(planned.added)),
        tr("Thay đổi {count} thủ tục.", count=len(planned.changed)),
        tr("Giữ nguyên {count} thủ tục.", count=len(planned.unchanged)),
        tr("Không có trong tệp: {count} thủ tục.", count=len(planned.missing)),
        tr("Kết thúc hiệu lực: {count} thủ tục.", count=len(planned.closed)),
        tr("Dòng lỗi: {count}.", count=len(planned.errors) + len(planned.skipped)),
    ]
    issues = (*planned.errors, *planned.skipped, *planned.notices)
    return "\n".join([*lines, *(_issue_text(issue) for issue in issues)])


def _issue_data(issue: RowIssue) -> dict[str, object]:
    return {
        "row": issue.row,
        "column": issue.column,
        "code": issue.code,
        "what": issue.what,
        "next": issue.next_step,
    }


def _issue_text(issue: RowIssue) -> str:
    place = tr("Dòng {row}, cột {column}:", row=issue.row, column=column_label(issue.column))
    return f"  {place} {issue.what} {issue.next_step} [{issue.code}]"


def _first_day(text: str) -> date:
    day = read_date(text)
    if day is None:
        raise InputError(
            "DM-32",
            tr("Không hiểu ngày “{text}”.", text=text),
            tr("Hãy ghi ngày dạng 31/12/2026."),
        )
    return day
