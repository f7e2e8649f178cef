"""Which version the tables of a file have and which one this program wants, without alembic."""

from __future__ import annotations

import re
from pathlib import Path

from sqlalchemy import Connection

from models.errors import MachineError
from models.words import tr

__all__ = ["VERSIONS", "data_version", "program_version", "refuse_newer"]

VERSIONS = Path(__file__).resolve().parent / "versions"


def program_version() -> str:
    """The newest migration this program carries ("0001"): the number its file name starts with."""
    numbers = [m[1] for p in VERSIONS.glob("*.py") if (m := re.match(r"(\d{4})_", p.name))]
    return max(numbers)


def data_version(connection: Connection) -> str:
    """The migration the file behind `connection` stands at, "" for a file without tables."""
    query = "SELECT count(*) FROM sqlite_master WHERE name = 'alembic_version'"
    if not connection.exec_driver_sql(query).scalar():
        return ""
    return str(connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() or "")


def refuse_newer(found: str) -> None:
    """Raise `MachineError` when data at version `found` was written by a newer program."""
    if found > program_version():
        raise MachineError(
            "KHO-09",
            tr("Dữ liệu này mới hơn chương trình (bản {found}).", found=found),
            tr("Cập nhật Một Cửa trên máy này rồi mở lại; dữ liệu chưa bị thay đổi gì."),
        )
