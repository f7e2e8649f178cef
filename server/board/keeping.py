"""Keeps the process that folds for the board running beside a server, for as long as it serves."""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["folding_beside"]

MAIN = Path(__file__).resolve().parents[2] / "main.py"
AGAIN_S = 1.0
PATIENCE_S = 30.0
"""How long a batch may take to end after the order to stop."""

log = logging.getLogger("mot-cua.board")


@contextmanager
def folding_beside(home: Path) -> Iterator[None]:
    """`serve board` on the database of MOTCUA_CITY_DB during the block; started anew when it dies.

    Its standard input is a pipe that we hold: when this process is gone, in whatever way, it ends.
    """
    command = [sys.executable, str(MAIN), "serve", "board", "--beside", "--home", str(home)]
    keeper = _Keeper(command)
    watching = threading.Thread(target=keeper.watch, name="board-keeper", daemon=True)
    watching.start()
    try:
        yield
    finally:
        keeper.end()
        watching.join()


class _Keeper:
    def __init__(self, command: list[str]) -> None:
        self._command = command
        self._ended = threading.Event()
        self._lock = threading.Lock()
        self._process = self._start()

    def watch(self) -> None:
        """Start another whenever the process has died, until the end."""
        while True:
            code = self._process.wait()
            if self._ended.wait(AGAIN_S):
                return
            log.warning("board: the folding process ended with %s; another starts", code)
            with self._lock:
                if self._ended.is_set():
                    return
                self._process = self._start()

    def end(self) -> None:
        """Let the process end its batch; kill it when it takes too long."""
        with self._lock:
            self._ended.set()
            process = self._process
        if process.stdin is not None:
            process.stdin.close()
        try:
            process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            process.kill()

    def _start(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(self._command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
