"""Brings the tables of a file to a version, all in one transaction; slow to import (alembic)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from models.errors import MachineError
from models.words import tr
from services.store.schema_version import VERSIONS, data_version, refuse_newer
from services.store.troubles import worded

__all__ = ["downgrade", "scripts", "upgrade"]


def scripts(folder: Path = VERSIONS) -> ScriptDirectory:
    """The migrations in `folder`."""
    return ScriptDirectory(str(folder.parent), version_locations=[str(folder)])


def upgrade(engine: Engine, version: str = "head", *, folder: Path = VERSIONS) -> None:
    """Move the file of `engine` forward to `version`; newer data raises `MachineError`.

    One transaction: a failure leaves the old tables and all rows. Foreign keys are off meanwhile,
    because rebuilding a table drops the old one and would cascade into its children, and are
    checked over the whole file before the end.
    """
    directory = scripts(folder)

    def steps(current: Any, _context: Any) -> Any:
        return directory._upgrade_revs(version, current)

    _run(engine, directory, steps)


def downgrade(engine: Engine, version: str, *, folder: Path = VERSIONS) -> None:
    """Move the file of `engine` back to `version` ("base" empties it); for tests and repair."""
    directory = scripts(folder)

    def steps(current: Any, _context: Any) -> Any:
        return directory._downgrade_revs(version, current)

    _run(engine, directory, steps)


def _run(engine: Engine, directory: ScriptDirectory, steps: Any) -> None:
    with worded(), engine.connect() as connection, _without_foreign_keys(connection):
        environment = EnvironmentContext(Config(), directory, fn=steps)
        with connection.begin(), environment:
            refuse_newer(data_version(connection))
            environment.configure(connection=connection, transactional_ddl=True)
            environment.run_migrations()
            _check_foreign_keys(connection)


@contextmanager
def _without_foreign_keys(connection: Connection) -> Iterator[None]:
    """Foreign keys off for the block; SQLite ignores the pragma inside a transaction."""
    raw = connection.connection.driver_connection
    assert raw is not None
    raw.execute("PRAGMA foreign_keys = OFF")
    try:
        yield
    finally:
        raw.execute("PRAGMA foreign_keys = ON")


def _check_foreign_keys(connection: Connection) -> None:
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    if broken:
        table = broken[0][0]
        raise MachineError(
            "KHO-14",
            tr("Nâng cấp dữ liệu bị dừng vì có dòng mất liên kết ở bảng {table}.", table=table),
            tr("Dữ liệu cũ vẫn nguyên; gọi bộ phận kỹ thuật trước khi cập nhật lại."),
        )
