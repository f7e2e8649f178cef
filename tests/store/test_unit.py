from __future__ import annotations

import threading
from pathlib import Path

import pytest

from models.errors import MachineError
from services.store.opening import create_store, open_store
from services.store.unit import Store
from tests.store.conftest import KEY


def settings(store: Store) -> list[str]:
    with store.read() as connection:
        rows = connection.exec_driver_sql("SELECT name FROM setting ORDER BY name")
        return [row[0] for row in rows]


def put(store: Store, name: str) -> None:
    with store.write() as tx:
        tx.exec_driver_sql("INSERT INTO setting VALUES (?, '')", (name,))


def test_a_block_that_ends_is_stored_and_one_that_raises_is_not(home: Path) -> None:
    store = create_store(home, KEY)
    put(store, "kept")
    with pytest.raises(ZeroDivisionError), store.write() as tx:
        tx.exec_driver_sql("INSERT INTO setting VALUES ('lost', '')")
        raise ZeroDivisionError
    assert settings(store) == ["kept"]
    store.close()
    with open_store(home, KEY) as again:
        assert settings(again) == ["kept"]


def test_a_reader_sees_one_state_and_does_not_wait(store: Store) -> None:
    put(store, "a")
    with store.read() as connection:
        count = "SELECT count(*) FROM setting"
        assert connection.exec_driver_sql(count).scalar() == 1
        put(store, "b")
        assert connection.exec_driver_sql(count).scalar() == 1
    with store.write() as tx:
        tx.exec_driver_sql("INSERT INTO setting VALUES ('c', '')")
        assert settings(store) == ["a", "b"]
    assert settings(store) == ["a", "b", "c"]


def test_a_reader_cannot_write(store: Store) -> None:
    with pytest.raises(MachineError), store.read() as connection:
        connection.exec_driver_sql("INSERT INTO setting VALUES ('a', '')")
    assert settings(store) == []


def test_writers_take_turns(store: Store) -> None:
    with store.write() as tx:
        tx.exec_driver_sql("INSERT INTO cursor VALUES ('n', 0)")

    def add() -> None:
        for _ in range(25):
            with store.write() as tx:
                n = tx.exec_driver_sql("SELECT n FROM cursor").scalar()
                tx.exec_driver_sql("UPDATE cursor SET n = ?", (n + 1,))

    threads = [threading.Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with store.read() as connection:
        assert connection.exec_driver_sql("SELECT n FROM cursor").scalar() == 100


def test_nested_write_is_our_bug_and_said_at_once(store: Store) -> None:
    with pytest.raises(RuntimeError, match="inside"), store.write(), store.write():
        pass
    put(store, "still works")


def test_schema_changes_roll_back_too(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), store.write() as tx:
        tx.exec_driver_sql("CREATE TABLE half (a)")
        raise ZeroDivisionError
    with store.read() as connection:
        query = "SELECT count(*) FROM sqlite_master WHERE name = 'half'"
        assert connection.exec_driver_sql(query).scalar() == 0


def test_a_closed_store_neither_reads_nor_writes_and_forgets_its_key(home: Path) -> None:
    store = create_store(home, KEY)
    store.close()
    for act in (lambda: put(store, "late"), lambda: settings(store), store.reopen):
        with pytest.raises(MachineError) as caught:
            act()
        assert caught.value.code == "KHO-22"
    assert not store.writable and KEY not in vars(store).values()
    store.close()
    with open_store(home, KEY) as again:
        assert settings(again) == []
