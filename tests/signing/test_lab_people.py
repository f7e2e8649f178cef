"""Laboratory 3: sound files signed by the wrong people, at the wrong time, with the wrong keys."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from reportlab.pdfgen import canvas

from services.signing.expected import Expected, ExpectedSigner
from services.signing.keys import open_key
from services.signing.pades import add_fields, sign_field
from services.signing.roots import Trust, load_trust
from services.signing.slots import LEADER_FIELD, SEAL_FIELD, FieldBox
from services.signing.stages import digest_of, prepare
from services.signing.training_pki import add_training_key, create_training_pki
from services.signing.verdict import State, verify, word_of
from tests.signing.altering import forged, holes
from tests.signing.laboratory import (
    BASE,
    FIELDS,
    LEADER_BOX,
    NOW,
    PASSWORD,
    SEAL_BOX,
    STAMP,
    UNIT,
    prepared,
    rsa_key,
    signed_by,
)

DAY = timedelta(days=1)
RIGHT = Expected(
    (
        ExpectedSigner(
            LEADER_FIELD, UNIT, name="nguyễn thị  BÍCH", identity="LD01", box=LEADER_BOX
        ),
        ExpectedSigner(SEAL_FIELD, UNIT, box=SEAL_BOX),
    )
)


def _by(key, *, at=NOW) -> bytes:
    """Signed by any key at any time: our own stages would refuse some of them."""
    pdf = add_fields(BASE, FIELDS)
    return sign_field(pdf, key, field=LEADER_FIELD, stamp_pdf=STAMP, at=at, reserve=24_000)


def _says(verdict, state: State, words: str) -> None:
    assert verdict.state is state, verdict
    assert words in " ".join(verdict.reasons), verdict.reasons


def test_the_right_people_are_accepted(office, document):
    expected = replace(RIGHT, sha256=digest_of(document))
    assert verify(document, office.trust, now=NOW, expected=expected).state is State.VALID


def test_a_foreign_authority_is_not_valid(office, stranger):
    key = stranger.issue("Nguyễn Thị Bích")
    _says(verify(_by(key), office.trust, now=NOW), State.INVALID, "không thuộc hệ thống")
    assert verify(_by(key), stranger.trust(), now=NOW).state is State.VALID


def test_without_roots_nothing_can_be_said(document):
    _says(verify(document, Trust(()), now=NOW), State.INDETERMINATE, "chứng thư gốc")


def test_the_deputy_is_the_wrong_person(office):
    pdf = signed_by(signed_by(prepared(), office.deputy), office.seal, field=SEAL_FIELD)
    assert verify(pdf, office.trust, now=NOW).state is State.VALID
    wrong = verify(pdf, office.trust, now=NOW, expected=RIGHT)
    _says(wrong, State.INVALID, "Trần Văn Cường, không phải người được giao ký")


@pytest.mark.parametrize(
    "change", [{"position": "Bí thư"}, {"identity": "LD09"}, {"name": "Nguyễn Thị Bich"}]
)
def test_every_detail_of_the_person_counts(office, document, change):
    signers = (replace(RIGHT.signers[0], **change), RIGHT.signers[1])
    expected = Expected(signers)
    _says(verify(document, office.trust, now=NOW, expected=expected), State.INVALID, "được giao")


def test_another_commune_of_the_same_authority_is_not_valid(office):
    folder = office.pki.seal.parent
    person = ("KH01", "Nguyễn Thị Bích", "Chủ tịch")
    unit = "Ủy ban nhân dân xã Khác"
    path = add_training_key(folder, unit_name=unit, person=person, now=NOW, password=PASSWORD)
    other = open_key(path, PASSWORD, now=NOW)
    pdf = signed_by(signed_by(prepared(), other), office.seal, field=SEAL_FIELD)
    _says(verify(pdf, office.trust, now=NOW), State.INVALID, "nhưng con dấu là của")
    _says(verify(pdf, office.trust, now=NOW, expected=RIGHT), State.INVALID, "không phải của")


def test_leader_and_seal_swapped_are_not_valid(office):
    pdf = signed_by(signed_by(prepared(), office.seal), office.leader, field=SEAL_FIELD)
    verdict = verify(pdf, office.trust, now=NOW)
    _says(verdict, State.INVALID, "Ô chữ ký lãnh đạo lại được ký bằng con dấu")
    _says(verdict, State.INVALID, "Ô con dấu lại được ký bằng khóa cá nhân")


def test_a_missing_seal_is_not_valid_when_expected(office):
    """Also the file cut back to the leader's revision, which no reader can notice by itself."""
    pdf = signed_by(prepared(), office.leader)
    assert verify(pdf, office.trust, now=NOW).state is State.VALID
    _says(
        verify(pdf, office.trust, now=NOW, expected=RIGHT),
        State.INVALID,
        "Thiếu chữ ký ở ô con dấu",
    )


