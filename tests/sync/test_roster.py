"""The roster: only the city admits and revokes; a new incarnation is certified by its own key."""

import pytest

from models.codec import to_payload
from models.envelope import GENESIS, Actor, Envelope, log_id, seal
from models.errors import NotAllowed
from models.events.roster import DeviceAdmitted, DeviceRevoked, HubOrder, IncarnationOpened
from models.roster import NO_SLOT, city_log, listed_city
from services.sync.roster import project_roster, trust_city
from tests.support.office import open_desk

CITY = b"c" * 32
KEY = b"k" * 32
LOG = log_id(KEY, 1)
ACTOR = Actor("city", "city", "s")


def event(log, seq, what, *, parents=(), office="00004"):
    return seal(
        Envelope(
            id=f"e{seq}-{log.hex()[:6]}", log=log, seq=seq, prev=GENESIS, office=office,
            stream=f"roster/{office}", type=what.KIND, type_version=what.VERSION, parents=parents,
            hlc=seq, wall=0, skew=None, actor=ACTOR, fold=1, payload=to_payload(what),
        )
    )  # fmt: skip


def row(conn, log):
    return conn.exec_driver_sql(
        "SELECT slot, name, kind, state, last_seq, priority FROM device WHERE log = ?", (log,)
    ).first()


def test_only_the_city_admits_and_revokes(tmp_path):
    desk = open_desk(tmp_path)
    office = desk.core.office.unit_code
    admitted = DeviceAdmitted(LOG, KEY, 1, 2, "PC 2")
    with desk.core.store.write() as tx:
        mine = desk.core.journal.device.log
        project_roster(tx, f"roster/{office}", [event(mine, 900, admitted)])
        assert row(tx, LOG) is None
        city = trust_city(tx, CITY, office)
        assert city == city_log(CITY, office)
        first = event(city, 1, admitted)
        project_roster(tx, f"roster/{office}", [first])
        assert tuple(row(tx, LOG)) == (2, "PC 2", "pc", "admitted", None, None)
        false_end = event(mine, 901, DeviceRevoked(LOG, 0, GENESIS, "x"))
        project_roster(tx, f"roster/{office}", [first, false_end])
        assert row(tx, LOG)[4] is None
        ranked = event(city, 2, HubOrder((LOG, mine)), parents=(first.hash,))
        end = event(city, 3, DeviceRevoked(LOG, 7, GENESIS, "mất"), parents=(ranked.hash,))
        project_roster(tx, f"roster/{office}", [end, first, ranked])
        assert tuple(row(tx, LOG))[4:] == (7, None), "a revoked PC is no hub"
        assert row(tx, mine)[5] == 1


def test_a_provisional_admission_waits_for_the_city(tmp_path):
    desk = open_desk(tmp_path)
    office, mine = desk.core.office.unit_code, desk.core.journal.device.log
    with desk.core.store.write() as tx:
        city = trust_city(tx, CITY, office)
        said = event(mine, 1, DeviceAdmitted(LOG, KEY, 1, 3, "PC 3", provisional=True))
        project_roster(tx, f"roster/{office}", [said])
        assert row(tx, LOG)[3] == "provisional"
        sure = event(city, 1, DeviceAdmitted(LOG, KEY, 1, 4, "PC 3"), parents=(said.hash,))
        project_roster(tx, f"roster/{office}", [said, sure])
        assert tuple(row(tx, LOG))[:4] == (4, "PC 3", "pc", "admitted")


def test_a_new_incarnation_is_certified_by_its_own_key_and_log(tmp_path):
    desk = open_desk(tmp_path)
    office = desk.core.office.unit_code
    with desk.core.store.write() as tx:
        city = trust_city(tx, CITY, office)
        first = event(city, 1, DeviceAdmitted(LOG, KEY, 1, 2, "PC 2"))
        again = IncarnationOpened(KEY, 2, LOG, 5)
        false = event(b"x" * 16, 1, again)
        right = event(log_id(KEY, 2), 1, again)
        project_roster(tx, f"roster/{office}", [first, false])
        assert row(tx, b"x" * 16) is None
        project_roster(tx, f"roster/{office}", [first, right])
        assert tuple(row(tx, log_id(KEY, 2)))[:4] == (2, "PC 2", "pc", "admitted")


