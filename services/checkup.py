"""Is this PC fit? Versions, fonts, disk, clock, keys, and with an open office its data."""

from __future__ import annotations

import os
import platform
import shutil
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from models.errors import OfficeError
from models.words import tr
from services.assembly import OpenOffice
from services.clock import SystemClock
from services.core import Core
from services.documents.fonts import font_folders, load_fonts
from services.journal.verify import verify_journal
from services.rebuilding import kind_words, outdated
from services.store.engine import read_pragmas
from services.store.health import find_damage

__all__ = ["DeviceFacts", "Finding", "device_facts", "finding_words", "look_at_data", "look_at_pc"]

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


@dataclass(frozen=True)
class DeviceFacts:
    """This device as the journal knows it, and how much room its data take (bytes)."""

    name: str
    log: str
    slot: int
    incarnation: int
    home: Path
    store_size: int
    blobs_size: int
    free: int
    events: int


def device_facts(core: Core) -> DeviceFacts:
    """What an administrator reads out to the help desk."""
    device = core.journal.device
    with core.store.read() as conn:
        events = int(conn.exec_driver_sql("SELECT count(*) FROM ev").scalar_one())
    return DeviceFacts(
        device.name, device.log.hex(), device.slot, device.incarnation, core.home,
        _size(core.home.glob("store.db*")), _size((core.home / "blobs").rglob("*")),
        shutil.disk_usage(core.home).free, events,
    )  # fmt: skip


def _size(paths: Iterable[Path]) -> int:
    return sum(path.stat().st_size for path in paths if path.is_file())


def finding_words(name: str) -> str:
    """What one of the looks is called."""
    return {
        "versions": tr("Phiên bản"),
        "fonts": tr("Phông chữ"),
        "disk": tr("Ổ đĩa"),
        "clock": tr("Đồng hồ"),
        "token": tr("Tệp khóa ký"),
        "data": tr("Dữ liệu"),
        "pragmas": tr("Thiết lập an toàn"),
        "integrity": tr("Tệp dữ liệu"),
        "chain": tr("Chuỗi nhật ký"),
        "readings": tr("Bảng tra cứu"),
    }.get(name, name)


def look_at_pc(home: Path) -> list[Finding]:
    """What can be seen without opening any data."""
    return [_versions(), _fonts(), _disk(home), _clock(home), _keys(home)]


def look_at_data(office: OpenOffice) -> list[Finding]:
    """What only somebody who opened the office can see; reads the whole file."""
    return [_pragmas(office), _integrity(office), _chain(office), _readings(office)]


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


def _readings(office: OpenOffice) -> Finding:
    """Whether the tables come from the rules of this program, or are still being made anew."""
    with office.core.store.read() as conn:
        old = outdated(conn)
    if not old:
        return Finding("readings", "ok", tr("đọc từ nhật ký theo quy tắc của bản này"))
    names = ", ".join(map(kind_words, old))
    return Finding("readings", "warning", tr("chờ dựng lại từ nhật ký: {names}", names=names))
