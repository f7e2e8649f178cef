"""The catalogue an office uses on a day, as its PCs find it: the versions of the city and of the
office by their dates, else what ships with the program.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from models.envelope import Sealed
from server.board.readings import events_of
from server.store.unit import CityDatabase
from services.catalogue.bundle import bundle_on
from services.catalogue.catalogue import Catalogue, bundled_catalogue
from services.catalogue.stored import CATALOGUE_STREAM, bundles_of

__all__ = ["OfficeCatalogues"]

OFFICES, VERSIONS = 500, 16
"""How much is kept: the dates of so many offices' versions, and so many versions whole. The offices
of a city mostly share the one in force."""
K = TypeVar("K")
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class _Version:
    """A version by its digest, empty for the one that ships with the program."""

    digest: str
    effective_from: date


class OfficeCatalogues:
    """Reads catalogues out of the offices' journals; what was read once is kept, for any thread."""

    def __init__(self, database: CityDatabase) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._dates: OrderedDict[tuple[bytes, ...], tuple[_Version, ...]] = OrderedDict()
        self._whole: OrderedDict[str, Catalogue] = OrderedDict()

    def on(self, office: str, day: date) -> Catalogue:
        """The catalogue in force at the office on `day`."""
        with self._database.read(office) as tx:
            events = events_of(tx, office, [CATALOGUE_STREAM])[CATALOGUE_STREAM]
        if not events:
            return bundled_catalogue()
        with self._lock:
            return self._find(events, day)

    def _find(self, events: Sequence[Sealed], day: date) -> Catalogue:
        key = tuple(item.hash for item in events if not item.outlawed)
        dates = self._dates.get(key)
        wanted = bundle_on(dates, day).digest if dates else ""
        if dates is None or (wanted and wanted not in self._whole):
            made = {bundle.digest: bundle for bundle in bundles_of(events)}
            shipped = _Version("", bundled_catalogue().bundle.effective_from)
            dates = (shipped, *(_Version(b.digest, b.effective_from) for b in made.values()))
            wanted = bundle_on(dates, day).digest
            if wanted:
                whole = self._whole.get(wanted) or Catalogue(made[wanted])
                _keep(self._whole, wanted, whole, most=VERSIONS)
        _keep(self._dates, key, dates, most=OFFICES)
        if not wanted:
            return bundled_catalogue()
        self._whole.move_to_end(wanted)
        return self._whole[wanted]


def _keep(kept: OrderedDict[K, V], key: K, value: V, *, most: int) -> None:
    """Keep one, as the one used last; without too many of the others."""
    kept[key] = value
    kept.move_to_end(key)
    while len(kept) > most:
        kept.popitem(last=False)
