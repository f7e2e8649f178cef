"""Command enrol: an office registers with the city, or an empty folder joins an office."""

from __future__ import annotations

import argparse
import sys

from models.errors import InputError
from models.words import tr
from services.clock import SystemClock
from services.commands.opening import add_user_argument, login_and_password, opened_office
from services.commands.outcome import OK, Outcome, home_of
from services.office_file import find_office
from services.sync.enrolment import Code, read_code, register_office
from services.sync.entering import enter_by_invitation
from services.sync.joining import Joined, join_by_invitation, join_office

__all__ = ["register", "run"]


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `enrol --server URL --code CODE`."""
    parser = subparsers.add_parser("enrol", help="register this office, or join one")
    parser.add_argument("--server", default="", metavar="URL", help="the city's https://address")
    parser.add_argument("--code", required=True, help="one-time code, or the text of its QR")
    parser.add_argument("--peer", default="", metavar="HOST[:PORT]",
                        help="a PC of the office that invites, instead of the city")  # fmt: skip
    parser.add_argument("--ca-file", default="", metavar="PEM", help="authority of the server")
    parser.add_argument("--name", default="", help="what people call this PC (default: host name)")
    add_user_argument(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> Outcome:
    """Register when the folder has an office, join when it has none."""
    if args.peer:
        known = find_office(home_of(args)) is not None
        return _enter(args) if known else _join_by_invitation(args)
    code = read_code(args.code)
    server = args.server or code.server
    if not server:
        raise InputError(
            "DL-47", tr("Chưa biết địa chỉ máy chủ."), tr("Thêm --server URL hoặc dùng mã QR.")
        )
    if find_office(home_of(args)) is None:
        return _join(args, code, server)
    return _register(args, code, server)


def _register(args: argparse.Namespace, code: Code, server: str) -> Outcome:
    with opened_office(args, training_login="quantri") as office:
        place = register_office(office, code, server=server, ca_file=args.ca_file,
                                name=args.name)  # fmt: skip
    text = tr("{office} đã ghi danh với thành phố; máy này mang số {slot}.",
              office=place.name, slot=place.slot)  # fmt: skip
    if place.known:
        text = tr("Máy này đã ghi danh từ trước, mang số {slot}; mã chưa bị dùng, hãy nhập ở máy "
                  "cần ghi danh.", slot=place.slot)  # fmt: skip
    return Outcome(OK, text, {"office": place.office, "name": place.name, "slot": place.slot,
                              "joined": False, "known": place.known})  # fmt: skip


def _enter(args: argparse.Namespace) -> Outcome:
    with opened_office(args, training_login="quantri") as office:
        place = enter_by_invitation(office, args.code, peer=args.peer, name=args.name)
    text = tr("Máy này được nhận tạm vào {office}, mang số {slot}.", office=place.name,
              slot=place.slot)  # fmt: skip
    return Outcome(OK, text, {"office": place.office, "name": place.name, "slot": place.slot,
                              "joined": False, "known": place.known})  # fmt: skip


def _join(args: argparse.Namespace, code: Code, server: str) -> Outcome:
    login, password = login_and_password(args)
    done = join_office(home_of(args), code, login, password=password, server=server,
                       ca_file=args.ca_file, clock=SystemClock(), tell=_tell,
                       name=args.name)  # fmt: skip
    return _joined(done)


def _join_by_invitation(args: argparse.Namespace) -> Outcome:
    login, password = login_and_password(args)
    done = join_by_invitation(home_of(args), args.code, login, password=password, peer=args.peer,
                              clock=SystemClock(), tell=_tell, name=args.name)  # fmt: skip
    return _joined(done)


def _joined(done: Joined) -> Outcome:
    text = tr("Máy này đã vào {office}, mang số {slot}, có {events} sự kiện.",
              office=done.office.unit_name, slot=done.place.slot, events=done.events)  # fmt: skip
    data = {
        "office": done.place.office, "name": done.office.unit_name, "slot": done.place.slot,
        "joined": True, "events": done.events,
    }  # fmt: skip
    return Outcome(OK, text, data)


def _tell(done: int, total: int) -> None:
    words = tr("Đã tải {done}/{total} sự kiện", done=done, total=total)
    sys.stderr.write(f"{words}\n")
