"""Sync of a real office with a city over real HTTP: once by command, and all day by itself."""

from __future__ import annotations

import json
import os
import shutil
import time
import tomllib
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

import main
from models.events.administration import SettingChanged
from models.events.roster import DeviceAdmitted, DeviceRevoked, roster_stream
from models.roster import city_log
from services.assembly import open_office
from services.journal.verify import verify_journal
from services.people import system_actor
from services.program import VERSION
from services.sync.accept import Member
from services.sync.answering import Me
from services.sync.endpoint import OfficeSite, Waiter
from services.sync.enrolled import write_enrolment
from services.sync.link import PROBE_S
from services.sync.memory import MemoryStore
from services.sync.once import exchange_once, read_status
from services.sync.protocol import Head
from services.sync.service import SyncService
from services.training.accounts import PASSWORD
from tests.support.office import open_desk
from tests.sync.http_site import HttpSite
from tests.sync.logs import writer

LATE_MS = 90_000


class City:
    """A city in memory behind a real HTTP server; its clock is a minute and a half ahead."""

    def __init__(self, desk) -> None:
        device = desk.core.journal.device
        self.office = desk.core.office.unit_code
        self.clock = desk.clock
        self.writer = writer("city", self.office)
        key = self.writer.device.public_key
        self.writer.device = replace(self.writer.device, log=city_log(key, self.office))
        self.other = writer("other", self.office)
        members = [Member(self.writer.log, key, "city"), Member(device.log, device.public_key)]
        self.store = MemoryStore(self.office, self.writer.device, members, now_ms=self.wall_ms)
        self.waiter = Waiter()
        self.site = OfficeSite(
            self.store, self.store.find_asker, lambda: Me(self.writer.log, "city 1"), self.waiter,
            self.wall_ms,
        )  # fmt: skip
        self.http = HttpSite(self.site)
        with desk.core.store.write() as tx:
            write_enrolment(tx, self.http.url, key, office=self.office)

    def wall_ms(self) -> int:
        return int(self.clock.now().timestamp() * 1000) + LATE_MS

    def say(self, *events) -> None:
        before = len(self.writer.events)
        self.writer.write(*events, stream=roster_stream(self.office))
        self.store.append(self.writer.events[before:])
        self.waiter.poke()

    def other_pc_says(self, event, stream) -> None:
        """Another PC of the office pushes one act to the city."""
        if self.other.log not in self.store.members:
            self.say(DeviceAdmitted(self.other.log, self.other.device.public_key, 1, 3, "PC 3"))
        self.other.write(event, stream=stream)
        self.store.take(self.other.run())
        self.waiter.poke()

    def stop(self) -> None:
        self.waiter.close()
        self.http.stop()


@pytest.fixture
def desk(tmp_path):
    made = open_desk(tmp_path / "home")
    yield made
    made.office.close()


@pytest.fixture
def city(desk):
    made = City(desk)
    yield made
    made.stop()


def act(core, value):
    with core.journal.act(system_actor("s")) as one:
        one.add("office/settings", SettingChanged("desk", value))


def until(true, seconds=60.0) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_one_exchange_sends_all_fetches_all_and_takes_it_up(desk, city):
    core = desk.core
    act(core, "mine")
    city.other_pc_says(SettingChanged("desk_phone", "1900"), "office/settings")
    own = core.journal.device.log
    count = read_status(desk.office).unsent
    done = exchange_once(desk.office, seconds=60)
    assert done.heads_equal and done.faults == ()
    assert (done.pushed, done.pulled, done.unsent, done.conflicts) == (count, 2, 0, 0)
    assert city.store.heads()[own].seq == count
    assert core.settings["desk_phone"] == "1900"
    status = read_status(desk.office)
    assert (status.unsent, status.here_only, status.acts) == (0, 0, ())
    (peer,) = status.peers
    assert (peer.kind, peer.app, peer.fault, peer.missing) == ("city", "city 1", "", 0)
    assert peer.last_ok and peer.offset_ms == LATE_MS
    with core.store.read() as conn:
        assert verify_journal(conn).verified
    again = exchange_once(desk.office, seconds=60)
    assert (again.pushed, again.pulled, again.heads_equal) == (0, 0, True)


def test_new_events_say_how_far_our_clock_is_off(desk, city):
    exchange_once(desk.office, seconds=60)
    with desk.core.journal.act(system_actor("s")) as one:
        sealed = one.add("office/settings", SettingChanged("desk", "x"))
    assert sealed.envelope.skew == -LATE_MS


