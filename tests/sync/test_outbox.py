"""The queue names act, dossier, author, age, reason and whose move it is; authors stay authors."""

from __future__ import annotations

import pytest

from services.sync.outbox import read_sync_view
from tests.support.office import open_desk
from tests.support.second_pc import CITY, acknowledge, enrol, second_pc, see


@pytest.fixture
def desk(tmp_path):
    made = open_desk(tmp_path / "home")
    yield made
    made.office.close()


def view(desk, login="tiepnhan"):
    return read_sync_view(desk.core, desk.as_(login))


def test_an_office_that_is_not_enrolled_shows_no_queue(desk):
    found = view(desk)
    assert found.unsent == () and found.receipt is None and found.conflicts == ()
    assert [(m.own, m.revoked) for m in found.machines] == [(True, False)]


def test_each_act_is_named_with_its_own_author_whoever_looks(desk):
    enrol(desk)
    acknowledge(desk)
    dossier = desk.receive()
    desk.clock.advance(minutes=12)
    desk.to_officer(dossier.id)
    for login in ("tiepnhan", "vanthu"):
        found = view(desk, login)
        assert [(r.what, r.code, r.age) for r in found.unsent] == [
            ("Tiếp nhận", dossier.intake.code, "12 phút"),
            ("Chuyển phòng chuyên môn", dossier.intake.code, "dưới 1 phút"),
            ("Phân công", dossier.intake.code, "dưới 1 phút"),
        ]
        assert [r.who for r in found.unsent] == [
            desk.as_(who).staff.name for who in ("tiepnhan", "tiepnhan", "phong")
        ]
        assert dict(found.people) == {
            desk.as_("tiepnhan").staff.name: 2, desk.as_("phong").staff.name: 1
        }  # fmt: skip


def test_the_reason_and_whose_move_it_is_follow_the_fault(desk):
    enrol(desk)
    acknowledge(desk)
    desk.receive()
    assert {(r.reason, r.turn) for r in view(desk).unsent} == {("waiting", "Máy tự gửi")}
    see(desk, CITY, kind="city", name="Hà Nội", fault="DB-01", seen=False)
    assert {r.turn for r in view(desk).unsent} == {"Đường mạng"}
    log = desk.core.journal.device.log
    with desk.core.store.write() as tx:
        seq = tx.exec_driver_sql("SELECT seq FROM head").scalar_one()
        tx.exec_driver_sql(
            "INSERT INTO refusal (peer, log, seq, code, words, at) VALUES (?,?,?,?,?,?)",
            (CITY, log, seq, "DB-11", "Chữ ký của gói không đúng.", "2026-11-16T08:31:00+07:00"),
        )
    last = view(desk).unsent[-1]
    assert (last.reason, last.words, last.turn) == (
        "refused", "Chữ ký của gói không đúng.", "Kỹ thuật"
    )  # fmt: skip


def test_a_technical_administrator_sees_the_queue_without_people_or_codes(desk):
    enrol(desk)
    acknowledge(desk)
    desk.receive()
    found = view(desk, "kythuat")
    assert found.unsent and found.people == () and found.conflicts == ()
    assert {(r.who, r.code, r.dossier) for r in found.unsent} == {("", "", "")}


def test_the_roster_lists_every_pc_with_what_the_last_contact_said(desk, tmp_path):
    enrol(desk)
    acknowledge(desk)
    pc = second_pc(desk, tmp_path / "second")
    see(desk, pc.journal.device.log, kind="pc", name=pc.name, offset=-130_000)
    found = view(desk)
    names = {m.name: m for m in found.machines}
    assert found.machines[0].kind == "city"
    assert names[pc.name].peer.offset_ms == -130_000 and not names[pc.name].own
    assert (found.receipt.tree_size, found.receipt.root[:6]) == (1204, "000102")
    pc.store.close()
