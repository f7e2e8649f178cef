"""Leader, then seal: both stay valid, nothing but the approved bytes is signed."""

from __future__ import annotations

import subprocess
from datetime import timedelta

import pytest

from models.errors import NotAllowed
from services.signing.guard import inspect
from services.signing.slots import LEADER_FIELD, SEAL_FIELD, FieldBox
from services.signing.stages import digest_of, prepare, sign
from services.signing.verdict import State, verify
from tests.signing.laboratory import BASE, NOW, STAMP, issued, page, prepared, rsa_key, signed_by
from tests.support.needs import get_program


def test_both_fields_exist_before_the_first_signature():
    report = inspect(prepared())
    assert report.empty_fields == (LEADER_FIELD, SEAL_FIELD)
    assert not report.faults and not report.doubts and not report.parts


def test_leader_then_seal_both_valid(office, document):
    verdict = verify(document, office.trust, now=NOW)
    assert verdict.state is State.VALID, verdict.reasons
    first, second = verdict.signatures
    assert (first.field, first.signer) == (LEADER_FIELD, "Nguyễn Thị Bích")
    assert (second.field, second.signer) == (SEAL_FIELD, office.seal.holder.organisation)
    assert (first.covers_to_end, second.covers_to_end) == (False, True)
    assert first.claimed_at == NOW and first.time_kind == "claimed"
    assert verdict.sha256 == digest_of(document)
    assert b"/ETSI.CAdES.detached" in document


def test_leader_alone_is_valid_and_covers_the_file(office):
    verdict = verify(signed_by(prepared(), office.leader), office.trust, now=NOW)
    assert verdict.state is State.VALID
    assert [each.covers_to_end for each in verdict.signatures] == [True]


def test_the_same_input_gives_the_same_bytes(office, document):
    assert issued(office) == document


def test_rsa_keys_sign_as_well(stranger):
    key = stranger.issue("Lê Văn D", private=rsa_key(2048))
    pdf = signed_by(prepared(), key)
    assert verify(pdf, stranger.trust(), now=NOW).state is State.VALID
    assert signed_by(prepared(), key) == pdf


def test_only_the_approved_bytes_are_signed(office):
    approved = prepared()
    for at in (0, 100, len(approved) // 2, len(approved) - 1):
        changed = bytearray(approved)
        changed[at] ^= 1
        with pytest.raises(NotAllowed, match="KY-10"):
            sign(
                bytes(changed),
                office.leader,
                field=LEADER_FIELD,
                stamp_pdf=STAMP,
                at=NOW,
                expected_digest=digest_of(approved),
            )


@pytest.mark.parametrize("field", ["KhongCo", LEADER_FIELD])
def test_a_missing_or_filled_field_is_refused(office, field):
    once = signed_by(prepared(), office.leader)
    with pytest.raises(NotAllowed, match="KY-11"):
        signed_by(once, office.seal, field=field)


def test_a_document_without_fields_is_refused(office):
    with pytest.raises(NotAllowed, match="KY-11"):
        signed_by(BASE, office.leader)


def test_a_key_past_its_end_does_not_sign(office):
    with pytest.raises(NotAllowed, match="KY-05"):
        signed_by(prepared(), office.leader, at=NOW + timedelta(days=4000))


def test_a_document_with_active_content_is_not_issued(office):
    active = BASE.replace(b"/PageMode /UseNone", b"/OpenAction [ 0  ]")
    with pytest.raises(NotAllowed, match="KY-12"):
        signed_by(prepare(active, [FieldBox(LEADER_FIELD, (10, 10, 60, 60))]), office.leader)


def test_fields_go_to_the_page_asked_for(office):
    fields = [FieldBox(LEADER_FIELD, (10, 10, 60, 60), page=0)]
    pdf = signed_by(prepare(page("one", "two"), fields), office.leader)
    assert verify(pdf, office.trust, now=NOW).state is State.VALID


def test_poppler_agrees(tmp_path, document):
    path = tmp_path / "issued.pdf"
    path.write_bytes(document)
    pdfsig = get_program("pdfsig", package="poppler-utils")
    said = subprocess.run([pdfsig, "-nocert", path], capture_output=True, text=True, check=False)
    assert said.stdout.count("Signature is Valid") == 2
    assert said.stdout.count("Total document signed") == 1


def test_qpdf_finds_no_fault(tmp_path, document):
    path = tmp_path / "issued.pdf"
    path.write_bytes(document)
    qpdf = get_program("qpdf", package="qpdf")
    subprocess.run([qpdf, "--check", path], capture_output=True, check=True)
