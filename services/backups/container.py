"""The file of a backup: a ZIP of the manifest, the encrypted store and the encrypted attachments.

    manifest.json   which office, the ends of its logs, digests of the members, wraps of the key
    manifest.mac    HMAC-SHA256 of the manifest under a key made from the office key
    store.db        SQLCipher under the office key
    blobs/<name>    attachments as they lie on disk; the name is the SHA-256 of the file

Nothing in it can be read without a password of an administrator; the device key is not in it.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import zipfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from models.errors import ForeignError, InputError, MachineError
from models.words import tr
from services.office_file import Mode, OfficeFile
from services.store.vault import wrap_context
from services.store.vault_files import UserFile
from services.store.wraps import Kdf, Wrap, open_wrap

__all__ = [
    "MANIFEST", "STORE", "Manifest", "damaged", "digest_of", "mac_of", "not_a_backup", "office_key",
    "read_manifest", "write_manifest",
]  # fmt: skip

FORMAT = 1
MANIFEST, MAC, STORE = "manifest.json", "manifest.mac", "store.db"
LARGEST_MANIFEST = 64 << 20


@dataclass(frozen=True)
class Manifest:
    """What a backup says of itself; `heads` are the ends of the logs (hex: seq, hash in hex)."""

    office: OfficeFile
    made: str
    heads: dict[str, tuple[int, str]]
    members: dict[str, str]
    wraps: tuple[UserFile, ...]
    kdf: Kdf
    attachments: int


def write_manifest(archive: zipfile.ZipFile, manifest: Manifest, *, key: bytes) -> None:
    """Put the manifest and its seal into the archive."""
    text = json.dumps(_plain(manifest), ensure_ascii=False, indent=1).encode()
    archive.writestr(MANIFEST, text)
    archive.writestr(MAC, mac_of(text, key).hex())


def _plain(manifest: Manifest) -> dict[str, Any]:
    data = asdict(manifest)
    data["wraps"] = [
        {
            "staff": user.staff_id, "login": user.login, "salt": user.wrap.salt.hex(),
            "kdf": list(asdict(user.wrap.kdf).values()), "sealed": user.wrap.sealed.hex(),
        }
        for user in manifest.wraps
    ]  # fmt: skip
    data["kdf"] = list(asdict(manifest.kdf).values())
    return {"format": FORMAT, **data}


def read_manifest(archive: zipfile.ZipFile) -> tuple[Manifest, bytes, bytes]:
    """The manifest with its bytes and its seal, not yet checked.

    Raises `ForeignError` SL-01 for what is no backup, `MachineError` SL-04 for a newer one.
    """
    try:
        if archive.getinfo(MANIFEST).file_size > LARGEST_MANIFEST:
            raise not_a_backup()
        text = archive.read(MANIFEST)
        seal = bytes.fromhex(archive.read(MAC).decode("ascii"))
        data = json.loads(text)
        if int(data["format"]) > FORMAT:
            raise MachineError(
                "SL-04",
                tr("Bản sao lưu này mới hơn chương trình."),
                tr("Cập nhật Một Cửa trên máy này rồi phục hồi lại."),
            )
        return _read(data), text, seal
    except (KeyError, ValueError, TypeError, UnicodeDecodeError, zipfile.BadZipFile) as error:
        raise not_a_backup() from error


def _read(data: dict[str, Any]) -> Manifest:
    office = data["office"]
    wraps = tuple(
        UserFile(
            str(user["staff"]), str(user["login"]),
            Wrap(Kdf(*user["kdf"]), bytes.fromhex(user["salt"]), bytes.fromhex(user["sealed"])),
        )
        for user in data["wraps"]
    )  # fmt: skip
    return Manifest(
        OfficeFile(**{**office, "mode": Mode(office["mode"])}), str(data["made"]),
        {log: (int(seq), str(digest)) for log, (seq, digest) in data["heads"].items()},
        {str(name): str(digest) for name, digest in data["members"].items()},
        wraps, Kdf(*data["kdf"]), int(data["attachments"]),
    )  # fmt: skip


def office_key(manifest: Manifest, login: str, password: str) -> bytes:
    """The office key from an administrator's password; raises `InputError` SL-03."""
    wanted = login.strip().casefold()
    for user in manifest.wraps:
        if user.login == wanted:
            context = wrap_context(manifest.office.profile, user.staff_id)
            key = open_wrap(user.wrap, password, context=context)
            if key is not None:
                return key
    raise InputError(
        "SL-03",
        tr("Tên đăng nhập hoặc mật khẩu không mở được bản sao lưu này."),
        tr("Dùng tài khoản quản trị và mật khẩu có hiệu lực vào lúc sao lưu."),
        field="password",
    )


def mac_of(text: bytes, key: bytes) -> bytes:
    """The seal of a manifest."""
    derived = hmac.digest(key, b"mot-cua backup v1", "sha256")
    return hmac.digest(derived, text, "sha256")


def digest_of(path: Path) -> str:
    """SHA-256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def not_a_backup() -> ForeignError:
    """The sentence for a file that is something else, or cut short."""
    return ForeignError(
        "SL-01",
        tr("Tệp này không phải bản sao lưu của Một Cửa, hoặc đã bị cắt mất một phần."),
        tr("Chọn tệp khác; chưa có gì thay đổi trên máy."),
    )


def damaged(part: str) -> ForeignError:
    """The sentence for a backup whose contents are not what was written."""
    return ForeignError(
        "SL-02",
        tr("Bản sao lưu đã hỏng ở phần {part} nên không dùng được.", part=part),
        tr("Dùng bản sao lưu khác; chưa có gì thay đổi trên máy."),
    )
