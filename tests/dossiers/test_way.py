"""The way of a dossier in words, the handovers of form 06, acts on many, the list."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from models.codec import known_kinds
from models.errors import NotAllowed
from models.intake import Attachment
from models.workflow import Status
from services.documents.preview import page_count
from services.dossiers import approval, handling, issuing
from services.dossiers.bulk import BULK_LIMIT, each_dossier
from services.dossiers.control_rows import control_rows
from services.dossiers.event_words import worded_kinds
from services.dossiers.extension import extension_date
from services.dossiers.listing import list_dossiers
from services.dossiers.morning import morning_paper
from services.dossiers.result_check import check_result
from services.dossiers.view import read_view, take_out
from services.papers import control_paper
from services.signing.verdict import State
from tests.support.office import NGUYET, Desk, open_desk


@pytest.fixture
def desk(tmp_path):
    made = open_desk(tmp_path)
    yield made
    made.office.close()


def test_every_act_says_who_when_and_what_it_did_to_the_date(desk: Desk) -> None:
    dossier = desk.receive()
    desk.to_officer(dossier.id)
    handling.request_supplement(
        desk.core, desk.as_("thuly"), dossier.id, items=("Ảnh",), reason="Thiếu ảnh"
    )
    desk.clock.set(desk.clock.now() + timedelta(days=2))
    handling.receive_supplement(desk.core, desk.as_("tiepnhan"), dossier.id)
    lines = read_view(desk.core, desk.as_("thuly"), dossier.id).lines
    assert [line.kind.partition(".")[2] for line in lines] == [
        "received", "transferred", "assigned", "supplement_requested", "supplement_received",
    ]  # fmt: skip
    assert lines[0].who == "Nguyễn Thị Hồng Hạnh"
    assert "17:30 ngày 19/11/2026" in lines[0].effect
    assert "Ảnh" in lines[3].detail and "Dừng tính" in lines[3].effect
    assert "23/11/2026 thay cho 17:30 ngày 19/11/2026" in lines[4].effect
    assert lines[4].at == desk.clock.now()
    assert not any(line.trouble for line in lines) and all(line.here for line in lines)


def test_all_kinds_of_events_have_words(desk: Desk) -> None:
    assert worded_kinds() == {kind for kind in known_kinds() if kind.startswith("dossier.")}


def test_finished_early_is_said_on_the_way_and_on_the_slip(desk: Desk) -> None:
    dossier = desk.receive()
    desk.to_officer(dossier.id)
    desk.submit(dossier.id)
    desk.approve(dossier.id)
    desk.number(dossier.id)
    desk.sign(dossier.id)
    desk.seal(dossier.id)
    issuing.finish(desk.core, desk.as_("vanthu"), dossier.id)
    done = read_view(desk.core, desk.as_("thuly"), dossier.id).lines[-1]
    assert "trước hạn" in done.effect
    rows = control_rows(desk.core, dossier.id)
    assert [row.result for row in rows] == ["", "", "", "", "", "early"]
    assert rows[0].giver == "Nguyễn Thị Ánh Nguyệt"
    assert rows[2].received_by == "Lê Minh Đức"
    for before, after in pairwise(rows):
        assert after.giver == before.receiver
    assert control_paper(desk.core, desk.load(dossier.id), rows).startswith(b"%PDF")
    checked = check_result(desk.core, desk.load(dossier.id))
    assert checked.verdict is not None and checked.verdict.state is State.VALID


def test_one_refusal_does_not_stop_the_others(desk: Desk) -> None:
    ids = [desk.receive().id for _ in range(3)]
    department = desk.core.departments[0]
    who = desk.as_("tiepnhan")

    def act(one: str):
        return handling.transfer(desk.core, who, one, department=department)

    act(ids[1])
    results = each_dossier(ids, act)
    assert [result.done for result in results] == [True, False, True]
    assert "HS-01" in results[1].problem
    assert desk.load(ids[2]).status is Status.TRANSFERRED
    assert len(each_dossier(ids * BULK_LIMIT, act)) == BULK_LIMIT


def test_an_extension_counts_working_days_and_keeps_the_first_date(desk: Desk) -> None:
    dossier = desk.receive()
    # due 19/11; 20/11 and 23/11 work, 24/11 is a holiday
    new = extension_date(desk.core, dossier.due, days=3)
    assert new.due.startswith("2026-11-25T17:30")
    after = approval.extend(
        desk.core, desk.as_("lanhdao"), dossier.id, reason="Chờ xác minh",
        new_due=datetime.fromisoformat(new.due),
    )  # fmt: skip
    assert after.extended
    line = read_view(desk.core, desk.as_("thuly"), dossier.id).lines[-1]
    assert "ngày hẹn đầu 17:30 ngày 19/11/2026 được giữ lại" in line.effect


def test_a_file_leaves_only_with_a_note_in_the_dossier(desk: Desk) -> None:
    dossier = desk.receive()
    with desk.core.store.write() as tx:
        kept = desk.core.blobs.put(tx, b"%PDF-foreign", media="application/pdf")
    file = Attachment(kept.hash, "giấy.pdf", 12)
    data = take_out(desk.core, desk.as_("tiepnhan"), dossier.id, attachment=file)
    assert data == b"%PDF-foreign"
    assert "giấy.pdf" in read_view(desk.core, desk.as_("thuly"), dossier.id).lines[-1].detail
    with pytest.raises(NotAllowed):
        take_out(desk.core, desk.as_("giamsat"), dossier.id, attachment=file)
    assert len(read_view(desk.core, desk.as_("thuly"), dossier.id).lines) == 2


def test_the_list_filters_by_words_and_status(desk: Desk) -> None:
    first, second = desk.receive(), desk.receive()
    desk.to_officer(second.id)
    with desk.core.store.read() as conn:
        staff, busy = desk.as_("tiepnhan").staff, frozenset({Status.PROCESSING})
        everything = list_dossiers(conn, staff, "", statuses=frozenset(), limit=10)
        received = list_dossiers(conn, staff, "", statuses=frozenset({Status.RECEIVED}), limit=10)
        named = list_dossiers(conn, staff, "nguyet", statuses=busy, limit=10)
        one = list_dossiers(conn, staff, "anh nguyet", statuses=frozenset(), limit=1)
    assert [row.id for row in everything.rows] == [second.id, first.id]
    assert [row.id for row in received.rows] == [first.id]
    assert [row.id for row in named.rows] == [second.id]
    assert (len(one.rows), one.total) == (1, 2)


def test_the_morning_list_is_one_page_whatever_the_names(desk: Desk) -> None:
    long = replace(NGUYET, name="Công Tằng Tôn Nữ Thị Quỳnh Hương Giang Trường Giang Nguyệt Cát")
    for _ in range(45):
        desk.receive(long)
    pdf = morning_paper(desk.core, desk.as_("tiepnhan"))
    assert page_count(pdf) == 1
    own = morning_paper(desk.core, desk.as_("thuly"), assignee="staff-thuly", name="Lê Minh Đức")
    assert page_count(own) == 1
