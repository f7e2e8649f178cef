"""Command doctor: is this PC fit? Versions, pragmas, integrity, chain, fonts, clock, disk, keys."""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path

from models.errors import OfficeError
from models.words import tr
from services.assembly import OpenOffice
from services.clock import SystemClock
from services.commands.opening import add_user_argument, opened_office
from services.commands.outcome import CANNOT_TELL, NO, OK, Outcome, home_of
from services.documents.fonts import font_folders, load_fonts
from services.journal.verify import verify_journal
from services.office_file import find_office
from services.store.engine import read_pragmas
from services.store.health import find_damage

__all__ = ["Finding", "register", "run"]

PACKAGES = (
    "PySide6-Essentials",
    "SQLAlchemy",
    "sqlcipher3",
    "reportlab",
    "pyHanko",
    "cryptography",
)
LITTLE_DISK = 500 * 1024 * 1024


@dataclass(frozen=True)
class Finding:
    """One thing looked at; `state` is ok, warning, bad or unknown."""

    name: str
    state: str
    words: str


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `doctor`."""
    parser = subparsers.add_parser("doctor", help="check this PC and its data")
    add_user_argument(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> Outcome:
    """Look at everything that can be looked at; data only when somebody can open them."""
    home = home_of(args)
    findings = [_versions(), _fonts(), _disk(home), _clock(home), _keys(home)]
    findings += _data(args, home)
    states = {f.state for f in findings}
    code = NO if "bad" in states else CANNOT_TELL if "unknown" in states else OK
    marks = {"ok": "✓", "warning": "!", "bad": "✗", "unknown": "?"}
    text = "\n".join(f"{marks[f.state]} {f.name}: {f.words}" for f in findings)
    return Outcome(code, text, {"findings": [asdict(f) for f in findings]})


def _guarded(name: str, look: Callable[[], Finding]) -> Finding:
    try:
        return look()
    except OfficeError as error:
        return Finding(name, "bad", f"{error.sentence()} [{error.code}]")


def _versions() -> Finding:
    names = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    words = f"Python {platform.python_version()}, {names}"
    good = (3, 11) <= sys.version_info < (3, 14)
    return Finding("versions", "ok" if good else "bad", words)


def _fonts() -> Finding:
    def look() -> Finding:
        found = load_fonts(font_folders(os.environ))
        return Finding("fonts", "ok", str(found.folder))

    return _guarded("fonts", look)


def _disk(home: Path) -> Finding:
    place = next((p for p in (home, *home.parents) if p.exists()), Path("/"))
    free = shutil.disk_usage(place).free
    words = tr("còn trống {count} MB", count=free // 1024 // 1024)
    writable = os.access(place, os.W_OK)
    if not writable:
        return Finding("disk", "bad", tr("không ghi được vào {folder}", folder=place))
    return Finding("disk", "ok" if free > LITTLE_DISK else "warning", words)


def _clock(home: Path) -> Finding:
    """The clock must not stand before the newest thing this program wrote."""
    now = SystemClock().now()
    files = [p.stat().st_mtime for p in home.glob("store.db*")]
    if files and max(files) > now.timestamp() + 120:
        return Finding("clock", "bad", tr("đồng hồ chạy lùi so với lần ghi cuối"))
    words = tr("{now}; chưa so được với máy chủ thành phố", now=f"{now:%d/%m/%Y %H:%M:%S %z}")
    return Finding("clock", "ok", words)


def _keys(home: Path) -> Finding:
    files = sorted((home / "keys").glob("*.p12"))
    if not files:
        return Finding("token", "warning", tr("chưa có tệp khóa ký nào trong thư mục keys"))
    return Finding("token", "ok", tr("{count} tệp khóa PKCS#12", count=len(files)))


def _data(args: argparse.Namespace, home: Path) -> list[Finding]:
    office = find_office(home)
    if office is None:
        return [Finding("data", "warning", tr("thư mục này chưa có văn phòng"))]
    if not args.user and not office.training:
        words = tr("cần --user và mật khẩu để kiểm tra dữ liệu")
        return [Finding("data", "unknown", words)]
    try:
        with opened_office(args, read_only=True, training_login="kythuat") as opened:
            return [_pragmas(opened), _integrity(opened), _chain(opened)]
    except OfficeError as error:
        return [Finding("data", "bad", f"{error.sentence()} [{error.code}]")]


def _pragmas(office: OpenOffice) -> Finding:
    found = read_pragmas(office.core.store.engine)
    return Finding("pragmas", "ok", ", ".join(f"{k}={v}" for k, v in found.items()))


def _integrity(office: OpenOffice) -> Finding:
    damage = find_damage(office.core.store)
    if damage:
        return Finding("integrity", "bad", "; ".join(damage))
    return Finding("integrity", "ok", tr("tệp dữ liệu nguyên vẹn"))


def _chain(office: OpenOffice) -> Finding:
    with office.core.store.read() as conn:
        report = verify_journal(conn)
    if report.verified:
        return Finding("chain", "ok", tr("{count} sự kiện nối đúng", count=report.events))
    words = tr("hỏng ở sự kiện {seq}: {reason}", seq=report.broken_seq, reason=report.reason)
    return Finding("chain", "bad", words)
