"""Verifies foreign PDFs in a limited child process: no file may freeze or kill the window."""

from __future__ import annotations

import contextlib
import json
import queue
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO

from models.words import current_language, tr
from services.signing.roots import load_trust
from services.signing.verdict import State, Verdict
from services.signing.wire import verdict_from_data

__all__ = ["Limits", "verify_foreign"]

PROGRAM = Path(__file__).resolve().parents[2]
_NO_WINDOW = getattr(subprocess, "CREATE_NO_WINDOW", 0)


@dataclass(frozen=True)
class Limits:
    """What one foreign file may cost: bytes of address space, CPU seconds, seconds of waiting.

    `start` is waited in addition for the first answer: the child has to load its libraries.
    """

    memory: int = 512 * 1024 * 1024
    cpu: int = 10
    wait: float = 20.0
    start: float = 60.0


def verify_foreign(
    paths: Sequence[Path], roots: Path, *, now: datetime, limits: Limits | None = None
) -> list[Verdict]:
    """One verdict per path, in order, judged at `now` with the certificates in folder `roots`.

    A file that kills, starves or stalls the child is "cannot tell" and the rest goes on in a new
    child. Raises the errors of `load_trust` (KY-30..KY-32) before anything is opened.
    """
    load_trust(roots)
    limits = limits or Limits()
    answers: list[Verdict] = []
    while len(answers) < len(paths):
        rest = paths[len(answers) :]
        answers += _one_child(rest, roots, now=now, limits=limits)
        if len(answers) < len(paths):
            answers.append(_given_up())
    return answers


def _one_child(
    paths: Sequence[Path], roots: Path, *, now: datetime, limits: Limits
) -> list[Verdict]:
    """The answers of one child: all of them, or those before the file it died on."""
    request = {
        "paths": [str(path.absolute()) for path in paths],
        "roots": str(roots.absolute()),
        "now": now.isoformat(),
        "lang": current_language(),
        "memory": limits.memory,
        "cpu": limits.cpu,
    }
    child = subprocess.Popen(
        [sys.executable, "-m", "services.signing.child_main"],
        cwd=PROGRAM,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        encoding="utf-8",
        creationflags=_NO_WINDOW,
    )
    lines: queue.Queue[str] = queue.Queue()
    listener = threading.Thread(target=_listen, args=(child.stdout, lines), daemon=True)
    with child:
        listener.start()
        try:
            _ask(child, json.dumps(request))
            return _answers(lines, count=len(paths), limits=limits)
        finally:
            child.kill()
            listener.join()  # it ends with the pipe, which must not be closed under it


def _ask(child: subprocess.Popen[str], request: str) -> None:
    """Hand over the request; a child that died at once will simply not answer."""
    if child.stdin is not None:
        with contextlib.suppress(OSError), child.stdin:
            child.stdin.write(request + "\n")


def _answers(lines: queue.Queue[str], *, count: int, limits: Limits) -> list[Verdict]:
    answers: list[Verdict] = []
    try:
        for number in range(count):
            patience = limits.wait + (0 if number else limits.start)
            answers.append(verdict_from_data(json.loads(lines.get(timeout=patience))))
    except (queue.Empty, ValueError, KeyError):
        return answers
    return answers


def _listen(source: IO[str] | None, lines: queue.Queue[str]) -> None:
    """Pass on the child's lines; an empty one says that it has ended."""
    for line in source or ():
        lines.put(line)
    lines.put("")


def _given_up() -> Verdict:
    reason = tr("Tệp này đòi quá nhiều thời gian hoặc bộ nhớ nên việc kiểm tra đã bị dừng.")
    return Verdict(State.INDETERMINATE, (reason,), (), "")
