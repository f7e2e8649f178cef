"""Enrolment codes, slots, revocation: one code admits one device; a lost answer is given again."""

from dataclasses import replace

import pytest
from sqlalchemy import text

from models.errors import InputError, NotAllowed
from models.events.roster import DeviceAdmitted, roster_stream
from models.roster import NO_SLOT
from server.devices import confirm_device, device_rows, get_device, order_hubs, revoke_device
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
    assert [admitted(city, n).slot for n in range(1, 11)] == [0, 1, 2, 3, 4, 5, 9, 8, 7, 6]
    with pytest.raises(NotAllowed, match="MC-22"):
        admitted(city, 11)
    assert admitted(city, 3, incarnation=2).slot == 2
    third = get_device(city.database, device(5).log.hex()[:12])
    revoke_device(city.journal, third, after_seq=0, reason="mất")
    assert admitted(city, 11).slot == 4
    with pytest.raises(NotAllowed, match="MC-23"):
        admitted(city, 5, incarnation=2)


def let_in(city, host, guest, slot):
    said = DeviceAdmitted(guest.log, guest.public_key, 1, slot, "PC", provisional=True)
    host.write(said, stream=roster_stream(OFFICE))
    city.store().take(host.run())


def slots(city) -> dict[bytes, int]:
    return {d.log: d.slot for d in device_rows(city.database)}


def test_a_pc_let_in_while_the_line_was_cut_gets_a_slot_of_the_city(city):
    host, guest = Pen(seed=bytes([1]) * 32), Pen(seed=bytes([2]) * 32)
    admitted(city, 1)
    let_in(city, host, guest, 6)
    assert slots(city)[guest.log] == 6
    assert admitted(city, 3).slot == 1
    assert confirm_device(city.journal, get_device(city.database, guest.log.hex()))
    assert slots(city) == {host.log: 0, device(3).log: 1, guest.log: 2}
    assert not confirm_device(city.journal, get_device(city.database, guest.log.hex()))
    other = Pen(seed=bytes([4]) * 32)
    let_in(city, host, other, 6)
    assert admitted(city, 4).slot == 3, "by a code as well"


def test_two_pcs_given_one_slot_never_both_have_it(city):
    """An older program, or a hostile one, lets a PC in with a slot that is the city's to give."""
    host, guest = Pen(seed=bytes([1]) * 32), Pen(seed=bytes([2]) * 32)
    admitted(city, 1)
    assert admitted(city, 3).slot == 1
    let_in(city, host, guest, 1)
    assert slots(city) == {host.log: 0, device(3).log: 1, guest.log: NO_SLOT}
    confirm_device(city.journal, get_device(city.database, guest.log.hex()))
    assert slots(city)[guest.log] == 2


def test_a_slot_the_city_gave_twice_is_given_anew(city):
    admitted(city, 1)
    city.admit(Pen(seed=bytes([2]) * 32), slot=0)
    twice = get_device(city.database, device(2).log.hex())
    assert (twice.slot, twice.state) == (NO_SLOT, "admitted")
    assert confirm_device(city.journal, twice)
    assert slots(city) == {device(1).log: 0, device(2).log: 1}


def test_the_city_changes_the_order_of_hubs_and_a_revoked_one_is_none(city):
    for n in (1, 2, 3):
        admitted(city, n)
    third, first = (get_device(city.database, device(n).log.hex()) for n in (3, 1))
    assert order_hubs(city.journal, OFFICE, [third]) == tuple(device(n).log for n in (3, 1, 2))
    revoke_device(city.journal, third, after_seq=0, reason="mất")
    with pytest.raises(InputError, match="MC-33"):
        order_hubs(city.journal, OFFICE, [get_device(city.database, device(3).log.hex())])
    with pytest.raises(InputError, match="MC-33"):
        order_hubs(city.journal, OTHER, [first])
    query = text("SELECT log, priority FROM device WHERE off = :off AND kind = 'pc'")
    with city.database.read(OFFICE) as tx:
        ranks = {bytes(row.log): row.priority for row in tx.execute(query, {"off": OFFICE})}
    assert ranks == {device(3).log: None, device(1).log: 1, device(2).log: 2}
    second = get_device(city.database, device(2).log.hex())
    assert order_hubs(city.journal, OFFICE, [second]) == (device(2).log, device(1).log)


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
