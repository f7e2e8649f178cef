"""Command serve board: folds what offices send into the city board's readings, without answering.

`serve city` starts one beside itself. Several may run, also on other machines: one at a time folds.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import sys
import threading
from types import FrameType

from models.words import tr
from server.board.loop import fold_until
from server.commands.place import add_database_argument, database_of
from server.logs import set_up_logs
from server.store.opening import open_standing
from services.clock import SystemClock
from services.commands.outcome import OK, Outcome, home_of

__all__ = ["register_board", "run"]

NICER = 10
"""Whoever answers an office goes first; this one gets about a tenth of a busy processor."""


def register_board(kinds: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `board` to the kinds of `serve`."""
    board = kinds.add_parser("board", help="folds for the city board; serve city starts one")
    add_database_argument(board)
    board.add_argument("--beside", action="store_true", help="end with the end of standard input")
    board.set_defaults(run=run)


def run(args: argparse.Namespace) -> Outcome:
    """Fold until the process is told to stop, or until whoever started it is gone."""
    set_up_logs()
    _give_way()
    stop = threading.Event()

    def end(_number: int, _frame: FrameType | None) -> None:
        if not args.beside:  # else Ctrl-C and systemd tell us too; the server ends us when it ends
            stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    if args.beside:
        threading.Thread(target=_wait_for_the_end, args=(stop,), daemon=True).start()
    database = open_standing(database_of(args), home=home_of(args))
    with contextlib.closing(database):
        fold_until(stop, database, SystemClock())
    return Outcome(OK, tr("Đã dừng cập nhật bảng điều hành."), {"stopped": True})


def _give_way() -> None:
    """Lower our own priority, where the system has such a thing for processes."""
    if hasattr(os, "nice"):
        os.nice(NICER)


def _wait_for_the_end(stop: threading.Event) -> None:
    sys.stdin.buffer.read()
    stop.set()
