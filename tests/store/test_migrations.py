from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, inspect
from sqlalchemy.exc import IntegrityError

import models.schema
from models.errors import MachineError
from models.schema.base import metadata
from services.store.engine import open_engine
from services.store.migrations import downgrade, scripts, upgrade
from services.store.schema_version import VERSIONS, data_version, program_version
from services.store.unit import Store
from tests.store.conftest import KEY

EVENT = (
    "INSERT INTO ev (log, seq, id, off, st, t, hlc, body, hash) "
    "VALUES (x'01', ?, 'i', 'o', 's', 't', 1, x'02', ?)"
)
FORK = "INSERT INTO fork VALUES (x'01', 1, x'02', x'03', x'04', x'05', NULL, NULL)"


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    made = open_engine(tmp_path / "m.db", KEY)
    yield made
    made.dispose()


def read(engine: Engine, query: str) -> list[tuple[Any, ...]]:
    with engine.connect() as connection:
        return [tuple(row) for row in connection.exec_driver_sql(query)]


def write(engine: Engine, *statements: str) -> None:
    with engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


def shape(connection: Connection) -> dict[str, Any]:
    """Everything the models promise about the tables of a file."""
    seen = inspect(connection)
    made: dict[str, Any] = {}
    for table in sorted(metadata.tables):
        made[table] = {
            "columns": [
                (c["name"], str(c["type"]), c["nullable"], c["default"], c["primary_key"])
                for c in seen.get_columns(table)
            ],
            "indexes": sorted(
                (i["name"], tuple(i["column_names"]), bool(i["unique"]))
                for i in seen.get_indexes(table)
            ),
            "uniques": sorted(
                (u["name"], tuple(u["column_names"])) for u in seen.get_unique_constraints(table)
            ),
            "foreign": sorted(
                (f["name"], tuple(f["constrained_columns"]), f["referred_table"], str(f["options"]))
                for f in seen.get_foreign_keys(table)
            ),
            "checks": sorted((c["name"], c["sqltext"]) for c in seen.get_check_constraints(table)),
        }
    triggers = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name"
    made["triggers"] = [tuple(row) for row in connection.exec_driver_sql(triggers)]
    return made


def test_one_line_of_versions_named_by_number() -> None:
    directory = scripts()
    assert directory.get_heads() == [program_version()]
    names = {path.name for path in VERSIONS.glob("*.py")}
    for script in directory.walk_revisions():
        assert Path(script.path).name in names
        assert Path(script.path).name.startswith(f"{script.revision}_")


def test_head_equals_the_models(engine: Engine, tmp_path: Path) -> None:
    for module in pkgutil.iter_modules(models.schema.__path__):
        importlib.import_module(f"models.schema.{module.name}")
    upgrade(engine)
    other = open_engine(tmp_path / "models.db", KEY)
    with other.begin() as connection:
        metadata.create_all(connection)
        expected = shape(connection)
    other.dispose()
    with engine.connect() as connection:
        assert shape(connection) == expected


def test_up_and_down(engine: Engine) -> None:
    upgrade(engine)
    assert read(engine, "SELECT version_num FROM alembic_version") == [(program_version(),)]
    downgrade(engine, "base")
    assert read(engine, "SELECT DISTINCT tbl_name FROM sqlite_master") == [("alembic_version",)]
    upgrade(engine)
    write(engine, "INSERT INTO setting VALUES ('a', 'b')")


def test_up_with_data_keeps_every_row(engine: Engine) -> None:
    upgrade(engine, "0001")
    with engine.begin() as connection:
        for seq in range(1, 201):
            connection.exec_driver_sql(EVENT, (seq, bytes([seq])))
    write(engine, FORK, "INSERT INTO setting VALUES ('a', 'b')")
    before = read(engine, "SELECT * FROM ev ORDER BY n")
    upgrade(engine)
    assert read(engine, "SELECT * FROM ev ORDER BY n") == before
    assert read(engine, "SELECT * FROM setting") == [("a", "b")]
    upgrade(engine)


def test_the_database_refuses_to_change_the_journal(store: Store) -> None:
    with store.write() as tx:
        tx.exec_driver_sql(EVENT, (1, b"h"))
        tx.exec_driver_sql(FORK)
    for statement in (
        "UPDATE ev SET body = x'00'",
        "DELETE FROM ev",
        "REPLACE INTO ev SELECT n, log, seq, id, off, st, t, hlc, x'99', hash, sig FROM ev",
        "UPDATE fork SET seq = 2",
        "DELETE FROM fork",
        "REPLACE INTO fork SELECT * FROM fork",
    ):
        with pytest.raises(IntegrityError, match="append-only"), store.write() as tx:
            tx.exec_driver_sql(statement)
    with store.read() as connection:
        assert connection.exec_driver_sql("SELECT body FROM ev").scalar() == b"\x02"


FIRST = """
import sqlalchemy as sa
from alembic import op
revision, down_revision, branch_labels, depends_on = "0000", None, None, None
def upgrade():
    op.execute("CREATE TABLE mother (id INTEGER PRIMARY KEY, x TEXT)")
    op.execute("CREATE TABLE child (id INTEGER PRIMARY KEY, "
               "mother INTEGER REFERENCES mother(id) ON DELETE CASCADE)")
def downgrade():
    pass
"""
REBUILD = """
import sqlalchemy as sa
from alembic import op
revision, down_revision, branch_labels, depends_on = "0001", "0000", None, None
def upgrade():
    with op.batch_alter_table("mother", recreate="always") as batch:
        batch.alter_column("x", nullable=False, server_default="")
{extra}
def downgrade():
    pass
"""


def made_versions(folder: Path, extra: str) -> Path:
    folder.mkdir()
    (folder / "0000_first.py").write_text(FIRST)
    (folder / "0001_rebuild.py").write_text(REBUILD.replace("{extra}", f"    {extra}"))
    return folder


def test_rebuilding_a_table_keeps_its_children(engine: Engine, tmp_path: Path) -> None:
    folder = made_versions(tmp_path / "versions", "pass")
    upgrade(engine, "0000", folder=folder)
    with engine.begin() as connection:
        for i in range(100):
            connection.exec_driver_sql("INSERT INTO mother VALUES (?, 'x')", (i,))
            connection.exec_driver_sql("INSERT INTO child VALUES (?, ?)", (i, i))
    upgrade(engine, folder=folder)
    assert read(engine, "SELECT count(*) FROM child") == [(100,)]
    assert read(engine, "PRAGMA foreign_keys") == [(1,)]


@pytest.mark.parametrize(
    ("extra", "error"),
    [
        ("op.execute('DELETE FROM mother WHERE id = 1')", MachineError),
        ("raise ZeroDivisionError", ZeroDivisionError),
    ],
)
def test_a_failed_migration_changes_nothing(
    engine: Engine, tmp_path: Path, extra: str, error: type[Exception]
) -> None:
    folder = made_versions(tmp_path / "versions", extra)
    upgrade(engine, "0000", folder=folder)
    write(engine, "INSERT INTO mother VALUES (1, 'x')", "INSERT INTO child VALUES (1, 1)")
    with pytest.raises(error):
        upgrade(engine, folder=folder)
    assert read(engine, "SELECT * FROM mother") == [(1, "x")]
    with engine.connect() as connection:
        assert data_version(connection) == "0000"
