"""Slows down guessing of passwords: after 5 wrong ones 30 s, doubling up to 15 minutes."""

from __future__ import annotations

import contextlib
import json
from datetime import datetime, timedelta
from pathlib import Path

from models.errors import MachineError, TooManyTries
from models.words import tr
from services.clock import Clock
from services.store.files import write_file

__all__ = ["Throttle"]

FREE_TRIES = 5
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(minutes=15)
EVERYBODY = "*"


class Throttle:
    """Counts wrong passwords per user in a file of its own, so that it works before unlocking.

    A missing or unreadable file counts as 5 wrong passwords of everybody: deleting it gains
    nothing. A clock turned back starts the wait again. On a disk that refuses writing the count
    is not kept: people must still be able to look at their data.
    """

    def __init__(self, path: Path, clock: Clock) -> None:
        self._path = path
        self._clock = clock

    def start(self) -> None:
        """Begin with nobody having failed; for a new vault."""
        write_file(self._path, b"{}")

    def admit(self, user: str) -> None:
        """Let one try of `user` through and count it as wrong until `clear`, or `NotAllowed`."""
        counts = self._counts()
        failures, last = counts.get(user) or counts.get(EVERYBODY) or (0, self._clock.now())
        now = self._clock.now()
        wait = wait_after(failures)
        left = last + wait - now
        if failures >= FREE_TRIES and left > timedelta(0):
            if left > wait:
                self._save({**counts, user: (failures, now)})
            raise _wait_first(min(left, wait))
        self._save({**counts, user: (failures + 1, now)})

    def clear(self, user: str) -> None:
        """Forget the wrong passwords of `user` after a right one."""
        counts = self._counts()
        self._save({**counts, user: (0, self._clock.now())})

    def _counts(self) -> dict[str, tuple[int, datetime]]:
        try:
            stored = json.loads(self._path.read_bytes())
            return {
                name: (int(failures), datetime.fromisoformat(last))
                for name, (failures, last) in stored.items()
            }
        except (OSError, ValueError, TypeError, AttributeError):
            lost = {EVERYBODY: (FREE_TRIES, self._clock.now())}
            self._save(lost)
            return lost

    def _save(self, counts: dict[str, tuple[int, datetime]]) -> None:
        data = {name: (failures, last.isoformat()) for name, (failures, last) in counts.items()}
        with contextlib.suppress(MachineError):
            write_file(self._path, json.dumps(data).encode())


def wait_after(failures: int) -> timedelta:
    """How long to wait after so many wrong passwords in a row; nothing for the first four."""
    if failures < FREE_TRIES:
        return timedelta(0)
    doublings: int = min(failures - FREE_TRIES, 10)
    return min(FIRST_WAIT * (1 << doublings), LONGEST_WAIT)


def _wait_first(left: timedelta) -> TooManyTries:
    seconds = -(-left // timedelta(seconds=1))
    return TooManyTries(
        "KHO-33",
        tr("Đã nhập sai mật khẩu nhiều lần."),
        tr("Đợi {seconds} giây rồi thử lại.", seconds=seconds),
        seconds=seconds,
    )
