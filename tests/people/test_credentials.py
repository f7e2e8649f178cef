"""Sign-in on every PC: wraps travel in the journal, the vault's files follow and catch up."""

from __future__ import annotations

import shutil
from dataclasses import replace

import pytest

from models.codec import to_payload
from models.envelope import GENESIS, Actor, Envelope, seal
from models.errors import InputError
from models.events.administration import CredentialSet
from services.accounts import change_own_password, save_person, set_password
from services.assembly import PROJECTORS, open_office
from services.credentials import credential_rows, project_account
from services.journal.receiving import receive
from services.people import get_staff
from services.store.vault import create_vault, open_vault
from services.store.wraps import Kdf
from services.sync.protocol import Origin, Run
from tests.support.office import open_desk


def hand_over(giver, taker):
    """Everything of the giver's own log, as a run."""
    device = giver.journal.device
    with giver.store.read() as conn:
        rows = conn.exec_driver_sql(
            "SELECT body, sig FROM ev WHERE log = ? ORDER BY seq", (device.log,)
        )
        events = tuple((bytes(body), bytes(sig) if sig else None) for body, sig in rows)
    run = Run(device.log, Origin(device.public_key, device.incarnation), events)
    office = giver.office.unit_code
    return receive(taker.store, run, office=office, clock=taker.clock, projectors=PROJECTORS)


def opens(home, login, password):
    try:
        open_vault(home).unlock(login, password)
    except InputError:
        return False
    return True


@pytest.fixture
def desk(tmp_path):
    made = open_desk(tmp_path / "pc1")
    made.office.who = made.as_("quantri")
    return made


def test_a_password_set_on_one_pc_opens_another_after_the_events_came(desk, tmp_path):
    shutil.copytree(desk.core.home, tmp_path / "pc2")
    set_password(desk.office, "staff-thuly", "mật khẩu mới của Đức")
    person = replace(desk.as_("thuly").staff, id="moi", login="moi", name="Trần Văn Mới")
    save_person(desk.office, person, password="người mới đến")
    second = open_office(tmp_path / "pc2", "thuly", "motcua", clock=desk.clock)
    assert not opens(tmp_path / "pc2", "moi", "người mới đến")
    hand_over(desk.core, second.core)
    second.follow()
    second.follow()
    second.close()
    assert opens(tmp_path / "pc2", "moi", "người mới đến")
    assert not opens(tmp_path / "pc2", "thuly", "motcua")
    again = open_office(tmp_path / "pc2", "thuly", "mật khẩu mới của Đức", clock=desk.clock)
    assert again.who.staff.id == "staff-thuly"
    again.close()
    desk.office.close()


def test_somebody_deactivated_loses_the_key_on_every_pc(desk, tmp_path):
    shutil.copytree(desk.core.home, tmp_path / "pc2")
    with desk.core.store.read() as conn:
        person = get_staff(conn, "staff-thuphi")
    save_person(desk.office, replace(person, active=False))
    second = open_office(tmp_path / "pc2", "quantri", "motcua", clock=desk.clock)
    hand_over(desk.core, second.core)
    second.follow()
    assert not opens(tmp_path / "pc2", "thuphi", "motcua")
    save_person(desk.office, person)
    desk.office.follow()
    assert not opens(desk.core.home, "thuphi", "motcua"), "back at work, but with a new password"
    for office in (second, desk.office):
        office.close()


def test_a_power_cut_between_journal_and_vault_is_made_good_at_the_next_sign_in(desk):
    home = desk.core.home
    before = {path: path.read_bytes() for path in (home / "vault" / "users").iterdir()}
    desk.office.who = desk.as_("thuly")
    change_own_password(desk.office, "motcua", new="mật khẩu sau cùng")
    desk.office.close()
    for path, data in before.items():
        path.write_bytes(data)
    open_office(home, "thuly", "motcua", clock=desk.clock).close()
    assert opens(home, "thuly", "mật khẩu sau cùng") and not opens(home, "thuly", "motcua")


