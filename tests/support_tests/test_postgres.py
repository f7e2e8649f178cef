"""The throwaway PostgreSQL: durable, separate per test, and gone when its test run is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import ProgrammingError

ROOT = Path(__file__).resolve().parents[2]
KILLED_RUN = """
import sys, time
from tests.support.postgres import cluster
with cluster() as server:
    print(server.folder, server.port, flush=True)
    time.sleep(600)
"""


def one(url: str, statement: str):
    """The single value of a query."""
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        return connection.scalar(sa.text(statement))


def test_the_owner_is_no_superuser_and_the_disk_is_told_to_write(postgres_cluster, postgres_url):
    assert one(postgres_url, "show fsync") == "on"
    assert one(postgres_url, "show synchronous_commit") == "on"
    assert one(postgres_url, "select rolsuper from pg_roles where rolname = current_user") is False
    assert one(postgres_url, "select 'Đống Đa' = normalize('Đống Đa', NFC)") is True
    over_socket = postgres_cluster.socket_url(postgres_url.rpartition("/")[2])
    assert one(over_socket, "select inet_client_addr()") is None
    assert str(one(postgres_url, "select inet_server_addr()")) == "127.0.0.1"


@pytest.mark.parametrize("turn", [1, 2])
def test_every_test_has_a_database_of_its_own(postgres_url, turn):
    engine = sa.create_engine(postgres_url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        connection.execute(sa.text("create table only_mine (a int)"))


def test_a_template_is_filled_once_and_its_clones_do_not_meet(postgres_cluster):
    filled = []

    def fill(url):
        filled.append(url)
        engine = sa.create_engine(url, poolclass=sa.NullPool)
        with engine.begin() as connection:
            connection.execute(sa.text("create table a as select 1 as x"))

    for _ in range(2):
        template = postgres_cluster.template("a_template", fill)
        with postgres_cluster.database(template=template) as name:
            engine = sa.create_engine(postgres_cluster.url(name), poolclass=sa.NullPool)
            with engine.begin() as connection:
                connection.execute(sa.text("insert into a values (2)"))
            assert one(postgres_cluster.url(name), "select sum(x) from a") == 3
    assert len(filled) == 1


def test_row_level_security_binds_a_role_the_owner_made(postgres_url):
    engine = sa.create_engine(postgres_url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        for statement in (
            "create role reader_of_nothing nologin",
            "grant reader_of_nothing to current_user",
            "create table a as select 1 as x",
            "alter table a enable row level security",
            "grant select on a to reader_of_nothing",
        ):
            connection.execute(sa.text(statement))
        connection.execute(sa.text("set local role reader_of_nothing"))
        assert connection.scalar(sa.text("select count(*) from a")) == 0
    with engine.connect() as connection, pytest.raises(ProgrammingError):
        connection.execute(sa.text("set role reader_of_nothing"))
        connection.execute(sa.text("delete from a"))
    with engine.begin() as connection:
        connection.execute(sa.text("drop table a"))
        connection.execute(sa.text("drop role reader_of_nothing"))


def test_a_killed_test_run_leaves_no_server_and_no_data(postgres_cluster):
    run = subprocess.Popen(
        [sys.executable, "-c", KILLED_RUN], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    with run:
        folder, port = run.stdout.readline().split()
        server = int((Path(folder) / "data" / "postmaster.pid").read_text().split()[0])
        assert int(port) != postgres_cluster.port and is_alive(server)
        os.kill(run.pid, signal.SIGKILL)
    until = time.monotonic() + 60
    while is_alive(server) or Path(folder).exists():
        assert time.monotonic() < until, "the server outlived its test run"
        time.sleep(0.05)


def is_alive(pid: int) -> bool:
    """Whether a process of that number runs."""
    return Path(f"/proc/{pid}").exists()
