"""The screen of the journal: filters, contents only for those who may, check and export."""

from __future__ import annotations

import json

from services.journal.verify import ChainReport
from tests.support.office import Desk as Office
from tests.support.walk import cut_texts, nameless, rich_places, shown_texts
from tests.ui.admin_office import open_place


def worked(desk: Office) -> str:
    """An office where one dossier was received and passed on; its code."""
    dossier = desk.receive()
    desk.clock.advance(minutes=5)
    desk.to_officer(dossier.id)
    return dossier.intake.code


def test_events_come_newest_first_with_person_act_and_code(qtbot, desk: Office):
    code = worked(desk)
    screen = open_place(qtbot, desk, "journal", "giamsat")
    rows = screen.events.table.rows()
    assert [r.n for r in rows] == sorted((r.n for r in rows), reverse=True)
    assert (rows[0].what, rows[0].who, rows[0].code) == ("Phân công", "Trần Thu Phương", code)
    texts = "\n".join(shown_texts(screen.events.detail))
    assert rows[0].hash in texts and "đúng" in texts
    assert cut_texts(screen) == [] and rich_places(screen) == [] and nameless(screen) == []


def test_filters_narrow_the_list(qtbot, desk: Office):
    code = worked(desk)
    section = open_place(qtbot, desk, "journal", "quantri").events
    section.person.set_value("staff-phong")
    section.reload()
    assert {r.who for r in section.table.rows()} == {"Trần Thu Phương"}
    section.person.set_value("")
    section.kind.set_value("dossier.transferred")
    section.reload()
    assert [r.what for r in section.table.rows()] == ["Chuyển phòng chuyên môn"]
    section.kind.set_value("")
    section.code.set_text(code[-6:].lower())
    section.reload()
    assert {r.code for r in section.table.rows()} == {code}
    section.code.set_text("")
    section.until.set_text("15/11/2026")
    section.reload()
    assert section.table.rows() == [] and section.table.empty.isVisible()
    section.until.set_text("16/11/2026")
    section.reload()
    assert len(section.table.rows()) > 10


def test_more_than_a_page_is_read_on_demand(qtbot, desk: Office, monkeypatch):
    worked(desk)
    monkeypatch.setattr("ui.screens.journal.events.PAGE", 5)
    section = open_place(qtbot, desk, "journal", "giamsat").events
    first = [r.n for r in section.table.rows()]
    section.more()
    assert len(first) == 5
    assert [r.n for r in section.table.rows()] == list(range(first[0], first[0] - 10, -1))


def test_the_technical_administrator_sees_no_person_code_or_content(qtbot, desk: Office):
    code = worked(desk)
    screen = open_place(qtbot, desk, "journal", "kythuat")
    assert screen.tabs.count() == 1 and not screen.events.person.isVisible()
    section = screen.events
    for line in section.table.rows():
        section.table.pick(line.n)
        texts = "\n".join(shown_texts(screen))
        assert code not in texts and "Nguyệt" not in texts and "Trần Thu Phương" not in texts
    assert section.table.rows()[0].role == "Lãnh đạo phòng"


def test_the_whole_check_says_what_it_found(qtbot, desk: Office):
    screen = open_place(qtbot, desk, "journal", "giamsat")
    screen.check()
    assert "nguyên vẹn" in screen.result.words.text() and not screen.progress.isVisible()
    screen._say_report(ChainReport(6, 1, False, "ab" * 16, 7, "nội dung đã bị sửa"))
    words = screen.result.words.text()
    assert "sự kiện 7" in words and "nội dung đã bị sửa" in words
    assert screen.primary_action.isEnabled()


def test_an_export_is_itself_written_down(qtbot, desk: Office, tmp_path):
    worked(desk)
    screen = open_place(qtbot, desk, "journal", "giamsat")
    path = tmp_path / "nhat-ky.jsonl"
    screen.export(path)
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert lines[-1]["type"] == "journal.exported"
    assert lines[-1]["actor"]["staff"] == "staff-giamsat"
    assert screen.events.table.rows()[0].what == "Đã xuất nhật ký"


def test_a_file_that_cannot_be_written_says_so(qtbot, desk: Office, tmp_path):
    screen = open_place(qtbot, desk, "journal", "giamsat")
    screen.export(tmp_path / "khong-co" / "x.jsonl")
    (tmp_path / "a-folder.jsonl").mkdir()
    screen.export(tmp_path / "a-folder.jsonl")
    assert [e.code for e in screen.errors] == ["NK-22", "NK-21"]


def test_the_list_of_troubles_is_empty_in_words(qtbot, desk: Office):
    screen = open_place(qtbot, desk, "journal", "lanhdao")
    screen.tabs.setCurrentIndex(1)
    assert screen.troubles.table.empty.isVisible()
    assert "mâu thuẫn" in screen.troubles.table.empty.sentence.text()