def test_a_revoked_key_opens_no_valid_log(tmp_path):
    desk = open_desk(tmp_path)
    office, new = desk.core.office.unit_code, log_id(KEY, 2)
    with desk.core.store.write() as tx:
        city = trust_city(tx, CITY, office)
        first = event(city, 1, DeviceAdmitted(LOG, KEY, 1, 2, "PC 2"))
        end = event(city, 2, DeviceRevoked(LOG, 7, GENESIS, "mất"), parents=(first.hash,))
        project_roster(tx, f"roster/{office}", [first, end])
        opened = event(new, 1, IncarnationOpened(KEY, 2, LOG, 5), parents=(end.hash,))
        project_roster(tx, f"roster/{office}", [first, end, opened])
        assert row(tx, new)[4] == 0
        other = event(city, 3, DeviceRevoked(new, 0, GENESIS, "mất"), parents=(opened.hash,))
        project_roster(tx, f"roster/{office}", [first, end, opened, other])
        assert row(tx, LOG)[4] == 7


def test_a_pc_cannot_make_itself_the_city(tmp_path):
    desk = open_desk(tmp_path)
    office, mine = desk.core.office.unit_code, desk.core.journal.device.log
    other = log_id(b"o" * 32, 1)
    with desk.core.store.write() as tx:
        city = trust_city(tx, CITY, office)
        first = event(city, 1, DeviceAdmitted(other, b"o" * 32, 1, 2, "PC 2"))
        puppet = DeviceAdmitted(LOG, KEY, 1, 6, "X", kind="city", provisional=True)
        said = event(other, 1, puppet, parents=(first.hash,))
        false_end = event(LOG, 1, DeviceRevoked(mine, 0, GENESIS, ""), parents=(said.hash,))
        project_roster(tx, f"roster/{office}", [first, said, false_end])
        assert tuple(row(tx, LOG))[2:4] == ("pc", "provisional")
        assert row(tx, mine)[4] is None


def test_a_place_planted_for_the_city_is_taken_by_its_pinned_key(tmp_path):
    desk = open_desk(tmp_path)
    office = desk.core.office.unit_code
    city = listed_city(CITY, office)
    with desk.core.store.write() as tx:
        tx.exec_driver_sql(
            "INSERT INTO device (log, off, public_key, slot, name, incarnation, kind) "
            "VALUES (?,?,?,3,'x',1,'city')",
            (city.log, office, b"M" * 32),
        )
        trust_city(tx, CITY, office)
        key = "SELECT public_key FROM device WHERE log = ?"
        assert tx.exec_driver_sql(key, (city.log,)).scalar_one() == CITY
        project_roster(tx, f"roster/{office}", [])
        assert tx.exec_driver_sql(key, (city.log,)).scalar_one() == CITY


def test_a_pc_whose_slot_another_has_gives_out_no_code_until_it_has_its_own(tmp_path):
    desk = open_desk(tmp_path)
    office, device = desk.core.office.unit_code, desk.core.journal.device
    assert desk.receive().intake.code.endswith("-0001")

    def told(*events):
        with desk.core.store.write() as tx:
            project_roster(tx, f"roster/{office}", events)
        desk.office.follow()

    with desk.core.store.write() as tx:
        city = trust_city(tx, CITY, office)
    other = event(city, 1, DeviceAdmitted(LOG, KEY, 1, 0, "PC"))
    told(other)
    assert desk.core.journal.device.slot == NO_SLOT
    with pytest.raises(NotAllowed, match="SO-04"):
        desk.receive()
    mine = event(city, 2, DeviceAdmitted(device.log, device.public_key, 1, 3, "PC"))
    told(other, mine)
    assert desk.receive().intake.code.endswith("-3001")
