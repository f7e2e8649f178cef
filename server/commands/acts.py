"""How the words below `city` are parsed: groups of acts, and acts with their database."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import TypeAlias

from server.commands.place import add_database_argument
from services.commands.outcome import Outcome

__all__ = ["Act", "Areas", "group", "leaf", "run"]

Act = Callable[[argparse.Namespace], Outcome]
Areas: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def group(areas: Areas, name: str, *, help: str) -> Areas:
    """A word below `city` that has acts below it."""
    return areas.add_parser(name, help=help).add_subparsers(dest="city_act", required=True)


def leaf(areas: Areas, name: str, act: Act, *, help: str) -> argparse.ArgumentParser:
    """A word that does `act`; every one takes `--db`."""
    parser = areas.add_parser(name, help=help)
    add_database_argument(parser)
    parser.set_defaults(run=run, act=act)
    return parser


def run(args: argparse.Namespace) -> Outcome:
    """Do the act named on the command line."""
    act: Act = args.act
    return act(args)
