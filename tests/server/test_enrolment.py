"""Enrolment codes, slots, revocation: one code admits one device; a lost answer is given again."""

from dataclasses import replace

import pytest
from sqlalchemy import text

from models.errors import InputError, NotAllowed
from server.devices import device_rows, get_device, revoke_device
from server.enrolment import NewDevice, clean_code, enrol, issue_code
from tests.support.city import OFFICE, OTHER, Pen


def device(number, incarnation=1, name="PC"):
    pen = Pen(seed=bytes([number]) * 32, incarnation=incarnation)
    return NewDevice(pen.log, pen.public_key, incarnation, name)


def admitted(city, number, **more):
    code = issue_code(city.journal, OFFICE).code
    return enrol(city.journal, code, device(number, **more))


def test_a_code_admits_one_device_and_asks_again_give_the_same(city):
    issued = issue_code(city.journal, OFFICE)
    first = enrol(city.journal, issued.code.lower().replace("-", " "), device(1))
    assert (first.office.code, first.slot, first.kind) == (OFFICE, 0, "pc")
    before = city.store().heads()
    assert enrol(city.journal, issued.code, device(1)) == first
    assert city.store().heads() == before
    with pytest.raises(InputError, match="MC-20"):
        enrol(city.journal, issued.code, device(2))
    assert [d.log for d in device_rows(city.database)] == [device(1).log]
    assert city.changed[-1] == OFFICE


def test_wrong_expired_and_foreign_codes_are_not_told_apart(city):
    issued = issue_code(city.journal, OFFICE, minutes=5)
    other = issued.code.replace(OFFICE, OTHER)
    for wrong in ("00004-AAAAA-AAAAA", other, "nonsense", "", "-", "é" * 20):
        with pytest.raises(InputError, match="MC-20"):
            enrol(city.journal, wrong, device(1))
    city.clock.advance(minutes=6)
    with pytest.raises(InputError, match="MC-20"):
        enrol(city.journal, issued.code, device(1))
    with pytest.raises(InputError, match="MC-07"):
        issue_code(city.journal, "99999")


def test_the_database_does_not_know_the_code(city):
    issued = issue_code(city.journal, OFFICE)
    with city.database.read(OFFICE) as tx:
        row = tx.execute(text("SELECT * FROM enrolment_code")).one()
    letters = issued.code.replace("-", "")
    for value in row:
        stored = bytes(value) if isinstance(value, (bytes, memoryview)) else str(value).encode()
        assert letters[5:].encode() not in stored
        assert issued.code.encode() not in stored


def test_what_is_easily_mistyped_is_read_right():
    assert clean_code(" 00004 oil0o abcde ") == "00004-01100-ABCDE"


def test_a_log_of_another_key_is_refused(city):
    code = issue_code(city.journal, OFFICE).code
    mixed = NewDevice(device(1).log, device(2).public_key, 1, "PC")
    with pytest.raises(InputError, match="MC-21"):
        enrol(city.journal, code, mixed)
    assert enrol(city.journal, code, device(1)).slot == 0


def test_slots_are_given_in_order_and_kept_by_the_key(city):
    assert [admitted(city, n).slot for n in range(1, 11)] == list(range(10))
    with pytest.raises(NotAllowed, match="MC-22"):
        admitted(city, 11)
    assert admitted(city, 3, incarnation=2).slot == 2
    third = get_device(city.database, device(5).log.hex()[:12])
    revoke_device(city.journal, third, after_seq=0, reason="mất")
    assert admitted(city, 11).slot == 4
    with pytest.raises(NotAllowed, match="MC-23"):
        admitted(city, 5, incarnation=2)


def test_the_order_of_hubs_follows_admission(city):
    for n in (1, 2, 3):
        admitted(city, n)
    query = text("SELECT log FROM device WHERE off = :off AND kind = 'pc' ORDER BY priority")
    with city.database.read(OFFICE) as tx:
        logs = [bytes(log) for log in tx.execute(query, {"off": OFFICE}).scalars()]
    assert logs == [device(n).log for n in (1, 2, 3)]


def test_revoking_names_an_event_the_city_holds(city):
    pen = Pen(seed=bytes([1]) * 32)
    admitted(city, 1)
    pen.write("a")
    pen.write("b")
    city.store().take(pen.run())
    found = get_device(city.database, pen.log.hex())
    assert (found.held, found.last_seq) == (2, None)
    with pytest.raises(InputError, match="MC-31"):
        revoke_device(city.journal, found, after_seq=3, reason="")
    said = revoke_device(city.journal, found, after_seq=1, reason="mất máy")
    assert said.last_hash == pen.events[0].hash
    assert get_device(city.database, pen.log.hex()).last_seq == 1
    for wrong in ("00", "zz" * 6, ""):
        with pytest.raises(InputError, match="MC-30"):
            get_device(city.database, wrong)


def test_a_pc_brings_the_others_whose_work_it_holds(city):
    """Unknown ones are listed provisionally under their numbers; known ones are not touched."""
    others = (replace(device(7), slot=0), replace(device(8), slot=2))
    code = issue_code(city.journal, OFFICE).code
    new = replace(device(1), slot=1)
    assert enrol(city.journal, code, new, others=others).slot == 1
    found = {d.log: (d.slot, d.state) for d in device_rows(city.database)}
    assert found[others[0].log] == (0, "provisional") and found[others[1].log] == (2, "provisional")
    seventh = get_device(city.database, others[0].log.hex())
    revoke_device(city.journal, seventh, after_seq=0, reason="mất")
    assert admitted(city, 8).slot == 2, "its own code makes it a full one, with its number"
    again = issue_code(city.journal, OFFICE).code
    assert enrol(city.journal, again, replace(device(2), slot=2), others=others).slot == 3
    found = {d.log: (d.slot, d.state, d.last_seq) for d in device_rows(city.database)}
    assert found[others[0].log] == (0, "provisional", 0), "a revoked one stays out"
    assert found[others[1].log] == (2, "admitted", None)
    mixed = NewDevice(device(9).log, device(6).public_key, 1, "PC", 5)
    with pytest.raises(InputError, match="MC-21"):
        enrol(city.journal, issue_code(city.journal, OFFICE).code, device(3), others=(mixed,))
