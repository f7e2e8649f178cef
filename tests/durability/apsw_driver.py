"""APSW (plain SQLite, own virtual file systems) dressed as the driver that SQLAlchemy expects.

The store runs on SQLCipher, which offers no virtual file system to Python. Pager, WAL and
checkpoint are the same SQLite code in both; only the encryption of pages is missing here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import apsw

paramstyle = "qmark"
Binary = bytes
sqlite_version_info = tuple(int(part) for part in apsw.sqlite_lib_version().split("."))
Error = apsw.Error
DatabaseError = OperationalError = NotSupportedError = apsw.SQLError
IntegrityError = apsw.ConstraintError
InterfaceError = DataError = InternalError = ProgrammingError = apsw.MisuseError


@contextmanager
def _named() -> Iterator[None]:
    """Give errors the attribute by which the standard drivers tell SQLite's name of them."""
    try:
        yield
    except apsw.Error as error:
        names = apsw.mapping_extended_result_codes | apsw.mapping_result_codes
        error.sqlite_errorname = names.get(getattr(error, "extendedresult", 0))  # type: ignore[attr-defined]
        raise


class Cursor:
    """Reads all rows at once: the statements of acts are small."""

    arraysize = 1

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._rows: list[Any] = []
        self.description: Sequence[Any] | None = None
        self.rowcount = -1
        self.lastrowid: int | None = None

    def execute(self, sql: str, values: Sequence[Any] = ()) -> Cursor:
        raw = self._connection.raw
        before = raw.total_changes()
        cursor = raw.cursor()
        cursor.exec_trace = self._before  # afterwards a cursor without rows has no columns
        with _named():
            cursor.execute(sql, tuple(values))
        self._rows = list(cursor)
        self.rowcount = raw.total_changes() - before
        self.lastrowid = raw.last_insert_rowid()
        return self

    def executemany(self, sql: str, rows: Iterable[Sequence[Any]]) -> Cursor:
        for row in rows:
            self.execute(sql, row)
        return self

    def fetchone(self) -> Any:
        return self._rows.pop(0) if self._rows else None

    def fetchmany(self, size: int = 1) -> list[Any]:
        taken, self._rows = self._rows[:size], self._rows[size:]
        return taken

    def fetchall(self) -> list[Any]:
        taken, self._rows = self._rows, []
        return taken

    def close(self) -> None:
        self._rows = []

    def _before(self, cursor: apsw.Cursor, _sql: str, _values: object) -> bool:
        columns = [(name, *[None] * 6) for name, *_ in cursor.get_description()]
        self.description = columns or None
        return True


class Connection:
    """One APSW connection; transactions are begun by the engine's own listener."""

    isolation_level = None

    def __init__(self, path: str, vfs: str | None = None) -> None:
        self.raw = apsw.Connection(path, vfs=vfs)

    @property
    def in_transaction(self) -> bool:
        return self.raw.in_transaction

    def cursor(self) -> Cursor:
        return Cursor(self)

    def execute(self, sql: str, values: Sequence[Any] = ()) -> Cursor:
        return self.cursor().execute(sql, values)

    def create_function(
        self, name: str, count: int, function: Callable[..., Any], *, deterministic: bool = False
    ) -> None:
        self.raw.create_scalar_function(name, function, count, deterministic=deterministic)

    def commit(self) -> None:
        if self.raw.in_transaction:
            with _named():
                self.raw.execute("COMMIT")

    def rollback(self) -> None:
        if self.raw.in_transaction:
            self.raw.execute("ROLLBACK")

    def close(self) -> None:
        self.raw.close()


def connect(path: str, vfs: str | None = None) -> Connection:
    """A connection through the virtual file system `vfs`."""
    return Connection(path, vfs)
