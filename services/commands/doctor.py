"""Command doctor: is this PC fit? Versions, pragmas, integrity, chain, fonts, clock, disk, keys."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path

from models.errors import OfficeError
from models.words import tr
from services.checkup import Finding, look_at_data, look_at_pc
from services.commands.opening import add_user_argument, opened_office
from services.commands.outcome import CANNOT_TELL, NO, OK, Outcome, home_of
from services.office_file import find_office

__all__ = ["register", "run"]


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `doctor`."""
    parser = subparsers.add_parser("doctor", help="check this PC and its data")
    add_user_argument(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> Outcome:
    """Look at everything that can be looked at; data only when somebody can open them."""
    home = home_of(args)
    findings = look_at_pc(home)
    findings += _data(args, home)
    states = {f.state for f in findings}
    code = NO if "bad" in states else CANNOT_TELL if "unknown" in states else OK
    marks = {"ok": "✓", "warning": "!", "bad": "✗", "unknown": "?"}
    text = "\n".join(f"{marks[f.state]} {f.name}: {f.words}" for f in findings)
    return Outcome(code, text, {"findings": [asdict(f) for f in findings]})


def _data(args: argparse.Namespace, home: Path) -> list[Finding]:
    office = find_office(home)
    if office is None:
        return [Finding("data", "warning", tr("thư mục này chưa có văn phòng"))]
    if not args.user and not office.training:
        words = tr("cần --user và mật khẩu để kiểm tra dữ liệu")
        return [Finding("data", "unknown", words)]
    try:
        with opened_office(args, read_only=True, training_login="kythuat") as opened:
            return look_at_data(opened)
    except OfficeError as error:
        return [Finding("data", "bad", f"{error.sentence()} [{error.code}]")]
