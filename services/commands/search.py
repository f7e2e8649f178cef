"""Command search: find dossiers from the command line, as the search field does."""

from __future__ import annotations

import argparse

from models.words import tr
from models.workflow import status_words
from services.commands.opening import add_user_argument, opened_office
from services.commands.outcome import NO, OK, Outcome
from services.dossiers.search import find_dossiers

__all__ = ["register", "run"]

EXACT = 10_000_000
"""The command line counts every match."""


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `search TEXT --limit N`."""
    parser = subparsers.add_parser("search", help="find dossiers")
    parser.add_argument("text", metavar="TEXT")
    parser.add_argument("--limit", type=int, default=20, metavar="N")
    add_user_argument(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> Outcome:
    """The newest matches; exit code 1 when nothing matches."""
    limit = max(1, min(args.limit, 1000))
    with (
        opened_office(args, read_only=True, training_login="tiepnhan") as office,
        office.core.store.read() as conn,
    ):
        found = find_dossiers(conn, office.who.staff, args.text, limit=limit, count_to=EXACT)
    rows = [
        {
            "code": row.code, "procedure": row.procedure_name, "applicant": row.applicant,
            "status": status_words(row.status), "due": row.due,
        }
        for row in found.rows
    ]  # fmt: skip
    lines = [f"{r['code']}  {r['applicant']}  {r['status']}  {r['due'][:16]}" for r in rows]
    total = tr("{count} hồ sơ", count=found.total)
    data = {"total": found.total, "rows": rows, "ms": round(found.milliseconds, 2)}
    return Outcome(OK if found.total else NO, "\n".join([*lines, total]), data)
