"""Opens the city's database from its URL: PostgreSQL for the city, one SQLite file to try out."""

from __future__ import annotations

import os
import threading
from pathlib import Path

from sqlalchemy import Engine, create_engine
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from models.errors import InputError
from models.words import tr
from server.store.migrating import check_version, migrate
from server.store.troubles import worded
from server.store.unit import CityDatabase
from services.store.engine import open_engine
from services.store.files import make_folder, write_file

__all__ = ["default_url", "open_database", "secret_file"]

POOL, OVERFLOW = 8, 8
"""Connections of one worker; more requests than that wait for one, then are told to come again."""
POOL_WAIT_S = 10


def default_url(home: Path) -> str:
    """The embedded database below the data folder."""
    return f"sqlite:///{home / 'city.db'}"


def open_database(url: str, *, home: Path, migrating: bool = True) -> CityDatabase:
    """Open the database and bring its tables to this version, or only check them.

    Raises `InputError` MC-05 for a URL of another kind, `MachineError` when it does not answer.
    """
    wanted = _parsed(url)
    with worded():
        engine = _engine(wanted, home)
        if migrating and not _is_app(engine):
            migrate(engine)
        database = CityDatabase(engine)
        with database.read_city() as conn:
            check_version(conn)
        return database


def secret_file(path: Path, size: int = 32) -> bytes:
    """Random bytes kept in a file only this account reads, made at first use.

    Two processes or threads that start together agree: the first to link its file wins.
    """
    make_folder(path.parent)
    if not path.exists():
        temp = path.with_name(f"{path.name}.{os.getpid()}.{threading.get_ident()}")
        write_file(temp, os.urandom(size))
        try:
            os.link(temp, path)
        except FileExistsError:
            pass
        finally:
            temp.unlink()
    return path.read_bytes()


def _parsed(url: str) -> URL:
    try:
        wanted = make_url(url)
    except ArgumentError:
        wanted = None
    if wanted is None or wanted.drivername not in ("postgresql+psycopg", "sqlite"):
        raise InputError(
            "MC-05",
            tr("Địa chỉ cơ sở dữ liệu không đúng dạng."),
            tr("Dùng postgresql+psycopg://TÀI-KHOẢN@MÁY/TÊN hoặc sqlite:///TỆP."),
        )
    return wanted


def _engine(url: URL, home: Path) -> Engine:
    if url.drivername == "sqlite":
        path = Path(url.database or home / "city.db")
        make_folder(path.parent)
        return open_engine(path, secret_file(home / "keys" / "city-store.key"))
    return create_engine(
        url,
        pool_size=POOL,
        max_overflow=OVERFLOW,
        pool_timeout=POOL_WAIT_S,
        pool_pre_ping=False,
        connect_args={"prepare_threshold": None, "application_name": "mot-cua"},
    )


def _is_app(engine: Engine) -> bool:
    """Whether we came as the account that may not change tables: then somebody else migrates."""
    if engine.dialect.name != "postgresql":
        return False
    with engine.connect() as conn:
        return bool(conn.exec_driver_sql("SELECT current_user = 'motcua_app'").scalar())
