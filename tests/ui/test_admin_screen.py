"""The screen of administration: appointments, passwords, days off, settings, device, keys."""

from __future__ import annotations

from datetime import date

import pytest
from PySide6.QtCore import Qt

from models.calendar import DayKind
from models.calendar_notice import NoticeKind
from models.errors import InputError
from models.staff import Role
from services.assembly import open_office
from services.people import find_staff, staff_rows
from tests.support.office import Desk as Office
from tests.support.walk import cut_texts, double_keys, nameless, rich_places
from tests.ui.admin_office import open_place
from tests.ui.desk_window import dialogs
from ui.screens.admin.yearview import YearView, day_sentence


@pytest.fixture
def screen(qtbot, desk: Office):
    return open_place(qtbot, desk, "admin", "quantri")


def people(desk: Office):
    with desk.core.store.read() as conn:
        return {p.login: p for p in staff_rows(conn)}


def fill(section, **texts) -> None:
    for name, text in texts.items():
        getattr(section, name).set_text(text)


def test_every_section_is_whole(screen):
    for number in range(screen.tabs.count()):
        screen.tabs.setCurrentIndex(number)
        assert cut_texts(screen) == [] and rich_places(screen) == [] and nameless(screen) == []
        assert double_keys(screen.window()) == []


def test_a_new_person_can_sign_in(screen, desk: Office):
    section = screen.people
    section.begin_new()
    fill(section, name_field="lê thị  hồng", login="hong", position="Văn thư", password="motcua2")
    section.roles[Role.RECORDS_CLERK].setChecked(True)
    section.save()
    assert people(desk)["hong"].roles == frozenset({Role.RECORDS_CLERK})
    assert desk.office.switch_user("hong", "motcua2").staff.login == "hong"


def test_clashing_roles_are_told_while_choosing(screen):
    section = screen.people
    section.table.pick("staff-lanhdao")
    section.roles[Role.RECORDS_CLERK].setChecked(True)
    assert "không được kiêm" in section.clash.text() and not section.save_button.isEnabled()
    section.roles[Role.RECORDS_CLERK].setChecked(False)
    assert not section.clash.text() and section.save_button.isEnabled()


def test_errors_stand_at_their_fields(screen):
    section = screen.people
    section.begin_new()
    section.save()
    assert section.name_field.error()
    fill(section, name_field="Lê Thị Hồng", login="thuly", password="motcua2")
    section.roles[Role.OFFICER].setChecked(True)
    section.save()
    assert "thuly" in section.login.error()
    fill(section, login="Có Dấu")
    section.save()
    assert section.login.error()


def test_who_leaves_cannot_unlock_any_more(screen, desk: Office):
    section = screen.people
    section.table.pick("staff-thuphi")
    section.active.setChecked(False)
    section.save()
    assert not people(desk)["thuphi"].active
    with pytest.raises(InputError) as error:
        desk.office.vault.unlock("thuphi", "motcua")
    assert error.value.code == "KHO-39"


def test_the_last_business_administrator_stays(screen, desk: Office):
    section = screen.people
    section.table.pick("staff-quantri")
    section.active.setChecked(False)
    section.save()
    assert [e.code for e in screen.errors] == ["TK-05"] and people(desk)["quantri"].active


def test_the_technical_administrator_reads_why_passwords_are_not_theirs(qtbot, desk: Office):
    screen = open_place(qtbot, desk, "admin", "kythuat")
    section = screen.people
    section.table.pick("staff-thuly")
    assert not section.save_button.isVisible() and not section.name_field.isEnabled()
    assert not section.add_button.isVisible() and not section.password_button.isEnabled()
    assert section.why_not.isVisible() and "quản trị nghiệp vụ" in section.why_not.text()


def test_the_business_administrator_sets_a_forgotten_password(screen, desk: Office):
    section = screen.people
    section.table.pick("staff-thuly")
    assert not section.why_not.isVisible()
    section.ask_password()
    (box,) = dialogs()
    first, again = (f for f in box.findChildren(type(section.password)))
    first.set_text("mot mat khau khac")
    again.set_text("khac")
    box.primary.click()
    assert again.error() and box.isVisible()
    again.set_text("mot mat khau khac")
    box.primary.click()
    assert not box.isVisible()
    assert desk.office.vault.unlock("thuly", "mot mat khau khac").staff_id == "staff-thuly"


