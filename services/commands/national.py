"""Command national: records of dossiers for the national portal, written to a file."""

from __future__ import annotations

import argparse
from datetime import datetime, time
from pathlib import Path

from models.calendar import VIETNAM
from models.words import tr
from services.commands.opening import add_user_argument, opened_office
from services.commands.outcome import OK, Outcome, day_of
from services.dossiers.national import export_national

__all__ = ["register", "run"]


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `national export FILE.jsonl [--since DAY]`."""
    parser = subparsers.add_parser("national", help="records for the national portal")
    acts = parser.add_subparsers(dest="national_act", required=True)
    export = acts.add_parser("export", help="write DongBoHoSoMC records as JSON lines")
    export.add_argument("file", type=Path, metavar="FILE.jsonl")
    export.add_argument("--since", type=day_of, metavar="YYYY-MM-DD")
    add_user_argument(export)
    export.set_defaults(run=run)


def run(args: argparse.Namespace) -> Outcome:
    """Write the records of every dossier touched since the day given."""
    since = datetime.combine(args.since, time(), VIETNAM) if args.since else None
    with opened_office(args, training_login="quantri") as office:
        count = export_national(office.core, office.who, args.file, since=since)
    text = tr("Đã ghi {count} hồ sơ theo mẫu Cổng quốc gia ra {file}.", count=count, file=args.file)
    return Outcome(OK, text, {"dossiers": count, "file": str(args.file)})
