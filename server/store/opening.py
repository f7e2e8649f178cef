"""Opens the city's database from its URL: PostgreSQL for the city, one SQLite file to try out."""

from __future__ import annotations

import os
import threading
from pathlib import Path

from sqlalchemy import Engine, create_engine, inspect, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from models.errors import InputError, MachineError
from models.words import tr
from server.store.migrating import check_version, migrate
from server.store.reaching import reach
from server.store.troubles import worded
from server.store.unit import CityDatabase
from services.store.engine import open_engine
from services.store.files import make_folder, write_file

__all__ = [
    "NoCity", "bring_up", "default_url", "open_database", "open_standing", "secret_file",
]  # fmt: skip

POOL, OVERFLOW = 8, 8
"""Connections of one worker; more requests than that wait for one, then are told to come again."""
POOL_WAIT_S = 10
_PINNED = text("SELECT count(*) FROM city WHERE name = 'public_key'")


class NoCity(MachineError):
    """Nobody has founded a city at this place: no database, no tables, or no key in them."""


def default_url(home: Path) -> str:
    """The embedded database below the data folder."""
    return f"sqlite:///{home / 'city.db'}"


def open_database(url: str, *, home: Path, migrating: bool = True) -> CityDatabase:
    """Open the database and bring its tables to this version, or only check them.

    Raises `InputError` MC-05 for a URL of another kind, `MachineError` when it does not answer.
    A file's folder is made only when it is `home`: a mistyped one is told (MC-19).
    """
    wanted = _parsed(url)
    with worded():
        engine = _reached(wanted, home)
        if migrating and not _is_app(engine):
            migrate(engine)
        database = CityDatabase(engine)
        with database.read_city() as conn:
            check_version(conn)
        return database


def open_standing(url: str, *, home: Path) -> CityDatabase:
    """The database of a city that stands; makes no file, no tables and no key.

    Raises `NoCity` MC-08 when nobody has founded one there, else as `open_database`.
    """
    wanted = _with_its_file(url, home)
    with worded():
        engine = _reached(wanted, home)
        with engine.connect() as conn:
            founded = inspect(conn).has_table("city") and conn.execute(_PINNED).scalar()
    if not founded:
        engine.dispose()
        raise _no_city(wanted)
    database = CityDatabase(engine)
    with database.read_city() as conn:
        check_version(conn)
    return database


def bring_up(url: str, *, home: Path) -> None:
    """Bring the tables to this version, or make them in an empty PostgreSQL database.

    Raises `NoCity` MC-08 for a file that is not there, else as `open_database`.
    """
    _with_its_file(url, home)
    open_database(url, home=home).close()


def _with_its_file(url: str, home: Path) -> URL:
    wanted = _parsed(url)
    if wanted.drivername == "sqlite":
        try:
            there = _file(wanted, home).exists()
        except PermissionError as error:
            raise _not_ours(_file(wanted, home)) from error
        if not there:
            raise _no_city(wanted)
    return wanted


def _not_ours(path: Path) -> MachineError:
    return MachineError(
        "MC-25",
        tr("Tài khoản này không được xem {path}.", path=path),
        tr("Chạy bằng tài khoản của máy chủ, hoặc xem lại --home và --db."),
    )


def _no_city(wanted: URL) -> NoCity:
    return NoCity(
        "MC-08",
        tr("Chưa có thành phố nào ở {place}.", place=wanted.render_as_string(hide_password=True)),
        tr("Xem lại --home, --db và MOTCUA_CITY_DB. Thành phố mới được lập khi chạy «main.py serve "
           "city», hoặc bằng «main.py city office add MÃ --new»."),
    )  # fmt: skip


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


def _file(url: URL, home: Path) -> Path:
    return Path(url.database or home / "city.db")


def _reached(url: URL, home: Path) -> Engine:
    engine = _engine(url, home)
    if url.drivername != "sqlite":
        reach(engine)
    return engine


def _engine(url: URL, home: Path) -> Engine:
    if url.drivername == "sqlite":
        path = _file(url, home)
        if path.parent.absolute() == home.absolute():
            make_folder(home)
        elif not path.parent.is_dir():
            raise InputError(
                "MC-19",
                tr("Không có thư mục {folder} của cơ sở dữ liệu.", folder=path.parent),
                tr("Xem lại đường dẫn trong --db, hoặc tạo thư mục đó trước."),
            )
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
