"""Acts on dossiers through the real services: dates, supplements, refusals, corrections."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from models.calendar_notice import Notice, NoticeKind
from models.errors import InputError, NotAllowed
from models.events.handling import Draft
from models.intake import Component, FeeLine, LimitTaken
from models.party import Person
from models.staff import Role
from models.workflow import Status
from services.administration import add_notice, change_setting, would_move
from services.assembly import open_office
from services.clock import VIETNAM
from services.dossiers import approval, handling, intake
from services.dossiers.drafts import drop_draft, find_draft, keep_draft
from services.dossiers.queues import Queue, queue_counts, queue_page
from services.dossiers.search import open_with_same_procedure, search_dossiers
from services.dossiers.today import read_today
from services.journal.verify import verify_journal
from services.people import save_staff, staff_rows
from tests.support.office import NGUYET, Desk

SINGLE = "1.004873"


def visit(desk: Desk, person: Person = NGUYET, **more):
    application = intake.Application(SINGLE, **more)
    return intake.Visit(person, (application,))


def receive(desk: Desk, what: intake.Visit):
    return intake.receive(desk.core, desk.as_("tiepnhan"), what)


def test_several_dossiers_of_one_visit_share_it_and_follow_each_other(desk: Desk) -> None:
    both = intake.Visit(NGUYET, (intake.Application(SINGLE), intake.Application("1.001193")))
    first, second = receive(desk, both)
    assert first.intake.visit == second.intake.visit
    assert (first.intake.code[-4:], second.intake.code[-4:]) == ("0001", "0002")


def test_pressing_the_key_twice_receives_once(desk: Desk) -> None:
    what = replace(visit(desk), command="the-same-key-press")
    assert receive(desk, what)[0].id == receive(desk, what)[0].id
    with desk.core.store.read() as conn:
        assert search_dossiers(conn, "nguyet").total == 1


@pytest.mark.parametrize(
    ("person", "field"),
    [
        (replace(NGUYET, id_number="00119401234"), "id_number"),
        (replace(NGUYET, birth="30/02/1994"), "birth"),
        (replace(NGUYET, birth="1994-13-45"), "birth"),
        (replace(NGUYET, name="N" * 300), "name"),
        (replace(NGUYET, name=""), "name"),
        (replace(NGUYET, phone="12"), "phone"),
        (replace(NGUYET, name="Ánh\x00Nguyệt"), "name"),
    ],
)
def test_a_wrong_person_is_refused_whole_with_a_sentence(desk: Desk, person, field) -> None:
    with pytest.raises(InputError) as caught:
        receive(desk, visit(desk, person))
    assert caught.value.field == field
    assert caught.value.what and caught.value.next_step
    with desk.core.store.read() as conn:
        assert conn.exec_driver_sql("SELECT count(*) FROM dossier").scalar_one() == 0
    assert receive(desk, visit(desk))[0].intake.code.endswith("-0001")


def test_a_number_that_contradicts_the_birth_needs_a_reason(desk: Desk) -> None:
    doubtful = replace(NGUYET, birth="1990-08-12")
    with pytest.raises(InputError):
        receive(desk, visit(desk, doubtful))
    taken = receive(desk, visit(desk, doubtful, doubts_accepted="Đã xem bản chính"))[0]
    assert taken.intake.doubts_accepted == "Đã xem bản chính"


def test_names_typed_decomposed_are_stored_composed(desk: Desk) -> None:
    typed = replace(NGUYET, name=unicodedata.normalize("NFD", NGUYET.name))
    assert receive(desk, visit(desk, typed))[0].submitter.name == NGUYET.name


def test_an_unknown_limit_must_be_typed_with_its_basis(desk: Desk) -> None:
    known = desk.core.catalogue.procedures_on(desk.clock.now().date())
    unknown = next(p for p in known if not p.limit_known)
    bare = intake.Visit(NGUYET, (intake.Application(unknown.code),))
    with pytest.raises(InputError) as caught:
        receive(desk, bare)
    assert caught.value.field == "limit"
    typed = LimitTaken("5", "working_day", source="clerk")
    with pytest.raises(InputError) as caught:
        receive(desk, intake.Visit(NGUYET, (intake.Application(unknown.code, limit=typed),)))
    assert caught.value.field == "legal_basis"
    good = replace(typed, legal_basis="Điều 5 NĐ 1/2026")
    dossier = receive(desk, intake.Visit(NGUYET, (intake.Application(unknown.code, limit=good),)))[
        0
    ]
    assert dossier.intake.limit.source == "clerk"
    assert dossier.due.startswith("2026-11-23")


def test_a_repealed_procedure_is_not_received(desk: Desk) -> None:
    with pytest.raises(NotAllowed) as caught:
        receive(desk, intake.Visit(NGUYET, (intake.Application("1.000280"),)))
    assert caught.value.code == "ND-03"


def test_files_are_kept_encrypted_and_read_back(desk: Desk) -> None:
    paper = intake.PaperGiven(Component("Giấy chứng sinh"), (("../quét.pdf", b"%PDF-1.7 x"),))
    dossier = receive(desk, visit(desk, papers=(paper,)))[0]
    kept = dossier.components[0].attachments[0]
    assert (kept.name, kept.media) == ("quét.pdf", "application/pdf")
    with desk.core.store.read() as conn:
        assert desk.core.blobs.get(conn, kept.sha256) == b"%PDF-1.7 x"


def test_a_supplement_stops_the_clock_and_starts_it_again_from_zero(desk: Desk) -> None:
    dossier = desk.receive()
    desk.to_officer(dossier.id)
    desk.clock.set(datetime(2026, 11, 17, 10, tzinfo=VIETNAM))
    asked = handling.request_supplement(
        desk.core, desk.as_("thuly"), dossier.id, items=("Giấy ly hôn",), reason="Thiếu"
    )
    assert asked.status is Status.SUPPLEMENT
    desk.clock.set(datetime(2026, 11, 27, 9, tzinfo=VIETNAM))
    back = handling.receive_supplement(desk.core, desk.as_("tiepnhan"), dossier.id)
    assert back.due == "2026-12-02T17:30:00+07:00"
    assert back.original_due == dossier.due
    assert any("tính lại" in s.rule for s in back.promise.explanation)
    with pytest.raises(NotAllowed):
        handling.request_supplement(
            desk.core, desk.as_("thuly"), dossier.id, items=("Khác",), reason="Thiếu nữa"
        )


def test_a_date_is_extended_once_and_keeps_the_first_promise(desk: Desk) -> None:
    dossier = desk.receive()
    desk.to_officer(dossier.id)
    later = datetime(2026, 11, 26, 17, 30, tzinfo=VIETNAM)
    leader = desk.as_("lanhdao")
    moved = approval.extend(desk.core, leader, dossier.id, reason="Xác minh", new_due=later)
    assert moved.due == later.isoformat() and moved.original_due == dossier.due
    with pytest.raises(NotAllowed):
        approval.extend(
            desk.core, leader, dossier.id, reason="Nữa", new_due=later + timedelta(days=3)
        )


def test_refusal_is_proposed_then_decided_by_a_leader(desk: Desk) -> None:
    dossier = desk.receive()
    desk.to_officer(dossier.id)
    officer = desk.as_("thuly")
    handling.propose_refusal(
        desk.core, officer, dossier.id, reason="Chưa đủ tuổi", legal_basis="Điều 8 Luật HNGĐ"
    )
    with pytest.raises(NotAllowed):
        approval.refuse(desk.core, officer, dossier.id)
    refused = approval.refuse(desk.core, desk.as_("lanhdao"), dossier.id)
    assert refused.status is Status.REFUSED and refused.status.national == 8
    assert refused.closed_reason == "Chưa đủ tuổi"


def test_approval_is_bound_to_what_was_seen(desk: Desk) -> None:
    dossier = desk.receive()
    desk.to_officer(dossier.id)
    desk.submit(dossier.id)
    with pytest.raises(NotAllowed) as caught:
        approval.approve(desk.core, desk.as_("lanhdao"), dossier.id, seen=b"old")
    assert caught.value.code == "HS-05"
    assert desk.load(dossier.id).status is Status.SUBMITTED


def test_returned_work_goes_back_and_comes_again(desk: Desk) -> None:
    dossier = desk.receive()
    desk.to_officer(dossier.id)
    desk.submit(dossier.id)
    back = approval.return_to_officer(
        desk.core, desk.as_("lanhdao"), dossier.id, reason="Sai tên", place="dòng 2"
    )
    assert back.status is Status.PROCESSING and back.returned.place == "dòng 2"
    assert desk.submit(dossier.id).returned is None
    assert desk.approve(dossier.id).status is Status.APPROVED


def test_withdraw_stop_fee_correct_and_note(desk: Desk) -> None:
    core, clerk = desk.core, desk.as_("tiepnhan")
    first, second = desk.receive(), desk.receive(procedure=SINGLE)
    handling.note(core, clerk, first.id, text="Gọi lại sau 15 giờ")
    paid = handling.collect_fee(core, clerk, first.id, lines=(FeeLine("Lệ phí", 8000, 2),))
    assert sum(line.payable for line in paid.fees_paid) == 16000
    fixed = handling.correct(
        core, clerk, first.id, reason="Sai số nhà", applicant=replace(NGUYET, address="Số 5")
    )
    assert fixed.applicant.address == "Số 5" and fixed.submitter == first.submitter
    assert handling.withdraw(core, clerk, first.id, reason="Nộp nơi khác").status.national == 7
    stopped = handling.stop(core, desk.as_("lanhdao"), second.id, reason="Có tranh chấp")
    assert stopped.status.national == 8
    for wrong in ("", "   "):
        with pytest.raises(InputError):
            handling.note(core, clerk, second.id, text=wrong)


def test_a_holiday_added_late_moves_promises_openly(desk: Desk) -> None:
    dossier = desk.receive()
    notice = Notice(date(2026, 11, 18), NoticeKind.HOLIDAY, "Nghỉ đột xuất", "", "TB 1/2026")
    preview = would_move(desk.core, notice)
    assert [m.dossier.id for m in preview] == [dossier.id]
    assert desk.load(dossier.id).due == dossier.due
    with pytest.raises(NotAllowed):
        add_notice(desk.core, desk.as_("tiepnhan"), notice)
    add_notice(desk.core, desk.as_("quantri"), notice)
    moved = desk.load(dossier.id)
    assert moved.due == "2026-11-20T17:30:00+07:00"
    assert moved.original_due == dossier.due
    assert desk.receive().due == "2026-11-20T17:30:00+07:00"
    desk.office.close()
    desk.office = open_office(desk.core.home, "quantri", "motcua", clock=desk.clock)
    assert not desk.core.calendar.is_working(date(2026, 11, 18))


def test_queues_and_the_board_show_what_waits(desk: Desk) -> None:
    dossier = desk.receive()
    core = desk.core
    with core.store.read() as conn:
        assert queue_counts(conn, desk.as_("tiepnhan").staff)[Queue.TO_TRANSFER] == 1
    desk.to_officer(dossier.id)
    desk.submit(dossier.id)
    with core.store.read() as conn:
        leader = desk.as_("lanhdao").staff
        rows = queue_page(conn, Queue.TO_APPROVE, leader).rows
        assert [row.id for row in rows] == [dossier.id]
        board = read_today(conn, leader, desk.clock.now(), calendar=core.calendar)
        counts = {bucket.name: bucket.count for bucket in board.buckets}
        assert counts == {
            "overdue": 0, "today": 0, "tomorrow": 0, "soon": 1, "later": 0, "paused": 0,
        }  # fmt: skip
        assert board.holders[0].name == "Lê Minh Đức" and board.holders[0].later == 1
        later = desk.clock.now() + timedelta(days=9)
        late = read_today(conn, leader, later, calendar=core.calendar)
        assert late.buckets[0].count == 1
        twice = open_with_same_procedure(conn, NGUYET.id_number, dossier.intake.procedure)
        assert len(twice) == 1


def test_drafts_belong_to_one_person(desk: Desk) -> None:
    keep_draft(desk.core, "a", kind="intake", key="new", fields={"name": "Nguyệt"})
    assert find_draft(desk.core, "a", kind="intake", key="new").fields == {"name": "Nguyệt"}
    assert find_draft(desk.core, "b", kind="intake", key="new") is None
    drop_draft(desk.core, "a", kind="intake", key="new")
    assert find_draft(desk.core, "a", kind="intake", key="new") is None


def test_the_last_administrator_stays_and_roles_do_not_clash(desk: Desk) -> None:
    admin = desk.as_("quantri")
    with pytest.raises(NotAllowed):
        save_staff(desk.core, admin, replace(admin.staff, active=False))
    with desk.core.store.read() as conn:
        clerk = next(s for s in staff_rows(conn) if s.login == "vanthu")
    with pytest.raises(InputError):
        save_staff(desk.core, admin, replace(clerk, roles=clerk.roles | {Role.LEADER}))
    with pytest.raises(InputError):
        change_setting(desk.core, admin, "agency_code", value="h26/đ")


def test_everything_above_stands_in_a_sound_journal(desk: Desk) -> None:
    dossier = desk.receive()
    desk.to_officer(dossier.id)
    draft = Draft("confirmation", {"content": "Một phần"})
    handling.handle(desk.core, desk.as_("thuly"), dossier.id, note="Đã xác minh", draft=draft)
    with desk.core.store.read() as conn:
        assert verify_journal(conn).verified
