"""A revoked PC: its later acts are kept, listed and without effect, whichever came first."""

from __future__ import annotations

from dataclasses import replace

import pytest

from models.dossier import void_words
from models.events import handling as h
from models.events.intake import Noted
from models.events.roster import DeviceAdmitted, DeviceRevoked, IncarnationOpened, roster_stream
from models.roster import city_log
from models.workflow import Status
from services.assembly import PROJECTORS
from services.journal.receiving import receive
from services.journal.verify import verify_journal
from services.sync.ports import Verdict
from services.sync.protocol import Origin, Run
from services.sync.roster import trust_city
from tests.journal.conftest import office, pcs  # noqa: F401 - fixtures
from tests.journal.test_histories import DESK, received
from tests.support.devices import OFFICE
from tests.sync.logs import writer


@pytest.fixture
def city():
    made = writer("city")
    made.device = replace(made.device, log=city_log(made.device.public_key, OFFICE))
    return made


def run_of(pc) -> Run:
    device = pc.journal.device
    return Run(device.log, Origin(device.public_key, 1), tuple(pc.log(device.log)))


def take(pc, run: Run):
    return receive(pc.store, run, office=OFFICE, clock=pc.clock, projectors=PROJECTORS)


def revocation(city, log: bytes, seq: int) -> Run:
    city.write(DeviceRevoked(log, seq, bytes(32), "mất máy"), stream=roster_stream(OFFICE))
    return city.run()


def test_the_order_of_arrival_does_not_matter(pcs, city) -> None:  # noqa: F811
    a, b, c = pcs
    a.act("d1", DESK, received("H26-261116-0001"))
    a.act("d1", DESK, h.Transferred("Phòng"))
    a.act("d2", DESK, received("H26-261116-0002"))
    stop = revocation(city, a.journal.device.log, 1)
    for pc, order in ((b, (run_of(a), stop)), (c, (stop, run_of(a)))):
        with pc.store.write() as tx:
            trust_city(tx, city.device.public_key, OFFICE)
        taken = [take(pc, run) for run in order]
        dossier = pc.dossier("d1")
        assert dossier.status is Status.RECEIVED
        assert [v.reason for v in dossier.voids] == ["revoked"]
        assert "thu hồi" in void_words(dossier.voids[0])
        assert pc.dossier("d2").intake is None
        assert pc.row("d2") is None and pc.row("d1") is not None
        with pc.store.read() as conn:
            assert verify_journal(conn).verified
    assert taken[1].verdict is Verdict.REVOKED and taken[1].after_seq == 1
    assert {"dossier/d1", "dossier/d2"} <= taken[1].streams
    assert b.row("d1")[1:] == c.row("d1")[1:]
    assert b.hashes() == c.hashes()


def test_a_revoked_key_opens_no_new_log(pcs, city) -> None:  # noqa: F811
    thief = writer("thief")
    thief.write(Noted("before"))
    city.write(
        DeviceAdmitted(thief.log, thief.device.public_key, 1, 5, "PC 5"),
        stream=roster_stream(OFFICE),
    )
    admitted = city.run()
    stop = revocation(city, thief.log, 1)
    new = thief.reborn()
    opened = IncarnationOpened(new.device.public_key, 2, thief.log, 1)
    new.write(opened, stream=roster_stream(OFFICE))
    new.write(received("H26-261116-0005"), stream="dossier/d5")
    old, later = thief.run(), new.run()
    for pc, order in zip(
        pcs, ((old, stop, later), (old, later, stop), (later, stop, old)), strict=True
    ):
        with pc.store.write() as tx:
            trust_city(tx, city.device.public_key, OFFICE)
        for run in (admitted, *order):
            take(pc, run)
        assert pc.dossier("d5").intake is None
        assert pc.row("d5") is None
        with pc.store.read() as conn:
            row = conn.exec_driver_sql("SELECT last_seq FROM device WHERE log = ?", (new.log,))
            assert row.scalar_one() == 0
            assert conn.exec_driver_sql("SELECT count(*) FROM ev").scalar_one() == 5
