"""The first start of a new PC of an office: what is asked, what is said while it comes."""

from __future__ import annotations

import pytest

from models.errors import InputError
from services.assembly import open_office
from services.sync.enrolment import read_code, register_office
from tests.support.city_server import CityServer, push_all
from tests.support.office import open_desk
from tests.support.walk import cut_texts, double_keys, nameless
from tests.ui.gallery import make_first_run
from ui.founding import make_office
from ui.shell.first_run import FirstRunAnswer


@pytest.fixture
def window(qtbot):
    made = make_first_run()
    qtbot.addWidget(made)
    made.show()
    made.join.click()
    return made


def test_a_new_pc_asks_for_the_server_the_code_and_an_administrator(window):
    got: list[FirstRunAnswer] = []
    window.answered.connect(got.append)
    shown = [window.server, window.code, window.login, window.password]
    assert all(field.isVisible() for field in shown)
    hidden = [window.unit, window.full_name, window.again, window.file, window.choose]
    assert not any(field.isVisible() for field in hidden)
    assert cut_texts(window) == [] and nameless(window) == [] and double_keys(window) == []
    window.press()
    assert got == [] and all(field.error() for field in shown)
    for field, text in zip(shown, ("https://x", "00316-AAAAA-BBBBB", "quantri", "ab"), strict=True):
        field.set_text(text)
    window.press()
    (said,) = got
    assert (said.mode, said.server, said.code) == ("join", "https://x", "00316-AAAAA-BBBBB")
    assert (said.login, said.password, said.full_name) == ("quantri", "ab", "")


def test_a_scanned_code_brings_the_address(window):
    got: list[FirstRunAnswer] = []
    window.answered.connect(got.append)
    window.code.set_text(f"motcua-enrol:1:00316-AAAAA-BBBBB:{'ab' * 32}:https://x")
    window.login.set_text("quantri")
    window.password.set_text("ab")
    window.press()
    assert len(got) == 1 and window.server.error() == ""


def test_the_progress_is_said_and_a_refusal_lets_one_try_again(window, qtbot):
    window.busy()
    assert not window.button.isEnabled() and "máy chủ" in window.banner.words.text()
    window.progressed.emit(1500, 6000)
    qtbot.waitUntil(lambda: "1.500/6.000 sự kiện (25%)" in window.banner.words.text())
    window.refuse("Mã không đúng.")
    assert window.button.isEnabled() and "Mã không đúng." in window.banner.words.text()


def test_the_window_makes_this_folder_a_pc_of_the_office(tmp_path):
    desk = open_desk(tmp_path / "pc1")
    city = CityServer(tmp_path / "city", desk.clock)
    with city.running():
        register_office(desk.office, read_code(city.issue()), server=city.url)
        push_all(desk, city.url)
        code, told = city.issue(), []
        wrong = FirstRunAnswer("join", None, "quantri", "", "sai", city.url, code)
        with pytest.raises(InputError, match="SL-37"):
            make_office(tmp_path / "pc2", wrong, desk.clock)
        right = FirstRunAnswer("join", None, "quantri", "", "motcua", city.url, code)
        office = make_office(tmp_path / "pc2", right, desk.clock,
                             tell=lambda done, total: told.append((done, total)))  # fmt: skip
    assert office.who.staff.login == "quantri" and told[-1][0] == told[-1][1] > 0
    office.close()
    open_office(tmp_path / "pc2", "thuly", "motcua", clock=desk.clock).close()
    desk.office.close()