def test_all_day_acts_go_out_and_come_in_by_themselves(desk, city):
    told = []
    service = SyncService(desk.office, changed=told.append)
    service.start()
    own = desk.core.journal.device.log

    def at_city() -> Head | None:
        return city.store.heads().get(own)

    try:
        until(lambda: at_city() == service.logs.heads()[own])
        act(desk.core, "one")
        until(lambda: at_city() == service.logs.heads()[own])
        told.clear()
        city.other_pc_says(SettingChanged("desk_phone", "1900"), "office/settings")
        until(lambda: desk.core.settings["desk_phone"] == "1900")
        until(lambda: any(change.settings for change in told))
    finally:
        before = time.monotonic()
        service.stop()
    assert time.monotonic() - before < 20
    act(desk.core, "after stop")
    assert at_city() != service.logs.heads()[own]


def test_a_city_that_comes_back_is_found_without_waiting_out_the_pause(desk, city):
    port = city.http.server_address[1]
    city.http.stop()
    service = SyncService(desk.office)
    service.start()
    own = desk.core.journal.device.log
    try:
        until(lambda: service.standing(city.writer.log)[1] == "DB-01")
        until(lambda: bool(read_status(desk.office).peers[0].fault))
        assert read_status(desk.office).acts[0].reason == "fault"
        city.http = HttpSite(city.site, port=port)
        until(lambda: city.store.heads().get(own) == service.logs.heads()[own], PROBE_S * 10)
        until(lambda: not read_status(desk.office).peers[0].fault)
    finally:
        service.stop()


def test_a_whole_disk_put_back_goes_on_in_a_new_log_and_loses_nothing(desk, city, tmp_path):
    """The canary is as old as the store, so only HELLO can tell."""
    exchange_once(desk.office, seconds=60)
    home, state = desk.core.home, Path(os.environ["XDG_STATE_HOME"])
    desk.office.close()
    for number, folder in enumerate((home, state)):
        shutil.copytree(folder, tmp_path / f"image-{number}")

    def opened():
        return open_office(home, "quantri", PASSWORD, clock=desk.clock)

    with closing(opened()) as before:
        act(before.core, "seen by the city")
        assert exchange_once(before, seconds=60).heads_equal
        old = before.core.journal.device.log
    for number, folder in enumerate((home, state)):
        shutil.rmtree(folder)
        shutil.copytree(tmp_path / f"image-{number}", folder)
    with closing(opened()) as after:
        assert after.core.journal.device.log == old
        act(after.core, "on the restored disk")
        done = exchange_once(after, seconds=60)
        new = after.core.journal.device.log
        assert new != old and done.heads_equal and done.unsent == 0
        with after.core.store.read() as conn:
            assert verify_journal(conn).verified
            rows = conn.exec_driver_sql("SELECT log FROM ev WHERE t = 'office.setting_changed'")
            assert sorted(bytes(row[0]) for row in rows) == sorted((old, new))
    assert set(city.store.heads()) == {old, new}


def test_a_revoked_pc_learns_it_from_the_city(desk, city):
    exchange_once(desk.office, seconds=60)
    own = desk.core.journal.device.log
    city.say(DeviceRevoked(own, 3, bytes(32), "mất máy"))
    done = exchange_once(desk.office, seconds=60)
    assert not done.heads_equal and done.faults == ("DB-14",)
    assert read_status(desk.office).revoked_after == 3
    assert desk.office.revoked


def test_the_commands_answer_as_promised(desk, city, capsys, monkeypatch):
    home = str(desk.core.home)
    desk.office.close()
    monkeypatch.setenv("MOTCUA_PASSWORD", PASSWORD)
    assert main.main(["--home", home, "sync", "status", "--json", "--user", "kythuat"]) == 0
    status = json.loads(capsys.readouterr().out)
    assert status["unsent"] > 0 and status["acts"][0]["words"]
    assert main.main(["--home", home, "sync", "--once", "--json"]) == 0
    done = json.loads(capsys.readouterr().out)
    assert done == {"pushed": status["unsent"], "pulled": 0, "conflicts": 0, "unsent": 0,
                    "heads_equal": True}  # fmt: skip
    city.http.stop()
    assert main.main(["--home", home, "sync", "--once", "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["faults"] == ["DB-01"]
    assert main.main(["--home", home, "sync"]) == 3
    city.http = HttpSite(city.site)


def test_the_version_said_to_peers_is_the_program_s():
    project = Path(main.__file__).parent / "pyproject.toml"
    assert tomllib.loads(project.read_text(encoding="utf-8"))["project"]["version"] == VERSION
