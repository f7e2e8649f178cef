"""Files from the scanner's folder, read whole into memory before they are stored encrypted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from models.errors import InputError
from models.words import tr
from services.dossiers.intake import LARGEST_FILE, media_of

__all__ = ["Scan", "read_scans"]


SCANNED = ("application/pdf", "image/jpeg", "image/png", "image/tiff")


@dataclass(frozen=True, slots=True)
class Scan:
    """A file as given: its name without folders, its bytes."""

    name: str
    content: bytes


def read_scans(paths: Sequence[Path]) -> tuple[Scan, ...]:
    """The files at `paths`, all or none.

    Raises `InputError` ND-07 for one larger than may be kept, ND-08 for one that cannot be read,
    ND-09 for an empty one, ND-11 for one whose first bytes are of no scanner, whatever its name.
    """
    return tuple(_read(path) for path in paths)


def _read(path: Path) -> Scan:
    name = path.name[:80]
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise InputError(
                "ND-07",
                tr("Tệp «{name}» lớn hơn 50 MB.", name=name),
                tr("Quét lại ở độ phân giải 200–300 dpi."),
                field="components",
            )
        content = path.read_bytes()
    except OSError as error:
        raise InputError(
            "ND-08",
            tr("Không đọc được tệp «{name}».", name=name),
            tr("Kiểm tra tệp còn ở đó và không phải là thư mục, rồi chọn lại."),
            field="components",
        ) from error
    if not content:
        raise InputError(
            "ND-09",
            tr("Tệp «{name}» rỗng.", name=name),
            tr("Quét lại giấy tờ này rồi chọn tệp mới."),
            field="components",
        )
    if media_of(content) not in SCANNED:
        raise InputError(
            "ND-11",
            tr("Tệp «{name}» không phải PDF hay ảnh.", name=name),
            tr("Chọn tệp PDF, JPEG, PNG hoặc TIFF của máy quét."),
            field="components",
        )
    return Scan(path.name, content)
