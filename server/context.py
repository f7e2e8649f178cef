"""The parts of an opened city that commands and the application share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from server.blob_store import CityShelf
from server.city_journal import CityJournal
from server.city_key import CityKey, load_city_key
from server.city_marks import CityMarks
from server.log_store import CityLogStore
from server.office_catalogue import OfficeCatalogues
from server.snapshots import SNAPSHOTS, OfficeSnapshots
from server.store.opening import open_database, open_standing
from server.store.unit import CityDatabase
from services.clock import Clock, SystemClock

__all__ = ["CityContext", "opened_city", "standing_city"]


@dataclass(frozen=True)
class CityContext:
    """Database, key, journal and clock of the city; `changed` tells that an office has news."""

    database: CityDatabase
    key: CityKey
    journal: CityJournal
    clock: Clock
    home: Path
    changed: Callable[[str], None]

    @cached_property
    def catalogues(self) -> OfficeCatalogues:
        """The catalogues in force at the offices."""
        return OfficeCatalogues(self.database)

    def shelf(self, office: str) -> CityShelf:
        """The attachments of one office."""
        return CityShelf(self.database, office, home=self.home, clock=self.clock)

    def store(self, office: str) -> CityLogStore:
        """The logs of one office."""
        return CityLogStore(
            self.database, office, key=self.key, clock=self.clock, changed=self.changed
        )

    def snapshots(self, office: str) -> OfficeSnapshots:
        """The snapshot of one office's logs, below the city's home."""
        folder = self.home / SNAPSHOTS / office
        return OfficeSnapshots(self.store(office), folder, key=self.key, clock=self.clock)


@contextmanager
def opened_city(
    url: str,
    home: Path,
    *,
    clock: Clock | None = None,
    changed: Callable[[str], None] = lambda _office: None,
) -> Iterator[CityContext]:
    """Open the database of `url` with the city's key of `home`; everything is closed afterwards."""
    with closing(open_database(url, home=home)) as database:
        yield _context(database, home, clock or SystemClock(), changed=changed)


@contextmanager
def standing_city(url: str, home: Path) -> Iterator[CityContext]:
    """The same for a city somebody has founded; raises `NoCity` MC-08 otherwise."""
    with closing(open_standing(url, home=home)) as database:
        yield _context(database, home, SystemClock(), changed=lambda _office: None)


def _context(
    database: CityDatabase, home: Path, clock: Clock, *, changed: Callable[[str], None]
) -> CityContext:
    key = load_city_key(home, database)
    journal = CityJournal(
        database, key=key, marks=CityMarks(home), clock=clock, changed=changed
    )  # fmt: skip
    return CityContext(database, key, journal, clock, home, changed)
