"""Command restore: puts a backup back into a data folder; what was there is set aside."""

from __future__ import annotations

import argparse
from pathlib import Path

from models.words import tr
from services.assembly import secrets_for
from services.backups.restoring import Restored, restore_backup
from services.clock import SystemClock
from services.commands.opening import add_user_argument, login_and_password
from services.commands.outcome import OK, Outcome, home_of

__all__ = ["register", "restored_words", "run"]


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `restore FILE --home DIR`."""
    parser = subparsers.add_parser("restore", help="put a backup back into a data folder")
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("--name", default="", help="what people call this PC, if it is another")
    add_user_argument(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> Outcome:
    """Restore as an administrator whose password was in force when the backup was made."""
    home, clock = home_of(args), SystemClock()
    login, password = login_and_password(args)
    done = restore_backup(args.file, home, login, password=password, clock=clock,
                          secrets=secrets_for, name=args.name)  # fmt: skip
    data = {
        "office": done.unit_name, "made": done.made, "events": done.events,
        "attachments": done.attachments, "same_pc": done.same_pc,
        "needs_enrolment": not done.same_pc, "aside": str(done.aside) if done.aside else None,
    }  # fmt: skip
    return Outcome(OK, restored_words(done), data)


def restored_words(done: Restored) -> str:
    """What was put back, and what the person must do now."""
    first = tr(
        "Đã phục hồi {office}: {events} sự kiện, bản sao lưu lúc {made}.",
        office=done.unit_name, events=done.events, made=done.made[:16].replace("T", " "),
    )  # fmt: skip
    if done.same_pc:
        then = tr("Máy sẽ mở nhật ký mới ở lần đăng nhập tới; hãy đồng bộ trước khi tiếp nhận.")
    else:
        then = tr(
            "Máy này chưa có trong danh sách máy của cơ quan. Có nối thành phố hoặc còn máy khác: "
            "xin mã rồi chạy «enrol» trước khi làm việc. Chỉ có một máy và chưa nối: cứ làm việc."
        )
    return f"{first} {then}"
