"""Runs a program and ends it with everything it started when whoever asked for it is gone.

`python keeper.py [--user NAME] [--signal INT] [--remove DIR] [--folder DIR] -- program arguments`.
It holds its standard input open towards the test run: the end of that pipe, whatever the reason
(also SIGKILL), ends the program. Standard library only: it starts before anything else is imported.
"""

from __future__ import annotations

import argparse
import ctypes
import os
import pwd
import select
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

SET_CHILD_SUBREAPER = 36
PATIENCE = 20.0
"""Seconds a program gets to end by itself before it is killed."""


@contextmanager
def kept(
    command: Sequence[str], *, options: Sequence[str] = (), **popen: object
) -> Iterator[subprocess.Popen[bytes]]:
    """`command` running under a keeper of its own; ended, reaped and swept when the block ends."""
    with subprocess.Popen(
        [sys.executable, "-S", "-E", str(Path(__file__)), *options, "--", *command],
        stdin=subprocess.PIPE,
        start_new_session=True,  # Ctrl-C at the terminal is for the test run; the pipe tells us
        **popen,  # type: ignore[call-overload]
    ) as keeper:
        try:
            yield keeper
        finally:
            keeper.stdin.close()
            try:
                keeper.wait(PATIENCE + 10)
            except subprocess.TimeoutExpired:
                keeper.kill()


def _children() -> list[int]:
    """Processes whose parent is this one now, orphans of the program included."""
    with suppress(OSError):
        return [int(pid) for pid in Path("/proc/thread-self/children").read_text().split()]
    return []


def _neighbours(pid: int) -> list[int]:
    """Everybody in the network namespace of `pid`, where that is one of its own."""
    with suppress(OSError):
        theirs, ours = (os.stat(f"/proc/{who}/ns/net").st_ino for who in (pid, "self"))
        if theirs != ours:
            return [int(p.name) for p in Path("/proc").glob("[0-9]*") if _net_of(p) == theirs]
    return []


def _net_of(process: Path) -> int:
    with suppress(OSError):
        return (process / "ns/net").stat().st_ino
    return 0


def _kill(pids: Sequence[int]) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def _end(program: subprocess.Popen[bytes], how: signal.Signals) -> int:
    """Ask the program to end, wait, then kill whatever is left of it and of its children."""
    _kill([pid for pid in _neighbours(program.pid) if pid != program.pid])
    program.send_signal(how)
    with suppress(subprocess.TimeoutExpired):
        program.wait(PATIENCE)
    until = time.monotonic() + PATIENCE
    while (left := _children()) and time.monotonic() < until:
        _kill(left)
        with suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        time.sleep(0.01)
    return program.poll() or 0


def main(argv: list[str]) -> int:
    """Run, wait for the end of the program or of the pipe, clean up; the program's exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--user", help="run the program as this account (from root)")
    parser.add_argument("--signal", default="TERM", help="how the program is asked to end")
    parser.add_argument("--remove", type=Path, help="a folder of ours to remove afterwards")
    parser.add_argument("--folder", default="/", help="where the program is started")
    parser.add_argument("command", nargs="+")
    args = parser.parse_args(argv)
    ctypes.CDLL(None).prctl(SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    account = {}
    if args.user:
        entry = pwd.getpwnam(args.user)
        account = {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    program = subprocess.Popen(args.command, stdin=subprocess.DEVNULL, cwd=args.folder, **account)
    told: list[int] = []
    for end in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(end, lambda number, _: told.append(number))
    while program.poll() is None and not told:
        if select.select([0], [], [], 0.1)[0]:
            break
    code = _end(program, signal.Signals[f"SIG{args.signal}"])
    if args.remove:
        shutil.rmtree(args.remove, ignore_errors=True)
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
