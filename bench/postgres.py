"""A throwaway PostgreSQL with real durability: its own folder, socket and port, gone afterwards."""

from __future__ import annotations

import itertools
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

import psycopg
from psycopg import sql

from bench.keeper import kept

SUPERUSER = "postgres"
OWNER = "motcua_owner"
"""Owns the databases. No superuser: row-level security can bind it."""

START_BOUND = 60.0
DURABLE = {"fsync": "on", "synchronous_commit": "on"}
SETTINGS = {
    "shared_buffers": "32MB",
    "max_connections": "100",
    "listen_addresses": "127.0.0.1",
    "timezone": "UTC",
    "lc_messages": "C",
    "log_min_messages": "warning",
}


@dataclass
class Cluster:
    """A running server."""

    folder: Path
    port: int
    bin: Path
    _names: Iterator[int] = field(default_factory=itertools.count)
    _templates: set[str] = field(default_factory=set)

    def url(self, database: str, *, user: str = OWNER) -> str:
        """The SQLAlchemy address of a database over 127.0.0.1; no password is asked."""
        return f"postgresql+psycopg://{user}@127.0.0.1:{self.port}/{database}"

    def socket_url(self, database: str, *, user: str = OWNER) -> str:
        """The same over the socket in the server's folder."""
        return f"postgresql+psycopg://{user}@/{database}?host={self.folder}&port={self.port}"

    def run_sql(self, *statements: sql.Composable | str, database: str = "postgres") -> None:
        """Run statements as superuser, each on its own (CREATE DATABASE knows no transaction)."""
        with self.connect(database) as connection:
            for statement in statements:
                connection.execute(statement)

    def connect(self, database: str, *, user: str = SUPERUSER) -> psycopg.Connection:
        """A plain autocommit connection over the socket; close it."""
        return psycopg.connect(
            host=str(self.folder), port=self.port, user=user, dbname=database, autocommit=True
        )

    def template(self, name: str, fill: Callable[[str], None]) -> str:
        """A database called `name`, filled once by `fill(url)`, to be cloned by `database`."""
        if name not in self._templates:
            self._create(name, template="template1")
            fill(self.url(name))
            self._templates.add(name)
        return name

    @contextmanager
    def database(self, *, template: str = "template1") -> Iterator[str]:
        """A fresh database, a clone of `template`, as its name; dropped at the end."""
        name = f"t{next(self._names)}"
        self._create(name, template=template)
        try:
            yield name
        finally:
            drop = sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name))
            self.run_sql(drop)

    def _create(self, name: str, *, template: str) -> None:
        self.run_sql(
            sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}").format(
                sql.Identifier(name), sql.Identifier(OWNER), sql.Identifier(template)
            )
        )


def find_binaries() -> Path | None:
    """The folder of the newest PostgreSQL of this machine; Debian keeps it off the path."""
    found = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = max(found, key=lambda path: int(path.parent.parent.name), default=None)
    if newest is None and (on_path := shutil.which("initdb")):
        newest = Path(on_path).resolve()
    return newest.parent if newest else None


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listened on a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def cluster(
    binaries: Path | None = None, *, settings: Mapping[str, str] = MappingProxyType({})
) -> Iterator[Cluster]:
    """A server started for the block. As root it runs as the account `postgres`, else as we do.

    `settings` go before those of tests, but never those of durability. Raises FileNotFoundError
    on a machine without PostgreSQL.
    """
    binaries = binaries or find_binaries()
    if binaries is None:
        raise FileNotFoundError("missing, please ask for: sudo apt-get install -y postgresql")
    for last in (False, False, False, True):
        folder = Path(tempfile.mkdtemp(prefix="mc-pg-", dir="/tmp"))  # a socket's path is short
        try:
            with _running(binaries, folder, port=free_port(), more=settings) as server:
                if server:
                    server.run_sql(f"CREATE ROLE {OWNER} LOGIN CREATEDB CREATEROLE")
                    yield server
                    return
                assert not last, (folder / "server.log").read_text("utf-8", "replace")
        finally:  # else somebody took the port in between: once more
            shutil.rmtree(folder, ignore_errors=True)


def _as_account(folder: Path) -> list[str]:
    """Words for the keeper: who runs the server. It refuses to be root."""
    if os.geteuid() != 0:
        return []
    account = pwd.getpwnam("postgres")
    os.chown(folder, account.pw_uid, account.pw_gid)
    return ["--user", "postgres"]


def _initialise(binaries: Path, folder: Path, *, options: list[str]) -> None:
    words = ["-D", str(folder / "data"), "-A", "trust", "-U", SUPERUSER, "--no-sync"]
    words += ["-E", "UTF8", "--locale=C.UTF-8"]
    with (
        (folder / "initdb.log").open("wb") as log,
        kept([str(binaries / "initdb"), *words], options=options, stdout=log, stderr=log) as done,
    ):
        assert done.wait(START_BOUND) == 0, (folder / "initdb.log").read_text()


@contextmanager
def _running(
    binaries: Path, folder: Path, *, port: int, more: Mapping[str, str]
) -> Iterator[Cluster | None]:
    """The server in the foreground under a keeper; None when it ended instead of answering."""
    account = _as_account(folder)
    _initialise(binaries, folder, options=account)
    settings = {**SETTINGS, **more, **DURABLE}
    settings |= {"port": str(port), "unix_socket_directories": str(folder)}
    command = [str(binaries / "postgres"), "-D", str(folder / "data")]
    for name, value in settings.items():
        command += ["-c", f"{name}={value}"]
    options = [*account, "--signal", "INT", "--remove", str(folder)]
    with (
        (folder / "server.log").open("ab") as log,
        kept(command, options=options, stdout=log, stderr=log) as process,
    ):
        server = Cluster(folder, port, binaries)
        yield server if _answers(server, process) else None


def _answers(server: Cluster, process: subprocess.Popen[bytes]) -> bool:
    until = time.monotonic() + START_BOUND
    while process.poll() is None and time.monotonic() < until:
        try:
            server.connect("postgres").close()
        except psycopg.OperationalError:
            time.sleep(0.02)
        else:
            return True
    return False
