"""The vault: the office key wrapped once per user, in files beside the store."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

from models.errors import InputError, MachineError, NotAllowed
from models.passwords import REAL_OFFICE, PasswordPolicy, refuse_weak_password
from models.words import tr
from services.clock import Clock, SystemClock
from services.store.files import make_folder, sync_folder, write_file
from services.store.throttle import Throttle
from services.store.troubles import worded
from services.store.vault_files import (
    FORMAT,
    About,
    UserFile,
    load_about,
    load_user,
    save_about,
    save_user,
)
from services.store.wraps import FLOOR, Kdf, Wrap, open_wrap, seal, unseal, wrap_key

__all__ = [
    "SecretStore", "Unlocked", "Vault", "create_vault", "new_key", "open_vault", "wrap_context",
]  # fmt: skip

STORE_KEY = "store.key"
"""The file with the store key of a PC that joined an office, sealed under the office key."""


class SecretStore(Protocol):
    """Where the operating system keeps small secrets of this account on this machine."""

    def get(self, name: str) -> bytes | None:
        """The secret called `name`, None when missing."""

    def put(self, name: str, secret: bytes) -> bool:
        """Keep `secret`; False when that is impossible."""


@dataclass(frozen=True)
class Unlocked:
    """Who logged in, and the office key; `Vault.store_key` gives the key of the store."""

    staff_id: str
    key: bytes = field(repr=False)


def new_key(clock: Clock) -> bytes:
    """A fresh 32-byte store key."""
    return clock.random(32)


def create_vault(
    home: Path,
    profile_id: str,
    *,
    kdf: Kdf = FLOOR,
    policy: PasswordPolicy = REAL_OFFICE,
    clock: Clock | None = None,
    secrets: SecretStore | None = None,
) -> Vault:
    """A new vault without users in `home/vault`; `MachineError` when there is one already.

    With `secrets` every wrap gets a second layer that only this machine's account can open, so a
    copied disk with a weak password stays shut; the files then open nowhere else.
    """
    folder = home / "vault"
    if (folder / "vault.json").exists():
        raise MachineError(
            "KHO-34",
            tr("Thư mục này đã có khóa dữ liệu."),
            tr("Chọn thư mục khác, hoặc mở dữ liệu đang có."),
        )
    clock = clock or SystemClock()
    make_folder(home)
    make_folder(folder)
    make_folder(folder / "users")
    bound = secrets is not None and _bind(secrets, profile_id, clock)
    about = About(profile_id, kdf, policy, machine_bound=bound)
    Throttle(folder / "attempts.json", clock).start()
    save_about(folder / "vault.json", about)
    return Vault(folder, about, clock=clock, secrets=secrets)


def open_vault(
    home: Path, *, clock: Clock | None = None, secrets: SecretStore | None = None
) -> Vault:
    """The vault in `home/vault`; `MachineError` when missing or unreadable."""
    folder = home / "vault"
    about = load_about(folder / "vault.json")
    return Vault(folder, about, clock=clock or SystemClock(), secrets=secrets)


class Vault:
    """Users and their wraps of the store key; made by `create_vault` and `open_vault`."""

    def __init__(
        self, folder: Path, about: About, *, clock: Clock, secrets: SecretStore | None
    ) -> None:
        self._folder = folder
        self._users = folder / "users"
        self._clock = clock
        self._secrets = secrets
        self._throttle = Throttle(folder / "attempts.json", clock)
        self._about = about

    @property
    def policy(self) -> PasswordPolicy:
        """What passwords this vault takes."""
        return self._about.policy

    @property
    def kdf(self) -> Kdf:
        """How hard passwords are to try here."""
        return self._about.kdf

    def logins(self) -> list[str]:
        """The logins that can unlock, sorted."""
        return [user.login for user in self.users()]

    def users(self) -> tuple[UserFile, ...]:
        """Every user's file as it stands on this machine, by login."""
        found = (load_user(path) for path in self._users.glob("*.json"))
        return tuple(sorted(found, key=lambda user: user.login))

    def wrap(self, staff_id: str, login: str, *, password: str, key: bytes) -> Wrap:
        """The office `key` under `password`, without this machine's layer; nothing is stored.

        Raises `InputError` for a weak password.
        """
        refuse_weak_password(password, _clean_login(login), policy=self.policy)
        random = self._clock.random(28)
        context = wrap_context(self._about.profile_id, staff_id)
        return wrap_key(key, password, kdf=self._about.kdf, context=context, random=random)

    def put_wrap(self, staff_id: str, login: str, wrap: Wrap) -> None:
        """Let `login` unlock with a wrap made here or on another PC; repeating it changes nothing.

        Whoever had to wait after wrong passwords need not wait for the new one.
        """
        login = _clean_login(login)
        if self._holds(login, wrap):
            return
        sealed = wrap
        if self._about.machine_bound:
            nonce, context = self._clock.random(12), wrap_context(self._about.profile_id, staff_id)
            outer = seal(self._machine_key(), wrap.sealed, context=context, nonce=nonce)
            sealed = replace(wrap, sealed=outer)
        save_user(self._path(login), UserFile(staff_id, login, sealed))
        self._throttle.clear(_digest(login))

    def portable(self) -> tuple[UserFile, ...]:
        """Every user's wrap without this machine's layer, by login."""
        return tuple(replace(user, wrap=self._portable(user)) for user in self.users())

    def store_key(self, office_key: bytes) -> bytes:
        """The key of this PC's store: the office key where it was founded, else one of its own."""
        path = self._folder / STORE_KEY
        if not path.exists():
            return office_key
        with worded():
            sealed = path.read_bytes()
        found = unseal(office_key, sealed, context=self._store_context())
        if found is None:
            raise MachineError(
                "KHO-41",
                tr("Khóa dữ liệu riêng của máy này không mở được bằng khóa cơ quan."),
                tr("Khôi phục thư mục vault từ bản sao lưu, hoặc cài máy này lại vào cơ quan."),
            )
        return found

    def keep_store_key(self, store_key: bytes, *, office_key: bytes) -> None:
        """Keep this PC's own store key, sealed under the office key."""
        nonce = self._clock.random(12)
        sealed = seal(office_key, store_key, context=self._store_context(), nonce=nonce)
        write_file(self._folder / STORE_KEY, sealed)

    def add_user(self, staff_id: str, login: str, *, password: str, key: bytes) -> None:
        """Let `login` unlock `key` with `password`.

        Raises `InputError` for a weak password, an empty login or one that is taken.
        """
        login = _clean_login(login)
        if self._path(login).exists():
            raise InputError(
                "KHO-35",
                tr("Tên đăng nhập {login} đã có người dùng.", login=login),
                tr("Chọn tên đăng nhập khác."),
                field="login",
            )
        wrap = self.wrap(staff_id, login, password=password, key=key)
        self.put_wrap(staff_id, login, wrap)

    def unlock(self, login: str, password: str) -> Unlocked:
        """Open the key for `login`.

        Raises `InputError` for a wrong login or password, `NotAllowed` while one must wait after
        wrong ones, `MachineError` when the files are damaged or bound to another machine.
        """
        login = _clean_login(login)
        if not self._path(login).exists():
            raise _wrong()
        user = load_user(self._path(login))
        self._throttle.admit(_digest(login))
        key = self._unwrap(user, password)
        if key is None:
            raise _wrong()
        self._throttle.clear(_digest(login))
        return Unlocked(user.staff_id, key)

    def change_password(self, login: str, old: str, *, new: str) -> None:
        """Wrap the key anew under `new` after checking `old`; raises like `unlock`, `add_user`."""
        unlocked = self.unlock(login, old)
        self.reset_password(login, new, key=unlocked.key)

    def reset_password(self, login: str, password: str, *, key: bytes) -> None:
        """Give `login` a new password without the old one; the caller must be unlocked."""
        login = _clean_login(login)
        if not self._path(login).exists():
            raise _wrong()
        staff_id = load_user(self._path(login)).staff_id
        wrap = self.wrap(staff_id, login, password=password, key=key)
        self.put_wrap(staff_id, login, wrap)

    def remove_user(self, login: str) -> None:
        """Take the wrap of `login` away; the last one stays (`NotAllowed`), else all is lost.

        Somebody who kept the key itself can still open a copy of the file made before or after.
        """
        path = self._path(_clean_login(login))
        if not path.exists():
            raise _wrong()
        if len(self.logins()) == 1:
            raise NotAllowed(
                "KHO-36",
                tr("Đây là tài khoản cuối cùng mở được dữ liệu."),
                tr("Thêm một tài khoản khác trước khi bỏ tài khoản này."),
            )
        with worded():
            path.unlink()
            sync_folder(self._users)

    def _unwrap(self, user: UserFile, password: str) -> bytes | None:
        context = wrap_context(self._about.profile_id, user.staff_id)
        return open_wrap(self._portable(user), password, context=context)

    def _holds(self, login: str, wrap: Wrap) -> bool:
        """Whether the file of `login` has this wrap; a damaged file does not and is replaced."""
        try:
            return self._portable(load_user(self._path(login))) == wrap
        except MachineError:
            return False

    def _portable(self, user: UserFile) -> Wrap:
        if not self._about.machine_bound:
            return user.wrap
        context = wrap_context(self._about.profile_id, user.staff_id)
        inner = unseal(self._machine_key(), user.wrap.sealed, context=context)
        if inner is None:
            raise _elsewhere()
        return replace(user.wrap, sealed=inner)

    def _machine_key(self) -> bytes:
        found = self._secrets.get(_secret_name(self._about.profile_id)) if self._secrets else None
        if found is None:
            raise _elsewhere()
        return found

    def _store_context(self) -> bytes:
        return json.dumps([FORMAT, self._about.profile_id, "store key"]).encode()

    def _path(self, login: str) -> Path:
        return self._users / f"{_digest(login)}.json"


