"""Disks that are full, read-only, failing or damaged: one sentence each, nothing half-done."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from models.errors import MachineError
from services.store.blobs import BlobStore
from services.store.files import sweep_temps, write_file
from services.store.health import find_damage
from services.store.opening import create_store, open_store
from services.store.troubles import CommitUncertain
from services.store.unit import Store
from tests.store.conftest import KEY
from tests.support.disks import files_cannot_grow, read_only, small_disk

PAGE = 4096


def put(store: Store, name: str, size: int = 10) -> None:
    with store.write() as tx:
        tx.exec_driver_sql("INSERT INTO setting VALUES (?, ?)", (name, os.urandom(size).hex()))


def names(store: Store) -> list[str]:
    with store.read() as connection:
        rows = connection.exec_driver_sql("SELECT name FROM setting ORDER BY name")
        return [row[0] for row in rows]


def test_full_disk_refuses_the_act_and_recovers(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", kib=1024) as disk:
        store = create_store(disk / "home", KEY)
        put(store, "before")
        ballast = disk / "ballast"
        with pytest.raises(OSError, match="No space"), ballast.open("wb", buffering=0) as file:
            while True:
                file.write(bytes(PAGE))
        with pytest.raises(MachineError) as told:
            for n in range(50):
                put(store, f"x{n}", size=20_000)
        assert told.value.code == "KHO-05"
        stored = names(store)
        assert "before" in stored and f"x{len(stored) - 1}" not in stored
        with pytest.raises(MachineError) as told:
            write_file(disk / "note", bytes(100_000))
        assert told.value.code == "KHO-05"
        with pytest.raises(MachineError) as told, store.write() as tx:
            BlobStore(disk / "home" / "blobs", KEY).put(tx, bytes(100_000), media="image/png")
        assert told.value.code == "KHO-05"
        assert not list(disk.rglob("*.tmp"))
        ballast.unlink()
        put(store, "after")
        assert names(store) == sorted([*stored, "after"])
        store.close()
        with open_store(disk / "home", KEY) as again:
            assert names(again) == sorted([*stored, "after"])


def test_a_full_database_without_mounting(store: Store) -> None:
    put(store, "before")
    with pytest.raises(MachineError) as told, store.write() as tx:
        pages = tx.exec_driver_sql("PRAGMA page_count").scalar()
        tx.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
        tx.exec_driver_sql("INSERT INTO setting VALUES ('x', ?)", ("x" * 50_000,))
    assert told.value.code == "KHO-05"
    put(store, "after", size=50_000)
    assert names(store) == ["after", "before"]


def test_a_commit_that_fails_stops_writing_until_somebody_looked(store: Store) -> None:
    put(store, "before")
    wal = store.path.with_name("store.db-wal")
    with pytest.raises(CommitUncertain) as told, files_cannot_grow(wal.stat().st_size):
        put(store, "x", size=50_000)
    assert told.value.code == "KHO-11"
    assert names(store) == ["before"]
    assert not store.writable
    with pytest.raises(MachineError) as refused:
        put(store, "blind retry")
    assert refused.value.code == "KHO-16"
    store.reopen()
    put(store, "after")
    assert names(store) == ["after", "before"]


def test_read_only_folder_refuses_or_opens_for_viewing(home: Path) -> None:
    with create_store(home, KEY) as store:
        put(store, "a")
    with read_only(home):
        with pytest.raises(MachineError) as told:
            open_store(home, KEY)
        assert told.value.code == "KHO-07"
        with open_store(home, KEY, read_only=True) as store:
            assert names(store) == ["a"] and not store.writable
        with pytest.raises(MachineError) as told:
            open_store(home, b"x" * 32, read_only=True)
        assert told.value.code == "KHO-01"
        with pytest.raises(MachineError) as told:
            write_file(home / "note", b"x")
        assert told.value.code == "KHO-07"
        with pytest.raises(MachineError) as told:
            create_store(home / "new", KEY)
        assert told.value.code == "KHO-07"


def test_read_only_folder_with_writes_outside_the_main_file(home: Path) -> None:
    with create_store(home, KEY) as store:
        put(store, "a")
        left = {path: path.read_bytes() for path in home.glob("store.db*")}
    for path, data in left.items():
        path.write_bytes(data)
    with read_only(home), pytest.raises(MachineError) as told:
        open_store(home, KEY, read_only=True)
    assert told.value.code == "KHO-20"


def test_every_flipped_bit_is_seen(home: Path) -> None:
    with create_store(home, KEY) as store:
        for n in range(300):
            put(store, f"{n:03d}", size=600)
    good = rows(home)
    path = home / "store.db"
    whole = path.read_bytes()
    used = used_pages(home)
    chance = random.Random(7)
    for page in chance.sample(used, 60):
        spoilt = bytearray(whole)
        spoilt[page * PAGE + chance.randrange(PAGE)] ^= 1 << chance.randrange(8)
        path.write_bytes(spoilt)
        with pytest.raises(MachineError) as told:
            assert rows(home) == good
        assert told.value.code in ("KHO-01", "KHO-06", "KHO-17")


def rows(home: Path) -> list[tuple[str, str]]:
    with open_store(home, KEY) as store, store.read() as connection:
        return [tuple(row) for row in connection.exec_driver_sql("SELECT * FROM setting")]


def used_pages(home: Path) -> list[int]:
    """Pages holding the table `setting` (its rows take nearly all of the file), and page 1."""
    size = (home / "store.db").stat().st_size // PAGE
    return [0, *range(size - 80, size)]


def test_one_bad_page_does_not_take_the_rest_along(home: Path) -> None:
    with create_store(home, KEY) as store:
        for n in range(300):
            put(store, f"{n:03d}", size=600)
        with store.write() as tx:
            tx.exec_driver_sql("INSERT INTO cursor VALUES ('kept', 7)")
    path = home / "store.db"
    data = bytearray(path.read_bytes())
    data[len(data) - 50 * PAGE + 100] ^= 1
    path.write_bytes(data)
    with open_store(home, KEY) as store:
        for _ in range(3):
            with pytest.raises(MachineError) as told, store.read() as connection:
                connection.exec_driver_sql("SELECT * FROM setting").fetchall()
            assert told.value.code in ("KHO-06", "KHO-17")
            with store.read() as connection:
                assert connection.exec_driver_sql("SELECT n FROM cursor").scalar() == 7
            with store.write() as tx:
                tx.exec_driver_sql("UPDATE cursor SET n = 7")


def test_health_names_the_bad_page(home: Path) -> None:
    with create_store(home, KEY) as store:
        for n in range(100):
            put(store, f"{n:03d}", size=600)
        assert find_damage(store) == ()
    path = home / "store.db"
    data = bytearray(path.read_bytes())
    data[len(data) - 20 * PAGE + 100] ^= 1
    path.write_bytes(data)
    with open_store(home, KEY) as store:
        assert any("HMAC" in line for line in find_damage(store))


def test_memory_error_is_said_in_words(store: Store) -> None:
    with pytest.raises(MachineError) as told, store.read():
        raise MemoryError
    assert told.value.code == "KHO-17"
    assert names(store) == []


def test_a_garbage_file_is_not_opened(home: Path) -> None:
    home.mkdir()
    (home / "store.db").write_bytes(b"SQLite format 3\0" + os.urandom(8000))
    with pytest.raises(MachineError) as told:
        open_store(home, KEY)
    assert told.value.code == "KHO-01"


def test_safe_writer_keeps_the_old_file_when_it_fails(tmp_path: Path) -> None:
    path = tmp_path / "office.json"
    write_file(path, b"old")
    with files_cannot_grow(1000), pytest.raises(MachineError) as told:
        write_file(path, bytes(5000))
    assert told.value.code == "KHO-05"
    assert [p.name for p in tmp_path.iterdir()] == ["office.json"]
    assert path.read_bytes() == b"old"
    write_file(path, b"new")
    assert path.read_bytes() == b"new"
    (tmp_path / ".left.tmp").write_bytes(b"half")
    assert sweep_temps(tmp_path) == 1 and path.exists()
