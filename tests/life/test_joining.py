"""A new PC joins its office from a real city on loopback; cuts, wrong codes, wrong people."""

from __future__ import annotations

import json
import shutil

import pytest

from models.errors import ForeignError, InputError, MachineError, NotAllowed, OfficeError
from services.accounts import set_password
from services.assembly import open_office
from services.journal.verify import verify_journal
from services.rebuilding import outdated
from services.store.wraps import Kdf
from services.sync.client import NoAnswer
from services.sync.enrolment import CitySource, Code, read_code, register_office
from services.sync.joining import JOINING, begin_joining, download, finish_joining
from tests.support.city_server import CityServer, push_all
from tests.support.office import Desk, open_desk
from tests.support.postgres import free_port

CHEAP = Kdf(8, 1, 1)


@pytest.fixture
def desk(tmp_path):
    made = open_desk(tmp_path / "pc1")
    yield made
    made.office.close()


@pytest.fixture
def city(tmp_path, desk):
    made = CityServer(tmp_path / "city", desk.clock)
    with made.running():
        yield made


def joining(city, home, code, clock):
    def source(device):
        return CitySource(city.url, device, clock=clock, code=read_code(code))

    return begin_joining(home, read_code(code).code, make_source=source, clock=clock, kdf=CHEAP)


def test_a_founded_office_registers_and_a_new_pc_joins_it(desk, city, tmp_path):
    dossier = desk.receive()
    place = register_office(desk.office, read_code(city.issue()), server=city.url)
    assert place.slot == 0 and place.name == "Phường Định Công"
    again = register_office(desk.office, read_code(city.issue()), server=city.url)
    assert again.slot == 0, "the same PC keeps its slot"
    push_all(desk, city.url)
    told: list[tuple[int, int]] = []
    step = joining(city, tmp_path / "pc2", city.issue(), desk.clock)
    held = download(step, lambda done, total: told.append((done, total)))
    assert told[0][0] < told[-1][0] == held and all(done <= total for done, total in told)
    finish_joining(step, "quantri", password="motcua")
    assert not (tmp_path / "pc2" / JOINING).exists()
    second = Desk(open_office(tmp_path / "pc2", "tiepnhan", "motcua", clock=desk.clock), desk.clock)
    assert second.office.new_log is None
    assert second.load(dossier.id).intake == dossier.intake
    assert second.core.journal.device.slot == 1
    assert second.core.office.profile == desk.core.office.profile
    assert second.receive().intake.code != desk.receive().intake.code
    with second.core.store.read() as conn:
        assert verify_journal(conn).verified
        assert outdated(conn) == (), "nothing is to be made anew at the first sign-in"
        own = conn.exec_driver_sql("SELECT state FROM device WHERE log = ?",
                                   (second.core.journal.device.log,)).scalar_one()  # fmt: skip
    assert own == "admitted"
    push_all(second, city.url)
    second.office.close()
    assert (tmp_path / "pc2" / "store.db").read_bytes()[:64] != (
        tmp_path / "pc1" / "store.db"
    ).read_bytes()[:64]


def test_a_cut_in_the_middle_goes_on_with_the_same_code(desk, city, tmp_path, announce_log):
    for _ in range(3):
        desk.receive()
    register_office(desk.office, read_code(city.issue()), server=city.url)
    push_all(desk, city.url)
    home, code = tmp_path / "pc2", city.issue()
    first = joining(city, home, code, desk.clock)
    first.source = Cut(first.source, after=2)
    announce_log("the snapshot was cut short: DB-01")
    with pytest.raises(MachineError, match="SL-36"):
        download(first, pause=lambda _s: None)
    device = first.device.public_key
    first.close()
    assert not (home / "office.json").exists()
    second = joining(city, home, code.lower(), desk.clock)
    assert second.device.public_key == device, "the place bought with the code is still ours"
    download(second)
    with pytest.raises(InputError, match="SL-37"):
        finish_joining(second, "quantri", password="sai mat khau")
    with pytest.raises(InputError, match="SL-37"):
        finish_joining(second, "nguoila", password="motcua")
    with pytest.raises(NotAllowed, match="TK-04"):
        finish_joining(second, "thuly", password="motcua")
    finish_joining(second, "quantri", password="motcua")
    open_office(home, "thuly", "motcua", clock=desk.clock).close()
    with pytest.raises(MachineError, match="SL-35"):
        joining(city, home, code, desk.clock)


