"""The two kinds of small JSON files of a vault: what it is, and one user's wrapped key."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from models.errors import MachineError
from models.passwords import PasswordPolicy
from models.words import tr
from services.store.files import write_file
from services.store.wraps import Kdf, Wrap

__all__ = ["About", "UserFile", "load_about", "load_user", "save_about", "save_user"]

FORMAT = 1
Record = TypeVar("Record")


@dataclass(frozen=True)
class About:
    """The vault as a whole: whose data, how passwords are treated, bound to this machine or not."""

    profile_id: str
    kdf: Kdf
    policy: PasswordPolicy
    machine_bound: bool


@dataclass(frozen=True)
class UserFile:
    """One user's wrap of the store key."""

    staff_id: str
    login: str
    wrap: Wrap


def save_about(path: Path, about: About) -> None:
    """Write `about` safely."""
    data = {
        "profile": about.profile_id,
        "kdf": _kdf_list(about.kdf),
        "shortest": about.policy.shortest,
        "refuse_trivial": about.policy.refuse_trivial,
        "machine_bound": about.machine_bound,
    }
    _save(path, data)


def load_about(path: Path) -> About:
    """Read it back; `MachineError` when missing, damaged or of a newer program."""
    return _load(
        path,
        lambda data: About(
            str(data["profile"]),
            Kdf(*data["kdf"]),
            PasswordPolicy(int(data["shortest"]), bool(data["refuse_trivial"])),
            bool(data["machine_bound"]),
        ),
    )


def save_user(path: Path, user: UserFile) -> None:
    """Write `user` safely."""
    data = {
        "staff": user.staff_id,
        "login": user.login,
        "kdf": _kdf_list(user.wrap.kdf),
        "salt": user.wrap.salt.hex(),
        "sealed": user.wrap.sealed.hex(),
    }
    _save(path, data)


def load_user(path: Path) -> UserFile:
    """Read it back; `MachineError` when missing, damaged or of a newer program."""
    return _load(
        path,
        lambda data: UserFile(
            str(data["staff"]),
            str(data["login"]),
            Wrap(Kdf(*data["kdf"]), bytes.fromhex(data["salt"]), bytes.fromhex(data["sealed"])),
        ),
    )


def _kdf_list(kdf: Kdf) -> list[int]:
    return [kdf.memory_kib, kdf.passes, kdf.lanes]


def _save(path: Path, data: dict[str, Any]) -> None:
    text = json.dumps({"format": FORMAT, **data}, ensure_ascii=False, indent=1)
    write_file(path, text.encode())


def _load(path: Path, build: Callable[[dict[str, Any]], Record]) -> Record:
    try:
        data = json.loads(path.read_bytes())
        version = int(data["format"])
        if version <= FORMAT:
            return build(data)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise MachineError(
            "KHO-38",
            tr("Tệp khóa {name} thiếu hoặc đã hỏng.", name=path.name),
            tr("Khôi phục thư mục vault từ bản sao lưu; đừng tạo văn phòng mới đè lên."),
        ) from error
    raise MachineError(
        "KHO-09",
        tr("Dữ liệu này mới hơn chương trình (bản {found}).", found=version),
        tr("Cập nhật Một Cửa trên máy này rồi mở lại; dữ liệu chưa bị thay đổi gì."),
    )
