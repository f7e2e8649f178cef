from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError

from models.errors import MachineError
from services.store.engine import Access, open_engine, read_pragmas
from services.store.opening import create_store, open_store
from services.store.schema_version import program_version
from services.store.unit import Store
from tests.store.conftest import KEY

ROOT = Path(__file__).resolve().parents[2]


def test_every_setting_holds_on_writer_and_reader(store: Store) -> None:
    expected = {
        "journal_mode": "wal",
        "synchronous": "2",
        "foreign_keys": "1",
        "recursive_triggers": "1",
        "secure_delete": "1",
        "trusted_schema": "0",
        "temp_store": "2",
        "busy_timeout": "5000",
        "cipher_log_level": "NONE",
    }
    found = read_pragmas(store.engine)
    assert {name: found[name] for name in expected} == expected
    assert found["cipher_version"]
    reader = open_engine(store.path, KEY, access=Access.READ)
    assert {name: read_pragmas(reader)[name] for name in expected} == expected
    assert read_pragmas(reader)["query_only"] == "1"
    reader.dispose()


def test_a_setting_that_does_not_hold_is_refused(
    home: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(
        sys.modules["services.store.engine"].__dict__["_COMMON"], "synchronous", ("NORMAL", 2)
    )
    with pytest.raises(MachineError) as told:
        open_engine(store.path, KEY)
    assert told.value.code == "KHO-04" and "synchronous" in told.value.what


def test_the_file_is_not_readable_without_the_key(home: Path) -> None:
    with create_store(home, KEY) as store, store.write() as tx:
        tx.exec_driver_sql("INSERT INTO setting VALUES ('citizen', 'Nguyễn Thị Canary')")
    raw = (home / "store.db").read_bytes()
    assert not raw.startswith(b"SQLite format")
    assert b"Canary" not in raw


def test_wrong_key_says_so_and_frees_the_folder(home: Path) -> None:
    create_store(home, KEY).close()
    with pytest.raises(MachineError) as told:
        open_store(home, b"x" * 32)
    assert told.value.code == "KHO-01"
    open_store(home, KEY).close()


def test_old_sqlite_is_refused(home: Path) -> None:
    home.mkdir()
    with pytest.raises(MachineError) as told:
        open_engine(home / "store.db", KEY, library=(3, 51, 2))
    assert told.value.code == "KHO-03" and "3.51.2" in told.value.what
    assert not (home / "store.db").exists()
    open_engine(home / "store.db", KEY, library=(3, 51, 3)).dispose()


def test_second_instance_in_this_process_is_refused(home: Path, store: Store) -> None:
    for read_only in (False, True):
        with pytest.raises(MachineError) as told:
            open_store(home, KEY, read_only=read_only)
        assert told.value.code == "KHO-08"


def test_second_instance_in_another_process_is_refused(home: Path, store: Store) -> None:
    program = (
        "import sys, json, pathlib\n"
        "from models.errors import MachineError\n"
        "from services.store.opening import open_store\n"
        "try:\n    open_store(pathlib.Path(sys.argv[1]), bytes(range(32)))\n"
        "except MachineError as error:\n    print(json.dumps(error.code))\n"
    )
    answer = subprocess.run(
        [sys.executable, "-c", program, str(home)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert json.loads(answer.stdout) == "KHO-08"


def test_the_lock_dies_with_close(home: Path) -> None:
    create_store(home, KEY).close()
    with open_store(home, KEY) as again:
        assert again.writable


def test_missing_store_and_existing_store(home: Path) -> None:
    home.mkdir()
    with pytest.raises(MachineError) as told:
        open_store(home, KEY)
    assert told.value.code == "KHO-19"
    create_store(home, KEY).close()
    before = (home / "store.db").read_bytes()
    with pytest.raises(MachineError) as told:
        create_store(home, KEY)
    assert told.value.code == "KHO-15"
    assert (home / "store.db").read_bytes() == before


def test_a_crash_while_making_the_store_leaves_no_trace(home: Path) -> None:
    create_store(home, KEY).close()
    for name in (".00ff.tmp", ".00ff.tmp-wal"):
        (home / name).write_bytes(b"half a store")
    open_store(home, KEY).close()
    assert sorted(path.name for path in home.iterdir()) == ["store.db", "store.lock"]


def test_opening_an_up_to_date_store_does_not_import_slow_things(home: Path) -> None:
    create_store(home, KEY).close()
    program = (
        "import sys, pathlib\n"
        "from services.store.opening import open_store\n"
        "open_store(pathlib.Path(sys.argv[1]), bytes(range(32))).close()\n"
        "print([m for m in ('alembic', 'keyring', 'mako') if m in sys.modules])\n"
    )
    answer = subprocess.run(
        [sys.executable, "-c", program, str(home)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert answer.stdout.strip() == "[]"


def test_newer_data_is_refused_untouched(home: Path) -> None:
    newer = f"{int(program_version()) + 1:04d}"
    with create_store(home, KEY) as store, store.write() as tx:
        tx.exec_driver_sql("UPDATE alembic_version SET version_num = ?", (newer,))
    before = (home / "store.db").read_bytes()
    for read_only in (False, True):
        with pytest.raises(MachineError) as told:
            open_store(home, KEY, read_only=read_only)
        assert told.value.code == "KHO-09" and "mới hơn chương trình" in told.value.what
    assert (home / "store.db").read_bytes() == before


def test_read_only_store_reads_and_refuses_writing(home: Path) -> None:
    with create_store(home, KEY) as store, store.write() as tx:
        tx.exec_driver_sql("INSERT INTO setting VALUES ('a', 'b')")
    with open_store(home, KEY, read_only=True) as store:
        assert not store.writable
        with store.read() as connection:
            assert connection.exec_driver_sql("SELECT value FROM setting").scalar() == "b"
        with pytest.raises(MachineError) as told, store.write():
            pass
        assert told.value.code == "KHO-18"


def test_folding_is_known_to_the_database(store: Store) -> None:
    with store.read() as connection:
        query = "SELECT vn_fold('  ĐẶNG\tThị  Ngọc '), vn_fold(NULL)"
        assert tuple(connection.exec_driver_sql(query).one()) == ("dang thi ngoc", "")


def test_broken_constraints_stay_what_they_are(store: Store) -> None:
    with pytest.raises(IntegrityError), store.write() as tx:
        tx.exec_driver_sql("INSERT INTO setting VALUES ('a', '1'), ('a', '2')")
    with store.write() as tx:
        tx.exec_driver_sql("INSERT INTO setting VALUES ('a', '1')")
