"""One process per data folder: a lock that dies with the process."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from models.errors import MachineError
from models.words import tr
from services.store.troubles import worded

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

__all__ = ["FolderLock"]


class FolderLock:
    """Holds `store.lock` in a folder until `release`; the system frees it if the process dies."""

    def __init__(self, folder: Path) -> None:
        """Take the lock or raise `MachineError` when another window or process holds it."""
        with worded():
            self._fd = os.open(folder / "store.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            _take(self._fd)
        except OSError as error:
            os.close(self._fd)
            raise MachineError(
                "KHO-08",
                tr("Một Cửa đang mở dữ liệu này ở một cửa sổ hoặc lệnh khác."),
                tr("Dùng cửa sổ đang mở, hoặc đóng nó rồi thử lại."),
            ) from error

    def release(self) -> None:
        """Give the folder back; doing so twice is harmless."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1


def _take(fd: int) -> None:
    if sys.platform == "win32":
        msvcrt.locking(fd, msvcrt.LK_NBLCK, 1)
    else:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
