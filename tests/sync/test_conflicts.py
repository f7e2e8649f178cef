"""Every contradiction shows both sides: author, PC, time, what each saw; a person settles it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from models.dossier import content_digest
from models.envelope import Actor
from models.errors import NotAllowed
from models.events import handling as h
from models.events.intake import Corrected
from models.staff import Role
from services.dossiers import approval, handling
from services.dossiers.acts import load_dossier
from services.sync.conflicts import count_conflicts, open_conflicts
from tests.support.office import NGUYET, open_desk
from tests.support.second_pc import meet, second_pc

HEAD = Actor("staff-phong", Role.DEPARTMENT_HEAD, "s2")
DESK = Actor("staff-tiepnhan", Role.RECEPTIONIST, "s2")
LEADER = Actor("staff-lanhdao", Role.LEADER, "s2")


@pytest.fixture
def desk(tmp_path):
    made = open_desk(tmp_path / "home")
    yield made
    made.office.close()


@pytest.fixture
def pc(desk, tmp_path):
    made = second_pc(desk, tmp_path / "second")
    yield made
    made.store.close()


def found(desk, login="lanhdao"):
    with desk.core.store.read() as conn:
        conflicts = open_conflicts(conn, desk.as_(login))
        assert count_conflicts(conn) == len(conflicts)
    return conflicts


def two_requests(desk, pc):
    """One dossier whose request two people changed apart; its id."""
    dossier = desk.receive()
    meet(desk, pc)
    with desk.core.journal.act(desk.as_("tiepnhan").acting_as(Role.RECEPTIONIST)) as act:
        act.add(f"dossier/{dossier.id}", Corrected("nghe nhầm", request="Trích lục 2 bản"))
    desk.clock.advance(minutes=3)
    pc.act(dossier.id, Actor("staff-thuly", Role.OFFICER, "s"), Corrected("x", request="3 bản"))
    meet(desk, pc)
    return dossier.id


def test_a_field_shows_both_values_with_author_pc_time_and_what_was_seen(desk, pc):
    dossier_id = two_requests(desk, pc)
    (one,) = found(desk)
    assert (one.kind, one.dossier, one.closed) == ("field", dossier_id, "")
    assert "Nội dung đề nghị" in one.words
    first, second = one.sides
    assert (first.value, second.value) == ("Trích lục 2 bản", "3 bản")
    assert (first.who, second.who) == (
        desk.as_("tiepnhan").staff.name, desk.as_("thuly").staff.name
    )  # fmt: skip
    assert (first.pc, second.pc) == (desk.core.journal.device.name, pc.name)
    assert first.stands and not second.stands and second.when > first.when
    assert first.saw == second.saw == "hồ sơ ở «Đã tiếp nhận» · chưa có gì"


def correct(desk, login, dossier_id, **fields):
    """As the window does: a submitter who is the owner is put right as both."""
    right = replace(desk.load(dossier_id).submitter, **fields)
    handling.correct(
        desk.core, desk.as_(login), dossier_id, reason="gọi lại", submitter=right, applicant=right
    )


def on_the_other_pc(desk, pc, dossier_id, **fields):
    right = replace(pc.dossier(dossier_id).submitter, **fields)
    changed = tuple(f"{whose}.{part}" for whose in ("submitter", "applicant") for part in fields)
    event = Corrected("x", submitter=right, applicant=right, changed=changed)
    desk.clock.advance(minutes=3)
    pc.act(dossier_id, Actor("staff-thuly", Role.OFFICER, "s"), event)
    meet(desk, pc)


def test_a_phone_here_and_an_address_there_both_hold(desk, pc):
    dossier = desk.receive()
    meet(desk, pc)
    correct(desk, "tiepnhan", dossier.id, phone="0987654321")
    on_the_other_pc(desk, pc, dossier.id, address="Số 5 phố Định Công")
    assert found(desk) == ()
    for state in (desk.load(dossier.id), pc.dossier(dossier.id)):
        for person in (state.submitter, state.applicant):
            assert (person.phone, person.address) == ("0987654321", "Số 5 phố Định Công")


def test_two_phones_of_one_citizen_are_one_row_and_one_choice(desk, pc):
    dossier = desk.receive()
    meet(desk, pc)
    correct(desk, "tiepnhan", dossier.id, phone="0987654321", email="a@vidu.vn")
    on_the_other_pc(desk, pc, dossier.id, phone="0977777777")
    (one,) = found(desk)
    assert one.title == "Điện thoại của người nộp và chủ hồ sơ" and len(one.also) == 1
    assert [s.value for s in one.sides] == ["0987654321", "0977777777"]
    assert all(s.saw.endswith(NGUYET.phone) for s in one.sides)
    approval.resolve_conflict(
        desk.core, desk.as_("lanhdao"), dossier.id, conflict=one.conflict, also=one.also,
        decision="Đã gọi", side="second",
    )  # fmt: skip
    meet(desk, pc)
    assert found(desk) == ()
    for state in (desk.load(dossier.id), pc.dossier(dossier.id)):
        for person in (state.submitter, state.applicant):
            assert (person.phone, person.email) == ("0977777777", "a@vidu.vn")


def test_a_form_that_stood_open_overwrites_nothing_that_came_in_meanwhile(desk, pc):
    dossier = desk.receive()
    meet(desk, pc)
    seen = desk.load(dossier.id)
    on_the_other_pc(desk, pc, dossier.id, address="Số 5 phố Định Công")
    typed = replace(seen.submitter, phone="0987654321")
    handling.correct(
        desk.core, desk.as_("tiepnhan"), dossier.id, reason="x", submitter=typed, seen=seen
    )
    now = desk.load(dossier.id).submitter
    assert (now.phone, now.address) == ("0987654321", "Số 5 phố Định Công")
    with pytest.raises(NotAllowed, match="HS-13"):
        handling.correct(
            desk.core, desk.as_("tiepnhan"), dossier.id, reason="x", seen=seen,
            submitter=replace(seen.submitter, address="Số 6 phố Định Công"),
        )  # fmt: skip


def test_who_may_not_settle_reads_why_and_the_technical_one_nothing(desk, pc):
    two_requests(desk, pc)
    (one,) = found(desk, "tiepnhan")
    assert "Lãnh đạo" in one.closed


def test_a_choice_is_one_event_that_builds_on_both_and_ends_it_everywhere(desk, pc):
    dossier_id = two_requests(desk, pc)
    (one,) = found(desk)
    approval.resolve_conflict(
        desk.core, desk.as_("lanhdao"), dossier_id, conflict=one.conflict,
        decision="Theo đơn giấy", side="second",
    )  # fmt: skip
    meet(desk, pc)
    assert found(desk) == ()
    for store in (desk.core.store, pc.store):
        with store.read() as conn:
            assert load_dossier(conn, dossier_id).request == "3 bản"


def test_two_assignments_and_two_persons(desk, pc):
    dossier = desk.receive()
    desk.to_officer(dossier.id)
    meet(desk, pc)
    with desk.core.journal.act(HEAD) as act:
        act.add(f"dossier/{dossier.id}", h.Assigned("staff-a", "Trịnh Thu Hà", "bận họp"))
    desk.clock.advance(minutes=1)
    pc.act(dossier.id, HEAD, h.Assigned("staff-b", "Phạm Gia Khánh Nguyên"))
    meet(desk, pc)
    (one,) = found(desk, "phong")
    assert one.kind == "assignment"
    assert [s.value for s in one.sides] == ["Trịnh Thu Hà · bận họp", "Phạm Gia Khánh Nguyên"]
    officer = desk.as_("thuly").staff.name
    assert {s.saw for s in one.sides} == {f"hồ sơ ở «Đang xử lý» · {officer}"}


def test_approve_against_return_is_a_blocked_decision(desk, pc):
    dossier = desk.receive()
    desk.to_officer(dossier.id)
    desk.submit(dossier.id)
    meet(desk, pc)
    desk.approve(dossier.id)
    desk.clock.advance(minutes=1)
    pc.act(dossier.id, LEADER, h.Returned("thiếu xác nhận"))
    meet(desk, pc)
    (one,) = found(desk)
    assert one.kind == "decision" and "Mâu thuẫn quyết định" in one.words
    assert [s.value for s in one.sides] == ["Phê duyệt", "Trả lại · Lý do: thiếu xác nhận"]
    assert {s.saw for s in one.sides} == {"hồ sơ ở «Chờ duyệt»"}


def test_an_approval_on_an_old_version_asks_for_the_leader_again(desk, pc):
    dossier = desk.receive()
    desk.to_officer(dossier.id)
    meet(desk, pc)
    pc.act(dossier.id, DESK, Corrected("x", applicant=NGUYET, request="khác hẳn"))
    desk.clock.advance(minutes=1)
    desk.submit(dossier.id)
    desk.approve(dossier.id)
    meet(desk, pc)
    (one,) = found(desk)
    assert (one.kind, one.conflict) == ("stale", "")
    assert "trả lại" in one.next_step and one.sides[0].who == desk.as_("lanhdao").staff.name
    state = desk.load(dossier.id)
    assert state.approval.basis != content_digest(state)


def test_a_code_given_out_twice_lists_both_dossiers(desk, pc):
    dossier = desk.receive()
    event = desk.load(dossier.id).intake
    pc.act("twin", DESK, event)
    meet(desk, pc)
    (one,) = [c for c in found(desk) if c.kind == "code"]
    assert [s.dossier for s in one.sides] == [dossier.id, "twin"] and "rút" in one.next_step
