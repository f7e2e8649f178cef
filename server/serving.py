"""Runs the application under uvicorn, one process or several workers, and the folding beside it."""

from __future__ import annotations

import os
import socket
from pathlib import Path

from fastapi import FastAPI

from models.errors import InputError, MachineError
from models.words import tr
from server.app import ServerSettings, create_app
from server.board.keeping import folding_beside
from server.city_key import load_city_key
from server.logs import set_up_logs
from server.sockets import SharedPort, run
from server.store.opening import open_database

__all__ = ["app_of_environment", "parse_listen", "serve"]

GRACE_S = 30
"""How long answers may take to go out after the order to stop."""
HUNG_S = 15
"""A worker that says for so long nothing is replaced; a storm makes it slow, not dead."""
_NAMES = {
    "db": "MOTCUA_CITY_DB", "home": "MOTCUA_CITY_HOME", "workers": "MOTCUA_CITY_WORKERS",
    "notify_url": "MOTCUA_CITY_NOTIFY",
}  # fmt: skip


def parse_listen(text: str) -> tuple[str, int]:
    """HOST:PORT as a pair; raises `InputError` DL-41."""
    host, _, port = text.rpartition(":")
    if not host or not port.isdecimal() or not 0 < int(port) < 65536:
        raise InputError(
            "DL-41",
            tr("«{text}» không phải MÁY:CỔNG.", text=text),
            tr("Ví dụ: --listen 127.0.0.1:8443"),
        )
    return host.strip("[]"), int(port)


def serve(settings: ServerSettings, listen: tuple[str, int]) -> None:
    """Serve until told to stop; raises `OfficeError` when the database cannot be opened."""
    database = open_database(settings.db, home=settings.home)
    try:
        load_city_key(settings.home, database)
        if settings.workers > 1 and not database.is_postgres:
            raise InputError(
                "DL-42",
                tr("Cơ sở dữ liệu nhúng chỉ phục vụ một tiến trình."),
                tr("Bỏ --workers, hoặc dùng PostgreSQL."),
            )
    finally:
        database.close()
    _demand_free(*listen)
    set_up_logs()
    host, port = listen
    os.environ.update({name: str(getattr(settings, key)) for key, name in _NAMES.items()})
    config = SharedPort(
        "server.serving:app_of_environment", factory=True, host=host, port=port,
        workers=settings.workers, log_config=None, access_log=False, server_header=False,
        date_header=True, timeout_graceful_shutdown=GRACE_S, timeout_keep_alive=75,
        timeout_worker_healthcheck=HUNG_S, backlog=2048, h11_max_incomplete_event_size=64 << 10,
    )  # fmt: skip
    with folding_beside(settings.home):
        run(config)


def _demand_free(host: str, port: int) -> None:
    """Raise `MachineError` MC-24 when we could not listen there: uvicorn only logs it."""
    try:
        family, kind, _, _, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            if os.name == "posix":
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(place)
    except OSError as error:
        raise MachineError(
            "MC-24",
            tr("Không nghe được ở {host}:{port}: có chương trình khác đang dùng, hoặc máy này "
               "không có địa chỉ đó.", host=host, port=port),
            tr("Dừng chương trình kia hoặc chọn chỗ khác bằng --listen."),
        ) from error  # fmt: skip


def app_of_environment() -> FastAPI:
    """The application as `serve` told it, for every worker process."""
    set_up_logs()
    told = {key: os.environ[name] for key, name in _NAMES.items()}
    settings = ServerSettings(
        told["db"],
        Path(told["home"]),
        int(told["workers"]),
        told["notify_url"],
    )
    return create_app(settings)
