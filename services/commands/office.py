"""Command office: lets another PC into this office while the city cannot be reached."""

from __future__ import annotations

import argparse

from models.words import tr
from services.commands.opening import add_user_argument, opened_office
from services.commands.outcome import OK, Outcome
from services.sync.addresses import here
from services.sync.inviting import invite

__all__ = ["register", "run"]


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `office invite`."""
    parser = subparsers.add_parser("office", help="machines of this office")
    acts = parser.add_subparsers(dest="office_act", required=True)
    one = acts.add_parser("invite", help="a code for one new PC on the local network")
    add_user_argument(one)
    one.set_defaults(run=run)


def run(args: argparse.Namespace) -> Outcome:
    """Open an invitation; this PC must then be listening (its window open, or `serve hub`)."""
    with opened_office(args, training_login="quantri") as office:
        made = invite(office)
    text = tr("Mã mời: {code}, dùng một lần trong {minutes} phút. Địa chỉ máy này: {hosts}.",
              code=made.code, minutes=made.minutes, hosts=", ".join(here()) or "?")  # fmt: skip
    return Outcome(OK, text, {"code": made.code, "minutes": made.minutes, "hosts": list(here())})
