"""A city that a desk's office trusts, without a network: what it says is handed over at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from models.changed import Changed
from server.offices import add_office
from server.store.opening import open_database
from services.assembly import PROJECTORS
from services.refreshing import refresh_core
from services.sync.journal_store import JournalStore
from services.sync.protocol import Head
from services.sync.roster import trust_city
from tests.support.city import City, make_city
from tests.support.office import Desk


@dataclass
class LinkedCity:
    """The city, the office, and the office's logs on the PC; `log` is the city's own."""

    city: City
    office: str
    log: bytes
    desk: Desk
    store: JournalStore

    def deliver(self) -> Changed:
        """Bring what the city has said since to the PC, and refresh what it shows."""
        at = self.store.heads().get(self.log, Head(0, bytes(32)))
        run = self.city.store(self.office).run_after(self.log, at, events=500, size=1 << 20)
        assert run is not None
        return refresh_core(self.desk.core, self.store.take(run).streams)


@contextmanager
def linked_city(desk: Desk, folder: Path) -> Iterator[LinkedCity]:
    """A city below `folder` that serves the desk's office."""
    database = open_database(f"sqlite:///{folder / 'city.db'}", home=folder)
    core, office = desk.core, desk.core.office.unit_code
    try:
        city = make_city(database, folder)
        add_office(city.journal, office, name="Phường")
        with core.store.write() as tx:
            log = trust_city(tx, city.key.public_key, office)
        store = JournalStore(
            core.store, core.journal.device, office=office, clock=core.clock,
            projectors=PROJECTORS,
        )  # fmt: skip
        yield LinkedCity(city, office, log, desk, store)
    finally:
        database.close()
