"""Command journal: verify every link, export it for an auditor, make the tables from it anew."""

from __future__ import annotations

import argparse
from pathlib import Path

from models.errors import NotAllowed
from models.words import tr
from services.commands.opening import add_user_argument, opened_office
from services.commands.outcome import NO, OK, Outcome
from services.journal.verify import verify_journal
from services.oversight.log import READERS, export_log
from services.rebuilding import demand_rebuild, rebuild_all
from services.store.unit import Store

__all__ = ["register", "run"]


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `journal verify`, `journal export FILE.jsonl` and `journal rebuild`."""
    parser = subparsers.add_parser("journal", help="check or export the journal, or read it anew")
    acts = parser.add_subparsers(dest="journal_act", required=True)
    verify = acts.add_parser("verify", help="check every hash, link and signature")
    export = acts.add_parser("export", help="write every event as one JSON line")
    export.add_argument("file", type=Path, metavar="FILE.jsonl")
    again = acts.add_parser("rebuild", help="make every table that is read from the journal anew")
    for each in (verify, export):
        add_user_argument(each)
        each.set_defaults(run=run)
    add_user_argument(again)
    again.set_defaults(run=run_rebuild)


def run(args: argparse.Namespace) -> Outcome:
    """Do the act named on the command line."""
    verifying = args.journal_act == "verify"
    with opened_office(args, read_only=verifying, training_login="giamsat") as office:
        if verifying:
            return _verify(office.core.store)
        if not office.who.staff.has(*READERS):
            raise NotAllowed(
                "NK-10",
                tr("Nhật ký có dữ liệu của người dân; tài khoản này không được xuất."),
                tr("Dùng tài khoản giám sát, lãnh đạo hoặc quản trị nghiệp vụ."),
            )
        count = export_log(office.core, office.who, args.file)
    text = tr("Đã xuất {count} sự kiện ra {file}.", count=count, file=args.file)
    return Outcome(OK, text, {"events": count, "file": str(args.file)})


def _verify(store: Store) -> Outcome:
    with store.read() as conn:
        report = verify_journal(conn)
    data = {
        "verified": report.verified, "events": report.events, "logs": report.logs,
        "broken": None if report.verified else {
            "log": report.broken_log, "seq": report.broken_seq, "reason": report.reason,
        },
    }  # fmt: skip
    if report.verified:
        text = tr(
            "Nhật ký nguyên vẹn: {count} sự kiện, {logs} máy.",
            count=report.events,
            logs=report.logs,
        )
        return Outcome(OK, text, data)
    text = tr(
        "Nhật ký hỏng ở máy {log}, sự kiện {seq}: {reason}.",
        log=report.broken_log[:8],
        seq=report.broken_seq,
        reason=report.reason,
    )
    return Outcome(NO, text, data)


def run_rebuild(args: argparse.Namespace) -> Outcome:
    """Make every table anew, or go on where an interrupted rebuild stopped."""
    with opened_office(args, training_login="kythuat") as office:
        demand_rebuild(office.core, office.who)
        count = rebuild_all(office.core)
    text = tr("Đã dựng lại các bảng tra cứu từ {count} chuỗi nhật ký.", count=count)
    return Outcome(OK, text, {"rebuilt": True, "streams": count})
