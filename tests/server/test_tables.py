"""The tables: migrations make what schema.py says, no change of the journal, walls of offices."""

import pytest
from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError

from models.errors import InputError, MachineError
from server import schema
from server.store.migrating import migrate, newest_version
from server.store.opening import open_database, secret_file

ROW = {
    "log": b"l" * 16, "seq": 1, "n": 0, "st": "dossier/1", "rx_ms": 1, "body": b"b",
    "hash": b"h" * 32, "sig": None,
}  # fmt: skip


def put(database, office, **more):
    with database.write(office) as tx:
        tx.execute(schema.ev.insert(), {"off": office, **ROW, **more})


def test_the_migrations_make_the_tables_of_the_schema(database):
    found = inspect(database.engine)
    for table in schema.metadata.tables.values():
        columns = {c["name"]: c for c in found.get_columns(table.name)}
        assert list(columns) == [c.name for c in table.columns], table.name
        key = found.get_pk_constraint(table.name)["constrained_columns"]
        assert key == [c.name for c in table.primary_key], table.name
        for column in table.columns:
            if not column.primary_key:
                assert columns[column.name]["nullable"] == column.nullable, column
            want, have = column.type, columns[column.name]["type"]
            if database.is_postgres:
                assert have.python_type is want.python_type, column
    names = set(found.get_table_names()) - {"schema_version"}
    assert {n for n in names if not n.startswith("ev_")} >= set(schema.metadata.tables)


def test_every_table_starts_its_key_with_the_office():
    for table in schema.metadata.tables.values():
        if table is not schema.city:
            assert next(iter(table.primary_key)).name == "off", table.name


def test_migrating_twice_changes_nothing_and_newer_data_is_refused(database):
    assert migrate(database.engine) == 0
    with database.engine.connect() as conn, conn.begin():
        conn.execute(text("INSERT INTO schema_version VALUES (:n)"), {"n": newest_version() + 1})
    with pytest.raises(MachineError, match="MC-01"):
        migrate(database.engine)


@pytest.mark.parametrize("url", ["mysql://x/y", "nonsense", "postgresql://x/y"])
def test_another_kind_of_database_is_refused(url, tmp_path):
    with pytest.raises(InputError, match="MC-05"):
        open_database(url, home=tmp_path)


def test_a_database_that_does_not_answer_is_told(tmp_path):
    with pytest.raises(MachineError, match="MC-16"):
        open_database("postgresql+psycopg://a@127.0.0.1:1/x", home=tmp_path)


REFUSED = (
    "UPDATE ev SET body = body", "DELETE FROM ev", "TRUNCATE ev", "DROP TABLE ev",
    "UPDATE fork SET seq = 2", "DELETE FROM fork", "TRUNCATE fork", "DELETE FROM tree_node",
    "UPDATE tree_node SET level = 9", "ALTER TABLE ev DISABLE TRIGGER ALL",
    "DELETE FROM head", "DELETE FROM device", "TRUNCATE head", "DELETE FROM ev_0",
    "SELECT * FROM ev_0", "UPDATE city SET value = ''", "CREATE TABLE x (y int)",
    "ALTER TABLE ev DISABLE ROW LEVEL SECURITY", "DELETE FROM office",
)  # fmt: skip


def test_the_servers_role_cannot_change_the_journal(postgres_city):
    put(postgres_city, "00004")
    for statement in REFUSED:
        with pytest.raises(DBAPIError) as caught, postgres_city.write("00004") as tx:
            tx.execute(text(statement))
        assert caught.value.orig.sqlstate == "42501", statement


def test_even_the_owner_meets_the_triggers(postgres_city, postgres_cluster):
    put(postgres_city, "00004")
    with postgres_cluster.connect(postgres_city.engine.url.database) as superuser:
        part = superuser.execute("SELECT tableoid::regclass::text FROM ev").fetchone()[0]
        for table in ("ev", part):
            for statement in ("UPDATE {t} SET st = ''", "DELETE FROM {t}", "TRUNCATE {t}"):
                with pytest.raises(Exception, match="append-only"):
                    superuser.execute(statement.format(t=table))


@pytest.mark.parametrize("statement", ["UPDATE ev SET st = ''", "DELETE FROM ev"])
def test_the_embedded_database_refuses_too(sqlite_city, statement):
    put(sqlite_city, "00004")
    with pytest.raises(DBAPIError, match="append-only"), sqlite_city.write("00004") as tx:
        tx.execute(text(statement))


def test_row_security_alone_hides_other_offices(postgres_city):
    """The second wall without the first: queries that forgot to name the office."""
    put(postgres_city, "00004")
    put(postgres_city, "00008")
    with postgres_city.read("00004") as tx:
        assert set(tx.execute(text("SELECT off FROM ev")).scalars()) == {"00004"}
    with postgres_city.read("") as tx:
        assert tx.execute(text("SELECT count(*) FROM ev")).scalar() == 0
    foreign = {"off": "00008", **ROW, "seq": 2, "n": 1}
    with (
        pytest.raises(DBAPIError, match="row-level security"),
        postgres_city.write("00004") as tx,
    ):
        tx.execute(schema.ev.insert(), foreign)
    with postgres_city.read_city() as tx:
        assert set(tx.execute(text("SELECT off FROM ev")).scalars()) == {"00004", "00008"}


def test_every_table_of_an_office_is_behind_the_wall(postgres_city):
    with postgres_city.engine.connect() as conn:
        found = conn.execute(
            text("SELECT relname FROM pg_class JOIN pg_namespace s ON s.oid = relnamespace "
                 "WHERE relkind IN ('r', 'p') AND NOT relispartition AND nspname = 'public' "
                 "AND NOT (relrowsecurity AND relforcerowsecurity)")
        ).scalars()  # fmt: skip
        city_wide = {
        "board_setting", "operator", "operator_audit", "operator_session", "portal", "web_tries",
    }  # fmt: skip
        assert set(found) == {"city", "schema_version"} | city_wide


def test_the_boards_role_reads_only(postgres_city):
    enter = text("SELECT set_config('role', 'motcua_board', true)")
    for statement in (
        "INSERT INTO dirty_stream VALUES ('00004', 'x', 1)", "SELECT * FROM enrolment_code",
        "DELETE FROM office", "UPDATE head SET seq = 1",
    ):  # fmt: skip
        with pytest.raises(DBAPIError) as caught, postgres_city.write("00004") as tx:
            tx.execute(enter)
            tx.execute(text(statement))
        assert caught.value.orig.sqlstate == "42501"
    with pytest.raises(MachineError, match="MC-04"), postgres_city.read("00004") as tx:
        tx.execute(text("INSERT INTO dirty_stream VALUES ('00004', 'x', 1)"))


def test_a_secret_is_made_once_and_for_this_account_only(tmp_path):
    path = tmp_path / "keys" / "x.key"
    assert secret_file(path) == secret_file(path)
    assert len(secret_file(path)) == 32
    assert path.stat().st_mode & 0o777 == 0o600
