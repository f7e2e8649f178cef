"""Training keys say what they are; keys that may not sign are refused with a reason."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from cryptography.hazmat.primitives import hashes

from models.errors import ForeignError, InputError, MachineError, NotAllowed
from services.clock import VIETNAM
from services.signing.holder import TRAINING_MARK
from services.signing.keys import check_may_sign, open_key
from services.signing.roots import load_trust
from services.signing.training_pki import add_training_key, create_training_pki, key_path
from tests.signing.laboratory import NOW, PASSWORD, UNIT, rsa_key


def test_the_subject_names_person_position_office_and_training(office):
    holder = office.leader.holder
    assert (holder.name, holder.position) == ("Nguyễn Thị Bích", "Chủ tịch")
    assert (holder.organisation, holder.identity) == (UNIT, "LD01")
    assert holder.training and not holder.is_organisation
    assert TRAINING_MARK in office.leader.certificate.subject.rfc4514_string()
    assert office.seal.holder.is_organisation and office.seal.holder.training
    assert holder.days_left(NOW) == 3 * 365


def test_a_wrong_password_is_the_persons_error(office):
    with pytest.raises(InputError) as caught:
        open_key(office.pki.seal, "sai mật khẩu", now=NOW)
    assert caught.value.code == "KY-01"


def test_files_that_are_no_keys(office, tmp_path):
    with pytest.raises(MachineError, match="KY-02"):
        open_key(tmp_path / "none.p12", "x", now=NOW)
    for content in (b"", b"hello", b"0" * 40, b"\x30\x82\x00\x05\x02\x01\x01xx"):
        path = tmp_path / "odd.p12"
        path.write_bytes(content)
        with pytest.raises(ForeignError, match="KY-03"):
            open_key(path, PASSWORD, now=NOW)
    whole = office.pki.seal.read_bytes()
    path.write_bytes(whole[:-200])
    with pytest.raises(ForeignError, match="KY-03"):
        open_key(path, PASSWORD, now=NOW)


def test_the_private_key_does_not_show_in_a_report(office):
    assert "private" not in repr(office.leader)


@pytest.mark.parametrize(
    ("now", "code"),
    [
        (datetime(2025, 1, 1, tzinfo=VIETNAM), "KY-04"),
        (datetime(2030, 1, 1, tzinfo=VIETNAM), "KY-05"),
    ],
)
def test_a_key_out_of_its_time_is_refused(office, now, code):
    with pytest.raises(NotAllowed, match=code):
        open_key(office.pki.seal, PASSWORD, now=now)


def test_a_key_that_ends_today_is_refused_but_tomorrow_is_fine(stranger):
    noon = NOW.replace(hour=12)
    today = stranger.issue("A", end=noon.replace(hour=17))
    with pytest.raises(NotAllowed, match="KY-06"):
        check_may_sign(today, noon)
    check_may_sign(stranger.issue("A", end=noon + timedelta(days=1)), noon)


def test_weak_keys_are_refused(stranger):
    with pytest.raises(NotAllowed, match="KY-07"):
        check_may_sign(stranger.issue("A", private=rsa_key(1024)), NOW)
    check_may_sign(stranger.issue("A", private=rsa_key(2048)), NOW)
    with pytest.raises(NotAllowed, match="KY-07"):
        check_may_sign(stranger.issue("A", digest=hashes.SHA224()), NOW)


def test_one_more_person_gets_a_key_of_the_same_authority(tmp_path):
    made = create_training_pki(tmp_path, unit_name=UNIT, people=[], now=NOW, password=PASSWORD)
    person = ("../x", "Lê " + "Thị " * 80, "Công chức")
    path = add_training_key(tmp_path, unit_name=UNIT, person=person, now=NOW, password=PASSWORD)
    assert path.parent == tmp_path and path == key_path(tmp_path, "../x")
    key = open_key(path, PASSWORD, now=NOW)
    assert key.holder.name.startswith("Lê Thị Thị") and len(key.holder.name.encode()) <= 64
    assert key.chain[0].subject == key.certificate.issuer
    assert load_trust(made.roots).roots[0].subject == key.chain[0].issuer
    with pytest.raises(ForeignError, match="KY-20"):
        add_training_key(tmp_path, unit_name=UNIT, person=person, now=NOW, password="khác")


def test_empty_names_and_passwords_make_no_keys(tmp_path):
    wrong = [
        {"unit_name": "", "people": [], "password": "x"},
        {"unit_name": UNIT, "people": [("a", " ", "")], "password": "x"},
        {"unit_name": UNIT, "people": [], "password": ""},
    ]
    for wish in wrong:
        with pytest.raises(InputError):
            create_training_pki(tmp_path, now=NOW, **wish)


@pytest.mark.skipif(sys.platform == "win32", reason="no POSIX modes")
def test_key_files_are_private_and_leave_no_halves(office):
    folder = office.pki.seal.parent
    assert {path.suffix for path in folder.iterdir() if path.is_file()} == {".p12"}
    for path in folder.glob("*.p12"):
        assert path.stat().st_mode & 0o077 == 0


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="root writes anywhere")
def test_a_read_only_folder_is_the_machines_error(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(MachineError, match="KY-24"):
        create_training_pki(tmp_path, unit_name=UNIT, people=[], now=NOW, password="x")


def test_a_file_in_the_way_is_the_machines_error(tmp_path):
    (tmp_path / "roots").write_text("in the way")
    with pytest.raises(MachineError, match="KY-24"):
        create_training_pki(tmp_path, unit_name=UNIT, people=[], now=NOW, password="x")


def test_odd_folders_of_roots(tmp_path, office):
    with pytest.raises(InputError, match="KY-30"):
        load_trust(tmp_path / "none")
    with pytest.raises(InputError, match="KY-32"):
        load_trust(tmp_path)
    (tmp_path / "a.pem").write_text("not a certificate")
    with pytest.raises(ForeignError, match="KY-31"):
        load_trust(tmp_path)
    (tmp_path / "a.pem").write_bytes((office.pki.roots / "training-root.pem").read_bytes())
    serial = f"{office.leader.certificate.serial_number:x}"
    (tmp_path / "revoked.txt").write_text(f"# taken back\n{serial} 2026-11-01T08:00\n")
    trust = load_trust(tmp_path)
    assert trust.revoked == {serial: datetime(2026, 11, 1, 8, tzinfo=VIETNAM)}
    assert replace(trust, revoked={}) != office.trust and trust.revocation_known
    (tmp_path / "revoked.txt").write_text("what is this\n")
    with pytest.raises(ForeignError, match="KY-31"):
        load_trust(tmp_path)
