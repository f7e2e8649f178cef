"""A real city server on a port of 127.0.0.1, with two offices, and a PC that pushes to it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn

from server.app import ServerSettings, create_app
from server.context import opened_city
from server.enrolment import issue_code
from server.offices import add_office
from services.assembly import PROJECTORS
from services.sync.enrolment import CitySource
from services.sync.journal_store import JournalStore
from services.sync.protocol import Ack, Head, Heads, Push
from tests.support.postgres import free_port


class CityServer:
    """The server with its own data folder; `issue` makes a code as its administrator would."""

    def __init__(self, home: Path, clock, db: str = "") -> None:
        self.home, self.clock = home, clock
        self.settings = ServerSettings(db or f"sqlite:///{home / 'city.db'}", home)
        self.url = ""
        with opened_city(self.settings.db, home) as city:
            add_office(city.journal, "00316", name="Phường Định Công", profile={})
            add_office(city.journal, "00004", name="Phường Ba Đình", profile={})

    def issue(self, office="00316") -> str:
        with opened_city(self.settings.db, self.home) as city:
            city.journal.clock = self.clock
            return issue_code(city.journal, office).code

    @contextmanager
    def running(self, port: int = 0) -> Iterator[None]:
        port = port or free_port()
        app = create_app(self.settings, clock=self.clock)
        server = uvicorn.Server(
            uvicorn.Config(app, host="127.0.0.1", port=port, log_config=None, access_log=False)
        )
        thread = threading.Thread(target=server.run)
        thread.start()
        while not server.started:
            assert thread.is_alive(), "the server did not start"
            thread.join(0.02)
        self.url = f"http://127.0.0.1:{port}"
        try:
            yield
        finally:
            server.should_exit = True
            thread.join()


def push_all(desk, url, *, events: int = 500) -> None:
    """What the sync service of a PC does: everything of its own log goes to the city.

    Of a run of so many events the city keeps one signature: there it may be cut again.
    """
    core = desk.core
    device = core.journal.device
    logs = JournalStore(core.store, device, office=core.office.unit_code, clock=core.clock,
                        projectors=PROJECTORS)  # fmt: skip
    source = CitySource(url, device, clock=desk.clock)
    held = source.ask(Heads(core.office.unit_code)).heads.get(device.log, Head(0, bytes(32)))
    while run := logs.run_after(device.log, held, events=events, size=1 << 20):
        said = source.ask(Push(core.office.unit_code, run))
        assert isinstance(said, Ack), said
        held = said.head
    source.close()
