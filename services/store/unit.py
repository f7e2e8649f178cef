"""The unit of work: the only place that commits, one writer at a time, faults in words."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

from sqlalchemy import Connection, Engine, RootTransaction
from sqlalchemy.exc import DBAPIError

from models.errors import MachineError
from models.words import tr
from services.store.engine import Access, open_engine
from services.store.lock import FolderLock
from services.store.troubles import CommitUncertain, database_error, in_words, worded

__all__ = ["Store"]

_NOT_STORED = ("FULL", "BUSY", "CONSTRAINT")
"""COMMIT errors after which SQLite guarantees that nothing of the transaction is in the file."""


class Store:
    """An open store: `write()` and `read()` hand out connections, `close()` frees the folder."""

    def __init__(self, path: Path, key: bytes, *, access: Access, lock: FolderLock | None) -> None:
        """Open the existing file at `path`; use `open_store`, which checks folder and version."""
        self.path = path
        self._key = key
        self._access = access
        self._lock = lock
        self._writing = threading.Lock()
        self._owner: int | None = None
        self._stopped = False
        self._listeners: list[Callable[[], None]] = []
        self._open()

    def after_commit(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call `listener` after every commit, in the thread that wrote; it must not raise or wait.

        The writer is free again by then. Returns what ends it.
        """
        self._listeners = [*self._listeners, listener]
        return lambda: self._unlisten(listener)

    def _unlisten(self, listener: Callable[[], None]) -> None:
        self._listeners = [each for each in self._listeners if each != listener]

    def _open(self) -> None:
        reading = Access.READ if self._access is Access.WRITE else self._access
        self._writer: Engine | None = None
        if self._access is Access.WRITE:
            self._writer = open_engine(self.path, self._key)
        self._reader: Engine | None = open_engine(self.path, self._key, access=reading)

    @property
    def engine(self) -> Engine:
        """The engine that may do most here, for migrations and `read_pragmas`; not for acts."""
        return self._writer or self._may_read()

    @property
    def writable(self) -> bool:
        """True while `write()` would be let through."""
        return self._writer is not None and not self._stopped

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One write transaction: committed when the block ends, rolled back when it raises.

        Waits for the writer before it. Raises `MachineError` for faults of disk and memory, and
        `CommitUncertain` when COMMIT failed in a way that leaves open whether the act is stored:
        then look for the command's id with `read()`, call `reopen()`, and only then act again.
        """
        if self._owner == threading.get_ident():
            raise RuntimeError("write() inside write(): the transaction would wait for itself")
        with self._writing, worded():
            writer = self._may_write()
            self._owner = threading.get_ident()
            try:
                with writer.connect() as tx:
                    yield from self._one_act(tx)
            finally:
                self._owner = None
        for listener in self._listeners:
            listener()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection that sees one unchanging state of the data and cannot write."""
        with worded(), self._may_read().connect() as connection, connection.begin() as transaction:
            try:
                yield connection
            except BaseException as error:
                _give_back(connection, error)
                raise
            if transaction.is_active:
                transaction.rollback()

    def reopen(self) -> None:
        """Open the file anew after `CommitUncertain`; call it once the act's fate is known."""
        with self._writing:
            self._may_read()
            self._dispose()
            self._open()
            self._stopped = False

    def close(self) -> None:
        """Close every connection, forget the key and free the folder for another process.

        Waits for the act being written; afterwards reading and writing raise `MachineError` KHO-22.
        """
        with self._writing:
            self._dispose()
            self._writer = self._reader = None
            self._key = b""
        if self._lock:
            self._lock.release()

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _one_act(self, tx: Connection) -> Iterator[Connection]:
        transaction = tx.begin()
        try:
            yield tx
        except BaseException as error:
            _give_back(tx, error)
            raise
        self._commit(tx, transaction)

    def _commit(self, tx: Connection, transaction: RootTransaction) -> None:
        try:
            transaction.commit()
        except (DBAPIError, MemoryError) as error:
            tx.invalidate()
            if database_error(error).split("_")[0] in _NOT_STORED:
                raise
            self._stop()
            raise _uncertain() from error

    def _stop(self) -> None:
        """A failed fsync may have dropped our pages: read afresh, write no more."""
        self._stopped = True
        self._dispose()

    def _may_read(self) -> Engine:
        if self._reader is None:
            raise MachineError(
                "KHO-22",
                tr("Dữ liệu đã đóng nên không đọc, không ghi được nữa."),
                tr("Đăng nhập lại rồi làm lại việc này."),
            )
        return self._reader

    def _may_write(self) -> Engine:
        self._may_read()
        if self._writer is None:
            raise MachineError(
                "KHO-18",
                tr("Dữ liệu đang mở chỉ để xem."),
                tr("Mở lại chương trình trên thư mục ghi được để làm việc này."),
            )
        if self._stopped:
            raise MachineError(
                "KHO-16",
                tr("Việc ghi đã dừng sau một lỗi đĩa để khỏi ghi chồng."),
                tr("Kiểm tra hồ sơ vừa làm, rồi đóng và mở lại chương trình."),
            )
        return self._writer

    def _dispose(self) -> None:
        if self._writer:
            self._writer.dispose()
        if self._reader:
            self._reader.dispose()


def _give_back(connection: Connection, error: BaseException) -> None:
    """Undo an unfinished transaction; a connection that met a fault is thrown away."""
    if in_words(error) is not None:
        connection.invalidate()  # one bad page poisons every later statement of its connection
    else:
        connection.rollback()


def _uncertain() -> CommitUncertain:
    return CommitUncertain(
        "KHO-11",
        tr("Đĩa báo lỗi đúng lúc lưu nên chưa rõ việc vừa làm đã vào sổ hay chưa."),
        tr("Mở lại hồ sơ để xem trước, đừng làm lại ngay; kiểm tra dung lượng và ổ đĩa."),
    )
