"""Command serve: the city server on PostgreSQL or SQLite, what folds for its board, a hub."""

from __future__ import annotations

import argparse
import os

from models.words import tr
from server.app import ServerSettings
from server.commands.board import register_board
from server.commands.place import add_database_argument, database_of
from server.serving import parse_listen, serve
from services.commands.hub import register_hub
from services.commands.outcome import OK, Outcome, home_of

__all__ = ["register", "run"]


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `serve city`, `serve board` and `serve hub`."""
    parser = subparsers.add_parser("serve", help="run a server")
    kinds = parser.add_subparsers(dest="serve_what", required=True)
    city = kinds.add_parser("city", help="the city server")
    add_database_argument(city)
    city.add_argument("--listen", default="127.0.0.1:8443", metavar="HOST:PORT")
    city.add_argument("--workers", type=int, default=1, choices=range(1, 65), metavar="N")
    city.add_argument("--notify-db", metavar="URL", help="past a pooler, for LISTEN")
    city.set_defaults(run=run)
    register_board(kinds)
    register_hub(kinds)


def run(args: argparse.Namespace) -> Outcome:
    """Serve until the process is told to stop."""
    home = home_of(args)
    settings = ServerSettings(
        database_of(args), home, args.workers,
        args.notify_db or os.environ.get("MOTCUA_CITY_NOTIFY", ""),
    )  # fmt: skip
    serve(settings, parse_listen(args.listen))
    return Outcome(OK, tr("Máy chủ đã dừng."), {"stopped": True})
