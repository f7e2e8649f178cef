"""The vault: the store key wrapped once per user, in files beside the store."""

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
from services.store.files import make_folder, sync_folder
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
from services.store.wraps import FLOOR, Kdf, open_wrap, seal, unseal, wrap_key

__all__ = ["SecretStore", "Unlocked", "Vault", "create_vault", "new_key", "open_vault"]


class SecretStore(Protocol):
    """Where the operating system keeps small secrets of this account on this machine."""

    def get(self, name: str) -> bytes | None:
        """The secret called `name`, None when missing."""

    def put(self, name: str, secret: bytes) -> bool:
        """Keep `secret`; False when that is impossible."""


@dataclass(frozen=True)
class Unlocked:
    """Who logged in, and the key of the store."""

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
    bound = secrets is not None and secrets.put(_secret_name(profile_id), clock.random(32))
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
        self._users = folder / "users"
        self._clock = clock
        self._secrets = secrets
        self._throttle = Throttle(folder / "attempts.json", clock)
        self._about = about

    @property
    def policy(self) -> PasswordPolicy:
        """What passwords this vault takes."""
        return self._about.policy

    def logins(self) -> list[str]:
        """The logins that can unlock, sorted."""
        return sorted(load_user(path).login for path in self._users.glob("*.json"))

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
        self._store_wrap(staff_id, login, password=password, key=key)

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
        self._store_wrap(staff_id, login, password=password, key=key)
        self._throttle.clear(_digest(login))

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

    def _store_wrap(self, staff_id: str, login: str, *, password: str, key: bytes) -> None:
        refuse_weak_password(password, login, policy=self.policy)
        context = self._context(staff_id)
        random = self._clock.random(28)
        wrap = wrap_key(key, password, kdf=self._about.kdf, context=context, random=random)
        if self._about.machine_bound:
            nonce = self._clock.random(12)
            outer = seal(self._machine_key(), wrap.sealed, context=context, nonce=nonce)
            wrap = replace(wrap, sealed=outer)
        save_user(self._path(login), UserFile(staff_id, login, wrap))

    def _unwrap(self, user: UserFile, password: str) -> bytes | None:
        context, wrap = self._context(user.staff_id), user.wrap
        if self._about.machine_bound:
            inner = unseal(self._machine_key(), wrap.sealed, context=context)
            if inner is None:
                raise _elsewhere()
            wrap = replace(wrap, sealed=inner)
        return open_wrap(wrap, password, context=context)

    def _machine_key(self) -> bytes:
        found = self._secrets.get(_secret_name(self._about.profile_id)) if self._secrets else None
        if found is None:
            raise _elsewhere()
        return found

    def _context(self, staff_id: str) -> bytes:
        return json.dumps([FORMAT, self._about.profile_id, staff_id]).encode()

    def _path(self, login: str) -> Path:
        return self._users / f"{_digest(login)}.json"


def _clean_login(login: str) -> str:
    clean = unicodedata.normalize("NFC", login).strip().casefold()
    if not clean:
        raise InputError("KHO-37", tr("Chưa nhập tên đăng nhập."), field="login")
    return clean


def _digest(login: str) -> str:
    return hashlib.sha256(login.encode()).hexdigest()[:32]


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
