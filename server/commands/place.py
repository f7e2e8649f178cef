"""Which city a command works on: the database it names, and that a city stands there already.

A second city made unknowingly has a key of its own that no PC believes, so only `serve city` and
`city office add` found one; everything else refuses a place where none stands (MC-08, MC-09).
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable

from models.errors import InputError
from models.words import tr
from server.city_key import KEY_FILE
from server.context import CityContext, opened_city, standing_city
from server.store.opening import default_url, open_standing
from server.store.unit import CityDatabase
from services.commands.outcome import Outcome, home_of

__all__ = ["add_database_argument", "database_of", "founding_city", "with_city", "with_database"]

VARIABLE = "MOTCUA_CITY_DB"


def add_database_argument(parser: argparse.ArgumentParser) -> None:
    """`--db URL`, see `database_of`."""
    parser.add_argument("--db", metavar="URL", help="postgresql+psycopg://… or sqlite:///FILE")


def database_of(args: argparse.Namespace) -> str:
    """--db, else MOTCUA_CITY_DB, else the embedded database below --home.

    Raises `InputError` MC-05 for one that is named and empty: somebody meant another one.
    """
    named = args.db if args.db is not None else os.environ.get(VARIABLE)
    if named is None:
        return default_url(home_of(args))
    if not named.strip():
        raise InputError(
            "MC-05",
            tr("Địa chỉ cơ sở dữ liệu không đúng dạng."),
            tr("Dùng postgresql+psycopg://TÀI-KHOẢN@MÁY/TÊN hoặc sqlite:///TỆP."),
        )
    return named


def with_city(args: argparse.Namespace, act: Callable[[CityContext], Outcome]) -> Outcome:
    """Do `act` on the city that stands where `args` says."""
    with standing_city(database_of(args), home_of(args)) as city:
        return act(city)


def with_database(args: argparse.Namespace, act: Callable[[CityDatabase], Outcome]) -> Outcome:
    """Do `act` on its database alone, without its key."""
    database = open_standing(database_of(args), home=home_of(args))
    try:
        return act(database)
    finally:
        database.close()


def founding_city(args: argparse.Namespace, act: Callable[[CityContext], Outcome]) -> Outcome:
    """The same as `with_city`; founds the city first when the place was named and has none.

    A home that holds a city's key already belongs to a city with its database elsewhere (MC-08).
    """
    url, home = database_of(args), home_of(args)
    named = args.db or args.home or os.environ.get(VARIABLE) or os.environ.get("MOTCUA_HOME")
    if args.new or (named and not (home / KEY_FILE).exists()):
        with opened_city(url, home) as city:
            return act(city)
    return with_city(args, act)
