"""Opens the encrypted database: SQLCipher behind SQLAlchemy, every setting read back."""

from __future__ import annotations

import enum
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import QueuePool
from sqlcipher3 import dbapi2 as sqlcipher

from models.errors import MachineError
from models.folding import vn_fold
from models.words import tr
from services.store.troubles import database_error, worded

__all__ = ["OLDEST_SQLITE", "Access", "copy_encrypted", "open_engine", "read_pragmas"]

OLDEST_SQLITE = (3, 51, 3)
"""Before this, two connections in WAL mode can corrupt each other (the WAL-reset bug)."""

BUSY_MS = 5000
_COMMON: dict[str, tuple[str, int | str]] = {
    "synchronous": ("FULL", 2),
    "foreign_keys": ("ON", 1),
    "recursive_triggers": ("ON", 1),  # else INSERT OR REPLACE slips past the DELETE trigger
    "secure_delete": ("ON", 1),
    "trusted_schema": ("OFF", 0),
    "cell_size_check": ("ON", 1),
    "temp_store": ("MEMORY", 2),
    "cache_size": ("-32768", -32768),
    "busy_timeout": (str(BUSY_MS), BUSY_MS),
}


class Access(enum.Enum):
    """What connections of an engine may do with the file."""

    WRITE = "write"
    READ = "read"
    FROZEN = "frozen"
    """Reads a file that nothing can change: a folder on a read-only disk."""


def open_engine(
    path: Path,
    key: bytes,
    *,
    access: Access = Access.WRITE,
    library: tuple[int, ...] = sqlcipher.sqlite_version_info,
) -> Engine:
    """An engine over the SQLCipher file at `path` (made when missing) with the raw 32-byte `key`.

    One connection is opened at once, so a wrong key, an unreadable file or a setting that does
    not hold raises `MachineError` here and not at first use. Every transaction of a WRITE engine
    starts with BEGIN IMMEDIATE unless its connection carries `execution_options(write=False)`.
    """
    _refuse_old_library(library)
    if len(key) != 32:
        raise ValueError("the store key has 32 bytes")

    def connect() -> Any:
        with worded():
            return _connect(path, key, access)

    engine = create_engine(
        "sqlite://", module=sqlcipher, creator=connect, poolclass=QueuePool, pool_size=4
    )
    usual = "BEGIN IMMEDIATE" if access is Access.WRITE else "BEGIN"
    event.listen(engine, "begin", _begin_with(usual))
    with engine.connect():
        return engine


def read_pragmas(engine: Engine) -> dict[str, str]:
    """Every setting the store depends on, as a fresh look at one connection gives it."""
    names = ("cipher_version", "journal_mode", "query_only", "cipher_log_level", *_COMMON)
    with worded(), engine.connect() as connection:
        found = {"sqlite_version": str(sqlcipher.sqlite_version)}
        for name in names:
            found[name] = str(connection.exec_driver_sql(f"PRAGMA {name}").scalar())
        return found


def copy_encrypted(path: Path, key: bytes, target: Path, *, new_key: bytes) -> None:
    """Copy the store at `path` as of one moment to `target`, under `new_key`.

    The program may go on writing meanwhile, in this process or another. `target` must not exist.
    """
    with worded():
        raw = _connect(path, key, Access.WRITE)
        try:
            raw.execute("VACUUM INTO ?", (str(target),))
        finally:
            raw.close()
        raw = sqlcipher.connect(str(target), isolation_level=None)
        try:
            _unlock(raw, key)
            if new_key != key:
                raw.execute(f"PRAGMA rekey = \"x'{new_key.hex()}'\"")
        finally:
            raw.close()


def _begin_with(usual: str) -> Callable[[Connection], None]:
    def begin(connection: Connection) -> None:
        reading = connection.get_execution_options().get("write") is False
        connection.exec_driver_sql("BEGIN" if reading else usual)

    return begin


def _refuse_old_library(library: tuple[int, ...]) -> None:
    if library < OLDEST_SQLITE:
        raise MachineError(
            "KHO-03",
            tr("Thư viện SQLite {found} quá cũ và có thể làm hỏng dữ liệu.", found=_dots(library)),
            tr("Cài lại chương trình với SQLite từ {least} trở lên.", least=_dots(OLDEST_SQLITE)),
        )


def _dots(version: tuple[int, ...]) -> str:
    return ".".join(str(part) for part in version)


def _connect(path: Path, key: bytes, access: Access) -> Any:
    frozen = "&immutable=1" if access is Access.FROZEN else ""
    mode = "rwc" if access is Access.WRITE else "ro" if access is Access.FROZEN else "rw"
    raw = sqlcipher.connect(
        f"{path.resolve().as_uri()}?mode={mode}{frozen}",
        uri=True,
        check_same_thread=False,
        isolation_level=None,  # BEGIN is ours, so that DDL is part of transactions too
        timeout=BUSY_MS / 1000,
    )
    try:
        _unlock(raw, key)
        _settle(raw, access)
    except BaseException:
        raw.close()
        raise
    return raw


def _unlock(raw: Any, key: bytes) -> None:
    raw.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
    raw.execute("PRAGMA cipher_log_level = NONE").fetchall()
    try:
        raw.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlcipher.DatabaseError as error:
        if database_error(error) != "NOTADB":
            raise
        raise MachineError(
            "KHO-01",
            tr("Khóa dữ liệu không mở được tệp này."),
            tr("Dùng đúng thư mục dữ liệu của tài khoản; nếu vẫn sai, gọi bộ phận kỹ thuật."),
        ) from error
    version = raw.execute("PRAGMA cipher_version").fetchone()
    if not version or not version[0]:
        raise MachineError(
            "KHO-02",
            tr("Thư viện dữ liệu không có phần mã hóa."),
            tr("Cài lại chương trình từ bộ cài chính thức."),
        )


def _fold(text: str | None) -> str:
    """`vn_fold` for SQL: NULL folds to an empty text."""
    return vn_fold(text or "")


def _settle(raw: Any, access: Access) -> None:
    """Set every pragma, then read each back: a setting that does not hold stops the program."""
    raw.create_function("vn_fold", 1, _fold, deterministic=True)
    wanted = dict(_COMMON)
    if access is not Access.FROZEN:  # a frozen file keeps the mode it was left in
        wanted = {"journal_mode": ("WAL", "wal"), **wanted}
    if access is not Access.WRITE:
        wanted["query_only"] = ("ON", 1)
    for name, (value, _) in wanted.items():
        raw.execute(f"PRAGMA {name} = {value}").fetchall()
    for name, (_, expected) in wanted.items():
        found = raw.execute(f"PRAGMA {name}").fetchone()
        if not found or found[0] != expected:
            raise MachineError(
                "KHO-04",
                tr("Thiết lập an toàn {name} của tệp dữ liệu không giữ được.", name=name),
                tr("Không nhập tiếp; gọi bộ phận kỹ thuật kiểm tra ổ đĩa và bộ cài."),
            )
