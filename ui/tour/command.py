"""Command tour: drives the real windows through days at an office; leaves pictures, papers."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QApplication

from models.errors import InputError
from models.words import tr
from services.clock import VIETNAM, FixedClock
from services.commands.outcome import NO, OK, Outcome
from services.office_file import find_office
from ui.app import App, make_qt
from ui.failure import open_log
from ui.tour.guide import Guide
from ui.tour.keepsakes import collect, write_summary
from ui.tour.programme import FIRST_MORNING, programme

__all__ = ["register", "run"]

SIZES = {"1366x768": QSize(1366, 768), "1920x1080": QSize(1920, 1080)}


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `tour --out DIR`."""
    parser = subparsers.add_parser("tour", help="play some days at the desk, with pictures")
    parser.add_argument("--out", required=True, type=Path, metavar="DIR")
    parser.add_argument("--size", choices=tuple(SIZES), default="1366x768")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> Outcome:
    """Exit 0 only when every step happened and the journal holds."""
    out: Path = args.out.resolve()
    home = _home(args, out)
    out.mkdir(parents=True, exist_ok=True)
    for old in (*out.glob("[0-9][0-9]-*.png"), out / "summary.json"):
        old.unlink(missing_ok=True)
    _choose_screen()
    guide = _play(home, out, SIZES[args.size])
    summary = write_summary(out, guide, collect(out, home))
    lines = [f"{'✓' if each.ok else '✗'} {each.name} {each.problem}".rstrip()
             for each in guide.taken]  # fmt: skip
    done = all(each.ok for each in guide.taken) and summary["journal"]["verified"]
    lines.append(tr("Ảnh và giấy tờ nằm ở {folder}", folder=out))
    return Outcome(OK if done else NO, "\n".join(lines), summary)


def _home(args: argparse.Namespace, out: Path) -> Path:
    """The data folder of the tour: new each time, never one with an office in it."""
    if args.home:
        home = Path(args.home).expanduser()
        if find_office(home) is not None:
            raise InputError(
                "TQ-01",
                tr("Thư mục dữ liệu này đã có một cơ quan; chuyến tham quan cần thư mục trống."),
                tr("Bỏ --home hoặc chọn thư mục khác."),
            )
        return home
    home = out / "home"
    shutil.rmtree(home, ignore_errors=True)
    return home


def _choose_screen() -> None:
    """Draw off the screen where there is none."""
    bare = not any(os.environ.get(n) for n in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))
    if bare and sys.platform.startswith("linux"):
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    QApplication.setAttribute(Qt.ApplicationAttribute.AA_DontUseNativeDialogs)


def _play(home: Path, out: Path, size: QSize) -> Guide:
    """Open the program on a clock set by hand and take every step."""
    qt = make_qt(["mot-cua"])
    home.mkdir(parents=True, exist_ok=True)
    log = open_log(home / "logs")
    clock = FixedClock(datetime.fromisoformat(FIRST_MORNING).replace(tzinfo=VIETNAM))
    app = App(home, clock=clock)
    app.failures.install()
    qt.installEventFilter(app)
    guide = Guide(app, clock, out, size)
    try:
        app.start()
        guide.lead(programme())
    finally:
        app.close()
        app.failures.uninstall()
        qt.removeEventFilter(app)
        log.close()
        if app.window is not None:
            app.window.close()
    return guide
