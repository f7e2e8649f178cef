"""A real office signs with certificates that know nothing of us, and only with accepted ones."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, pkcs12

from models.errors import NotAllowed, OfficeError
from models.workflow import Status
from services.administration import change_setting
from services.dossiers import approval, issuing
from services.dossiers.books import book_rows
from services.dossiers.releasing import release, send_back
from services.dossiers.result_check import check_result
from services.key_store import SEAL, import_key, import_root
from services.office_file import Mode
from services.own_keys import open_own_key, open_seal_key
from services.people import save_staff
from services.signing.keys import SigningKey
from services.signing.verdict import State
from tests.signing.laboratory import Authority, make_authority
from tests.support.office import Desk

LEADER = "Nguyễn Văn Quyết"
COMMITTEE = "ỦY BAN NHÂN DÂN PHƯỜNG ĐỊNH CÔNG"
WORD = "mat-khau-that"


def file_of(key: SigningKey, path: Path) -> Path:
    """The key as an authority hands it out."""
    locked = BestAvailableEncryption(WORD.encode())
    path.write_bytes(
        pkcs12.serialize_key_and_certificates(
            b"", key.private, key.certificate, list(key.chain), locked
        )
    )
    return path


@pytest.fixture
def authority() -> Authority:
    return make_authority("Cơ quan chứng thực thử nghiệm")


@pytest.fixture
def real(desk: Desk, authority: Authority, tmp_path: Path) -> Desk:
    """The office in real mode, believing one authority that is not ours."""
    desk.core.office = replace(desk.core.office, mode=Mode.REAL)
    for old in (desk.core.home / "keys" / "roots").iterdir():
        old.unlink()
    root = tmp_path / "goc.pem"
    root.write_bytes(authority.certificate.public_bytes(Encoding.PEM))
    import_root(desk.core, desk.as_("kythuat"), root)
    return desk


def take_in(desk: Desk, key: SigningKey, path: Path, owner: str) -> None:
    import_key(desk.core, desk.as_("kythuat"), file_of(key, path), owner=owner, password=WORD)


def numbered(desk: Desk) -> str:
    dossier = desk.receive()
    desk.to_officer(dossier.id)
    desk.submit(dossier.id)
    desk.approve(dossier.id)
    desk.number(dossier.id)
    return dossier.id


def code_of(caught: pytest.ExceptionInfo[OfficeError]) -> str:
    return caught.value.code


def test_a_real_office_signs_seals_and_checks_by_bound_certificates(
    real: Desk, authority: Authority, tmp_path: Path
) -> None:
    core, leader, clerk = real.core, real.as_("lanhdao"), real.as_("vanthu")
    own, seal = tmp_path / "ld.p12", tmp_path / "dau.p12"
    take_in(real, authority.issue(LEADER, organisation=COMMITTEE), own, "staff-lanhdao")
    take_in(real, authority.issue(COMMITTEE, organisation="THÀNH PHỐ HÀ NỘI"), seal, SEAL)
    dossier_id = numbered(real)
    key = open_own_key(core, leader, own, password=WORD)
    issuing.sign_result(core, leader, dossier_id, key=key)
    released = release(core, clerk, dossier_id, key=open_seal_key(core, seal, password=WORD))
    assert released.at_desk and released.dossier.status is Status.DONE


def test_a_namesakes_certificate_that_nobody_bound_does_not_sign(
    real: Desk, authority: Authority, tmp_path: Path
) -> None:
    """Same name, same accepted authority: only the bound certificate is the leader's."""
    own, other = tmp_path / "ld.p12", tmp_path / "cung-ten.p12"
    take_in(real, authority.issue(LEADER), own, "staff-lanhdao")
    namesake = authority.issue(LEADER)
    file_of(namesake, other)
    with pytest.raises(NotAllowed) as caught:
        open_own_key(real.core, real.as_("lanhdao"), other, password=WORD)
    assert code_of(caught) == "KY-50"
    dossier_id = numbered(real)
    with pytest.raises(NotAllowed) as caught:
        issuing.sign_result(real.core, real.as_("lanhdao"), dossier_id, key=namesake)
    assert code_of(caught) == "KY-50"


def test_a_certificate_carrying_our_id_is_nothing_in_a_real_office(real: Desk) -> None:
    with pytest.raises(NotAllowed) as caught:
        issuing.sign_result(real.core, real.as_("lanhdao"), numbered(real), key=real.leader_key())
    assert code_of(caught) == "KY-50"


def test_a_key_of_an_unknown_authority_stores_nothing(
    real: Desk, authority: Authority, tmp_path: Path
) -> None:
    """Bound by a careless administrator, refused by our own verifier before anything is kept."""
    stranger = make_authority("Tự làm").issue(LEADER)
    take_in(real, stranger, tmp_path / "la.p12", "staff-lanhdao")
    dossier_id = numbered(real)
    with pytest.raises(NotAllowed) as caught:
        issuing.sign_result(real.core, real.as_("lanhdao"), dossier_id, key=stranger)
    assert code_of(caught) == "KY-54" and "chứng thư được chấp nhận" in caught.value.sentence()
    assert real.load(dossier_id).status is Status.NUMBERED


