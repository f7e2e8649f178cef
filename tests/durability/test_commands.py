"""A command is done once: after a failed sync the person hears whether it was stored."""

from __future__ import annotations

from pathlib import Path

import pytest

from models.envelope import Actor
from models.errors import NotAllowed
from models.events.administration import SettingChanged
from services.assembly import PROJECTORS
from services.clock import FixedClock
from services.doing import CommandLost, CommandStored, do_once, new_command
from services.dossiers.bulk import each_dossier
from services.journal.append import Journal
from services.journal.device import make_device
from services.journal.reading import find_event
from services.store.migrations import upgrade
from services.store.troubles import CommitUncertain
from tests.durability.harness import RecordedStore, plain_engine
from tests.durability.test_failed_sync import FailingVFS
from tests.support.devices import OFFICE, START, Pc
from tests.support.sharing import core_of

ADMIN = Actor("staff-q", "business_admin", "s")
COUNT = "SELECT count(*) FROM ev WHERE t = 'office.setting_changed'"


class RebornStore(RecordedStore):
    """Opens what the disk held when the sync failed, as after the program was killed there."""

    vfs: FailingVFS | None = None

    def _open(self) -> None:
        seen = getattr(self.vfs, "seen", {})
        for name, data in seen.items():
            if not name.endswith("-shm"):
                (self.path.parent / name).write_bytes(data)
        super()._open()


@pytest.fixture(params=[RebornStore, RecordedStore], ids=["kept", "given up"])
def disk(request, tmp_path: Path):
    """An office on a disk that fails when told to, and whether the act is found afterwards."""
    home = tmp_path / "home"
    home.mkdir()
    path = home / "store.db"
    engine = plain_engine(path)
    upgrade(engine)
    engine.dispose()
    vfs = FailingVFS.over(path, "commands")
    vfs.folder = home
    store = request.param(path, "commands", spoil="")
    store.vfs = vfs
    clock = FixedClock(START, seed=3)
    device = make_device(clock, name="PC", slot=0)
    with store.write() as tx:
        tx.exec_driver_sql(
            "INSERT INTO device (log, off, public_key, slot, name, incarnation) "
            "VALUES (?,?,?,0,'PC',1)",
            (device.log, OFFICE, device.public_key),
        )
    journal = Journal(store, device, clock=clock, office=OFFICE, projectors=PROJECTORS)
    core = core_of(Pc("PC", store, journal, clock), home)
    yield core, vfs, request.param is RebornStore
    store.close()
    vfs.unregister()


def say(core, value: str) -> str:
    with core.journal.act(ADMIN) as act:
        act.add("office/settings", SettingChanged("desk_phone", value))
    return value


def count(core) -> int:
    with core.store.read() as conn:
        return conn.exec_driver_sql(COUNT).scalar_one()


def test_the_person_hears_whether_it_was_stored_and_twice_is_once(disk) -> None:
    core, vfs, kept = disk
    do_once(core, new_command(core), lambda: say(core, "1"))
    command = new_command(core)
    vfs.failing = True
    with pytest.raises(CommandStored if kept else CommandLost) as told:
        do_once(core, command, lambda: say(core, "2"))
    assert told.value.code == ("KHO-23" if kept else "KHO-24")
    assert count(core) == (2 if kept else 1)
    if kept:
        with pytest.raises(NotAllowed) as refused:
            do_once(core, command, lambda: say(core, "2"))
        assert refused.value.code == "NK-31"
    else:
        assert do_once(core, command, lambda: say(core, "2")) == "2"
    assert count(core) == 2
    with core.store.read() as conn:
        assert find_event(conn, command) is not None
    do_once(core, new_command(core), lambda: say(core, "3"))
    assert count(core) == 3


def test_of_several_acts_the_one_that_met_the_error_is_looked_up(disk) -> None:
    core, vfs, kept = disk
    done = []

    def act(name: str) -> str:
        vfs.failing = name == "b"
        done.append(name)
        return say(core, name)

    with pytest.raises(CommandStored if kept else CommandLost):
        do_once(core, new_command(core), lambda: each_dossier(["a", "b", "c"], act))
    assert done == ["a", "b"], "nothing more is written before somebody has looked"
    assert count(core) == (2 if kept else 1)


def test_outside_a_command_the_store_still_stops(disk) -> None:
    core, vfs, _ = disk
    vfs.failing = True
    with pytest.raises(CommitUncertain):
        say(core, "1")
    assert not core.store.writable


def test_the_acts_of_one_command_have_ids_that_follow_from_it(disk) -> None:
    core, *_ = disk
    command = new_command(core)

    def both() -> None:
        say(core, "1")
        with core.journal.act(ADMIN) as act:
            for value in ("2", "3"):
                act.add("office/settings", SettingChanged("desk_phone", value))

    do_once(core, command, both)
    with core.store.read() as conn:
        ids = [row[0] for row in conn.exec_driver_sql("SELECT id FROM ev ORDER BY n")]
    assert ids[0] == command and len(set(ids)) == 3
    assert ids[1][:24] == command[:24] and len(ids[1]) == len(command)
    with pytest.raises(NotAllowed):
        do_once(core, command, both)
    assert count(core) == 3
