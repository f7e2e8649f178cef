"""Opens a backup the way a restore will: members, store, chain, ends of logs; before it counts."""

from __future__ import annotations

import hmac
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

from models.errors import OfficeError
from services.backups.container import (
    MANIFEST,
    STORE,
    Manifest,
    damaged,
    digest_of,
    mac_of,
    not_a_backup,
    read_manifest,
)
from services.journal.reading import heads
from services.journal.verify import verify_journal
from services.store.engine import Access
from services.store.files import make_folder
from services.store.health import find_damage
from services.store.troubles import worded
from services.store.unit import Store

__all__ = ["FindKey", "unpack_checked"]

PIECE = 1 << 20
NO_ZIP = (
    zipfile.BadZipFile, OSError, KeyError, NotImplementedError,
    EOFError, RuntimeError, ValueError, struct.error, zlib.error,
)  # fmt: skip
"""What Python's reader of ZIP files raises for files that are none, or not any more."""


FindKey = Callable[[Manifest], bytes]
"""The office key for a backup with that manifest; may raise `OfficeError`."""


def unpack_checked(file: Path, folder: Path, *, find_key: FindKey) -> tuple[Manifest, bytes]:
    """Unpack a backup into `folder` and check all of it; returns the manifest and the office key.

    Raises what `find_key` raises (SL-03 for a wrong password), `ForeignError` SL-01 or SL-02 for a
    file that is no backup or not whole, `MachineError` for a full disk.
    """
    try:
        with worded(), zipfile.ZipFile(file) as archive:
            manifest, text, seal = read_manifest(archive)
            key = find_key(manifest)
            if not hmac.compare_digest(mac_of(text, key), seal):
                raise damaged(MANIFEST)
            for name, digest in manifest.members.items():
                _unpack(archive, name, folder, digest=digest)
    except NO_ZIP as error:
        raise not_a_backup() from error
    _check_store(folder / STORE, key, manifest)
    return manifest, key


def _unpack(archive: zipfile.ZipFile, name: str, folder: Path, *, digest: str) -> None:
    if Path(name).is_absolute() or ".." in Path(name).parts:
        raise damaged(name)
    target = folder / name
    make_folder(target.parent)
    try:
        with archive.open(name) as source, target.open("wb") as out:
            while piece := source.read(PIECE):
                out.write(piece)
    except zipfile.BadZipFile as error:
        raise damaged(name) from error
    if digest_of(target) != digest:
        raise damaged(name)


def _check_store(path: Path, key: bytes, manifest: Manifest) -> None:
    try:
        with Store(path, key, access=Access.FROZEN, lock=None) as store:
            if find_damage(store):
                raise damaged(STORE)
            with store.read() as conn:
                report = verify_journal(conn)
                found = {log.hex(): (end.seq, end.hash.hex()) for log, end in heads(conn).items()}
    except OfficeError as error:
        raise damaged(STORE) from error
    if not report.verified or found != manifest.heads:
        raise damaged(STORE)
