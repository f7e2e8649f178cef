"""Several real PCs of one office on loopback: joined through a real city, each with its service."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from pathlib import Path

from services.assembly import open_office
from services.journal.device import Device
from services.store.wraps import Kdf
from services.sync.client import Address
from services.sync.enrolled import find_enrolment, write_enrolment
from services.sync.enrolment import CitySource, read_code, register_office
from services.sync.joining import Joining, begin_joining, download, finish_joining
from services.sync.link import PeerPlace
from services.sync.once import exchange_once
from services.sync.service import SyncService
from tests.support.city_server import CityServer, push_all
from tests.support.office import Desk, open_desk
from tests.sync.http_site import HttpSite

CHEAP = Kdf(8, 1, 1)
BOUND_S = 60.0


def until(true: Callable[[], object], seconds: float = BOUND_S) -> None:
    """Poll until something holds."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.01)


class Pc:
    """One PC: its office, its sync service and its listener, which is switched on by `listen`."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.changed: list = []
        self.service = SyncService(desk.office, changed=self.changed.append)
        self.http: HttpSite | None = None

    @property
    def log(self) -> bytes:
        return self.desk.core.journal.device.log

    def listen(self) -> None:
        self.http = HttpSite(self.service.site)

    def knows(self, other: Pc) -> None:
        """Exchange with `other` from now on."""
        key = other.desk.core.journal.device.public_key
        assert other.http is not None
        self.service.add(PeerPlace(other.log, key, "pc", "PC", Address(other.http.url)))

    def has(self, name: str) -> bool:
        with self.desk.core.store.read() as conn:
            return bool(self.desk.core.blobs.size_of(conn, name))

    def read(self, name: str) -> bytes:
        with self.desk.core.store.read() as conn:
            return self.desk.core.blobs.get(conn, name)

    def at(self, city: CityServer) -> None:
        """The city listens at another address now."""
        core = self.desk.core
        with core.store.write() as tx:
            found = find_enrolment(tx, core.office.unit_code)
            assert found is not None
            write_enrolment(tx, city.url, found.city_key, office=core.office.unit_code)

    def stop(self) -> None:
        self.service.stop()
        if self.http is not None:
            self.http.stop()
        self.desk.office.close()


def make_pcs(folder: Path, count: int) -> tuple[CityServer, list[Pc]]:
    """An office with `count` PCs that joined; the city is stopped again, nobody syncs yet."""
    first = open_desk(folder / "pc1")
    city = CityServer(folder / "city", first.clock)
    desks = [first]
    with city.running():
        register_office(first.office, read_code(city.issue()), server=city.url)
        push_all(first, city.url)
        for number in range(2, count + 1):
            home = folder / f"pc{number}"
            download(joining := _joining(city, home, first))
            finish_joining(joining, "quantri", password="motcua")
            shutil.copytree(first.core.home / "keys", home / "keys", dirs_exist_ok=True)
            office = open_office(home, "quantri", "motcua", clock=first.clock)
            desks.append(Desk(office, first.clock))
        for desk in desks[:-1]:  # who joined later is on their rosters, too
            assert exchange_once(desk.office, seconds=60).heads_equal
    return city, [Pc(desk) for desk in desks]


def _joining(city: CityServer, home: Path, first: Desk) -> Joining:
    code = read_code(city.issue())

    def source(device: Device) -> CitySource:
        return CitySource(city.url, device, clock=first.clock, code=code)

    return begin_joining(home, code.code, make_source=source, clock=first.clock, kdf=CHEAP)


def in_lan(pcs: list[Pc]) -> None:
    """All listen, and everyone knows everyone."""
    for pc in pcs:
        pc.listen()
    for pc in pcs:
        pc.service.start()
        for other in pcs:
            if other is not pc:
                pc.knows(other)
