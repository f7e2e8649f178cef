"""office.json: which office this data folder is, readable before anyone signs in."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path

from models.errors import MachineError
from models.words import tr
from services.store.files import write_file

__all__ = [
    "Mode", "OfficeFile", "find_office", "read_office", "set_unfinished_aside", "write_office",
]  # fmt: skip

FILE = "office.json"
_MADE_BEFORE = (
    "vault", "store.db", "store.db-wal", "store.db-shm", "device.key", "blobs", "keys",
    "joining.json",
)  # fmt: skip


class Mode(StrEnum):
    """A training office watermarks every print and has fixed accounts; a real one does not."""

    TRAINING = "training"
    REAL = "real"


@dataclass(frozen=True)
class OfficeFile:
    """The identity of the office on this PC; nothing personal, nothing secret."""

    profile: str
    mode: Mode
    unit_code: str
    unit_name: str
    created: str

    @property
    def training(self) -> bool:
        """Whether this is a made-up office."""
        return self.mode is Mode.TRAINING

    @property
    def short_name(self) -> str:
        """The unit's name without "Phường" or "Xã"."""
        return self.unit_name.partition(" ")[2] or self.unit_name


def find_office(home: Path) -> OfficeFile | None:
    """The office of this folder, or None when the folder has none yet."""
    try:
        data = json.loads((home / FILE).read_text(encoding="utf-8"))
        return OfficeFile(**{**data, "mode": Mode(data["mode"])})
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise MachineError(
            "MA-01",
            tr("Không đọc được tệp office.json của thư mục dữ liệu."),
            tr("Kiểm tra quyền đọc thư mục, hoặc gọi hỗ trợ; dữ liệu hồ sơ không bị ảnh hưởng."),
        ) from error


def read_office(home: Path) -> OfficeFile:
    """The office of this folder; raises `MachineError` when there is none."""
    office = find_office(home)
    if office is None:
        raise MachineError(
            "MA-02",
            tr("Thư mục này chưa có văn phòng nào."),
            tr("Mở chương trình để lập văn phòng, hoặc dùng lệnh «seed» tạo bản tập huấn."),
        )
    return office


def set_unfinished_aside(home: Path, mark: str) -> None:
    """Move the remains of a creation that failed half-way into `home/unfinished-<mark>`.

    Without office.json no office was ever opened from these files; nothing is deleted all the
    same, in case somebody took office.json away from an office that works.
    """
    if (home / FILE).exists():
        return
    left = [home / name for name in _MADE_BEFORE if (home / name).exists()]
    if not left:
        return
    aside = home / f"unfinished-{mark}"
    aside.mkdir(exist_ok=True)
    for path in left:
        path.rename(aside / path.name)


def write_office(home: Path, office: OfficeFile) -> None:
    """Store the identity durably."""
    text = json.dumps(asdict(office), ensure_ascii=False, indent=2)
    write_file(home / FILE, text.encode())