def wrap_context(profile_id: str, staff_id: str) -> bytes:
    """What a person's wrap is bound to: the office and the person, not the PC."""
    return json.dumps([FORMAT, profile_id, staff_id]).encode()


def _clean_login(login: str) -> str:
    clean = unicodedata.normalize("NFC", login).strip().casefold()
    if not clean:
        raise InputError("KHO-37", tr("Chưa nhập tên đăng nhập."), field="login")
    return clean


def _digest(login: str) -> str:
    return hashlib.sha256(login.encode()).hexdigest()[:32]


def _bind(secrets: SecretStore, profile_id: str, clock: Clock) -> bool:
    """Have a secret of this machine for the office; a restored folder beside it shares the one."""
    name = _secret_name(profile_id)
    return secrets.get(name) is not None or secrets.put(name, clock.random(32))


def _secret_name(profile_id: str) -> str:
    return f"profile {profile_id}"


def _wrong() -> InputError:
    return InputError(
        "KHO-39",
        tr("Tên đăng nhập hoặc mật khẩu không đúng."),
        tr("Kiểm tra phím Caps Lock và bộ gõ tiếng Việt rồi nhập lại."),
        field="password",
    )


def _elsewhere() -> MachineError:
    return MachineError(
        "KHO-40",
        tr("Khóa dữ liệu gắn với máy và tài khoản hệ điều hành khác."),
        tr("Mở trên đúng máy, đúng tài khoản Windows đã tạo, hoặc dùng bản sao lưu."),
    )
