"""A new PC joins its office from a real city on loopback; cuts, wrong codes, wrong people."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import uvicorn

from models.errors import ForeignError, InputError, MachineError, NotAllowed, OfficeError
from server.app import ServerSettings, create_app
from server.context import opened_city
from server.enrolment import issue_code
from server.offices import add_office
from services.accounts import set_password
from services.assembly import PROJECTORS, open_office
from services.journal.verify import verify_journal
from services.store.wraps import Kdf
from services.sync.client import NoAnswer
from services.sync.enrolment import CitySource, Code, read_code, register_office
from services.sync.joining import JOINING, begin_joining, download, finish_joining
from services.sync.journal_store import JournalStore
from services.sync.protocol import Ack, Head, Heads, Push
from tests.support.office import Desk, open_desk
from tests.support.postgres import free_port

CHEAP = Kdf(8, 1, 1)


class City:
    """The server with its own data folder; `issue` makes a code as its administrator would."""

    def __init__(self, home: Path, clock) -> None:
        self.home, self.clock = home, clock
        self.settings = ServerSettings(f"sqlite:///{home / 'city.db'}", home)
        self.url = ""
        with opened_city(self.settings.db, home) as city:
            add_office(city.journal, "00316", name="Phường Định Công", profile={})
            add_office(city.journal, "00004", name="Phường Ba Đình", profile={})

    def issue(self, office="00316") -> str:
        with opened_city(self.settings.db, self.home) as city:
            city.journal.clock = self.clock
            return issue_code(city.journal, office).code

    @contextmanager
    def running(self) -> Iterator[None]:
        port = free_port()
        app = create_app(self.settings, clock=self.clock)
        server = uvicorn.Server(
            uvicorn.Config(app, host="127.0.0.1", port=port, log_config=None, access_log=False)
        )
        thread = threading.Thread(target=server.run)
        thread.start()
        while not server.started:
            assert thread.is_alive(), "the server did not start"
            thread.join(0.02)
        self.url = f"http://127.0.0.1:{port}"
        try:
            yield
        finally:
            server.should_exit = True
            thread.join()


@pytest.fixture
def desk(tmp_path):
    made = open_desk(tmp_path / "pc1")
    yield made
    made.office.close()


@pytest.fixture
def city(tmp_path, desk):
    made = City(tmp_path / "city", desk.clock)
    with made.running():
        yield made


def push_all(desk, url) -> None:
    """What the sync service of a PC does: everything of its own log goes to the city."""
    core = desk.core
    device = core.journal.device
    logs = JournalStore(core.store, device, office=core.office.unit_code, clock=core.clock,
                        projectors=PROJECTORS)  # fmt: skip
    source = CitySource(url, device, clock=desk.clock)
    held = source.ask(Heads(core.office.unit_code)).heads.get(device.log, Head(0, bytes(32)))
    while run := logs.run_after(device.log, held, events=500, size=1 << 20):
        said = source.ask(Push(core.office.unit_code, run))
        assert isinstance(said, Ack), said
        held = said.head
    source.close()


def joining(city, home, code, clock):
    def source(device):
        return CitySource(city.url, device, clock=clock)

    return begin_joining(home, read_code(code), make_source=source, server=city.url, clock=clock,
                         kdf=CHEAP)  # fmt: skip


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
        own = conn.exec_driver_sql("SELECT state FROM device WHERE log = ?",
                                   (second.core.journal.device.log,)).scalar_one()  # fmt: skip
    assert own == "admitted"
    push_all(second, city.url)
    second.office.close()
    assert (tmp_path / "pc2" / "store.db").read_bytes()[:64] != (
        tmp_path / "pc1" / "store.db"
    ).read_bytes()[:64]


def test_a_cut_in_the_middle_goes_on_with_the_same_code(desk, city, tmp_path):
    for _ in range(3):
        desk.receive()
    register_office(desk.office, read_code(city.issue()), server=city.url)
    push_all(desk, city.url)
    home, code = tmp_path / "pc2", city.issue()
    first = joining(city, home, code, desk.clock)
    first.source = Cut(first.source, after=2)
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
