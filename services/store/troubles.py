"""What went wrong with a disk or a database, said in words a person can act on."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from models.errors import MachineError
from models.words import tr

__all__ = ["CommitUncertain", "database_error", "in_words", "worded"]


class CommitUncertain(MachineError):
    """COMMIT failed and the act may still be stored; look for the command's id before repeating."""


def _damaged() -> MachineError:
    return MachineError(
        "KHO-06",
        tr("Một phần dữ liệu trên đĩa đã hỏng và không đọc được."),
        tr("Ngừng nhập, giữ nguyên máy và gọi bộ phận kỹ thuật để khôi phục từ bản sao lưu."),
    )


def _full() -> MachineError:
    return MachineError(
        "KHO-05",
        tr("Đĩa đã đầy nên lần ghi này chưa được lưu."),
        tr("Giải phóng dung lượng đĩa rồi làm lại; dữ liệu đã lưu trước đó vẫn còn nguyên."),
    )


def _read_only() -> MachineError:
    return MachineError(
        "KHO-07",
        tr("Thư mục dữ liệu chỉ cho đọc nên không ghi được."),
        tr("Cấp quyền ghi cho thư mục dữ liệu, hoặc chỉ mở để xem."),
    )


def _cannot_open() -> MachineError:
    return MachineError(
        "KHO-10",
        tr("Không mở được tệp dữ liệu."),
        tr("Kiểm tra thư mục dữ liệu có còn đó và tài khoản này có quyền đọc, ghi."),
    )


def _input_output() -> MachineError:
    return MachineError(
        "KHO-12",
        tr("Đĩa báo lỗi khi đọc hoặc ghi dữ liệu."),
        tr("Ngừng nhập, kiểm tra ổ đĩa và gọi bộ phận kỹ thuật."),
    )


def _busy() -> MachineError:
    return MachineError(
        "KHO-13",
        tr("Dữ liệu đang bận vì một việc khác chưa xong."),
        tr("Đợi vài giây rồi làm lại."),
    )


def _memory() -> MachineError:
    return MachineError(
        "KHO-17",
        tr("Thư viện dữ liệu hết bộ nhớ hoặc gặp một trang hỏng."),
        tr("Đóng chương trình, mở lại; nếu còn báo lỗi thì gọi bộ phận kỹ thuật kiểm tra đĩa."),
    )


_BY_KIND = {
    "FULL": _full,
    "CORRUPT": _damaged,
    "NOTADB": _damaged,
    "READONLY": _read_only,
    "PERM": _read_only,
    "CANTOPEN": _cannot_open,
    "IOERR": _input_output,
    "BUSY": _busy,
    "LOCKED": _busy,
    "PROTOCOL": _busy,
    "NOMEM": _memory,
}
_BY_ERRNO = {
    errno.ENOSPC: _full,
    errno.EDQUOT: _full,
    errno.EFBIG: _full,
    errno.EROFS: _read_only,
    errno.EACCES: _read_only,
    errno.EPERM: _read_only,
    errno.EIO: _input_output,
}


def _foreseeable() -> tuple[type[BaseException], ...]:
    """What `worded` catches; looked up only when something was raised."""
    from sqlalchemy.exc import DBAPIError  # lazy: slow  # noqa: PLC0415
    from sqlcipher3 import dbapi2 as sqlcipher  # lazy: slow  # noqa: PLC0415

    return DBAPIError, sqlcipher.Error, MemoryError, OSError


def _cause(error: BaseException) -> BaseException | None:
    """The driver's own error where the database library wrapped it."""
    from sqlalchemy.exc import DBAPIError  # lazy: slow  # noqa: PLC0415

    return error.orig if isinstance(error, DBAPIError) else error


def database_error(error: BaseException) -> str:
    """SQLite's name of the error without its prefix ("IOERR_FSYNC"), or "" for anything else."""
    found = _cause(error)
    name = getattr(found, "sqlite_errorname", None)
    return str(name).removeprefix("SQLITE_") if name else ""


def in_words(error: BaseException) -> MachineError | None:
    """The sentence for a foreseeable fault of disk, memory or database; None for our own bugs.

    A broken page may surface as MemoryError (measured with SQLCipher), so that counts as one.
    Broken constraints are not foreseeable faults: callers check first.
    """
    if isinstance(error, MachineError):
        return error
    found = _cause(error)
    if isinstance(found, MemoryError):
        return _memory()
    if isinstance(found, OSError):
        told = _BY_ERRNO.get(found.errno or 0)
        return told() if told else None
    told = _BY_KIND.get(database_error(error).split("_")[0])
    return told() if told else None


@contextmanager
def worded() -> Iterator[None]:
    """Turn foreseeable faults inside the block into `MachineError`; let everything else pass."""
    try:
        yield
    except _foreseeable() as error:
        told = in_words(error)
        if told is None:
            raise
        raise told from error
