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
from services.backups.checking import unpack_checked
from services.backups.container import STORE, Manifest, digest_of, write_manifest
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

__all__ = ["Backup", "make_backup"]

ADMINISTRATORS = (Role.BUSINESS_ADMIN, Role.TECHNICAL_ADMIN)
_HERE_ONLY = "DELETE FROM sync_state WHERE name = 'place'"


@dataclass(frozen=True)
class Backup:
    """A backup that was made, opened and found whole; `size` in bytes."""

    file: Path
    size: int
    events: int
    attachments: int


def make_backup(
    home: Path, vault: Vault, file: Path, *, login: str, password: str, clock: Clock
) -> Backup:
    """Write a backup of the office in `home` to `file`, replacing one that is there.

    It works while another window has the office open. The new file stands under its name only
    after it was opened with this password and found whole. Raises `InputError` KHO-39 for a wrong
    password, `NotAllowed` TK-04 for nobody's administrator, `MachineError` for a full disk.
    """
    unlocked = vault.unlock(login, password)
    work = file.parent / f".{file.name}.{secrets.token_hex(4)}{TEMP_SUFFIX}"
    try:
        with worded():
            work.mkdir(mode=0o700)
        key = vault.store_key(unlocked.key)
        copy_encrypted(home / STORE_FILE, key, work / STORE, new_key=unlocked.key)
        made = _pack(home, vault, work, keys=(key, unlocked.key), staff=unlocked.staff_id,
                     clock=clock)  # fmt: skip
        (work / "checked").mkdir()
        unpack_checked(work / "backup", work / "checked", login, password=password)
        with worded():
            size = (work / "backup").stat().st_size
            os.replace(work / "backup", file)
            sync_folder(file.parent)
    except FileNotFoundError as error:
        raise _no_folder() from error
    finally:
        shutil.rmtree(work, ignore_errors=True)
    events = sum(seq for seq, _ in made.heads.values())
    return Backup(file, size, events, made.attachments)


def _pack(
    home: Path, vault: Vault, work: Path, *, keys: tuple[bytes, bytes], staff: str, clock: Clock
) -> Manifest:
    """Finish the copied store and put everything into `work/backup`."""
    names: list[str] = []
    with Store(work / STORE, keys[1], access=Access.WRITE, lock=None) as store:
        with store.read() as conn:
            demand_role(SignedIn(get_staff(conn, staff), ""), *ADMINISTRATORS)
        with store.write() as tx:
            here, there = (BlobStore(home / "blobs", key, clock=clock) for key in keys)
            if keys[0] != keys[1]:
                here.hand_over(tx, there)
            rows_of(tx, _HERE_ONLY)
            rows_of(tx, STATE, (RESTORED, b"1"))
            names = [row[0] for row in rows_of(tx, "SELECT cipher_hash FROM blob ORDER BY 1")]
            ends = {log.hex(): (end.seq, end.hash.hex()) for log, end in heads(tx).items()}
            wraps = credential_rows(tx)
            admins = {person.id for person in staff_rows(tx, *ADMINISTRATORS) if person.active}
    present = [name for name in names if (home / "blobs" / name[:2] / name).is_file()]
    manifest = Manifest(
        read_office(home), clock.now().isoformat(), ends,
        {STORE: digest_of(work / STORE), **{f"blobs/{n[:2]}/{n}": n for n in present}},
        tuple(user for s, user in sorted(wraps.items()) if user is not None and s in admins),
        vault.kdf, len(present),
    )  # fmt: skip
    with worded(), zipfile.ZipFile(work / "backup", "w", zipfile.ZIP_STORED) as archive:
        write_manifest(archive, manifest, key=keys[1])
        archive.write(work / STORE, STORE)
        for name in present:
            archive.write(home / "blobs" / name[:2] / name, f"blobs/{name[:2]}/{name}")
    with worded(), (work / "backup").open("rb+") as file:
        os.fsync(file.fileno())
    return manifest


def _no_folder() -> MachineError:
    return MachineError(
        "SL-06",
        tr("Không ghi được bản sao lưu vào thư mục đã chọn."),
        tr("Chọn thư mục có sẵn và ghi được, tốt nhất trên ổ đĩa khác."),
    )
