"""The one place where real things are made: an office is created or opened here and nowhere else.

Tests and the tour call the same functions with another clock; nothing of the program reaches for
a store, a key or the time by itself.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Connection

from models.envelope import Actor
from models.errors import InputError, OfficeError
from models.events.administration import OfficeCreated
from models.passwords import REAL_OFFICE, TRAINING, refuse_weak_password
from models.staff import Role, Staff
from models.unit import Unit
from models.words import tr
from services.calendars.office import office_calendar, project_notices
from services.catalogue.stored import catalogue_in_force, project_catalogue
from services.clock import Clock, SystemClock, new_id
from services.core import Core, SignedIn
from services.credentials import (
    follow_credentials,
    project_account,
    publish_missing,
    write_credential,
)
from services.document_templates import project_templates
from services.dossiers.books import project_book
from services.dossiers.read_model import project_dossier
from services.journal.append import Journal, revoked
from services.journal.canary import Canary
from services.journal.device import Device, create_device, load_device, this_machine
from services.journal.incarnation import (
    Reason,
    current_device,
    find_reason,
    is_revoked,
    keep_canary,
    open_new_incarnation,
    reason_words,
    take_elsewhere,
)
from services.journal.projecting import Projector
from services.key_store import take_up_roots, tell_training_root
from services.office_file import (
    Mode,
    OfficeFile,
    read_office,
    set_unfinished_aside,
    write_office,
)
from services.people import as_stored, get_staff, project_staff, system_actor, write_staff
from services.rebuilding import mark_current
from services.settings import SETTINGS_STREAM, project_settings, read_settings
from services.store.blobs import BlobStore
from services.store.lock import FolderLock
from services.store.opening import create_store, open_store
from services.store.unit import Store
from services.store.vault import SecretStore, Vault, create_vault, new_key, open_vault
from services.store.wraps import FLOOR, Kdf, Wrap
from services.submissions import project_submission
from services.sync.addresses import project_addresses
from services.sync.roster import project_roster

__all__ = [
    "PROJECTORS", "Account", "OpenOffice", "create_office", "demand_free_folder", "open_office",
    "secrets_for", "vault_of",
]  # fmt: skip

log = logging.getLogger(__name__)

PROJECTORS: dict[str, Projector] = {
    "dossier": project_dossier,
    "book": project_book,
    "staff": project_staff,
    "office": project_settings,
    "template": project_templates,
    "catalogue": project_catalogue,
    "calendar": project_notices,
    "roster": project_roster,
    "account": project_account,
    "address": project_addresses,
    "submission": project_submission,
}
"""Who turns which stream into rows; the part of a stream before "/" chooses."""


@dataclass(frozen=True)
class Account:
    """A person with the password that will open the store."""

    staff: Staff
    password: str


@dataclass
class OpenOffice:
    """An unlocked office with the person who unlocked it; `close` locks it again.

    `new_log` says why this PC had to begin a new log when it was opened, if it had to;
    `elsewhere` that its data came from another PC by a backup and it has no place yet.
    """

    core: Core
    who: SignedIn
    vault: Vault
    canary: Canary
    _key: bytes = field(repr=False)
    new_log: Reason | None = None
    elsewhere: bool = False

    @property
    def office_key(self) -> bytes:
        """What the backups that an administrator ordered are kept under."""
        return self._key

    def close(self) -> None:
        """Close the store; the key is forgotten with this object."""
        if self.core.store.writable:
            keep_canary(self.core, self.canary)
        self.core.store.close()

    @property
    def revoked(self) -> bool:
        """Whether this PC was taken off the roster: it reads, and writes nothing more."""
        with self.core.store.read() as conn:
            return is_revoked(conn, self.core.journal.device.log)

    def notice(self) -> tuple[str, str]:
        """What the person must know of this PC before the first act, and the next step; or empty.

        A revoked PC only shows; one that was restored begins a new log.
        """
        if self.revoked:
            why = revoked()
            return why.what, why.next_step
        if self.elsewhere:
            return moved_here()
        return (reason_words(self.new_log), "") if self.new_log is not None else ("", "")

    def settle(self) -> None:
        """After opening to write: a new log if this data came from a copy, then the keys."""
        core = self.core
        if self.revoked:
            return
        self.new_log = find_reason(core.store, core.journal.device, core.home, canary=self.canary)
        if self.new_log is not None:
            open_new_incarnation(core, self.canary)
        self.elsewhere = take_elsewhere(core.store)
        actor = system_actor(self.who.session)
        publish_missing(core, self.vault, actor)
        self._share_roots(actor)
        self.follow()

    def _share_roots(self, actor: Actor) -> None:
        """Every root the journal names lies here; a disk that refuses one shuts nobody out."""
        try:
            tell_training_root(self.core, actor)  # an office made before its root travelled
            take_up_roots(self.core)
        except OfficeError as error:
            log.warning("root certificates are not in step: %s", error.code)

    def begin_new_log(self, common: int) -> bytes:
        """A peer holds another version of our log after event `common`; returns the new log."""
        self.new_log = Reason.PEER
        return open_new_incarnation(self.core, self.canary, common=common).log

    def wrap_for(self, person: Staff, password: str) -> Wrap:
        """The office key under a person's `password`; raises `InputError` for a weak one."""
        return self.vault.wrap(person.id, person.login, password=password, key=self._key)

    def follow(self) -> None:
        """After events arrived or went out: passwords, this PC's slot and its canary in step."""
        core = self.core
        follow_credentials(core, self.vault)
        core.journal.device = current_device(core.store, core.journal.device)
        if not self.revoked:
            keep_canary(core, self.canary)

    def switch_user(self, login: str, password: str) -> SignedIn:
        """Sign another person in on the open store; the throttle counts wrong passwords."""
        unlocked = self.vault.unlock(login, password)
        self.who = _sign_in(self.core, unlocked.staff_id)
        return self.who


