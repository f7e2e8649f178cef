"""Data put back on other hardware: all of its work reaches everybody, nothing forks."""

from __future__ import annotations

import time

import pytest

from models.errors import InputError
from models.lan_address import parse_address
from services.assembly import open_office, vault_of
from services.backups.making import make_backup
from services.backups.restoring import restore_backup
from services.journal.verify import verify_journal
from services.sync.enrolment import read_code, register_office
from services.sync.entering import enter_by_invitation
from services.sync.inviting import invite
from services.sync.joining import join_by_invitation, join_office
from services.sync.lan import LanPlan, OfficeLan
from services.sync.once import exchange_once, read_status
from services.sync.service import SyncService
from tests.life.test_inviting import listening
from tests.support.city_server import CityServer
from tests.support.office import Desk, open_desk


@pytest.fixture
def desk(tmp_path):
    made = open_desk(tmp_path / "pc1")
    made.office.who = made.as_("quantri")
    yield made
    made.office.close()


@pytest.fixture
def city(desk, tmp_path):
    return CityServer(tmp_path / "city", desk.clock)


def restored(desk, tmp_path, own_folders, name="Quầy 2"):
    """The office of `desk` on other hardware, from a backup of now."""
    file, home = tmp_path / "b.sao-luu", tmp_path / name
    make_backup(desk.core.home, vault_of(desk.core.home, desk.clock), file, login="quantri",
                password="motcua", clock=desk.clock)  # fmt: skip
    done = restore_backup(file, home, "quantri", password="motcua", clock=desk.clock, name=name)
    assert not done.same_pc
    return Desk(open_office(home, "quantri", "motcua", clock=desk.clock), desk.clock)


def enrol(desk, city):
    return register_office(desk.office, read_code(city.issue()), server=city.url)


def even(desk):
    """The city has all that this PC holds; other PCs may be off.

    At first it says who relays; what came before its author's admission is sent again.
    """
    for _ in range(4):
        desk.clock.advance(minutes=10)
        done = exchange_once(desk.office, seconds=30)
        status = read_status(desk.office)
        (city,) = [peer for peer in status.peers if peer.kind == "city"]
        if (done.unsent, status.relayed, city.fault) == (0, 0, ""):
            assert status.refusals == ()
            return
    pytest.fail(f"{done} {city} {status.refusals}")


def sound(desk):
    with desk.core.store.read() as conn:
        assert verify_journal(conn).verified
        assert conn.exec_driver_sql("SELECT count(*) FROM fork").scalar_one() == 0
        codes = conn.exec_driver_sql("SELECT code FROM dossier").scalars().all()
        assert len(codes) == len(set(codes))
        slots = conn.exec_driver_sql(
            "SELECT slot FROM device WHERE kind <> 'city' AND incarnation = 1"
        )
        found = slots.scalars().all()
        assert len(found) == len(set(found)), found
    return len(codes)


def test_an_office_that_was_never_enrolled_comes_to_the_city_from_its_backup(
    desk, city, tmp_path, own_folders
):
    first = desk.receive()
    new = restored(desk, tmp_path, own_folders)
    words, step = new.office.notice()
    assert "máy khác" in words and "ghi danh" in step
    lost = desk.receive()  # the old PC's last act, in no backup
    second = new.receive()
    assert len({d.intake.code for d in (first, lost, second)}) == 3
    with city.running():
        place = enrol(new, city)
        assert place.slot == new.core.journal.device.slot == 1
        even(new)
        joined = join_office(tmp_path / "pc3", read_code(city.issue()), "quantri",
                             password="motcua", server=city.url, clock=desk.clock)  # fmt: skip
        assert joined.place.slot == 2, "the number of the PC that broke stays its own"
        third = Desk(open_office(tmp_path / "pc3", "quantri", "motcua", clock=desk.clock),
                     desk.clock)  # fmt: skip
        assert third.load(first.id).intake == first.intake
        assert third.load(second.id).intake == second.intake
        assert enrol(desk, city).slot == 0, "the old PC was mended after all"
        even(desk)
        even(new)
        even(third)
        assert [sound(each) for each in (desk, new, third)] == [3, 3, 3]
        assert third.load(lost.id).intake == lost.intake
    third.office.close()
    new.office.close()
    again = open_office(tmp_path / "Quầy 2", "quantri", "motcua", clock=desk.clock)
    assert again.notice() == ("", "")
    again.close()


def test_an_invited_pc_that_is_enrolled_before_the_founding_one_brings_its_work(
    desk, city, tmp_path
):
    first = desk.receive()
    with listening(desk) as peer:
        join_by_invitation(tmp_path / "pc2", invite(desk.office).code, "quantri",
                           password="motcua", peer=peer, clock=desk.clock)  # fmt: skip
    second = Desk(open_office(tmp_path / "pc2", "quantri", "motcua", clock=desk.clock), desk.clock)
    second.receive()
    with city.running():
        assert enrol(second, city).slot == 1, "its codes bear this number already"
        register_office(second.office, read_code(city.issue()), server=city.url)
        even(second)
        assert enrol(desk, city).slot == 0
        even(desk)
        even(second)
    assert sound(desk) == sound(second) == 2 and second.load(first.id) == desk.load(first.id)
    second.office.close()


def test_without_the_city_another_pc_of_the_office_gives_it_a_place(desk, tmp_path, own_folders):
    desk.receive()
    new = restored(desk, tmp_path, own_folders)
    other = tmp_path / "pc3"
    with listening(desk) as peer:
        join_by_invitation(other, invite(desk.office).code, "quantri", password="motcua",
                           peer=peer, clock=desk.clock)  # fmt: skip
        assert new.core.journal.device.slot == 1, "until somebody gave it one"
        place = enter_by_invitation(new.office, invite(desk.office).code, peer=peer)
        assert place.slot == new.core.journal.device.slot == 7, "not that of who joined meanwhile"
    new.receive()
    with listening(desk) as peer:
        service = SyncService(new.office)
        plan = LanPlan(host="127.0.0.1", ports=(0,), peers=(parse_address(peer),), look_s=0.2)
        lan = OfficeLan(new.office, service, plan)
        service.start()
        lan.start()
        try:
            wait_for(lambda: sound(desk) == 2)
        finally:
            lan.stop()
            service.stop()
    new.office.close()


def wait_for(ready):
    end = time.monotonic() + 60
    while not ready():
        assert time.monotonic() < end
        time.sleep(0.1)


def test_an_invitation_of_another_office_changes_nothing(desk, tmp_path, own_folders):
    new = restored(desk, tmp_path, own_folders)
    other = open_desk(tmp_path / "other")
    other.office.who = other.as_("quantri")
    object.__setattr__(other.core.office, "unit_code", "00004")
    slot = new.core.journal.device.slot
    with listening(other) as peer, pytest.raises(InputError, match="SL-33"):
        enter_by_invitation(new.office, invite(other.office).code, peer=peer)
    assert new.core.journal.device.slot == slot
    other.office.close()
    new.office.close()