def test_a_damaged_file_of_one_person_comes_back_from_the_journal(desk):
    home = desk.core.home
    (path,) = [p for p in (home / "vault" / "users").iterdir() if '"thuly"' in p.read_text()]
    path.write_bytes(b"{")
    desk.office.follow()
    desk.office.close()
    assert opens(home, "thuly", "motcua")


def test_a_home_made_before_credentials_publishes_them_at_the_next_sign_in(desk):
    home = desk.core.home
    with desk.core.store.write() as tx:
        tx.exec_driver_sql("DELETE FROM credential")
    desk.office.close()
    for _ in range(2):
        office = open_office(home, "thuly", "motcua", clock=desk.clock)
        with office.core.store.read() as conn:
            assert len(credential_rows(conn)) == 13
            said = conn.exec_driver_sql("SELECT count(*) FROM ev WHERE t = ?",
                                        (CredentialSet.KIND,)).scalar_one()  # fmt: skip
        assert said == 26
        office.close()


def test_only_the_person_an_administrator_or_the_program_may_set_a_wrap(desk):
    def said(actor):
        what = CredentialSet("staff-thuly", "thuly", (8, 1, 1), b"s" * 16, b"x")
        return seal(
            Envelope(
                id="e", log=b"l" * 16, seq=1, prev=GENESIS, office="00316",
                stream="account/staff-thuly", type=what.KIND, type_version=1, parents=(), hlc=1,
                wall=0, skew=None, actor=actor, fold=1, payload=to_payload(what),
            )
        )  # fmt: skip

    def sealed(conn):
        return credential_rows(conn)["staff-thuly"].wrap.sealed

    with desk.core.store.write() as tx:
        old = sealed(tx)
        for actor in (Actor("staff-phong", "department_head", "s"), Actor("x", "officer", "s")):
            project_account(tx, "account/staff-thuly", [said(actor)])
            assert sealed(tx) == old
        project_account(tx, "account/staff-khac", [said(Actor("staff-thuly", "officer", "s"))])
        assert sealed(tx) == old
        project_account(tx, "account/staff-thuly", [said(Actor("staff-thuly", "officer", "s"))])
        assert sealed(tx) == b"x"
    desk.office.close()


class Box:
    """A secret store that keeps what it is given."""

    def __init__(self):
        self.kept = {}

    def get(self, name):
        return self.kept.get(name)

    def put(self, name, secret):
        self.kept[name] = secret
        return True


def test_the_layer_of_a_machine_is_added_there_and_never_travels(tmp_path):
    kdf, key, first, other = Kdf(8, 1, 1), bytes(range(32)), Box(), Box()
    one = create_vault(tmp_path / "1", "p", kdf=kdf, secrets=first)
    one.add_user("a", "lan", password="bốn con mèo vàng", key=key)
    two = create_vault(tmp_path / "2", "p", kdf=kdf, secrets=other)
    for user in one.portable():
        two.put_wrap(user.staff_id, user.login, user.wrap)
    assert two.unlock("lan", "bốn con mèo vàng").key == key
    assert two.users()[0].wrap.sealed != two.portable()[0].wrap.sealed
    assert two.portable() == one.portable()
    secret = dict(first.kept)
    create_vault(tmp_path / "3", "p", kdf=kdf, secrets=first)
    assert first.kept == secret, "a folder restored beside it must not shut the first"


def test_a_pc_that_joined_has_its_own_store_key_behind_the_office_key(tmp_path):
    vault = create_vault(tmp_path, "p", kdf=Kdf(8, 1, 1))
    office, own = b"o" * 32, b"s" * 32
    assert vault.store_key(office) == office
    vault.keep_store_key(own, office_key=office)
    assert open_vault(tmp_path).store_key(office) == own
    with pytest.raises(Exception, match="KHO-41"):
        vault.store_key(b"x" * 32)
