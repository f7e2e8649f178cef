"""The one safe way to put a small file on disk: all of it is there after a power cut, or none."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable
from pathlib import Path

from services.store.troubles import worded

__all__ = ["TEMP_SUFFIX", "make_folder", "sweep_temps", "sync_folder", "write_file", "write_temp"]

TEMP_SUFFIX = ".tmp"


def write_file(path: Path, data: bytes) -> None:
    """Replace `path` by `data`: temp file beside it, fsync, rename, fsync of the folder.

    Raises `MachineError` on a full or read-only disk; the old content then still stands.
    """
    with worded():
        temp = write_temp(path.parent, data)
        try:
            os.replace(temp, path)
        except BaseException:
            temp.unlink(missing_ok=True)
            raise
        sync_folder(path.parent)


def write_temp(folder: Path, data: bytes | Iterable[bytes]) -> Path:
    """A new synced file in `folder` under a random name, readable by this account only.

    `data` may come in pieces, so that nobody has to hold a large file in memory.
    """
    temp = folder / f".{secrets.token_hex(8)}{TEMP_SUFFIX}"
    fd = os.open(temp, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    try:
        with os.fdopen(fd, "wb") as file:
            file.writelines((data,) if isinstance(data, bytes) else data)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        temp.unlink(missing_ok=True)
        raise
    return temp


def sync_folder(folder: Path) -> None:
    """Make names in `folder` survive a power cut (Windows has no such call and needs none)."""
    if os.name == "nt":
        return
    fd = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def make_folder(folder: Path) -> None:
    """Create `folder` if missing, durably; closed to other accounts."""
    with worded():
        if not folder.is_dir():
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            sync_folder(folder.parent)


def sweep_temps(folder: Path) -> int:
    """Remove temp files that a crash left under `folder`; returns how many."""
    found = list(folder.rglob(f".*{TEMP_SUFFIX}"))
    with worded():
        for path in found:
            path.unlink(missing_ok=True)
    return len(found)
