"""The catalogue's screen: what is loaded and unverified, search, import preview, templates."""

from __future__ import annotations

import csv

import pytest

from tests.support.office import Desk as Office
from tests.support.walk import cut_texts, nameless, rich_places, shown_texts
from tests.ui.admin_office import open_place

LIST = (
    'Mã TTHC,Tên TTHC,Thời hạn giải quyết,"Phí, lệ phí"\n'
    "1.001193,Thủ tục đăng ký khai sinh,02 ngày làm việc,Không\n"
    "9.000001,Thủ tục mới của Thành phố,3 ngày làm việc,8.000\n"
    "sai,Mã hỏng,,\n"
)


@pytest.fixture
def screen(qtbot, desk: Office):
    return open_place(qtbot, desk, "catalogue", "quantri")


def test_it_says_how_much_is_loaded_and_what_is_unverified(screen):
    section = screen.procedures
    core = screen.desk.office.core
    coverage = core.catalogue.coverage(core.clock.now().date())
    assert section.cards[""].number.text() == "482"
    assert "559" in section.cards[""].remark.text()
    assert section.cards["limit"].number.text() == str(coverage.unverified["limit"])
    section.cards["limit"].pressed.emit()
    rows = section.table.rows()
    assert len(rows) == coverage.unverified["limit"]
    assert not any(p.limit_known for p in rows)


def test_search_understands_no_accents_and_filters(screen):
    section = screen.procedures
    section.find("dang ky khai sinh")
    assert section.table.current() is not None
    assert "khai sinh" in section.table.rows()[0].name.lower()
    section.handler.set_value("congan")
    section.reload()
    assert all(p.handled_by == "congan" for p in section.table.rows())
    section.find("zzzzz")
    assert section.table.rows() == [] and section.table.empty.isVisible()


def test_a_procedure_shows_source_gaps_and_process(screen):
    screen.arrive("1.001193")
    texts = "\n".join(shown_texts(screen.procedures.detail))
    procedure = screen.desk.office.core.catalogue.get_procedure("1.001193")
    for words in (procedure.name, procedure.source[:20], "Cần kiểm tra", "Quy trình nội bộ"):
        assert words in texts
    assert cut_texts(screen) == [] and rich_places(screen) == [] and nameless(screen) == []


def test_an_import_is_seen_before_it_is_done(screen, tmp_path):
    path = tmp_path / "danh-muc.csv"
    path.write_text(LIST, encoding="utf-8")
    core = screen.desk.office.core
    before = core.catalogue.bundle.digest
    screen.load_list(path)
    dialog = screen._plan
    assert len(dialog.plan.errors) == 1 and not dialog.primary.isEnabled()
    assert core.catalogue.bundle.digest == before
    dialog.save_issues(tmp_path / "loi.csv")
    text = (tmp_path / "loi.csv").read_text(encoding="utf-8-sig")
    saved = list(csv.reader(text.splitlines()))
    assert saved[1][0] == "4" and saved[1][-1].startswith("DM-")
    dialog.skip.setChecked(True)
    dialog.starts.set_value(core.clock.now().date())
    dialog.primary.click()
    assert not dialog.isVisible()
    assert core.catalogue.find_procedure("9.000001") is not None
    assert core.catalogue.find_procedure("1.001193").limit_value == 2
    screen.tabs.setCurrentIndex(1)
    assert [v.in_use for v in screen.versions.table.rows()] == [True, False]


def test_a_day_before_the_version_in_use_is_refused_at_its_field(screen, tmp_path):
    path = tmp_path / "danh-muc.csv"
    path.write_text(LIST, encoding="utf-8")
    screen.load_list(path)
    dialog = screen._plan
    dialog.skip.setChecked(True)
    dialog.starts.set_text("01/01/2020")
    dialog.primary.click()
    assert dialog.isVisible() and "sớm hơn" in dialog.starts.error()


def test_others_read_but_cannot_import(qtbot, desk: Office):
    screen = open_place(qtbot, desk, "catalogue", "thuly")
    assert screen.primary_action is None
    screen.tabs.setCurrentIndex(2)
    assert screen.templates.editor.isReadOnly()
    assert not screen.templates.save_button.isVisible()


def test_a_template_tells_its_fault_and_is_saved_when_it_is_good(screen):
    screen.tabs.setCurrentIndex(2)
    section = screen.templates
    section.table.pick("confirmation")
    good = section.text()
    section.editor.setPlainText(good.replace("{content}", "{contents}"))
    section.check()
    assert "{contents}" in section.state.text() and not section.save_button.isEnabled()
    section.editor.setPlainText(good.replace('"{content}"', '"Nội dung: {content}"'))
    section.check()
    assert section.save_button.isEnabled() and len(section.preview.pages) == 1
    section.save()
    own = [t for t in section.table.rows() if t.own]
    assert [t.code for t in own] == ["confirmation"] and "Nội dung: {content}" in own[0].text
