"""Quản trị, Máy của cơ quan: the roster, enrolment from the window, a backup, and what is told."""

from __future__ import annotations

import pytest

from services.assembly import open_office, vault_of
from services.backups.making import make_backup
from services.backups.restoring import restore_backup
from services.sync.inviting import is_invitation
from services.sync.office_pcs import read_office_pcs
from tests.support.city_server import CityServer
from tests.support.office import Desk as Office
from tests.support.office import open_desk
from tests.support.walk import cut_texts, nameless
from tests.ui.admin_office import open_place
from tests.ui.desk_window import Window, open_window
from ui.tasks import SerialTasks
from ui.widgets import SecretField

TAB = 5


@pytest.fixture
def desk(tmp_path):
    made = open_desk(tmp_path / "pc")
    yield made
    made.office.close()


@pytest.fixture
def section(qtbot, desk: Office):
    screen = open_place(qtbot, desk, "admin", "quantri")
    screen.tabs.setCurrentIndex(TAB)
    return screen.machines


def test_this_pc_enrols_from_the_window(section, desk, tmp_path):
    city = CityServer(tmp_path / "city", desk.clock)
    assert section.table.rows()[0].here and section.table.rows()[0].state == "own"
    with city.running():
        section.server.set_text(city.url)
        section.code.set_text("00316-AAAAA-BBBBB")
        section.enrol()
        assert section.enrol_button.isEnabled() and section._screen.errors
        section.code.set_text(city.issue())
        section.enrol()
        assert section.code.text() == ""
    found = read_office_pcs(desk.core)
    assert found.server == city.url and found.enrolled_at
    assert cut_texts(section) == [] and nameless(section) == []


def test_a_code_that_is_none_is_said_at_its_field(section):
    section.server.set_text("https://may-chu")
    section.code.set_text("khong phai ma")
    section.enrol()
    assert "mười chữ" in section.code.error() and section.enrol_button.isEnabled()


def test_a_backup_is_made_and_its_password_asked_for(section, desk, tmp_path):
    file, card = tmp_path / "b.sao-luu", section.backups
    box = card.password_dialog(file)
    (secret,) = box.findChildren(SecretField)
    secret.set_text("sai")
    box.primary.click()
    assert not file.exists() and "không đúng" in secret.error()
    secret.set_text("motcua")
    box.primary.click()
    assert file.exists() and "nguyên vẹn" in card.last.text()
    restore_backup(file, tmp_path / "back", "quantri", password="motcua", clock=desk.clock)


def test_an_invitation_is_shown_with_its_code(section):
    section.invite()
    assert is_invitation(section.invitation.text()) and "15 phút" in section.invited.text()
    assert cut_texts(section) == [] and nameless(section) == []


def test_whoever_administers_nothing_cannot_enrol_or_back_up(qtbot, desk):
    screen = open_place(qtbot, desk, "admin", "kythuat")
    screen.tabs.setCurrentIndex(TAB)
    assert screen.machines.backups.plan_button.isEnabled(), "the technical administrator may"
    assert not screen.machines.invite_button.isEnabled()


def test_a_restored_pc_and_a_revoked_one_are_told_before_the_first_act(qtbot, desk, tmp_path):
    home, file = desk.core.home, tmp_path / "b.sao-luu"
    make_backup(home, vault_of(home, desk.clock), file, login="quantri", password="motcua",
                clock=desk.clock)  # fmt: skip
    desk.office.close()
    restore_backup(file, home, "quantri", password="motcua", clock=desk.clock)
    for words, revoke in (("phục hồi từ bản sao lưu", False), ("đã bị thu hồi", True)):
        office = Office(open_office(home, "quantri", "motcua", clock=desk.clock), desk.clock)
        if revoke:
            with office.core.store.write() as tx:
                tx.exec_driver_sql("UPDATE device SET last_seq = 99999")
        window: Window = open_window(
            office, "quantri", SerialTasks(on_failure=pytest.fail), size=(1366, 768)
        )
        qtbot.addWidget(window.session.shell)
        window.session._say_standing_of_pc()
        said = [m.sentence() for m in window.session.desk.messages.history]
        assert any(words in sentence for sentence in said), said
        window.session.end()
        office.office.close()


def test_the_earlier_log_of_a_restored_pc_is_marked(desk, tmp_path):
    home, file = desk.core.home, tmp_path / "b.sao-luu"
    make_backup(home, vault_of(home, desk.clock), file, login="quantri", password="motcua",
                clock=desk.clock)  # fmt: skip
    desk.office.close()
    restore_backup(file, home, "quantri", password="motcua", clock=desk.clock)
    office = open_office(home, "quantri", "motcua", clock=desk.clock)
    states = [(pc.here, pc.state) for pc in read_office_pcs(office.core).pcs]
    assert sorted(states) == [(False, "former"), (True, "own")]
    office.close()
