"""The pages served as the city serves them: FastAPI on uvicorn, a real port of 127.0.0.1."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from fastapi import FastAPI

from server import pages
from server.board.routes import router as board
from server.pages import Web
from server.public.routes import router as public
from server.store.unit import CityDatabase
from services.calendars.load import load_calendar
from services.clock import Clock
from tests.support.postgres import free_port


def make_app(database: CityDatabase, clock: Clock) -> FastAPI:
    app = FastAPI(title="Một Cửa", docs_url=None, redoc_url=None)
    app.state.web = Web(database, clock, load_calendar(), secure=False)
    for router in (pages.router, board, public):
        app.include_router(router)
    return app


@contextmanager
def served(app: FastAPI) -> Iterator[str]:
    """The address of the application while the block lasts."""
    port = free_port()
    server = uvicorn.Server(
        uvicorn.Config(app, host="127.0.0.1", port=port, log_level="error", lifespan="off")
    )
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive(), "the server did not start"
            thread.join(0.02)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join()
