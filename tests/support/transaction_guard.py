"""Watches every SQLAlchemy connection of a test for a transaction that nobody ended."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event
from sqlalchemy.pool import Pool


def is_in_transaction(driver: Any) -> bool:
    """Ask SQLite's driver, or psycopg: ACTIVE, INTRANS and INERROR are 1 to 3."""
    if hasattr(driver, "in_transaction"):
        return bool(driver.in_transaction)
    return driver.info.transaction_status in (1, 2, 3)


class TransactionGuard:
    """Keeps the driver connections in use; the driver says whether one is in a transaction."""

    def __init__(self) -> None:
        self._open: dict[int, Any] = {}

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Follow all pools while the block runs."""
        listeners = {"checkout": self._taken, "close": self._closed, "close_detached": self._closed}
        for name, listener in listeners.items():
            event.listen(Pool, name, listener)
        try:
            yield
        finally:
            for name, listener in listeners.items():
                event.remove(Pool, name, listener)
            self._open.clear()

    def roll_back_open(self) -> int:
        """Roll back what was left open and return how many there were."""
        left = [driver for driver in self._open.values() if is_in_transaction(driver)]
        for driver in left:
            driver.rollback()
        return len(left)

    def _taken(self, driver: Any, *_: object) -> None:
        self._open[id(driver)] = driver

    def _closed(self, driver: Any, *_: object) -> None:
        self._open.pop(id(driver), None)
