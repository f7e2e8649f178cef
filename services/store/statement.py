"""One SQL statement on the driver's own cursor, for the few statements every act needs.

`exec_driver_sql` builds a result object each time, which costs several times what SQLite needs for
a row found by its key. The transaction, its commit and its faults stay those of the unit of work.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection

__all__ = ["rows_of", "run_many"]


def rows_of(conn: Connection, sql: str, values: Sequence[object] = ()) -> list[Any]:
    """Run `sql` within the transaction of `conn` and return its rows as tuples."""
    cursor = conn.connection.cursor()
    try:
        cursor.execute(sql, values)
        return list(cursor.fetchall())
    finally:
        cursor.close()


def run_many(conn: Connection, sql: str, rows: Sequence[Sequence[object]]) -> None:
    """Run `sql` once for each of `rows` within the transaction of `conn`."""
    cursor = conn.connection.cursor()
    try:
        cursor.executemany(sql, rows)
    finally:
        cursor.close()
