"""Puts a backup back as an office that works: everything checked first, the old set aside, no fork.

On the PC that made it, whose device key is still in the folder, the device goes on in a new log
(`services/journal/incarnation`). Anywhere else a new device is made, which the city must enrol
before others take what it writes (design notes: sync §4.9).
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from models.errors import MachineError
from models.numbering import SLOTS
from models.passwords import REAL_OFFICE, TRAINING
from models.roster import NO_SLOT
from models.words import tr
from services.backups.checking import unpack_checked
from services.backups.container import STORE, Manifest, office_key
from services.backups.making import ADMINISTRATORS
from services.clock import Clock
from services.core import SignedIn
from services.credentials import credential_rows
from services.journal.device import (
    Device,
    create_device,
    keep_device,
    load_device,
    this_machine,
)
from services.journal.incarnation import ELSEWHERE, RESTORED, STATE
from services.office_file import Mode, write_office
from services.people import demand_role, get_staff, staff_rows
from services.store.engine import Access
from services.store.files import make_folder
from services.store.lock import FolderLock
from services.store.statement import rows_of
from services.store.troubles import worded
from services.store.unit import Store
from services.store.vault import SecretStore, Vault, create_vault, open_vault

__all__ = ["Restored", "restore_backup"]

KEPT = ("logs", "before-restore-", "store.lock")
"""What stays where it is: the program's log, the lock, and what earlier restores set aside."""


Secrets = Callable[[Mode], SecretStore | None]
"""Gives the system's secret store for an office of that mode, if there is one."""


@dataclass(frozen=True)
class Restored:
    """What was put back. `same_pc`: its device key was here, so its log goes on in a new one.

    `aside` is the folder with what was there before, None for an empty one.
    """

    unit_name: str
    made: str
    events: int
    attachments: int
    same_pc: bool
    aside: Path | None


def restore_backup(
    file: Path,
    home: Path,
    login: str,
    *,
    password: str,
    clock: Clock,
    secrets: Secrets = lambda _mode: None,
    name: str = "",
) -> Restored:
    """Make `home` the office of the backup `file`; nothing there changes unless all of it is whole.

    On another PC than the one that made it, `name` is what people call this one.

    Raises `InputError` SL-03 for a wrong password, `ForeignError` SL-01 or SL-02 for a file that
    is none or damaged, `NotAllowed` TK-04 unless an administrator asks, `MachineError` KHO-08
    while another window has the folder open.
    """
    with worded():
        make_folder(home)
    lock = FolderLock(home)
    try:
        fresh = home / f"restoring-{clock.now():%Y%m%d-%H%M%S}-{clock.random(4).hex()}"
        make_folder(fresh)
        try:
            manifest, key = unpack_checked(
                file, fresh, find_key=lambda found: office_key(found, login, password)
            )
            device = _device(home, key=key, clock=clock)
            vault = _vault(fresh, manifest, clock=clock, secrets=secrets(manifest.office.mode))
            same = _finish(fresh, manifest, key, vault=vault, device=device, clock=clock,
                           login=login, name=name)  # fmt: skip
        except BaseException:
            shutil.rmtree(fresh, ignore_errors=True)
            raise
        aside = _exchange(home, fresh, f"before-restore-{clock.now():%Y%m%d-%H%M%S}")
        write_office(home, manifest.office)  # last: only now is there an office in this folder
    finally:
        lock.release()
    events = sum(seq for seq, _ in manifest.heads.values())
    return Restored(
        manifest.office.unit_name, manifest.made, events, manifest.attachments, same, aside
    )


def _device(home: Path, *, key: bytes, clock: Clock) -> Device | None:
    """The device whose key lies in the folder being replaced, if the office key opens it."""
    try:
        own = open_vault(home, clock=clock).store_key(key)
        return load_device(home, own)
    except MachineError:
        return None


def _finish(
    fresh: Path,
    manifest: Manifest,
    key: bytes,
    *,
    vault: Vault,
    device: Device | None,
    clock: Clock,
    login: str,
    name: str,
) -> bool:
    """Passwords and device key of the restored office; returns whether it is the same PC."""
    with Store(fresh / STORE, key, access=Access.WRITE, lock=None) as store:
        with store.read() as conn:
            (asker,) = [u for u in manifest.wraps if u.login == login.strip().casefold()]
            demand_role(SignedIn(get_staff(conn, asker.staff_id), ""), *ADMINISTRATORS)
            active = {person.id for person in staff_rows(conn) if person.active}
            wraps = credential_rows(conn)
            known = {bytes(row[0]) for row in rows_of(conn, "SELECT public_key FROM device")}
        for staff, user in wraps.items():
            if user is not None and staff in active:
                vault.put_wrap(staff, user.login, user.wrap)
        same = device is not None and device.public_key in known
        if device is not None and same:
            keep_device(fresh, device, key=key, clock=clock)
        else:
            _new_device(fresh, store, manifest.office.unit_code, key=key, clock=clock, name=name)
    return same


def _vault(fresh: Path, manifest: Manifest, *, clock: Clock, secrets: SecretStore | None) -> Vault:
    policy = TRAINING if manifest.office.mode is Mode.TRAINING else REAL_OFFICE
    return create_vault(
        fresh, manifest.office.profile, kdf=manifest.kdf, policy=policy, clock=clock,
        secrets=secrets,
    )  # fmt: skip


def _new_device(
    fresh: Path, store: Store, office: str, *, key: bytes, clock: Clock, name: str
) -> None:
    """A device of its own for another PC, in the lowest slot that nobody had, else in none.

    Without a slot it gives out no dossier code until the city or another PC gave it one.
    """
    with store.write() as tx:
        taken = {row[0] for row in rows_of(tx, "SELECT slot FROM device")}
        slot = next((n for n in SLOTS[1:] if n not in taken), NO_SLOT)
        rows_of(tx, STATE, (ELSEWHERE, b"1"))
        device = create_device(fresh, key=key, name=this_machine(name), slot=slot, clock=clock)
        rows_of(
            tx,
            "INSERT INTO device (log, off, public_key, slot, name, incarnation) "
            "VALUES (?,?,?,?,?,?)",
            (device.log, office, device.public_key, slot, device.name, device.incarnation),
        )
        rows_of(tx, "DELETE FROM sync_state WHERE name IN (?, 'incarnation')", (RESTORED,))


def _exchange(home: Path, fresh: Path, mark: str) -> Path | None:
    """Set what is there aside and move the finished office in, by renaming only."""
    try:
        old = [p for p in sorted(home.iterdir()) if p != fresh and not p.name.startswith(KEPT)]
        aside = home / mark if old else None
        if aside is not None:
            aside.mkdir()
            for path in old:
                path.rename(aside / path.name)
        for path in sorted(fresh.iterdir()):
            path.rename(home / path.name)
        fresh.rmdir()
    except OSError as error:
        raise MachineError(
            "SL-07",
            tr("Không thay được thư mục dữ liệu bằng bản phục hồi."),
            tr("Đóng chương trình khác đang mở thư mục này rồi làm lại; không tệp nào bị xóa."),
        ) from error
    return aside
