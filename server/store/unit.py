"""Transactions of the city: one office at a time, or reading the whole city; only here is a commit.

    with database.write(office) as tx:      # one office, motcua_app, committed at the end
    with database.read(office) as tx:       # one office, read only
    with database.read_city() as tx:        # all offices, motcua_board, read only

On PostgreSQL each transaction first names its role and office (`app.off`), which row-level security
compares with every row; both end with the transaction, so a pooler may share the connection.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, text

from server.store.troubles import worded

__all__ = ["CityDatabase"]

STATEMENT_TIMEOUT = "20s"
LOCK_TIMEOUT = "10s"
_ENTER = text(
    "SELECT set_config('role', :role, true), set_config('app.off', :off, true), "
    "set_config('statement_timeout', :statement, true), "
    "set_config('lock_timeout', :lock, true), "
    "set_config('transaction_read_only', :read_only, true)"
)

_ALONE = text("SELECT pg_try_advisory_xact_lock(:number)")
"""Held by the transaction, not by the connection, which a pooler may give to somebody else."""


class CityDatabase:
    """The city's tables behind their engine; `close()` gives the connections back."""

    def __init__(self, engine: Engine) -> None:
        """Take over an engine made by `server.store.opening`."""
        self.engine = engine
        self.is_postgres = engine.dialect.name == "postgresql"
        self._writing = threading.Lock()

    @contextmanager
    def write(self, office: str) -> Iterator[Connection]:
        """One write transaction of one office; an exception in the block stores nothing.

        Raises `MachineError` for a full disk, a missing database, a statement that took too long.
        """
        with worded(), self._one_writer(), self.engine.connect() as conn, conn.begin():
            self._enter(conn, office, role="motcua_app", read_only="off")
            yield conn

    @contextmanager
    def read(self, office: str) -> Iterator[Connection]:
        """Read the rows of one office."""
        with self._reading(office, role="motcua_app") as conn:
            yield conn

    @contextmanager
    def read_still(self, office: str) -> Iterator[Connection]:
        """Read the rows of one office as of one moment, however long it takes."""
        with self._reading(office, role="motcua_app", isolation="REPEATABLE READ") as conn:
            yield conn

    @contextmanager
    def read_city(self) -> Iterator[Connection]:
        """Read the rows of all offices, for the board and the administrator's lists."""
        with self._reading("", role="motcua_board") as conn:
            yield conn

    @contextmanager
    def alone(self, number: int) -> Iterator[bool]:
        """Whether nobody else is in such a block of this number, in any process or machine.

        The embedded database has one process that serves, and it does not look for others.
        """
        if not self.is_postgres:
            yield True
            return
        with worded(), self.engine.connect() as conn, conn.begin():
            yield bool(conn.execute(_ALONE, {"number": number}).scalar())

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()

    @contextmanager
    def _reading(self, office: str, *, role: str, isolation: str = "") -> Iterator[Connection]:
        with worded(), self.engine.connect() as conn:
            conn.execution_options(write=False)
            if isolation and self.is_postgres:  # SQLite reads so anyway
                conn.execution_options(isolation_level=isolation)
            with conn.begin():
                self._enter(conn, office, role=role, read_only="on")
                yield conn

    @contextmanager
    def _one_writer(self) -> Iterator[None]:
        """SQLite has one writer; waiting here is fair and needs no retries."""
        if self.is_postgres:
            yield
            return
        with self._writing:
            yield

    def _enter(self, conn: Connection, office: str, *, role: str, read_only: str) -> None:
        if self.is_postgres:
            conn.execute(
                _ENTER,
                {
                    "role": role, "off": office, "statement": STATEMENT_TIMEOUT,
                    "lock": LOCK_TIMEOUT, "read_only": read_only,
                },
            )  # fmt: skip
