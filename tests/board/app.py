"""The pages served as the city serves them: FastAPI on uvicorn, a real port of 127.0.0.1."""

from __future__ import annotations

import re
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import httpx2 as httpx
import uvicorn
from fastapi import FastAPI

from server.pages import Web
from server.site import include_pages
from server.store.unit import CityDatabase
from services.calendars.load import load_calendar
from services.clock import Clock
from tests.support.postgres import free_port

CSRF = re.compile(r'name="csrf" value="([0-9a-f]{64})"')


def make_app(database: CityDatabase, clock: Clock) -> FastAPI:
    app = FastAPI(title="Một Cửa", docs_url=None, redoc_url=None)
    app.state.web = Web(database, clock, load_calendar())
    include_pages(app)
    return app


@contextmanager
def served(app: FastAPI, *, lifespan: str = "off") -> Iterator[str]:
    """The address of the application while the block lasts."""
    port = free_port()
    server = uvicorn.Server(
        uvicorn.Config(app, host="127.0.0.1", port=port, log_level="error", lifespan=lifespan)
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


@contextmanager
def visitor(url: str, **headers: str) -> Iterator[httpx.Client]:
    """A browser without pictures: keeps cookies, follows nothing by itself."""
    plain = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # no certificates to load: all is http here
    with httpx.Client(
        base_url=url, headers=headers, trust_env=False, timeout=60, verify=plain
    ) as client:
        yield client


def sign_in(client: httpx.Client, login: str, password: str) -> httpx.Response:
    return client.post("/board/login", data={"login": login, "password": password})


def csrf_of(page: httpx.Response) -> str:
    found = CSRF.search(page.text)
    assert found, page.text[:500]
    return found[1]
