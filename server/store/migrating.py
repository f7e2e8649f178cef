"""Brings the city's tables to the newest version: numbered SQL files, each in one transaction."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Connection, Engine, text

from models.errors import MachineError
from models.words import tr

__all__ = ["FOLDER", "check_version", "migrate", "newest_version", "statements"]

FOLDER = Path(__file__).resolve().parent.parent / "migrations"
_LOCK = 0x6D63_0001
"""Two servers starting at once: the second waits on this advisory lock and finds all done."""
_VERSIONS = (
    "CREATE TABLE IF NOT EXISTS schema_version (version integer NOT NULL, PRIMARY KEY (version))"
)
_NOTE = text("INSERT INTO schema_version (version) VALUES (:version)")


def newest_version() -> int:
    """The number of the newest migration of this program."""
    return max(_files(), default=0)


def migrate(engine: Engine) -> int:
    """Apply what is missing and return how many steps that were.

    Raises `MachineError` MC-01 when a newer program has already been here.
    """
    postgres = engine.dialect.name == "postgresql"
    with engine.connect() as conn, conn.begin():
        if postgres:
            conn.exec_driver_sql("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
        conn.exec_driver_sql(_VERSIONS)
        have = set(conn.exec_driver_sql("SELECT version FROM schema_version").scalars())
        _refuse_newer(max(have, default=0))
        missing = [number for number in sorted(_files()) if number not in have]
        for number in missing:
            _apply(conn, number, postgres=postgres)
        return len(missing)


def check_version(conn: Connection) -> None:
    """Raise `MachineError` MC-02 unless the tables are those of this program."""
    found = conn.exec_driver_sql("SELECT max(version) FROM schema_version").scalar() or 0
    _refuse_newer(int(found))
    if found < newest_version():
        raise MachineError(
            "MC-02",
            tr("Cơ sở dữ liệu thành phố ở bản {found}, chương trình cần bản {wanted}.",
               found=found, wanted=newest_version()),
            tr("Chạy «main.py city migrate --db URL» bằng tài khoản chủ cơ sở dữ liệu."),
        )  # fmt: skip


def statements(source: str, *, postgres: bool) -> Iterator[str]:
    """The statements of a migration file that are meant for this engine."""
    mine = True
    for part in re.split(r"\n\s*\n", source):
        lines = []
        for line in part.splitlines():
            if line.startswith("-- @"):
                mine = line[4:].strip() in ("all", "postgresql" if postgres else "sqlite")
            elif mine:
                lines.append(line)
        if any(line.strip() and not line.startswith("--") for line in lines):
            statement = "\n".join(lines)
            yield statement if postgres else re.sub(r"\bbytea\b", "blob", statement)


def _files() -> dict[int, Path]:
    return {int(path.name[:4]): path for path in FOLDER.glob("[0-9][0-9][0-9][0-9]_*.sql")}


def _apply(conn: Connection, number: int, *, postgres: bool) -> None:
    plain = {"no_parameters": True}  # a % in the text is a %
    for statement in statements(_files()[number].read_text("utf-8"), postgres=postgres):
        conn.exec_driver_sql(statement, execution_options=plain)
    conn.execute(_NOTE, {"version": number})


def _refuse_newer(found: int) -> None:
    if found > newest_version():
        raise MachineError(
            "MC-01",
            tr("Cơ sở dữ liệu thành phố (bản {found}) mới hơn chương trình này.", found=found),
            tr("Cập nhật chương trình trên máy chủ này rồi chạy lại."),
        )
