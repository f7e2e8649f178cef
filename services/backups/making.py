"""Makes a backup while the office works: one moment of the store, checked before it counts."""

from __future__ import annotations

import os
import secrets
import shutil
import zipfile
from dataclasses import dataclass
from pathlib import Path

from models.errors import MachineError
from models.staff import Role
from models.words import tr
from services.backups.checking import FindKey, unpack_checked
from services.backups.container import STORE, Manifest, digest_of, office_key, write_manifest
from services.clock import Clock
from services.core import SignedIn
from services.credentials import credential_rows
from services.journal.incarnation import RESTORED, STATE
from services.journal.reading import heads
from services.office_file import read_office
from services.people import demand_role, get_staff, staff_rows
from services.store.blobs import BlobStore
from services.store.engine import Access, copy_encrypted
from services.store.files import TEMP_SUFFIX, sync_folder
from services.store.opening import STORE_FILE
from services.store.statement import rows_of
from services.store.troubles import worded
from services.store.unit import Store
from services.store.vault import Vault

__all__ = ["ADMINISTRATORS", "Backup", "cannot_write", "make_backup", "write_backup"]

ADMINISTRATORS = (Role.BUSINESS_ADMIN, Role.TECHNICAL_ADMIN)
_HERE_ONLY = "DELETE FROM sync_state WHERE name = 'place'"
_FILES = "SELECT hash, cipher_hash FROM blob ORDER BY cipher_hash"


@dataclass(frozen=True)
class Backup:
    """A backup that was made, opened and found whole; `size` in bytes.

    `damaged` are the attachments (SHA-256 of their bytes) that this disk cannot read any more:
    they are not in it, the rest is.
    """

    file: Path
    size: int
    events: int
    attachments: int
    damaged: tuple[str, ...] = ()


@dataclass(frozen=True)
class Keys:
    """The key of this PC's store and the office key, under which the backup lies."""

    store: bytes
    office: bytes


def make_backup(
    home: Path, vault: Vault, file: Path, *, login: str, password: str, clock: Clock
) -> Backup:
    """Write a backup for an administrator, who will need this password; replaces a file there.

    It works while another window has the office open. The new file stands under its name only
    after it was opened with this password and found whole. Raises `InputError` KHO-39 for a wrong
    password, `NotAllowed` TK-04 for nobody's administrator, `MachineError` for a full disk.
    """
    unlocked = vault.unlock(login, password)
    keys = Keys(vault.store_key(unlocked.key), unlocked.key)
    return _write(
        home, vault, file, keys=keys, clock=clock, staff=unlocked.staff_id,
        find_key=lambda found: office_key(found, login, password),
    )  # fmt: skip


def write_backup(
    home: Path, vault: Vault, file: Path, *, key: bytes, clock: Clock
) -> Backup:  # fmt: skip
    """The same with the office `key` of an office that is open: what an administrator ordered."""
    keys = Keys(vault.store_key(key), key)
    return _write(home, vault, file, keys=keys, clock=clock, staff="", find_key=lambda _found: key)


def _write(
    home: Path, vault: Vault, file: Path, *, keys: Keys, clock: Clock, staff: str,
    find_key: FindKey,
) -> Backup:  # fmt: skip
    work = file.parent / f".{file.name}.{secrets.token_hex(4)}{TEMP_SUFFIX}"
    try:
        with worded():
            work.mkdir(mode=0o700)
        copy_encrypted(home / STORE_FILE, keys.store, work / STORE, new_key=keys.office)
        made, damaged = _pack(home, vault, work, keys=keys, staff=staff, clock=clock)
        (work / "checked").mkdir()
        unpack_checked(work / "backup", work / "checked", find_key=find_key)
        with worded():
            size = (work / "backup").stat().st_size
            os.replace(work / "backup", file)
            sync_folder(file.parent)
    except FileNotFoundError as error:
        raise cannot_write() from error
    finally:
        shutil.rmtree(work, ignore_errors=True)
    events = sum(seq for seq, _ in made.heads.values())
    return Backup(file, size, events, made.attachments, damaged)


def _pack(
    home: Path, vault: Vault, work: Path, *, keys: Keys, staff: str, clock: Clock
) -> tuple[Manifest, tuple[str, ...]]:
    """Finish the copied store and put everything into `work/backup`; also what is damaged here."""
    with Store(work / STORE, keys.office, access=Access.WRITE, lock=None) as store:
        if staff:
            with store.read() as conn:
                demand_role(SignedIn(get_staff(conn, staff), ""), *ADMINISTRATORS)
        with store.write() as tx:
            here = BlobStore(home / "blobs", keys.store, clock=clock)
            if keys.store != keys.office:
                here.hand_over(tx, BlobStore(home / "blobs", keys.office, clock=clock))
            rows_of(tx, _HERE_ONLY)
            rows_of(tx, STATE, (RESTORED, b"1"))
            files = {str(row[1]): str(row[0]) for row in rows_of(tx, _FILES)}
            ends = {log.hex(): (end.seq, end.hash.hex()) for log, end in heads(tx).items()}
            wraps = credential_rows(tx)
            admins = {person.id for person in staff_rows(tx, *ADMINISTRATORS) if person.active}
    whole = [name for name in files if _is_whole(_path(home, name), name)]
    manifest = Manifest(
        read_office(home), clock.now().isoformat(), ends,
        {STORE: digest_of(work / STORE), **{f"blobs/{n[:2]}/{n}": n for n in whole}},
        tuple(user for s, user in sorted(wraps.items()) if user is not None and s in admins),
        vault.kdf, len(whole),
    )  # fmt: skip
    if not manifest.wraps:
        raise _no_opener()
    with worded(), zipfile.ZipFile(work / "backup", "w", zipfile.ZIP_STORED) as archive:
        write_manifest(archive, manifest, key=keys.office)
        archive.write(work / STORE, STORE)
        for name in whole:
            archive.write(_path(home, name), f"blobs/{name[:2]}/{name}")
    with worded(), (work / "backup").open("rb+") as file:
        os.fsync(file.fileno())
    return manifest, tuple(sorted(files[name] for name in files.keys() - set(whole)))


def _path(home: Path, name: str) -> Path:
    return home / "blobs" / name[:2] / name


def _is_whole(path: Path, name: str) -> bool:
    """Whether an attachment's file is there and is what its name says."""
    try:
        return digest_of(path) == name
    except OSError:
        return False


def _no_opener() -> MachineError:
    return MachineError(
        "SL-10",
        tr("Không có tài khoản quản trị nào mở lại được bản sao lưu."),
        tr("Đặt mật khẩu cho một quản trị đang làm việc rồi sao lưu lại."),
    )


def cannot_write() -> MachineError:
    """The sentence for a folder that takes no file."""
    return MachineError(
        "SL-06",
        tr("Không ghi được bản sao lưu vào thư mục đã chọn."),
        tr("Chọn thư mục có sẵn và ghi được, tốt nhất trên ổ đĩa khác."),
    )