def test_only_the_seal_of_this_office_seals(real: Desk, authority: Authority, tmp_path) -> None:
    core, clerk, own = real.core, real.as_("vanthu"), authority.issue(LEADER)
    take_in(real, own, tmp_path / "ld.p12", "staff-lanhdao")
    dossier_id = numbered(real)
    issuing.sign_result(core, real.as_("lanhdao"), dossier_id, key=own)
    elsewhere = authority.issue("UBND phường Khác", organisation="UBND phường Khác")
    for wrong in (elsewhere, own):
        with pytest.raises(NotAllowed) as caught:
            issuing.seal_result(core, clerk, dossier_id, key=wrong)
        assert code_of(caught) == "KY-51"
    change_setting(core, real.as_("quantri"), "seal_organisation", value="UBND phường Khác")
    sealed = issuing.seal_result(core, clerk, dossier_id, key=elsewhere)
    assert sealed.status is Status.SEALED
    change_setting(core, real.as_("quantri"), "seal_organisation", value="")
    verdict = check_result(core, sealed).verdict
    assert verdict is not None and verdict.state is State.VALID, "judged by the seal of that day"


def sealed_in_training(desk: Desk) -> str:
    dossier_id = numbered(desk)
    desk.sign(dossier_id)
    desk.seal(dossier_id)
    return dossier_id


def test_a_leaders_corrected_name_leaves_earlier_results_valid(desk: Desk) -> None:
    dossier_id = sealed_in_training(desk)
    renamed = replace(desk.as_("lanhdao").staff, name="Nguyễn Văn Quyết Thắng")
    save_staff(desk.core, desk.as_("quantri"), renamed, reason="Sai tên")
    assert desk.as_("lanhdao").staff.name == "Nguyễn Văn Quyết Thắng"
    verdict = check_result(desk.core, desk.load(dossier_id)).verdict
    assert verdict is not None and verdict.state is State.VALID, verdict


def test_a_file_signed_by_another_certificate_than_recorded_is_invalid(desk: Desk) -> None:
    sealed = desk.load(sealed_in_training(desk))
    for part in ("signed", "sealed"):
        other = replace(getattr(sealed, part), certificate="ab" * 32)
        verdict = check_result(desk.core, replace(sealed, **{part: other})).verdict
        assert verdict is not None and verdict.state is State.INVALID, part
    old = replace(sealed.signed, certificate=desk.leader_key().holder.serial)
    verdict = check_result(desk.core, replace(sealed, signed=old)).verdict
    assert verdict is not None and verdict.state is State.VALID, "older events have the serial"


def test_no_unchecked_file_reaches_the_desk_and_there_is_a_way_back(desk: Desk) -> None:
    core, clerk, dossier_id = desk.core, desk.as_("vanthu"), sealed_in_training(desk)
    serial = desk.leader_key().holder.serial
    since = (desk.clock.now() - timedelta(days=1)).isoformat()
    (core.home / "keys" / "roots" / "revoked.txt").write_text(f"{serial} {since}\n", "utf-8")
    with pytest.raises(NotAllowed) as caught:
        issuing.finish(core, clerk, dossier_id)
    assert code_of(caught) == "KY-56"
    held = send_back(core, clerk, desk.load(dossier_id))
    assert not held.at_desk and desk.load(dossier_id).status is Status.SEALED
    back = issuing.revoke_signature(core, clerk, dossier_id, reason="Khóa đã bị thu hồi")
    assert back.status is Status.APPROVED and not back.result_file and back.signer == ""
    assert desk.number(dossier_id).number.number == 2
    with core.store.read() as conn:
        rows = [(r.number, r.state, r.reason) for r in book_rows(conn, 2026, "GXN")]
    assert rows == [(1, "void", "Khóa đã bị thu hồi"), (2, "reserved", "")]


def test_who_signed_may_give_it_up_but_never_without_a_reason(desk: Desk) -> None:
    core, leader, dossier_id = desk.core, desk.as_("lanhdao"), numbered(desk)
    desk.sign(dossier_id)
    with pytest.raises(OfficeError) as caught:
        issuing.revoke_signature(core, leader, dossier_id, reason=" ")
    assert code_of(caught) == "HS-03" and desk.load(dossier_id).status is Status.SIGNED
    issuing.revoke_signature(core, leader, dossier_id, reason="Sai họ tên")
    after = approval.return_to_officer(core, leader, dossier_id, reason="Sai họ tên")
    assert after.status is Status.PROCESSING and after.number is None
