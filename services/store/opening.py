"""Makes a new store and opens an existing one: folder, lock, version, then the unit of work."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from models.errors import MachineError
from models.words import tr
from services.store.engine import Access, open_engine
from services.store.files import TEMP_SUFFIX, make_folder, sync_folder
from services.store.lock import FolderLock
from services.store.schema_version import data_version, program_version, refuse_newer
from services.store.troubles import worded
from services.store.unit import Store

__all__ = ["STORE_FILE", "create_store", "open_store"]

STORE_FILE = "store.db"


def create_store(home: Path, key: bytes) -> Store:
    """Make `home/store.db` with all tables under the 32-byte `key` and open it.

    The file is finished under another name first, so a crash leaves no half-made store. Raises
    `MachineError` when one exists already or the disk refuses.
    """
    make_folder(home)
    lock = FolderLock(home)
    try:
        if (home / STORE_FILE).exists():
            raise MachineError(
                "KHO-15",
                tr("Thư mục này đã có dữ liệu của Một Cửa."),
                tr("Chọn thư mục khác, hoặc mở dữ liệu đang có."),
            )
        _make_file(home, key)
        return Store(home / STORE_FILE, key, access=Access.WRITE, lock=lock)
    except BaseException:
        lock.release()
        raise


def open_store(home: Path, key: bytes, *, read_only: bool = False) -> Store:
    """Open `home/store.db`, bringing older data up to this program's version first.

    `read_only` is for looking at data nothing may change: it also works on a read-only disk.
    Raises `MachineError`: no store, wrong key, newer data, second instance, read-only folder,
    damaged file, a library too old to be trusted.
    """
    path = home / STORE_FILE
    if not path.is_file():
        raise MachineError(
            "KHO-19",
            tr("Không thấy dữ liệu Một Cửa trong thư mục này."),
            tr("Chọn đúng thư mục dữ liệu, hoặc tạo văn phòng mới."),
        )
    if not os.access(home, os.W_OK):
        return _open_frozen(path, key, read_only=read_only)
    lock = FolderLock(home)
    try:
        _sweep(home)
        if read_only:
            return _checked(Store(path, key, access=Access.READ, lock=lock))
        _upgrade_if_older(path, key)
        return Store(path, key, access=Access.WRITE, lock=lock)
    except BaseException:
        lock.release()
        raise


def _make_file(home: Path, key: bytes) -> None:
    temp = home / f".{secrets.token_hex(8)}{TEMP_SUFFIX}"
    try:
        _upgrade(temp, key)
        with worded():
            os.replace(temp, home / STORE_FILE)
            sync_folder(home)
    finally:
        _sweep(home)


def _sweep(home: Path) -> None:
    """Remove what a crash while making the store left; only the holder of the lock may."""
    for left in home.glob(f".*{TEMP_SUFFIX}*"):
        left.unlink(missing_ok=True)


def _upgrade(path: Path, key: bytes) -> None:
    from services.store.migrations import upgrade  # lazy: slow import  # noqa: PLC0415

    engine = open_engine(path, key)
    try:
        upgrade(engine)
    finally:
        engine.dispose()


def _upgrade_if_older(path: Path, key: bytes) -> None:
    engine = open_engine(path, key)
    try:
        with worded(), engine.execution_options(write=False).connect() as connection:
            found = data_version(connection)
    finally:
        engine.dispose()
    refuse_newer(found)
    if found < program_version():
        _upgrade(path, key)


def _open_frozen(path: Path, key: bytes, *, read_only: bool) -> Store:
    if not read_only:
        raise MachineError(
            "KHO-07",
            tr("Thư mục dữ liệu chỉ cho đọc nên không ghi được."),
            tr("Cấp quyền ghi cho thư mục dữ liệu, hoặc chỉ mở để xem."),
        )
    wal = path.with_name(path.name + "-wal")
    if wal.exists() and wal.stat().st_size:
        raise MachineError(
            "KHO-20",
            tr("Lần ghi cuối còn nằm ngoài tệp chính nên không xem được từ thư mục chỉ đọc."),
            tr("Chép cả thư mục dữ liệu sang nơi ghi được rồi mở ở đó."),
        )
    return _checked(Store(path, key, access=Access.FROZEN, lock=None))


def _checked(store: Store) -> Store:
    """`store` if its tables are of this program's version; it cannot upgrade what it only reads."""
    try:
        with store.read() as connection:
            found = data_version(connection)
        refuse_newer(found)
        if found < program_version():
            raise MachineError(
                "KHO-21",
                tr("Dữ liệu thuộc bản chương trình cũ hơn nên chưa xem được."),
                tr("Mở một lần bằng tài khoản có quyền ghi để nâng cấp dữ liệu."),
            )
    except BaseException:
        store.close()
        raise
    return store
