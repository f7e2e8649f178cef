"""A PC that joined signs and checks signatures: the roots that are trusted came with the books."""

from __future__ import annotations

import shutil

import pytest

from models.errors import InputError
from services.assembly import open_office
from services.dossiers import issuing
from services.key_store import root_rows
from services.own_keys import open_own_key
from services.signers import expected_signers, judge
from services.signing.roots import load_trust
from services.signing.training_pki import ROOT_FILE, create_training_pki, key_path
from services.signing.verdict import State
from services.sync.inviting import invite
from services.training.accounts import PASSWORD
from tests.life.test_inviting import join, listening
from tests.support.office import Desk, open_desk


@pytest.fixture
def desk(tmp_path):
    made = open_desk(tmp_path / "pc1")
    made.office.who = made.as_("quantri")
    yield made
    made.office.close()


def joined(desk, tmp_path) -> Desk:
    with listening(desk) as peer:
        join(desk, tmp_path / "pc2", invite(desk.office).code, peer)
    return Desk(open_office(tmp_path / "pc2", "lanhdao", PASSWORD, clock=desk.clock), desk.clock)


def test_the_leader_signs_on_a_joined_pc_with_nothing_but_the_key_file(desk, tmp_path):
    dossier = desk.receive()
    desk.to_officer(dossier.id)
    desk.submit(dossier.id)
    desk.approve(dossier.id)
    base = desk.number(dossier.id).number.base.hex()
    second = joined(desk, tmp_path)
    with desk.core.store.read() as conn, second.core.store.write() as tx:
        second.core.blobs.put(tx, desk.core.blobs.get(conn, base), media="application/pdf")
    stick = tmp_path / "usb.p12"
    shutil.copy(key_path(desk.core.home / "keys", "staff-lanhdao"), stick)
    leader = second.as_("lanhdao")
    key = open_own_key(second.core, leader, stick, password=PASSWORD)
    signed = issuing.sign_result(second.core, leader, dossier.id, key=key)
    with second.core.store.read() as conn:
        pdf = second.core.blobs.get(conn, signed.result_file)
    assert judge(second.core, pdf, expected_signers(signed)).state is State.VALID
    assert [r.subject for r in root_rows(second.core)] == [r.subject for r in root_rows(desk.core)]
    assert not list((second.core.home / "keys").glob("*.p12"))
    second.office.close()


def test_a_root_that_was_never_told_travels_after_the_next_sign_in(desk, tmp_path):
    """An office made before its root travelled: the next sign-in tells it, once."""
    create_training_pki(
        tmp_path / "new", unit_name="phường", people=(), now=desk.clock.now(), password=PASSWORD
    )
    shutil.copy(tmp_path / "new" / ROOT_FILE, desk.core.home / "keys" / ROOT_FILE)
    for _ in range(2):
        desk.office.close()
        desk.office = open_office(desk.core.home, "quantri", PASSWORD, clock=desk.clock)
    with desk.core.store.read() as conn:
        told = "SELECT count(*) FROM ev WHERE st = 'key/office'"
        assert conn.exec_driver_sql(told).scalar_one() == 2
    second = joined(desk, tmp_path)
    own = load_trust(desk.core.home / "keys" / "roots").roots
    assert set(own) == set(load_trust(second.core.home / "keys" / "roots").roots)
    second.office.close()


def test_without_any_root_the_next_step_says_where_they_come_from(tmp_path):
    with pytest.raises(InputError, match="KY-30") as none:
        load_trust(tmp_path / "roots")
    (tmp_path / "roots").mkdir()
    with pytest.raises(InputError, match="KY-32") as empty:
        load_trust(tmp_path / "roots")
    for refused in (none, empty):
        assert "đồng bộ" in refused.value.next_step and "Khóa ký" in refused.value.next_step
