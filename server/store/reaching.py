"""The first connection to PostgreSQL, in words for whoever installs the city when it fails.

Later a lost connection is told to the PCs as MC-04: they come again. Here somebody has just typed
an address, a role or a password, and needs to hear which of them is wrong, in the server's words.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from models.errors import MachineError
from models.words import tr

__all__ = ["reach"]


def reach(engine: Engine) -> None:
    """Connect once; raises `MachineError` MC-14 to MC-18 with the reason when that fails."""
    try:
        engine.connect().close()
    except OperationalError as error:
        raise _in_words(_reason(error)) from error


def _reason(error: OperationalError) -> str:
    """The last line of what libpq said, without the address before it; no password is in it."""
    lines = [line.strip() for line in str(error.orig).splitlines() if line.strip()]
    fatal = [line for line in lines if "FATAL:" in line] or [
        line for line in lines if not line.startswith(("-", "Multiple", "Is the server"))
    ]
    return (fatal or lines or ["?"])[-1].rpartition("FATAL:")[2].strip()


def _in_words(reason: str) -> MachineError:
    said = reason.lower()
    return next(word for signs, word in _FAMILIES if any(sign in said for sign in signs))(reason)


def _no_entry(reason: str) -> MachineError:
    return MachineError(
        "MC-14",
        tr("PostgreSQL không nhận vai trò hoặc mật khẩu: {reason}", reason=reason),
        tr("Xem lại tên vai trò trong địa chỉ, mật khẩu trong tệp của PGPASSFILE (quyền 600) và "
           "pg_hba.conf; qua pgbouncer thì cả userlist.txt."),
    )  # fmt: skip


def _no_database(reason: str) -> MachineError:
    return MachineError(
        "MC-15",
        tr("PostgreSQL không có cơ sở dữ liệu này: {reason}", reason=reason),
        tr("Xem lại tên ở cuối địa chỉ, hoặc tạo bằng «createdb» (docs/city.md, bước 2)."),
    )


def _nobody_there(reason: str) -> MachineError:
    return MachineError(
        "MC-16",
        tr("Không có PostgreSQL hoặc pgbouncer trả lời ở địa chỉ này: {reason}", reason=reason),
        tr("Xem lại máy và cổng, và dịch vụ ở đó đã chạy chưa."),
    )


def _no_room(reason: str) -> MachineError:
    return MachineError(
        "MC-17",
        tr("PostgreSQL chưa nhận thêm kết nối: {reason}", reason=reason),
        tr("Đợi nó khởi động xong, hoặc bớt kết nối (max_connections, default_pool_size)."),
    )


def _otherwise(reason: str) -> MachineError:
    return MachineError(
        "MC-18",
        tr("Không nối được với PostgreSQL: {reason}", reason=reason),
        tr("Sửa theo lý do này rồi chạy lại."),
    )


_FAMILIES: tuple[tuple[tuple[str, ...], Callable[[str], MachineError]], ...] = (
    (("authentication", "password", "no such user", "pg_hba.conf", "not permitted to log in"),
     _no_entry),
    (("role ",), _no_entry),
    (("no such database", "database "), _no_database),
    (("refused", "could not translate", "failed to resolve", "timeout", "timed out",
      "no such file", "unreachable", "no route", "name or service"), _nobody_there),
    (("too many", "starting up", "shutting down", "remaining connection", "max_client_conn",
      "in recovery"), _no_room),
    (("",), _otherwise),
)  # fmt: skip
"""Signs in PostgreSQL's and pgbouncer's words, in this order."""