class Cut:
    """A connection that breaks for good after so many answers."""

    def __init__(self, source, after):
        self.source, self.left = source, after

    def close(self):
        self.source.close()

    def ask(self, question):
        self.left -= 1
        if self.left < 0:
            raise NoAnswer("DB-01")
        if hasattr(question, "events"):
            question = type(question)(question.office, question.heads, question.lane, events=5)
        return self.source.ask(question)


def test_a_password_set_before_joining_is_the_one_that_counts(desk, city, tmp_path):
    desk.office.who = desk.as_("quantri")
    set_password(desk.office, "staff-thuly", "mat khau moi cua Duc")
    register_office(desk.office, read_code(city.issue()), server=city.url)
    push_all(desk, city.url)
    step = joining(city, tmp_path / "pc2", city.issue(), desk.clock)
    download(step)
    finish_joining(step, "quantri", password="motcua")
    with pytest.raises(InputError, match="KHO-39"):
        open_office(tmp_path / "pc2", "thuly", "motcua", clock=desk.clock)
    open_office(tmp_path / "pc2", "thuly", "mat khau moi cua Duc", clock=desk.clock).close()


def test_codes_that_are_wrong_used_or_of_another_office(desk, city, tmp_path):
    used = city.issue()
    register_office(desk.office, read_code(used), server=city.url)
    for number, (code, expected) in enumerate(
        ((used, "MC-20"), ("00316-AAAAA-BBBBB", "MC-20"), ("99999-AAAAA-BBBBB", "MC-20"))
    ):
        with pytest.raises(OfficeError, match=expected):
            joining(city, tmp_path / f"n{number}", code, desk.clock)
        assert not (tmp_path / f"n{number}" / "office.json").exists()
    with pytest.raises(InputError, match="SL-33"):
        register_office(desk.office, read_code(city.issue("00004")), server=city.url)
    for typed in ("", "12345", "khong phai ma", "00316-AAAAA"):
        with pytest.raises(InputError, match="SL-30"):
            read_code(typed)
    nobody = f"http://127.0.0.1:{free_port()}"
    with pytest.raises(MachineError, match="SL-31"):
        register_office(desk.office, read_code(city.issue()), server=nobody)


def test_a_scanned_code_pins_the_citys_key_before_anything_is_believed(desk, city):
    code = city.issue()
    scanned = read_code(f"motcua-enrol:1:{code}:{'ab' * 32}:{city.url}")
    assert scanned == Code(code, "ab" * 32, city.url)
    with pytest.raises(ForeignError, match="SL-32"):
        register_office(desk.office, scanned)
    with desk.core.store.read() as conn:
        assert conn.exec_driver_sql("SELECT count(*) FROM device WHERE kind = 'city'").scalar() == 0


def test_an_office_whose_first_pc_has_not_synced_yet(desk, city, tmp_path):
    register_office(desk.office, read_code(city.issue()), server=city.url)
    code = city.issue()
    step = joining(city, tmp_path / "pc2", code, desk.clock)
    download(step)
    with pytest.raises(MachineError, match="SL-38"):
        finish_joining(step, "quantri", password="motcua")
    push_all(desk, city.url)
    download(step)
    finish_joining(step, "quantri", password="motcua")


def test_a_half_joined_folder_with_another_code_begins_anew_and_deletes_nothing(
    desk, city, tmp_path
):
    home = tmp_path / "pc2"
    joining(city, home, city.issue(), desk.clock).close()
    before = (home / "device.key").read_bytes()
    joining(city, home, city.issue(), desk.clock).close()
    assert (home / "device.key").read_bytes() != before
    (aside,) = home.glob("unfinished-*")
    assert (aside / "device.key").read_bytes() == before
    shutil.copy(aside / JOINING, home / JOINING)
    (home / JOINING).write_text(json.dumps({"kdf": 1}))
    joining(city, home, city.issue(), desk.clock).close()
