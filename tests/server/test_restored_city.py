"""The city's database is lost and put back: the city writes at once, and no log is forked."""

import shutil
import subprocess

import pytest
from sqlalchemy import text

from models.calendar import VIETNAM
from models.calendar_notice import Notice, NoticeKind
from server.app import ServerSettings
from server.bundles import publish_notices
from server.city_marks import FOLDER
from server.context import opened_city
from server.verifying import verify_office
from services.assembly import open_office
from services.journal.verify import verify_journal
from services.store.wraps import Kdf
from services.sync.enrolment import CitySource, read_code, register_office
from services.sync.joining import begin_joining, download, finish_joining
from services.sync.once import exchange_once
from tests.server.conftest import TEMPLATE, fill
from tests.server.test_backup import script
from tests.support.city_server import CityServer
from tests.support.office import Desk, open_desk

OFFICE = "00316"
BOUND_S = 60.0


def day_off(city, day):
    """The city tells the office of a day off; returns the log it wrote that into."""
    with opened_city(city.settings.db, city.home) as held:
        held.journal.clock = city.clock
        notice = Notice(day, NoticeKind.HOLIDAY, f"Nghỉ {day}", f"Off {day}", f"CV {day}")
        (sent,) = publish_notices(held.journal, [OFFICE], [notice])
        assert not sent.known
        with held.database.read(OFFICE) as tx:
            newest = text("SELECT log FROM ev WHERE off = :off ORDER BY n DESC LIMIT 1")
            return bytes(tx.execute(newest, {"off": OFFICE}).scalar_one())


def forks(desk):
    with desk.core.store.read() as conn:
        assert verify_journal(conn).verified
        return conn.exec_driver_sql("SELECT count(*) FROM fork").scalar_one()


def second_pc(city, home, clock):
    code = read_code(city.issue())
    step = begin_joining(
        home, code.code, clock=clock, kdf=Kdf(8, 1, 1),
        make_source=lambda device: CitySource(city.url, device, clock=clock, code=code),
    )  # fmt: skip
    download(step)
    finish_joining(step, "quantri", password="motcua")
    return Desk(open_office(home, "tiepnhan", "motcua", clock=clock), clock)


def exchanged(*desks):
    """Everybody twice: what one brings, the others fetch."""
    for desk in (*desks, *desks):
        done = exchange_once(desk.office, seconds=BOUND_S)
        assert (done.faults, done.unsent) == ((), 0)
    return done.heads_equal


@pytest.mark.parametrize("remembers", [True, False], ids=["same-machine", "new-machine"])
def test_after_a_restore_the_city_writes_at_once_and_forks_nothing(
    postgres_cluster, tmp_path, remembers
):
    postgres_cluster.template(TEMPLATE, fill)
    reach = ["-h", postgres_cluster.folder, "-p", postgres_cluster.port, "-U", "postgres"]
    first = open_desk(tmp_path / "pc1")
    today = first.clock.now().astimezone(VIETNAM).date()
    days = [today.replace(day=today.day + n) for n in (2, 3, 4, 7, 8)]
    dump = tmp_path / "city.dump"
    with postgres_cluster.database(template=TEMPLATE) as name:
        city = CityServer(tmp_path / "city", first.clock, db=postgres_cluster.url(name))
        with city.running():
            register_office(first.office, read_code(city.issue()), server=city.url)
            exchange_once(first.office, seconds=BOUND_S)
            second = second_pc(city, tmp_path / "pc2", first.clock)
            old = day_off(city, days[0])
            exchanged(first, second)
            script("dump.sh", dump, *reach, name, path=postgres_cluster.bin)
            dossier = first.receive()
            assert day_off(city, days[1]) == day_off(city, days[2]) == old
            exchange_once(first.office, seconds=BOUND_S)  # the second PC is switched off
    with postgres_cluster.database() as name:  # the other one is gone
        back = [postgres_cluster.bin / "pg_restore", *reach, "-d", name, "-e", dump]
        subprocess.run([str(word) for word in back], check=True)
        city.settings = ServerSettings(postgres_cluster.url(name), city.home)
        if not remembers:
            shutil.rmtree(city.home / FOLDER)
        with city.running(int(city.url.rpartition(":")[2])):
            new = day_off(city, days[3])
            assert new != old
            assert exchanged(first, second)
            assert day_off(city, days[4]) == new
            assert exchanged(first, second)
        with opened_city(city.settings.db, city.home) as held:
            report = verify_office(held.database, held.key, OFFICE)
            assert report.fault == "" and old in held.store(OFFICE).heads()
            with held.database.read(OFFICE) as tx:
                assert tx.execute(text("SELECT count(*) FROM fork")).scalar_one() == 0
    for desk in (first, second):
        assert forks(desk) == 0
        assert not any(desk.core.calendar.is_working(day) for day in days)
        assert desk.load(dossier.id).status.value == "received"
        desk.office.close()