def test_the_very_file_of_the_register_is_asked_for(office, document):
    start, end = holes(document)[-1]
    twin = document[:start] + document[start:end].swapcase() + document[end:]
    expected = replace(RIGHT, sha256=digest_of(document))
    _says(verify(twin, office.trust, now=NOW, expected=expected), State.INVALID, "sổ phát hành")


def test_fields_must_be_those_of_the_template(office):
    moved = (FieldBox(LEADER_FIELD, (20, 20, 160, 90)), FIELDS[1])
    pdf = signed_by(prepare(BASE, moved), office.leader)
    _says(verify(pdf, office.trust, now=NOW, expected=RIGHT), State.INVALID, "đúng chỗ của mẫu")
    more = (*FIELDS, FieldBox("Them", (20, 20, 60, 60)))
    pdf = signed_by(prepare(BASE, more), office.leader)
    _says(verify(pdf, office.trust, now=NOW, expected=RIGHT), State.INVALID, "ô lạ")


def test_a_fillable_form_is_never_taken_for_granted(office, tmp_path):
    path = tmp_path / "form.pdf"
    sheet = canvas.Canvas(str(path), invariant=1)
    sheet.acroForm.textfield(name="so_tien", value="150")
    sheet.showPage()
    sheet.save()
    once = signed_by(prepared(path.read_bytes()), office.leader)
    assert verify(once, office.trust, now=NOW).state is State.VALID
    _says(verify(once, office.trust, now=NOW, expected=RIGHT), State.INVALID, "ô lạ")
    twice = signed_by(once, office.seal, field=SEAL_FIELD)
    _says(verify(twice, office.trust, now=NOW), State.INDETERMINATE, "ô điền được")


def test_signed_after_the_certificate_ended_is_not_valid(stranger):
    key = stranger.issue("Lê Văn D", start=NOW - 30 * DAY, end=NOW - 10 * DAY)
    _says(verify(_by(key), stranger.trust(), now=NOW), State.INVALID, "không có hiệu lực lúc ký")


def test_signed_before_the_certificate_began_is_not_valid(stranger):
    key = stranger.issue("Lê Văn D", start=NOW + 10 * DAY)
    _says(verify(_by(key), stranger.trust(), now=NOW), State.INVALID, "không có hiệu lực lúc ký")


def test_expired_since_without_a_time_stamp_cannot_be_judged(stranger):
    key = stranger.issue("Lê Văn D", end=NOW + DAY)
    pdf = _by(key)
    assert verify(pdf, stranger.trust(), now=NOW).state is State.VALID
    later = verify(pdf, stranger.trust(), now=NOW + 2 * DAY)
    _says(later, State.INDETERMINATE, "nay đã hết hạn")


def test_a_time_still_to_come_is_said(office):
    pdf = signed_by(prepared(), office.leader, at=NOW + DAY)
    verdict = verify(pdf, office.trust, now=NOW)
    assert any("Giờ khai không khớp" in note for note in verdict.notes)


def test_a_revoked_certificate_is_not_valid_when_the_list_is_here(office, document):
    assert "Chưa kiểm tra trạng thái thu hồi" in " ".join(
        verify(document, office.trust, now=NOW).notes
    )
    serial = office.leader.holder.serial
    listed = replace(office.trust, revoked={serial: NOW + DAY}, revocation_known=True)
    verdict = verify(document, listed, now=NOW)
    _says(verdict, State.INVALID, "Nguyễn Thị Bích đã bị thu hồi")
    other = replace(office.trust, revoked={"abc": NOW}, revocation_known=True)
    verdict = verify(document, other, now=NOW)
    assert verdict.state is State.VALID
    assert any("Đã đối chiếu danh sách thu hồi" in note for note in verdict.notes)


