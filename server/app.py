"""The city's application: what it opens, which questions it answers, how it ends."""

from __future__ import annotations

import os
import signal
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from fastapi import FastAPI
from sqlalchemy.engine import URL, make_url

from server import docs_page, enrol_route, health, proofs, sync_route
from server.answers import install_answers
from server.changes import Changes
from server.city_journal import CityJournal
from server.city_key import load_city_key
from server.city_marks import CityMarks
from server.context import CityContext
from server.gate import Gate, places_of
from server.language import InTheirLanguage
from server.portal import routes as portal
from server.request_log import RequestLog
from server.site import include_pages, open_pages
from server.store.opening import open_database
from server.strangers import Strangers
from server.sync_site import CitySite
from services.clock import Clock, SystemClock

__all__ = ["VERSION", "ServerSettings", "create_app"]

VERSION = "1"
"""What the city says of its program in a HELLO."""


@dataclass(frozen=True)
class ServerSettings:
    """What the server is told at its start.

    `notify_url` leads past a pooler to PostgreSQL itself, for LISTEN; empty: the same as `db`.
    """

    db: str
    home: Path
    workers: int = 1
    notify_url: str = ""


def create_app(settings: ServerSettings, *, clock: Clock | None = None) -> FastAPI:
    """The application; the database is opened when it starts and closed when it ends."""
    time = clock or SystemClock()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            await _open(app, settings, time, stack=stack)
            yield

    app = FastAPI(
        title="Một Cửa: máy chủ thành phố", version=VERSION, lifespan=lifespan, docs_url=None,
        redoc_url=None, separate_input_output_schemas=False,
    )  # fmt: skip
    install_answers(app)
    for each in (sync_route, enrol_route, proofs, health, docs_page, portal):
        app.include_router(each.router)
    include_pages(app)
    app.add_middleware(InTheirLanguage)
    app.add_middleware(RequestLog)
    return app


async def _open(
    app: FastAPI, settings: ServerSettings, clock: Clock, *, stack: AsyncExitStack
) -> None:
    database = open_database(settings.db, home=settings.home)
    stack.callback(database.close)
    changes = Changes(database, _listen_url(settings))
    key = load_city_key(settings.home, database)
    marks = CityMarks(settings.home)
    journal = CityJournal(database, key=key, marks=marks, clock=clock, changed=changes.tell)
    places = places_of(os.cpu_count() or 1, settings.workers)
    pool = ThreadPoolExecutor(places, thread_name_prefix="sync")
    stack.callback(pool.shutdown)
    app.state.city = CityContext(database, key, journal, clock, settings.home, changes.tell)
    app.state.strangers = Strangers()
    app.state.sync = CitySite(app.state.city, version=VERSION, strangers=app.state.strangers)
    app.state.changes = changes
    app.state.gate = Gate(places)
    app.state.pool = pool
    blob_places = max(1, places // 2)
    app.state.blob_gate = Gate(blob_places)
    app.state.blob_pool = ThreadPoolExecutor(blob_places, thread_name_prefix="blobs")
    stack.callback(app.state.blob_pool.shutdown)
    await stack.enter_async_context(changes.running())
    open_pages(app, database, clock)
    stack.callback(_on_signal(changes.close))


def _listen_url(settings: ServerSettings) -> URL | None:
    url = make_url(settings.notify_url or settings.db)
    return url if url.drivername.startswith("postgresql") else None


def _on_signal(ending: Callable[[], None]) -> Callable[[], None]:
    """Call `ending` when the process is told to stop, before what uvicorn does; returns the undo.

    Long polls are answered at once then; uvicorn waits until every answer has gone out.
    """
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}

    def stop(number: int, frame: FrameType | None) -> None:
        ending()
        former = before.get(signal.Signals(number))
        if callable(former):
            former(number, frame)

    def undo() -> None:
        for number, former in before.items():
            signal.signal(number, former)

    try:
        for number in before:
            signal.signal(number, stop)
    except ValueError:  # not the main thread: a test runs the server inside its own process
        return lambda: None
    return undo