def moved_here() -> tuple[str, str]:
    """What a PC with another one's data must know: its work counts once it has a place."""
    return (
        tr("Dữ liệu của máy khác vừa được khôi phục trên máy này; các máy khác chưa biết nó."),
        tr("Cơ quan có nối thành phố hoặc còn máy khác: «Quản trị», phần «Máy của cơ quan», ghi "
           "danh máy này trước khi tiếp nhận. Chỉ có một máy và chưa nối: cứ làm việc."),
    )  # fmt: skip


def create_office(
    home: Path,
    *,
    mode: Mode,
    unit: Unit,
    accounts: tuple[Account, ...],
    clock: Clock | None = None,
    kdf: Kdf = FLOOR,
    name: str = "",
) -> OpenOffice:
    """Make the data folder of an office and open it as its first account; `name` is this PC's.

    The first account must hold a business administration role. Raises `InputError` for weak
    passwords or clashing roles, `MachineError` when the folder has an office already.
    """
    clock = clock or SystemClock()
    first = accounts[0].staff
    if not first.has(Role.BUSINESS_ADMIN):
        raise InputError(
            "TK-06", tr("Người đầu tiên phải là quản trị nghiệp vụ."), tr("Chọn vai trò đó.")
        )
    office = OfficeFile(new_id(clock), mode, unit.code, unit.name, clock.now().isoformat())
    policy = TRAINING if mode is Mode.TRAINING else REAL_OFFICE
    for account in accounts:
        refuse_weak_password(account.password, account.staff.login, policy=policy)
    set_unfinished_aside(home, f"{clock.now():%Y%m%d-%H%M%S}")
    secrets = secrets_for(mode)
    vault = create_vault(home, office.profile, kdf=kdf, policy=policy, clock=clock, secrets=secrets)
    key = new_key(clock)
    people = tuple(_give_key(vault, account, key) for account in accounts)
    store = create_store(home, key)
    try:
        device = create_device(home, key=key, name=this_machine(name), slot=0, clock=clock)
        _first_events(store, device, office, people=people, clock=clock)
        write_office(home, office)  # last: only now is there an office in this folder
        core = _core(home, office, store, device=device, key=key, clock=clock)
        opened = OpenOffice(core, _sign_in(core, first.id), vault, Canary(clock), key)
        keep_canary(core, opened.canary)
        return opened
    except BaseException:
        store.close()
        raise


