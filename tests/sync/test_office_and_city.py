"""Two PCs of one office and the real city: acts travel, outages heal, a thief is shut out."""

from __future__ import annotations

import socket
import time
from contextlib import contextmanager

import pytest

from server.context import opened_city
from server.devices import get_device, revoke_device
from services.assembly import open_office
from services.dossiers import handling
from services.journal.device import signature_holds
from services.store.wraps import Kdf
from services.sync.enrolment import CitySource, read_code, register_office
from services.sync.joining import begin_joining, download, finish_joining
from services.sync.once import exchange_once, read_status
from services.sync.protocol import ack_bytes
from services.sync.service import SyncService
from tests.support.city_server import CityServer
from tests.support.office import Desk, open_desk

BOUND_S = 60.0
"""Generous: the suite shares its processors; what is tested is that it happens by itself."""


def until(true) -> None:
    end = time.monotonic() + BOUND_S
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)


@contextmanager
def syncing(*desks):
    services = [SyncService(desk.office) for desk in desks]
    for service in services:
        service.start()
    try:
        yield services
    finally:
        for service in services:
            service.stop()


@pytest.fixture
def world(tmp_path):
    """PC 1 with a registered office, PC 2 that joined it, and their city."""
    first = open_desk(tmp_path / "pc1")
    city = CityServer(tmp_path / "city", first.clock)
    with city.running():
        register_office(first.office, read_code(city.issue()), server=city.url)
        exchange_once(first.office, seconds=BOUND_S)
        code = read_code(city.issue())
        step = begin_joining(
            tmp_path / "pc2", code.code, clock=first.clock, kdf=Kdf(8, 1, 1),
            make_source=lambda device: CitySource(city.url, device, clock=first.clock, code=code),
        )  # fmt: skip
        download(step)
        finish_joining(step, "quantri", password="motcua")
        second = Desk(
            open_office(tmp_path / "pc2", "tiepnhan", "motcua", clock=first.clock), first.clock
        )
        yield first, second, city
        for desk in (first, second):
            desk.office.close()


def shows(desk, dossier_id: str, status: str) -> bool:
    with desk.core.store.read() as conn:
        row = conn.exec_driver_sql("SELECT status FROM dossier WHERE id = ?", (dossier_id,)).first()
    return row is not None and row[0] == status


def test_a_day_with_two_pcs_and_a_city_that_is_away_for_a_while(world):
    first, second, city = world
    with syncing(first, second):
        dossier = first.receive()
        until(lambda: shows(second, dossier.id, "received"))
        department = second.core.departments[0]
        handling.transfer(second.core, second.as_("tiepnhan"), dossier.id, department=department)
        until(lambda: shows(first, dossier.id, second.load(dossier.id).status.value))
        until(lambda: read_status(first.office).unsent == read_status(second.office).unsent == 0)
    late = first.receive()
    assert read_status(first.office).unsent > 0
    done = exchange_once(first.office, seconds=BOUND_S)
    assert done.heads_equal and done.unsent == 0 and done.pushed > 0
    assert exchange_once(second.office, seconds=BOUND_S).heads_equal
    assert shows(second, late.id, "received")
    with opened_city(city.settings.db, city.home) as held:
        key = held.key.public_key
    with first.core.store.read() as conn:
        acks = SyncService(first.office).logs.acks()
        assert conn.exec_driver_sql("SELECT count(*) FROM head").scalar_one() == 3
    own = first.core.journal.device.log
    (ack,) = [each for each in acks if each.log == own]
    assert ack.tree_size > 0 and signature_holds(key, ack_bytes(ack), ack.signature)


def test_a_stolen_pc_is_shut_out_and_the_other_goes_on(world):
    first, second, city = world
    stolen = second.core.journal.device.log
    second.receive()
    exchange_once(second.office, seconds=BOUND_S)
    with opened_city(city.settings.db, city.home) as held:
        held.journal.clock = city.clock
        seq = second_seq(second)
        device = get_device(held.database, stolen.hex())
        revoke_device(held.journal, device, after_seq=seq, reason="mất máy")
    second.receive()
    done = exchange_once(second.office, seconds=BOUND_S)
    assert not done.heads_equal and "DB-14" in done.faults
    assert second.office.revoked
    first.receive()
    assert exchange_once(first.office, seconds=BOUND_S).heads_equal
    with first.core.store.read() as conn:
        row = conn.exec_driver_sql("SELECT last_seq FROM device WHERE log = ?", (stolen,)).one()
    assert row[0] == seq


def test_hanging_up_in_the_middle_is_no_fault_of_the_city(world, caplog):
    first, _, city = world
    host, port = city.url.removeprefix("http://").split(":")
    for _ in range(3):
        with socket.create_connection((host, int(port))) as half:
            half.sendall(b"POST /sync/v1/push HTTP/1.1\r\nHost: x\r\nContent-Length: 999\r\n\r\nx")
    assert exchange_once(first.office, seconds=BOUND_S).heads_equal
    assert not [each for each in caplog.records if each.levelname == "ERROR"]


def second_seq(desk) -> int:
    own = desk.core.journal.device.log
    with desk.core.store.read() as conn:
        return conn.exec_driver_sql("SELECT seq FROM head WHERE log = ?", (own,)).scalar_one()
