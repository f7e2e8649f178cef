"""A full disk at the city: what is sent is refused with the reason, what was taken is there."""

import os
import pwd
import subprocess

import pytest
from psycopg import sql

from server.store.opening import open_database
from server.store.troubles import DiskFull
from server.verifying import verify_office
from services.sync.ports import Verdict
from tests.support.city import OFFICE, Pen, make_city
from tests.support.disks import small_disk


def push_until_full(store, pen):
    """Acts of 20 large events until the disk refuses; how many events were acknowledged."""
    while len(pen.events) < 10_000:
        start = len(pen.events)
        pen.write(*(os.urandom(3000) for _ in range(20)))
        try:
            assert store.take(pen.run(start)).verdict is Verdict.TAKEN
        except DiskFull as error:
            assert error.code == "MC-03" and error.what and error.next_step
            return start
    raise AssertionError("the disk is too large for this test")


def check_and_go_on(city, pen, taken, make_room):
    """Refused again and again, nothing half stored; with room the same run is taken."""
    store = city.store()
    assert store.heads()[pen.log].seq == taken
    assert store.acknowledge(pen.log).head.seq == taken
    with pytest.raises(DiskFull):
        store.take(pen.run(taken))
    assert store.take(pen.run(taken - 20, taken)).verdict is Verdict.KNOWN
    make_room()
    assert store.take(pen.run(taken)).verdict is Verdict.TAKEN
    assert store.heads()[pen.log] == pen.head()
    report = verify_office(city.database, city.key, OFFICE)
    assert (report.fault, report.events) == ("", len(pen.events) + 1)


def enlarge(folder, mib):
    subprocess.run(["mount", "-o", f"remount,size={mib}m", str(folder)], check=True)


def test_postgresql_on_a_full_disk(postgres_cluster, tmp_path):
    place = postgres_cluster.folder / "small"
    with small_disk(place, kib=16 << 10), postgres_cluster.database() as name:
        os.chown(place, pwd.getpwnam("postgres").pw_uid, -1)
        create = sql.SQL("CREATE TABLESPACE small OWNER motcua_owner LOCATION {}")
        choose = sql.SQL("ALTER DATABASE {} SET default_tablespace = small")
        postgres_cluster.run_sql(create.format(str(place)), choose.format(sql.Identifier(name)))
        database = open_database(postgres_cluster.url(name), home=tmp_path)
        try:
            city, pen = make_city(database, tmp_path), Pen()
            city.admit(pen)
            taken = push_until_full(city.store(), pen)
            assert taken > 0
            check_and_go_on(city, pen, taken, lambda: enlarge(place, 64))
        finally:
            database.close()
            drop = sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name))
            postgres_cluster.run_sql(drop, "DROP TABLESPACE small")
            again = sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name))
            postgres_cluster.run_sql(again)  # for the fixture to drop


def test_the_embedded_database_on_a_full_disk(tmp_path):
    with small_disk(tmp_path / "small", kib=3000) as place:
        database = open_database(f"sqlite:///{place / 'city.db'}", home=tmp_path)
        try:
            city, pen = make_city(database, tmp_path), Pen()
            city.admit(pen)
            taken = push_until_full(city.store(), pen)
            assert taken > 0
            check_and_go_on(city, pen, taken, lambda: enlarge(place, 64))
        finally:
            database.close()
