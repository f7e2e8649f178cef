"""Attachments that are not where they should be: noticed, fetched again, listed with the reason."""

from __future__ import annotations

import pytest

from models.errors import MachineError
from services.store.blob_faults import LACKING, note_faults
from services.sync.attachments import read_attachments
from services.sync.blob_care import look_after, note_suspects
from services.sync.office_shelf import OfficeShelf
from tests.support.office import open_desk
from tests.support.second_pc import CITY, HUB, enrol, see
from tests.sync.office import in_lan, make_pcs, until
from tests.sync.test_blobs import name_of, receive, scan


@pytest.fixture
def pcs(tmp_path):
    _city, made = make_pcs(tmp_path, 2)
    yield made
    for pc in made:
        pc.stop()


@pytest.fixture
def desk(tmp_path):
    made = open_desk(tmp_path / "pc")
    yield made
    made.office.close()


def file_of(desk, name):
    with desk.core.store.read() as conn:
        (cipher,) = conn.exec_driver_sql(
            "SELECT cipher_hash FROM blob WHERE hash = ?", (name,)
        ).one()
    return desk.core.home / "blobs" / cipher[:2] / cipher


def spoil(desk, name):
    path = file_of(desk, name)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0x55
    path.write_bytes(data)


def listed(desk, login="tiepnhan"):
    return {row.key: row for row in read_attachments(desk.core, desk.as_(login))}


def follow(desk):
    """What the exchange does before it looks for attachments."""
    OfficeShelf(desk.core).follow()


def test_a_damaged_file_is_noticed_and_fetched_again_from_another_pc(pcs):
    one, two = pcs
    in_lan(pcs)
    data, other = scan(1_500_000), scan(3000, 2)
    receive(one.desk, data, other)
    name = name_of(data)
    until(lambda: two.has(name) and two.has(name_of(other)))
    old = file_of(two.desk, name)
    spoil(two.desk, name)
    assert two.has(name), "nobody has looked at it yet"
    place = look_after(two.desk.core, "", most=1)
    assert place and look_after(two.desk.core, place, most=5) == "", "one round, a few at a time"
    until(lambda: two.has(name))
    assert two.read(name) == data and not old.exists()
    until(lambda: listed(two.desk)[name].state == "waiting")  # for the city, which is away
    file_of(one.desk, name).unlink()
    with pytest.raises(MachineError, match="KHO-52"):
        one.read(name)
    until(lambda: one.has(name))
    assert one.read(name) == data, "whoever opens it in vain makes it come again"


def test_a_file_nobody_has_is_listed_with_whom_was_asked(pcs):
    one, two = pcs
    data = scan(5000)
    dossier = receive(one.desk, data)
    name = name_of(data)
    spoil(one.desk, name)
    with pytest.raises(MachineError, match="KHO-53"):
        one.read(name)
    follow(one.desk)
    row = listed(one.desk)[name]
    assert row.state == "damaged" and "đã hỏng" in row.words
    assert (row.name, row.code, row.dossier) == ("to-khai-0.pdf", dossier.intake.code, dossier.id)
    assert row.who == one.desk.as_("tiepnhan").staff.name
    in_lan(pcs)
    until(lambda: "(số 1): chưa có" in listed(one.desk)[name].words)
    assert listed(one.desk)[name].state == "damaged", "the city was not asked yet"
    until(lambda: name in listed(two.desk))
    assert "chưa về máy này" in listed(two.desk)[name].words
    hidden = listed(one.desk, "kythuat")[name]
    assert (hidden.code, hidden.who, hidden.dossier) == ("", "", "")
    assert hidden.name == "application/pdf", "who sees no dossier reads no file names"


def test_what_waits_for_the_city_says_why(desk):
    data = scan(4000)
    receive(desk, data)
    name = name_of(data)
    follow(desk)
    assert listed(desk) == {}, "an office without the city waits for nobody"
    enrol(desk)
    assert listed(desk)[name].state == "waiting"
    see(desk, CITY, kind="city", name="Hà Nội", fault="DB-01")
    desk.clock.advance(hours=3)
    row = listed(desk)[name]
    assert row.state == "waiting" and row.age == "3 giờ" and "Đang chờ gửi" not in row.words
    with desk.core.store.write() as tx:
        note_faults(tx, (name,), peer=CITY, code="DB-22", now_ms=1)
    row = listed(desk)[name]
    assert row.state == "refused" and row.words.endswith("(DB-22)")
    with desk.core.store.write() as tx:
        note_faults(tx, (name,), peer=CITY, code=LACKING, now_ms=1)
    assert listed(desk)[name].state == "waiting", "that it does not have it is why it is sent"


def test_a_damaged_file_stays_listed_until_everybody_was_asked(desk):
    data = scan(4000)
    receive(desk, data)
    name = name_of(data)
    enrol(desk)
    see(desk, HUB, kind="hub", name="Quầy 2")
    spoil(desk, name)
    assert look_after(desk.core, "", most=10) == ""
    follow(desk)
    assert listed(desk)[name].state == "damaged" and "Máy tự tải" in listed(desk)[name].words
    with desk.core.store.write() as tx:
        note_faults(tx, (name,), peer=HUB, code=LACKING, now_ms=1)
    row = listed(desk)[name]
    assert row.state == "damaged" and "Đã hỏi Quầy 2: chưa có" in row.words
    with desk.core.store.write() as tx:
        note_faults(tx, (name,), peer=CITY, code=LACKING, now_ms=1)
    assert "Đã hỏi Quầy 2, thành phố" in listed(desk)[name].words
    assert listed(desk)[name].state == "lost"
    with desk.core.store.write() as tx:
        desk.core.blobs.put(tx, data, media="application/pdf")
    assert listed(desk)[name].state == "waiting", "scanned again, it is whole"
    note_suspects(desk.core)
    assert listed(desk)[name].state == "waiting"
