"""What an inheritor found could go wrong, kept from coming back."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pypdfium2
import pytest

import services.assembly as assembly
from models.calendar_notice import Notice, NoticeKind
from models.errors import InputError, MachineError, NotAllowed
from models.workflow import Status
from services.administration import change_setting, would_move
from services.catalogue.catalogue import bundled_catalogue
from services.clock import VIETNAM
from services.dossiers import handling, intake
from services.dossiers.books import book_rows
from services.dossiers.promise import clock_history, promise_for, spoken_explanation
from services.language import install_language
from services.office_file import find_office
from services.papers import receipt_paper, supplement_paper
from services.people import save_staff
from services.store.opening import create_store
from services.training.office import create_training_office
from services.training.sample import fill_office
from tests.support.office import NGUYET, Desk


def approved(desk: Desk) -> str:
    dossier = desk.receive()
    desk.to_officer(dossier.id)
    desk.submit(dossier.id)
    desk.approve(dossier.id)
    return dossier.id


def numbered(desk: Desk) -> str:
    dossier_id = approved(desk)
    desk.number(dossier_id)
    return dossier_id


@pytest.mark.parametrize("act", ["withdraw", "stop"])
def test_closing_a_numbered_dossier_voids_its_number(desk: Desk, act: str) -> None:
    dossier_id = numbered(desk)
    if act == "withdraw":
        handling.withdraw(desk.core, desk.as_("tiepnhan"), dossier_id, reason="Rút")
    else:
        handling.stop(desk.core, desk.as_("lanhdao"), dossier_id, reason="Dừng")
    with desk.core.store.read() as conn:
        assert [(r.state, bool(r.reason)) for r in book_rows(conn, 2026, "GXN")] == [("void", True)]


def test_the_way_of_keeping_books_is_fixed_once_a_number_was_given(desk: Desk) -> None:
    admin = desk.as_("quantri")
    change_setting(desk.core, admin, "number_series", value="pooled")
    change_setting(desk.core, admin, "number_series", value="per_type")
    numbered(desk)
    with pytest.raises(InputError) as caught:
        change_setting(desk.core, admin, "number_series", value="pooled")
    assert caught.value.code == "SO-12"


def test_one_notation_names_one_document_of_the_year(desk: Desk) -> None:
    numbered(desk)
    desk.core.settings["number_series"] = "pooled"  # as if an older program had allowed it
    with pytest.raises(NotAllowed) as caught:
        numbered(desk)
    assert caught.value.code == "SO-11"


def test_a_clock_set_back_freezes_neither_dossier_nor_calendar(desk: Desk) -> None:
    dossier = desk.receive()
    desk.to_officer(dossier.id)
    desk.clock.advance(minutes=-5)
    handling.request_supplement(
        desk.core, desk.as_("thuly"), dossier.id, items=("Giấy",), reason="Thiếu"
    )
    desk.clock.advance(minutes=-5)
    back = handling.receive_supplement(desk.core, desk.as_("tiepnhan"), dossier.id)
    assert back.status is Status.PROCESSING
    notice = Notice(date(2026, 11, 18), NoticeKind.HOLIDAY, "Nghỉ", "", "TB 1/2026")
    assert len(would_move(desk.core, notice)) == 1


def test_a_receptionist_who_left_receives_nothing_more(desk: Desk) -> None:
    clerk, admin = desk.as_("tiepnhan"), desk.as_("quantri")
    save_staff(desk.core, admin, replace(clerk.staff, active=False))
    with pytest.raises(NotAllowed):
        intake.receive(desk.core, clerk, intake.Visit(NGUYET, (intake.Application("1.004873"),)))


def test_nothing_is_received_in_the_future(desk: Desk) -> None:
    later = desk.clock.now() + timedelta(hours=1)
    what = intake.Visit(NGUYET, (intake.Application("1.004873"),), received_at=later)
    with pytest.raises(InputError):
        intake.receive(desk.core, desk.as_("tiepnhan"), what)


def test_corrections_pass_the_same_checks_as_intake(desk: Desk) -> None:
    dossier, clerk = desk.receive(), desk.as_("tiepnhan")
    for wrong in ({"applicant": replace(NGUYET, id_number="123")}, {"request": "x" * 5000}):
        with pytest.raises(InputError):
            handling.correct(desk.core, clerk, dossier.id, reason="Sửa", **wrong)
    assert desk.load(dossier.id).applicant == dossier.applicant


@pytest.mark.parametrize("nobody", ["nobody-at-all", "staff-tiepnhan"])
def test_work_goes_only_to_officers(desk: Desk, nobody: str) -> None:
    dossier = desk.receive()
    department = desk.core.departments[0]
    handling.transfer(desk.core, desk.as_("tiepnhan"), dossier.id, department=department)
    with pytest.raises(NotAllowed):
        handling.assign(desk.core, desk.as_("phong"), dossier.id, assignee=nobody)


def test_an_answer_by_day_is_a_day_to_come_and_prints(desk: Desk) -> None:
    dossier, clerk = desk.receive(), desk.as_("tiepnhan")
    for wrong in ("2020-01-01", "hôm nào đó"):
        with pytest.raises(InputError):
            handling.request_supplement(
                desk.core, clerk, dossier.id, items=("Giấy",), reason="Thiếu", respond_by=wrong
            )
    asked = handling.request_supplement(
        desk.core, clerk, dossier.id, items=("Giấy",), reason="Thiếu", respond_by="2026-11-30"
    )
    assert asked.supplement.respond_by == "2026-11-30T17:30:00+07:00"
    slip = supplement_paper(desk.core, asked, asked.supplement, guide="Hạnh", number=1)
    assert slip.startswith(b"%PDF")


def test_official_papers_stay_vietnamese_in_an_english_window(desk: Desk) -> None:
    install_language("en")
    dossier = desk.receive()
    assert dossier.promise.explanation[-1].rule.startswith("Hạn trả")
    assert spoken_explanation(dossier, desk.core.calendar)[-1].startswith("Due")
    text = pdf_text(receipt_paper(desk.core, [dossier], "Hạnh"))
    assert "3 ngày làm việc" in text and "working day" not in text


def pdf_text(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return "".join(page.get_textpage().get_text_bounded() for page in document)
    finally:
        document.close()


def test_numbers_do_not_run_against_the_days(desk: Desk) -> None:
    first, second = approved(desk), approved(desk)
    desk.number(first)
    desk.clock.advance(days=-1)
    with pytest.raises(NotAllowed) as caught:
        desk.number(second)
    assert caught.value.code == "SO-13"


def test_times_and_amounts_that_cannot_be_are_refused(desk: Desk) -> None:
    dossier = desk.receive()
    desk.to_officer(dossier.id)
    officer = desk.as_("thuly")
    with pytest.raises(InputError):
        handling.require_payment(desk.core, officer, dossier.id, reason="Phí", amount=-5)
    with pytest.raises(InputError):
        handling.request_supplement(
            desk.core, officer, dossier.id, items=("Giấy",), reason="Thiếu", respond_by="ngày mai"
        )
    assert desk.load(dossier.id).status is Status.PROCESSING


def test_a_supplement_asked_at_the_desk_comes_back_to_the_desk(desk: Desk) -> None:
    dossier, clerk = desk.receive(), desk.as_("tiepnhan")
    handling.request_supplement(desk.core, clerk, dossier.id, items=("Giấy",), reason="Thiếu")
    assert handling.receive_supplement(desk.core, clerk, dossier.id).status is Status.RECEIVED
    desk.to_officer(dossier.id)
    assert desk.load(dossier.id).assignee == "staff-thuly"


def test_a_creation_that_failed_half_way_can_be_begun_again(tmp_path: Path, monkeypatch) -> None:
    unit = bundled_catalogue().search_units("Định Công")[0]

    def fail(home: Path, key: bytes) -> None:
        create_store(home, key).close()
        raise MachineError("KHO-99", "đĩa đầy")

    monkeypatch.setattr(assembly, "create_store", fail)
    with pytest.raises(MachineError):
        create_training_office(tmp_path, unit)
    assert find_office(tmp_path) is None
    monkeypatch.undo()
    create_training_office(tmp_path, unit).close()
    assert find_office(tmp_path) is not None
    assert len(list(tmp_path.glob("unfinished-*/vault"))) == 1
    shutil.rmtree(tmp_path / "keys")


def test_sample_dossiers_keep_the_law_they_teach(desk: Desk) -> None:
    desk.clock.set(datetime(2026, 11, 20, 16, tzinfo=VIETNAM))
    fill_office(desk.office, 120)

    with desk.core.store.read() as conn:
        rows = conn.exec_driver_sql("SELECT id FROM dossier WHERE supplements > 0").all()
    wrong = []
    for (dossier_id,) in rows:
        dossier = desk.load(dossier_id)
        if dossier.status is Status.SUPPLEMENT:
            continue
        right = promise_for(
            datetime.fromisoformat(dossier.intake.received_at), dossier.intake.limit,
            calendar=desk.core.calendar, history=clock_history(dossier),
        )  # fmt: skip
        if right.due != dossier.due:
            wrong.append(dossier_id)
    assert rows and not wrong