def test_a_weak_key_is_not_valid(stranger):
    pdf = _by(stranger.issue("Lê Văn D", private=rsa_key(1024)))
    _says(verify(pdf, stranger.trust(), now=NOW), State.INVALID, "thuật toán yếu")


def test_a_certificate_that_is_no_root_of_ours_but_signs_itself(office, stranger):
    """The forger's own root as signer, named exactly like our root."""
    key = replace(office.leader, certificate=stranger.certificate, private=stranger.key, chain=())
    verdict = verify(_by(key), office.trust, now=NOW)
    _says(verdict, State.INVALID, "không thuộc hệ thống")


def test_a_right_certificate_over_a_strange_key_is_not_valid(office, stranger):
    """The leader's certificate pasted beside a signature of somebody else's key."""
    key = replace(office.leader, private=stranger.key)
    verdict = verify(forged(prepared(), key), office.trust, now=NOW)
    _says(verdict, State.INVALID, "không khớp")


def test_the_words_for_time_and_verdict(office, document):
    verdict = verify(document, office.trust, now=NOW)
    leader = verdict.signatures[0]
    assert leader.time_words() == (
        "Ký lúc 09:30:00 20/11/2026 theo đồng hồ máy – chưa có dấu thời gian tin cậy"
    )
    assert replace(leader, trusted_at=NOW).time_words().startswith("Dấu thời gian tin cậy")
    assert replace(leader, claimed_at=None).time_words().startswith("Không rõ giờ ký")
    assert [word_of(state) for state in State] == [
        "hợp lệ",
        "không hợp lệ",
        "chưa kết luận được",
    ]
    assert any("Chữ ký tập huấn" in note for note in verdict.notes)


def test_odd_claimed_times_do_not_break_the_verdict(office):
    for text in (b"D:20261120093000", b"D:99991231235959Z", b"D:00010101000000Z", b"yesterday"):
        field = text.ljust(23)
        pdf = forged(prepared(), office.leader, claimed=field)
        verdict = verify(pdf, office.trust, now=NOW)
        assert verdict.state is not State.INVALID and verdict.reasons


def test_a_certificate_that_never_ends_is_readable(stranger):
    key = stranger.issue("Lê Văn D", end=datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC))
    assert key.holder.valid_to.year == 9999


def test_names_too_long_for_a_certificate_still_fit_the_record(tmp_path):
    unit = "Ủy ban nhân dân phường Văn Miếu – Quốc Tử Giám, thành phố Hà Nội"
    name = "Nguyễn " + "Thị Thùy Dương " * 20
    people = [
        ("A", name, "Phó Chủ tịch Ủy ban nhân dân phường phụ trách " + "văn hóa, xã hội " * 5)
    ]
    pki = create_training_pki(tmp_path, unit_name=unit, people=people, now=NOW, password=PASSWORD)
    leader, seal = (open_key(path, PASSWORD, now=NOW) for path in (pki.keys["A"], pki.seal))
    assert seal.holder.is_organisation and not leader.holder.is_organisation
    pdf = signed_by(signed_by(prepared(), leader), seal, field=SEAL_FIELD)
    signers = (
        ExpectedSigner(LEADER_FIELD, unit, name=name, position=people[0][2]),
        ExpectedSigner(SEAL_FIELD, unit, name=unit),
    )
    verdict = verify(pdf, load_trust(pki.roots), now=NOW, expected=Expected(signers))
    assert verdict.state is State.VALID, verdict.reasons


def test_before_the_seal_its_field_must_be_empty(office, document):
    leader_only = Expected(RIGHT.signers[:1])
    once = signed_by(prepared(), office.leader)
    assert verify(once, office.trust, now=NOW, expected=leader_only).state is State.VALID
    _says(
        verify(document, office.trust, now=NOW, expected=leader_only),
        State.INVALID,
        "hồ sơ chưa ghi nhận",
    )