def _first_events(
    store: Store,
    device: Device,
    office: OfficeFile,
    *,
    people: tuple[tuple[Staff, Wrap], ...],
    clock: Clock,
) -> None:
    """The birth of the journal: this device, then the people and their keys."""
    journal = Journal(store, device, clock=clock, office=office.unit_code, projectors=PROJECTORS)
    with journal.act(system_actor(new_id(clock))) as act:
        _register_device(act.tx, device, office.unit_code)
        mark_current(act.tx)
        act.add(
            SETTINGS_STREAM,
            OfficeCreated(
                office.profile, office.mode.value, office.unit_code, office.unit_name,
                device.name, device.public_key,
            ),
        )  # fmt: skip
        for person, wrap in people:
            write_staff(act, person, reason="")
            write_credential(act, person.id, person.login, wrap=wrap)


def _give_key(vault: Vault, account: Account, key: bytes) -> tuple[Staff, Wrap]:
    """Let the person of an account unlock `key`; the wrap is what the journal will carry."""
    person = account.staff
    wrap = vault.wrap(person.id, person.login, password=account.password, key=key)
    vault.put_wrap(person.id, person.login, wrap)
    return person, wrap


def _register_device(tx: Connection, device: Device, office: str) -> None:
    tx.exec_driver_sql(
        "INSERT INTO device (log, off, public_key, slot, name, incarnation) VALUES (?,?,?,?,?,?)",
        (device.log, office, device.public_key, device.slot, device.name, device.incarnation),
    )


def open_office(
    home: Path, login: str, password: str, *, clock: Clock | None = None, read_only: bool = False
) -> OpenOffice:
    """Unlock the office in `home`; wrong passwords are slowed down by the vault."""
    clock = clock or SystemClock()
    office = read_office(home)
    vault = vault_of(home, clock)
    unlocked = vault.unlock(login, password)
    key = vault.store_key(unlocked.key)
    store = open_store(home, key, read_only=read_only)
    try:
        device = current_device(store, load_device(home, key))
        core = _core(home, office, store, device=device, key=key, clock=clock)
        who = _sign_in(core, unlocked.staff_id)
        opened = OpenOffice(core, who, vault, Canary(clock), unlocked.key)
        if not read_only:
            opened.settle()
        return opened
    except BaseException:
        store.close()
        raise


def vault_of(home: Path, clock: Clock) -> Vault:
    """The vault of the office in `home`, with this machine's layer if the office has one."""
    return open_vault(home, clock=clock, secrets=secrets_for(read_office(home).mode))


def secrets_for(mode: Mode) -> SecretStore | None:
    """The system's secret store for a real office; a training one protects nothing."""
    if mode is Mode.TRAINING:
        return None
    from services.store.os_secrets import find_secret_store  # lazy: slow  # noqa: PLC0415

    return find_secret_store()


def demand_free_folder(home: Path) -> None:
    """Raise `MachineError` when another window or command has this folder open."""
    FolderLock(home).release()


def _core(
    home: Path, office: OfficeFile, store: Store, *, device: Device, key: bytes, clock: Clock
) -> Core:
    journal = Journal(store, device, clock=clock, office=office.unit_code, projectors=PROJECTORS)
    with store.read() as conn:
        settings = read_settings(conn)
        calendar = office_calendar(conn, settings)
        catalogue = catalogue_in_force(conn, clock.now().date())
    blobs = BlobStore(home / "blobs", key, clock=clock)
    return Core(home, office, store, journal, blobs, clock, calendar, catalogue, settings)


def _sign_in(core: Core, staff_id: str) -> SignedIn:
    with core.store.read() as conn:
        found = SignedIn(get_staff(conn, staff_id), new_id(core.clock))
        return as_stored(conn, found)
