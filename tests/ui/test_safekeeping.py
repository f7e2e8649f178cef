"""Backups in the window: the order, what came of it, the warning, and the first start's restore."""

from __future__ import annotations

import pytest

from models.errors import InputError
from services.assembly import open_office, vault_of
from services.backups.making import make_backup
from services.backups.schedule import back_up_now, order_backups
from services.backups.standing import read_standing
from tests.support.office import Desk as Office
from tests.support.office import open_desk
from tests.support.walk import cut_texts, double_keys, nameless
from tests.ui.admin_office import open_place
from tests.ui.desk_window import dialogs, open_window
from tests.ui.gallery import make_first_run
from ui.founding import make_office
from ui.safekeeping import QUIET_S, back_up_at_closing
from ui.shell.first_run import FirstRunAnswer
from ui.tasks import SerialTasks


@pytest.fixture
def desk(tmp_path):
    made = open_desk(tmp_path / "pc")
    yield made
    made.office.close()


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "usb"
    made.mkdir()
    return made


def order(desk: Office, folder, at="16:30"):
    values = {"backup_folder": str(folder), "backup_at": at}
    order_backups(desk.core, desk.as_("quantri"), values)


def session_of(qtbot, desk, login="tiepnhan"):
    window = open_window(desk, login, SerialTasks(on_failure=pytest.fail), size=(1366, 768))
    qtbot.addWidget(window.session.shell)
    return window.session


def test_the_administrator_orders_it_and_sees_what_came_of_it(qtbot, desk, folder, tmp_path):
    screen = open_place(qtbot, desk, "admin", "kythuat")
    screen.arrive("machines")
    card = screen.machines.backups
    assert card.isVisible() and not card.now_button.isVisible()
    box = card.ask_plan()
    box.folder.set_text(str(tmp_path / "nowhere"))
    box.primary.click()
    assert "SL-11" in box.folder.error() and box.isVisible()
    box.folder.set_text(str(folder))
    box._look()
    assert "cùng ổ đĩa" in box.same.text(), "this test's folders are on one disk"
    assert cut_texts(box) == [] and nameless(box) == [] and double_keys(box) == []
    box.choices["backup_at"].set_value("12:30")
    box.primary.click()
    assert dialogs() == [] and card.now_button.isVisible()
    assert read_standing(desk.core).plan.at == "12:30"
    card.now_button.click()
    assert len(list(folder.glob("*.sao-luu"))) == 1
    words = " ".join(fact_texts(card))
    assert str(folder) in words and "hằng ngày lúc 12:30, giữ 7 bản" in words
    assert "tốt, đã mở kiểm tra" in words and "dưới 1 phút" in words
    assert cut_texts(card) == [] and nameless(card) == []
    folder.rename(tmp_path / "away")
    card.now_button.click()
    assert "SL-09" in card.last.text() and "lần này chưa được" in " ".join(fact_texts(card))


def fact_texts(card):
    from PySide6.QtWidgets import QLabel

    return [label.text() for label in card.facts.findChildren(QLabel)]


def test_it_begins_when_nobody_types_and_the_clerk_is_left_alone(qtbot, desk, folder):
    order(desk, folder)
    session = session_of(qtbot, desk)
    keeper = session.safekeeping
    keeper.look()
    assert list(folder.iterdir()) == [], "somebody may be typing"
    keeper._touched -= QUIET_S
    keeper.look()
    assert len(list(folder.glob("*.sao-luu"))) == 1
    keeper.look()
    assert len(list(folder.glob("*.sao-luu"))) == 1, "once is enough for today"
    assert session.shell.status.words("backup") == ""
    session.end()


def test_an_old_backup_is_said_to_everybody_and_none_ordered_to_nobody_here(qtbot, desk, folder):
    session = session_of(qtbot, desk)
    session.safekeeping.look()
    assert session.shell.status.words("backup") == "", "a training office needs none"
    session.end()
    order(desk, folder)
    back_up_now(desk.office)
    desk.clock.advance(hours=24 * 5)
    folder.rename(folder.with_name("away"))
    back_up_now(desk.office)
    session = session_of(qtbot, desk)
    session.safekeeping.look()
    assert session.shell.status.words("backup") == "Bản sao lưu gần nhất đã cũ 5 ngày"
    assert session.desk.messages.last() is None, "no banner comes between"
    session.shell.status_pressed.emit("backup")
    session.end()
    session = session_of(qtbot, desk, "quantri")
    session.open()
    session.shell.status_pressed.emit("backup")
    assert session.shell.front().name == "admin"
    assert session.shell.front().machines.isVisible()
    session.end()


def test_what_is_due_is_made_when_the_program_is_closed(desk, folder):
    order(desk, folder, at="closing")
    back_up_at_closing(desk.office)
    back_up_at_closing(desk.office)
    assert len(list(folder.glob("*.sao-luu"))) == 1
    folder.rename(folder.with_name("away"))
    desk.clock.advance(hours=24)
    back_up_at_closing(desk.office)  # a drive that is away keeps nobody from going home
    assert "SL-09" in read_standing(desk.core).note


@pytest.fixture
def window(qtbot):
    made = make_first_run()
    qtbot.addWidget(made)
    made.show()
    made.restore.click()
    return made


def test_the_first_start_offers_to_restore(window):
    got: list[FirstRunAnswer] = []
    window.answered.connect(got.append)
    shown = [window.file, window.choose, window.machine, window.login, window.password]
    assert all(field.isVisible() for field in shown)
    hidden = [window.unit, window.server, window.code, window.full_name, window.again]
    assert not any(field.isVisible() for field in hidden)
    assert cut_texts(window) == [] and nameless(window) == [] and double_keys(window) == []
    window.press()
    assert got == [] and window.file.error() and window.password.error()
    for field, text in ((window.file, "/x.sao-luu"), (window.machine, "Quầy 2"),
                        (window.login, "quantri"), (window.password, "ab")):  # fmt: skip
        field.set_text(text)
    window.press()
    (said,) = got
    assert (said.mode, said.file, said.machine) == ("restore", "/x.sao-luu", "Quầy 2")
    assert (said.login, said.password, said.server) == ("quantri", "ab", "")


def test_the_window_puts_a_backup_back_and_opens_it(desk, tmp_path):
    file, home = tmp_path / "b.sao-luu", desk.core.home
    dossier = desk.receive()
    make_backup(home, vault_of(home, desk.clock), file, login="quantri", password="motcua",
                clock=desk.clock)  # fmt: skip
    wrong = FirstRunAnswer("restore", None, "quantri", "", "sai", file=str(file), machine="Quầy 2")
    with pytest.raises(InputError, match="SL-03"):
        make_office(tmp_path / "new", wrong, desk.clock)
    right = FirstRunAnswer("restore", None, "quantri", "", "motcua", file=str(file),
                           machine="Quầy 2")  # fmt: skip
    office = make_office(tmp_path / "new", right, desk.clock)
    assert office.core.journal.device.name == "Quầy 2"
    assert Office(office, desk.clock).load(dossier.id) == desk.load(dossier.id)
    office.close()
    open_office(tmp_path / "new", "thuly", "motcua", clock=desk.clock).close()
