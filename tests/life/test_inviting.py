"""A PC lets another in over real TLS on loopback without the city, which confirms it later."""

from __future__ import annotations

import json
from contextlib import contextmanager

import pytest

from models.errors import ForeignError, InputError, NotAllowed, OfficeError
from models.roster import NO_SLOT
from services.assembly import open_office
from services.journal.device import create_device
from services.journal.verify import verify_journal
from services.sync.enrolled import write_enrolment
from services.sync.enrolment import admission_request, read_code, register_office
from services.sync.inviting import (
    TRIES,
    answer_invitation,
    fingerprint,
    invitation_open,
    invite,
    split_invitation,
)
from services.sync.joining import join_by_invitation
from services.sync.lan import LanPlan, OfficeLan
from services.sync.service import SyncService
from tests.support.city_server import CityServer, push_all
from tests.support.office import Desk, open_desk


@pytest.fixture
def desk(tmp_path):
    made = open_desk(tmp_path / "pc1")
    made.office.who = made.as_("quantri")
    yield made
    made.office.close()


@contextmanager
def listening(desk):
    """The LAN service of the inviting PC, on a port of loopback."""
    service = SyncService(desk.office)
    lan = OfficeLan(desk.office, service, LanPlan(host="127.0.0.1", ports=(0,)))
    lan.start()
    try:
        yield f"127.0.0.1:{lan.port}"
    finally:
        lan.stop()
        service.stop()


def join(desk, home, code, peer):
    return join_by_invitation(home, code, "quantri", password="motcua", peer=peer, clock=desk.clock)


def test_a_pc_is_let_in_without_the_city_and_confirmed_by_it_later(desk, tmp_path):
    dossier = desk.receive()
    invitation = invite(desk.office)
    with listening(desk) as peer:
        done = join(desk, tmp_path / "pc2", invitation.code.lower(), peer)
        assert done.place.slot == 6 and done.events > 0
        with pytest.raises(NotAllowed, match="SL-41"):
            join(desk, tmp_path / "pc3", invitation.code, peer)
    second = Desk(open_office(tmp_path / "pc2", "quantri", "motcua", clock=desk.clock), desk.clock)
    assert second.load(dossier.id).intake == dossier.intake
    assert state(second) == "provisional" and state(desk, second) == "provisional"
    assert second.receive().intake.code != dossier.intake.code
    with second.core.store.read() as conn:
        assert verify_journal(conn).verified
    city = CityServer(tmp_path / "city", desk.clock)
    with city.running():
        register_office(desk.office, read_code(city.issue()), server=city.url)
        place = register_office(second.office, read_code(city.issue()), server=city.url)
        assert place.slot == 1
        push_all(desk, city.url)
        push_all(second, city.url)
    second.office.close()


def state(desk, of=None):
    log = (of or desk).core.journal.device.log
    with desk.core.store.read() as conn:
        return conn.exec_driver_sql("SELECT state FROM device WHERE log = ?", (log,)).scalar_one()


def test_the_code_goes_to_the_inviting_pc_and_to_nobody_else(desk, tmp_path):
    code = invite(desk.office).code
    other = open_desk(tmp_path / "other")
    with listening(other) as peer, pytest.raises(ForeignError, match="SL-43"):
        join(desk, tmp_path / "pc2", code, peer)
    with pytest.raises(ForeignError, match="SL-43"):
        join(desk, tmp_path / "pc2", code, "127.0.0.1:1")
    other.office.close()
    for typed in ("", "7K2QX", "khong phai ma moi nao ca"):
        with pytest.raises(InputError, match="SL-40"):
            split_invitation(typed)
    secret, mark = split_invitation(code.replace("0", "o").replace("1", "l"))
    assert mark == fingerprint(desk.core.journal.device.public_key) and len(secret) == 10


def knock(desk, tmp_path, secret, name="x"):
    folder = tmp_path / f"k-{name}"
    if not folder.exists():
        folder.mkdir()
        knock.devices[name] = create_device(
            folder, key=b"k" * 32, name=name, slot=0, clock=desk.clock
        )
    body = json.dumps(admission_request(knock.devices[name], secret)).encode()
    return answer_invitation(desk.core, body)


knock.devices = {}


def test_a_code_serves_one_device_for_a_while_and_is_not_guessed(desk, tmp_path):
    assert knock(desk, tmp_path, "AAAAABBBBB")[1]["code"] == "SL-41" and not invitation_open(
        desk.core
    )
    secret, _ = split_invitation(invite(desk.office).code)
    first = knock(desk, tmp_path, secret, "a")
    assert first == knock(desk, tmp_path, secret, "a") and first[0] == 200
    assert knock(desk, tmp_path, secret, "b")[0] == 403
    secret, _ = split_invitation(invite(desk.office).code)
    desk.clock.advance(minutes=16)
    assert knock(desk, tmp_path, secret, "c")[1]["code"] == "SL-41"
    secret, _ = split_invitation(invite(desk.office).code)
    for _ in range(TRIES):
        knock(desk, tmp_path, "AAAAABBBBB", "d")
    assert knock(desk, tmp_path, secret, "d")[1]["code"] == "SL-41"
    for body in (b"", b"[]", b'{"code": 1}', b'{"code":"a","public_key":"00","log":"00"}'):
        assert answer_invitation(desk.core, body)[0] == 400


def test_only_the_business_administrator_invites_and_ten_pcs_are_enough(desk, tmp_path):
    desk.office.who = desk.as_("thuly")
    with pytest.raises(OfficeError, match="TK-04"):
        invite(desk.office)
    desk.office.who = desk.as_("quantri")
    for number in range(10):
        secret, _ = split_invitation(invite(desk.office).code)
        status, said = knock(desk, tmp_path, secret, f"pc{number}")
        assert (status, said.get("code")) == ((200, None) if number < 9 else (403, "SL-42"))


def test_with_a_city_each_pc_has_one_slot_for_a_newcomer(desk, tmp_path):
    def ask(name):
        return knock(desk, tmp_path, split_invitation(invite(desk.office).code)[0], name)

    with desk.core.store.write() as tx:
        write_enrolment(tx, "https://city", b"c" * 32, office=desk.core.office.unit_code)
    assert ask("first")[1]["device"]["slot"] == 6, "6 and the number of the inviting PC"
    status, said = ask("second")
    assert (status, said["code"]) == (403, "SL-47")
    device = desk.core.journal.device
    desk.core.journal.device = device.as_listed(2, device.name)
    assert ask("third")[1]["device"]["slot"] == 8, "two that are cut off give no slot twice"
    desk.core.journal.device = device.as_listed(4, device.name)
    assert ask("fourth")[1]["code"] == "SL-47"
    desk.core.journal.device = device.as_listed(NO_SLOT, device.name)
    assert ask("fifth")[1]["code"] == "SL-46"


def test_who_was_only_let_in_invites_nobody(desk, tmp_path):
    with desk.core.store.write() as tx:
        tx.exec_driver_sql("UPDATE device SET state = 'provisional'")
    secret, _ = split_invitation(invite(desk.office).code)
    assert knock(desk, tmp_path, secret, "guest")[1]["code"] == "SL-46"
