"""The city's own log is continued only where this machine left it; else a new one is opened."""

import pytest
from sqlalchemy import text

from models.errors import MachineError
from models.events.roster import HubOrder, IncarnationOpened, roster_stream
from models.roster import city_log
from server.board.offices import Period, read_offices
from server.city_journal import CityJournal
from server.city_marks import FOLDER, CityMarks
from server.devices import device_rows
from server.roster import city_logs
from server.snapshots import OfficeSnapshots
from server.verifying import verify_office
from services.sync.snapshot import read_chunk, read_manifest
from tests.support.city import OFFICE, Pen

ORDER = (roster_stream(OFFICE), HubOrder(()))


def logs(city):
    with city.database.read(OFFICE) as tx:
        return city_logs(tx, OFFICE)


def written(city, items=(ORDER,)):
    """One act of the city; returns the id of the log it went into."""
    added = city.journal.append(OFFICE, list(items))
    assert len(added) == len(items)
    return added[-1].envelope.log


def elsewhere(city, home):
    """The same database from another home, or the same one without its memory."""
    journal = city.journal
    return CityJournal(
        journal.database, key=journal.key, marks=CityMarks(home), clock=journal.clock
    )


def test_an_office_has_one_log_while_nothing_happens(city):
    first = city.key.log(OFFICE)
    assert [written(city) for _ in range(3)] == [first] * 3
    assert logs(city) == {first} == {city_log(city.key.public_key, OFFICE)}


def lost_the_end(city, tmp_path):
    """The database is behind: what a backup looks like, here without its triggers and roles."""
    log = city.key.log(OFFICE)
    before = city.store().heads()[log].seq
    mark = city.journal.marks.find(OFFICE)
    city.journal.marks.keep(OFFICE, type(mark)(mark.incarnation, before + 1, "ab" * 32))
    return city.journal


def other_end(city, tmp_path):
    mark = city.journal.marks.find(OFFICE)
    city.journal.marks.keep(OFFICE, type(mark)(mark.incarnation, mark.seq, "ab" * 32))
    return city.journal


def ahead(city, tmp_path):
    """The home came from an older copy: the database holds more than it remembers."""
    path = tmp_path / FOLDER / f"{OFFICE}.json"
    old = path.read_bytes()
    written(city)
    path.write_bytes(old)
    return city.journal


def unreadable(city, tmp_path):
    (tmp_path / FOLDER / f"{OFFICE}.json").write_text('{"incarnation": 1}')
    return city.journal


def another_home(city, tmp_path):
    return elsewhere(city, tmp_path / "other")


@pytest.mark.parametrize("what", [lost_the_end, other_end, ahead, unreadable, another_home])
def test_a_log_that_may_have_gone_on_elsewhere_is_left_alone(city, tmp_path, what):
    first = city.key.log(OFFICE)
    written(city)
    city.journal = what(city, tmp_path)
    held = city.store().heads()[first]
    new = written(city)
    assert new != first and city.store().heads()[first] == held
    assert [written(city), written(city)] == [new, new]
    assert logs(city) == {first, new}
    pen = Pen()
    city.admit(pen)  # the city's word counts in its new log
    pen.write("a")
    assert city.store().take(pen.run()).streams
    assert verify_office(city.database, city.key, OFFICE).fault == ""
    assert [each.log for each in device_rows(city.database)] == [pen.log]
    with city.database.read_city() as tx:
        rows = {row.code: row for row in read_offices(tx, Period(city.journal.now_ms()))}
    assert [each.log for each in rows[OFFICE].devices] == [pen.log.hex()]


def test_two_homes_of_one_city_never_write_into_one_log(city, tmp_path):
    other = elsewhere(city, tmp_path / "other")
    mine, theirs = set(), set()
    for _ in range(3):
        mine.add(written(city))
        theirs.add(other.append(OFFICE, [ORDER])[0].envelope.log)
    assert len(mine) == len(theirs) == 1 and not mine & theirs
    assert verify_office(city.database, city.key, OFFICE).fault == ""


def test_an_act_that_was_not_stored_leaves_its_number_alone(city):
    first = city.key.log(OFFICE)
    written(city)
    with pytest.raises(ZeroDivisionError), city.database.write(OFFICE) as tx:
        city.journal.add(tx, OFFICE, [ORDER])
        raise ZeroDivisionError
    assert written(city) != first


def test_where_nothing_can_be_remembered_nothing_is_written(city, tmp_path):
    written(city)
    before = city.store().heads()
    (tmp_path / FOLDER / f"{OFFICE}.json").unlink()
    (tmp_path / FOLDER).rmdir()
    (tmp_path / FOLDER).write_text("in the way")
    with pytest.raises((OSError, MachineError)):
        written(city)
    assert city.store().heads() == before


def test_only_the_citys_key_opens_a_log_of_the_city(city):
    number, key = 7, city.key.public_key
    thief = Pen(seed=b"\5" * 32)
    thief.log = city_log(key, OFFICE, number)
    thief.write(IncarnationOpened(key, number, city.key.log(OFFICE), 0), stream=ORDER[0])
    run = thief.run()
    run = type(run)(run.log, type(run.origin)(key, number), run.events)
    with pytest.raises(Exception, match="DB-11"):
        city.store().take(run)
    assert len(logs(city)) == 1


def test_a_snapshot_begins_with_all_logs_of_the_city(city, tmp_path):
    written(city)
    city.journal = elsewhere(city, tmp_path / "other")
    for number in range(3):
        pen = Pen(seed=bytes([number + 1]) * 32)
        city.admit(pen, slot=number)
        pen.write("a")
        city.store().take(pen.run())
    made = OfficeSnapshots(city.store(), tmp_path / "snap", key=city.key, clock=city.clock)
    manifest = read_manifest(made.manifest(), city.key.public_key, office=OFFICE)
    order = []
    for chunk in manifest.chunks:
        data = made.find_chunk(chunk.hash)
        order += [run.log for run in read_chunk(data, chunk)]
    assert set(order[:2]) == logs(city) and len(order) == 5


def test_the_name_of_a_mark_is_no_secret(city, tmp_path):
    written(city)
    with city.database.read(OFFICE) as tx:
        names = tx.execute(text("SELECT name FROM city")).scalars().all()
    assert "incarnation" not in names  # a backup of the database must not bring the mark back
