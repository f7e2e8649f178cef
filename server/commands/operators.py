"""Commands `city operator add|list|remove`: who may look at the board."""

from __future__ import annotations

import argparse

from sqlalchemy import select

from models.errors import InputError
from models.words import tr
from server.board.operators import RIGHTS, Operator, add_operator, new_token, remove_operator
from server.board.tables import operator
from server.commands.acts import Areas, group, leaf
from server.commands.place import with_database
from server.offices import get_office
from server.store.unit import CityDatabase
from services.clock import SystemClock
from services.commands.opening import read_password
from services.commands.outcome import NO, OK, Outcome

__all__ = ["register_operators"]

def register_operators(areas: Areas) -> None:
    """Add the commands below `city`."""
    acts = group(areas, "operator", help="who may look at the board")
    leaf(acts, "list", _list, help="operators with their offices and rights")
    add = leaf(acts, "add", _add, help="a new operator, or a new password for one")
    add.add_argument("login", metavar="LOGIN")
    add.add_argument("--name", default="", help="as shown on the board")
    add.add_argument("--office", action="append", default=[], metavar="CODE",
                     help="see this office only; may be repeated")  # fmt: skip
    add.add_argument("--right", action="append", default=[], choices=RIGHTS,
                     help="besides «view»: see who handed in, change limits")  # fmt: skip
    add.add_argument("--token", action="store_true", help="also make a key for the JSON API")
    remove = leaf(acts, "remove", _remove, help="take the access away")
    remove.add_argument("login", metavar="LOGIN")


def _add(args: argparse.Namespace) -> Outcome:
    clock = SystemClock()
    person = Operator(
        args.login, args.name or args.login, frozenset(args.office) if args.office else None,
        frozenset({"view", *args.right}),
    )  # fmt: skip

    def act(database: CityDatabase) -> Outcome:
        for office in args.office:
            get_office(database, office)
        add_operator(database, person, read_password(_no_password), clock=clock)
        data: dict[str, object] = {
            "login": person.login, "offices": sorted(person.offices or ()) or "*",
            "rights": sorted(person.rights),
        }  # fmt: skip
        text = tr("Đã thêm {login} vào bảng điều hành.", login=person.login)
        if args.token:
            data["token"] = new_token(database, person.login, clock=clock)
            said = tr("Khóa API, chỉ hiện lần này: {token}", token=data["token"])
            text = f"{text}\n{said}"
        return Outcome(OK, text, data)

    return with_database(args, act)


def _remove(args: argparse.Namespace) -> Outcome:
    def act(database: CityDatabase) -> Outcome:
        if not remove_operator(database, args.login, clock=SystemClock()):
            return Outcome(
                NO, tr("Không có ai tên đăng nhập {login}.", login=args.login), {"removed": False}
            )
        text = tr("{login} không còn vào được bảng điều hành.", login=args.login)
        return Outcome(OK, text, {"removed": True})

    return with_database(args, act)


def _list(args: argparse.Namespace) -> Outcome:
    o = operator.c
    query = select(o.login, o.name, o.offices, o.rights).where(o.active == 1).order_by(o.login)

    def act(database: CityDatabase) -> Outcome:
        with database.read("") as tx:
            rows = [dict(row) for row in tx.execute(query).mappings()]
        lines = [f"{r['login']:<20}  {r['offices']:<10}  {r['rights']}  {r['name']}" for r in rows]
        text = "\n".join(lines) or tr("Chưa có ai được vào bảng điều hành.")
        return Outcome(OK, text, {"operators": rows})

    return with_database(args, act)


def _no_password() -> InputError:
    return InputError(
        "DL-43",
        tr("Không có mật khẩu cho người dùng mới."),
        tr("Hãy đặt biến MOTCUA_PASSWORD hoặc chạy lệnh trong cửa sổ dòng lệnh."),
    )
