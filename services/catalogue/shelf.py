"""Where imported versions of the catalogue lie: one file each, named by what it contains."""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from models.errors import MachineError
from models.words import tr
from services.catalogue.bundle import Bundle, bundle_from_json, bundle_to_json, load_bundle

__all__ = ["all_bundles", "next_version", "save_bundle", "stored_bundles"]


def save_bundle(folder: Path, bundle: Bundle) -> Path:
    """Keep `bundle` in `folder` for good and return its file; saving it again changes nothing.

    The bytes are on the disk before the name exists, so a power cut leaves the old state. Raises
    MachineError DM-30 when the disk refuses.
    """
    data = bundle_to_json(bundle)
    final = folder / f"{bundle.digest}.json"
    draft = final.with_suffix(".part")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with draft.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(final)
        _sync_folder(folder)
    except OSError as error:
        raise MachineError(
            "DM-30",
            tr("Không ghi được danh mục vào thư mục dữ liệu."),
            tr("Hãy kiểm tra dung lượng đĩa và quyền ghi rồi nhập lại."),
        ) from error
    return final


def stored_bundles(folder: Path) -> tuple[Bundle, ...]:
    """Every version in `folder`, by first day and version; none when there is no folder.

    Raises ForeignError DM-03 when a file does not contain what its name promises.
    """
    files = sorted(folder.glob("*.json")) if folder.is_dir() else []
    bundles = (bundle_from_json(file.read_bytes(), file.stem) for file in files)
    return tuple(sorted(bundles, key=lambda bundle: (bundle.effective_from, bundle.version)))


def all_bundles(folder: Path) -> tuple[Bundle, ...]:
    """The version that comes with the program, then the stored ones, for `bundle_on`."""
    return (load_bundle(), *stored_bundles(folder))


def next_version(bundles: Iterable[Bundle], day: date) -> str:
    """The name of one more version in use from `day`: 2026-12-01.01, then .02."""
    taken = sum(bundle.effective_from == day for bundle in bundles)
    return f"{day.isoformat()}.{taken + 1:02d}"


def _sync_folder(folder: Path) -> None:
    """Make the new name durable where the system can (Windows has no such call)."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
