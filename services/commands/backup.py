"""Command backup: the whole office in one file, made while the program runs, then opened."""

from __future__ import annotations

import argparse
from pathlib import Path

from models.errors import InputError
from models.words import tr
from services.assembly import vault_of
from services.backups.making import make_backup
from services.clock import SystemClock
from services.commands.opening import add_user_argument, login_and_password
from services.commands.outcome import OK, Outcome, home_of

__all__ = ["register", "run"]


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `backup FILE`."""
    parser = subparsers.add_parser("backup", help="copy the whole office into one file")
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("--overwrite", action="store_true", help="replace FILE if it exists")
    add_user_argument(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> Outcome:
    """Make the backup as an administrator; raises `InputError` SL-08 for a file that exists."""
    if args.file.exists() and not args.overwrite:
        raise InputError(
            "SL-08", tr("Đã có tệp {file}.", file=args.file),
            tr("Chọn tên khác, hoặc thêm --overwrite để ghi đè."), field="file",
        )  # fmt: skip
    home, clock = home_of(args), SystemClock()
    login, password = login_and_password(args, training_login="quantri")
    made = make_backup(home, vault_of(home, clock), args.file, login=login, password=password,
                       clock=clock)  # fmt: skip
    text = tr(
        "Đã sao lưu {events} sự kiện và {attachments} tệp đính kèm vào {file}, đã mở lại và kiểm "
        "tra nguyên vẹn.",
        events=made.events, attachments=made.attachments, file=made.file,
    )  # fmt: skip
    if made.damaged:
        text += " " + tr("{count} tệp đính kèm đã hỏng trên đĩa này nên không có trong đó.",
                         count=len(made.damaged))  # fmt: skip
    data = {
        "file": str(made.file), "size": made.size, "events": made.events,
        "attachments": made.attachments, "damaged": list(made.damaged), "verified": True,
    }  # fmt: skip
    return Outcome(OK, text, data)