def test_a_notice_shows_what_it_moves_before_it_does(screen, desk: Office):
    dossier = desk.receive()
    screen.tabs.setCurrentIndex(1)
    screen.calendar.ask_notice()
    box = screen.calendar.dialog
    box.press()
    assert box.label_field.error() and box.source.error()
    box.day.set_value(date(2026, 11, 18))
    box.label_field.set_text("Nghỉ do bão")
    box.source.set_text("Công điện 99/CĐ-UBND")
    box.press()
    (line,) = box.table.rows()
    assert (line.moved.old_due.day, line.moved.new_due.day) == (19, 20)
    assert desk.load(dossier.id).due.startswith("2026-11-19")
    box.kind.chosen.emit(None)
    assert "Chưa có gì thay đổi" in box.verdict.text()
    box.press()
    box.press()
    assert not box.isVisible()
    assert desk.load(dossier.id).due.startswith("2026-11-20")
    assert desk.load(dossier.id).original_due.startswith("2026-11-19")
    own = [line for line in screen.calendar.table.rows() if line.own]
    assert [line.notice.date for line in own] == [date(2026, 11, 18)]


def test_a_half_day_needs_its_hours(screen):
    screen.tabs.setCurrentIndex(1)
    screen.calendar.ask_notice()
    box = screen.calendar.dialog
    box.kind.set_value(NoticeKind.HALF_DAY)
    box.hours.set_text("12:00-08:00")
    box.label_field.set_text("Nửa ngày")
    box.source.set_text("Thông báo 1")
    box.press()
    assert box.hours.error() and not box.table.isVisible()
    box.hours.set_text("08:00-12:00")
    box.hours.set_error("")
    assert box.notice().hours[0].end.hour == 12


def test_the_year_is_walked_by_keys_and_says_each_day(qtbot, screen):
    screen.tabs.setCurrentIndex(1)
    view: YearView = screen.calendar.view
    view.choose(date(2026, 11, 24))
    info = view.info(date(2026, 11, 24))
    assert info.kind is DayKind.HOLIDAY and "Nghỉ lễ" in screen.calendar.sentence.text()
    assert view.accessibleDescription() == day_sentence(info)
    qtbot.keyClick(view, Qt.Key.Key_Down)
    assert view.day == date(2026, 12, 1)
    screen.calendar.turn(1)
    assert view.year == 2027 and view.day.year == 2027


def test_settings_are_saved_together_or_not_at_all(screen, desk: Office):
    screen.tabs.setCurrentIndex(2)
    section = screen.unit
    section.fields["desk_phone"].set_text("024 3333 4444")
    section.fields["hours"].set_text("17:00-08:00")
    section.save()
    assert section.fields["hours"].error() and desk.core.settings["desk_phone"] == "1022"
    section.fields["hours"].set_text("07:30-11:30,13:30-17:00")
    section.fields["count_mode"].set_value("elapsed")
    section.save()
    settings = desk.core.settings
    assert (settings["desk_phone"], settings["count_mode"]) == ("024 3333 4444", "elapsed")
    assert str(desk.core.calendar.spans(date(2026, 11, 17))[0]) == "07:30-11:30"
    section.fields["departments"].set_text("  ")
    section.save()
    assert section.fields["departments"].error()


def test_the_device_is_checked_and_explained(screen, desk: Office):
    screen.tabs.setCurrentIndex(3)
    assert screen.device.log.text() == desk.core.journal.device.log.hex()
    screen.device.check()
    found = {f.name: f.state for f in screen.device.table.rows()}
    assert {"chain", "integrity", "pragmas", "fonts"} <= set(found)
    assert found["chain"] == "ok" and screen.device.words.text()


def test_training_keys_are_made_for_leaders(screen, desk: Office):
    person = people(desk)["lanhdao"]
    path = desk.core.home / "keys" / f"staff-{person.id}.p12"
    path.unlink()
    screen.tabs.setCurrentIndex(4)
    section = screen.signing_keys
    section.table.pick(person.id)
    assert section.table.current().file == ""
    section.make_key()
    assert section.table.current().holder.name == person.name
    assert section.table.rows()[0].holder.is_organisation


def test_a_key_of_somebody_else_is_refused(screen, desk: Office):
    screen.tabs.setCurrentIndex(4)
    section = screen.signing_keys
    section.table.pick("staff-chutich")
    other = desk.core.home / "keys" / "staff-staff-lanhdao.p12"
    box = section.ask_password(section.table.current(), other)
    (secret,) = box.findChildren(type(screen.people.password))
    secret.set_text("sai")
    box.primary.click()
    assert "không đúng" in secret.error()
    secret.set_text("motcua")
    box.primary.click()
    assert "không phải" in secret.error() and box.isVisible()


def test_a_reset_sets_the_old_office_aside(screen, desk: Office):
    desk.receive()
    home = desk.core.home
    screen.tabs.setCurrentIndex(3)
    left = []
    screen.window().leave_asked.connect(lambda: left.append(True))
    screen.device.reset()
    assert left == [True]
    (aside,) = home.glob("before-reset-*")
    assert (aside / "store.db").exists() and (aside / "keys").is_dir()
    fresh = open_office(home, "quantri", "motcua", clock=desk.clock)
    try:
        with fresh.core.store.read() as conn:
            assert conn.exec_driver_sql("SELECT count(*) FROM dossier").scalar_one() == 0
            assert find_staff(conn, "staff-lanhdao") is not None
    finally:
        fresh.close()
