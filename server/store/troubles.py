"""What went wrong with the city's database, in words and with a hint whether to come again."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from models.errors import MachineError
from models.words import tr
from services.store import troubles as of_a_file

__all__ = ["DiskFull", "NotNow", "was_full", "worded"]


class NotNow(MachineError):
    """The database cannot do it at the moment; the same question may be asked again later."""


class DiskFull(NotNow):
    """There is no room for what was sent; nothing of it is stored, nothing stored is lost."""


_FULL = ("53100", "53200", "58030")
"""disk_full, out_of_memory, io_error: nothing was written, PostgreSQL has rolled back."""
_AWAY = ("08", "57P", "53300", "25006", "40001", "40P01", "55P03", "57014")
"""Connection lost, shutting down, too many, standby, deadlock, lock or statement timeout."""


STANDS_S = 60.0
"""How long after a refusal the disk counts as full; whoever was refused comes again by then."""
_seen: dict[str, float] = {}


@contextmanager
def worded() -> Iterator[None]:
    """Turn foreseeable faults of the database inside the block into `MachineError`."""
    try:
        yield
    except PoolTimeout as error:
        raise _busy() from error
    except DBAPIError as error:
        told = _in_words(error)
        if told is None:
            raise
        raise told from error


def _in_words(error: DBAPIError) -> MachineError | None:
    state = str(getattr(error.orig, "sqlstate", None) or "")
    if state in _FULL:
        return full()
    if state.startswith(_AWAY):
        return _busy()
    if not state and hasattr(error.orig, "sqlstate") and _is_connection(error):
        return _busy()
    if of_a_file.database_error(error).startswith("FULL"):
        return full()
    told = of_a_file.in_words(error)
    return NotNow(told.code, told.what, told.next_step) if told else None


def _is_connection(error: DBAPIError) -> bool:
    return isinstance(error, (OperationalError, InterfaceError)) or error.connection_invalidated


def full() -> DiskFull:
    """The city's disk is full: said by the database or by whoever writes attachments."""
    _seen["full"] = time.monotonic()
    return DiskFull(
        "MC-03",
        tr("Máy chủ thành phố đã hết chỗ nên chưa nhận được dữ liệu này."),
        tr("Dữ liệu vẫn ở máy gửi và sẽ tự gửi lại; bộ phận kỹ thuật thành phố cần thêm đĩa."),
    )


def was_full() -> bool:
    """Whether this process was told so within the last minute."""
    return time.monotonic() - _seen.get("full", -STANDS_S) < STANDS_S


def _busy() -> NotNow:
    return NotNow(
        "MC-04",
        tr("Cơ sở dữ liệu thành phố đang bận hoặc tạm ngừng."),
        tr("Không cần làm gì; máy sẽ tự gửi lại."),
    )
