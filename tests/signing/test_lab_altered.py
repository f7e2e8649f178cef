"""Laboratory 1: files altered after they were signed. Every one gets its right verdict."""

from __future__ import annotations

import re

import pytest

from services.signing.slots import SEAL_FIELD
from services.signing.stages import digest_of
from services.signing.verdict import State, verify
from tests.signing.altering import (
    body_of,
    flip,
    forged,
    holes,
    number_of,
    revision,
    swap,
    swap_first,
)
from tests.signing.laboratory import BASE, NOW, issued, page, prepared, signed_by

EDITED = "bị sửa sau khi ký"
ADDED = "bị thêm nội dung"
TAIL = "dữ liệu lạ"
RANGE = "phạm vi ký"
DAMAGED = "bị hỏng"


def _leader_hole(pdf: bytes) -> tuple[int, int]:
    return holes(pdf)[0]


def _hex_at(pdf: bytes, which: int, offset: int) -> bytes:
    """`pdf` with another hex digit `offset` digits into the contents of signature `which`."""
    at = holes(pdf)[which][0] + 1 + offset
    digit = b"1" if pdf[at : at + 1] == b"0" else b"0"
    return pdf[:at] + digit + pdf[at + 1 :]


def _rotated(pdf: bytes) -> bytes:
    number = number_of(pdf, b"/Type /Page\n")
    body = body_of(pdf, number)
    return revision(pdf, {number: re.sub(rb"/Rotate 0", b"/Rotate 90", body)})


def _other_text(pdf: bytes) -> bytes:
    number = number_of(pdf, b"150 square metres")
    text = b"BT /F1 12 Tf 40 420 Td (grant 950 square metres) Tj ET"
    return revision(pdf, {number: b"<< /Length %d >>\nstream\n%s\nendstream" % (len(text), text)})


def _annotated(pdf: bytes) -> bytes:
    number = number_of(pdf, b"/Annots [")
    body = body_of(pdf, number)
    note = b"<< /Type /Annot /Subtype /FreeText /Rect [ 0 0 99 99 ] /Contents (950) >>"
    changed = re.sub(rb"/Annots \[", b"/Annots [ 700 0 R", body)
    return revision(pdf, {number: changed, 700: note})


def _info(pdf: bytes) -> bytes:
    return revision(pdf, {int(re.findall(rb"/Info (\d+)", pdf)[-1]): b"<< /Title (new) >>"})


def _resigned_object(pdf: bytes) -> bytes:
    number = number_of(pdf, b"/ETSI.CAdES.detached")
    return revision(pdf, {number: body_of(pdf, number)})


def _unlinked(pdf: bytes) -> bytes:
    number = number_of(pdf, b"/SigFlags")
    return revision(pdf, {number: b"<< /Fields [ ] /SigFlags 3 >>"})


def _range_text(pdf: bytes, text: bytes) -> bytes:
    old = re.findall(rb"/ByteRange \[[^\]]*\] *", pdf)[-1]
    return swap(pdf, old, text.ljust(len(old)))


def _contents_text(pdf: bytes, text: bytes) -> bytes:
    start, end = holes(pdf)[-1]
    return pdf[: start - len(b"/Contents ")] + text.ljust(end - start + 10) + pdf[end:]


def _transplanted(pdf: bytes, other: bytes) -> bytes:
    (start, end), (from_, to) = holes(pdf)[-1], holes(other)[-1]
    return pdf[:start] + other[from_:to] + pdf[end:]


def _wrapped(pdf: bytes) -> bytes:
    """The attacker's objects put into the hole, the signed tail moved behind them."""
    start, end = holes(pdf)[-1]
    rest = len(pdf) - end
    evil = b"\n777 0 obj\n<< /Evil true >>\nendobj\n"
    moved = pdf[:end] + evil + pdf[end:]
    text = b"/ByteRange [0 %d %d %d]" % (start, end + len(evil), rest)
    return _range_text(moved, text)


ALTERED = {
    "page text": (lambda d: flip(d, d.index(b"150 square") + 1), EDITED),
    "header comment": (lambda d: flip(d, 12), EDITED),
    "page two": (lambda d: flip(d, d.index(b"Page two")), EDITED),
    "leader's field": (lambda d: flip(d, d.index(b"ChuKyLanhDao") + 3), EDITED),
    "first table": (lambda d: flip(d, d.index(b"\nxref") + 30), EDITED),
    "file id": (lambda d: flip(d, d.index(b"/ID") + 12), EDITED),
    "seal's stamp": (lambda d: flip(d, d.rindex(b"(seal)") + 1), EDITED),
    "claimed time": (lambda d: swap(d, b"\\07220261120", b"\\07220251120"), EDITED),
    "claimed time of leader": (lambda d: swap_first(d, b"20261120", b"20251120"), EDITED),
    "first end of file": (lambda d: swap_first(d, b"%%EOF", b"%%EOG"), EDITED),
    "last end of file": (lambda d: swap(d, b"%%EOF", b"%%EOG"), TAIL),
    "range digit of leader": (lambda d: swap_first(d, b"/ByteRange [0 ", b"/ByteRange [1 "), RANGE),
    "range digit of seal": (lambda d: swap(d, b"/ByteRange [0 ", b"/ByteRange [2 "), RANGE),
    "signature value of leader": (lambda d: _hex_at(d, 0, 3900), ""),
    "signed digest of leader": (lambda d: _hex_at(d, 0, 3200), ""),
    "der length of seal": (lambda d: _hex_at(d, 1, 5), DAMAGED),
    "certificate of seal": (lambda d: _hex_at(d, 1, 2500), ""),
    "padding of seal": (lambda d: _hex_at(d, 1, 20_000), DAMAGED),
    "padding of leader": (lambda d: _hex_at(d, 0, 20_000), ""),
    "last byte cut": (lambda d: d[:-2], TAIL),
    "cut in the seal": (lambda d: d[: holes(d)[1][0] + 500], TAIL),
    "cut in half": (lambda d: d[: len(d) // 2], TAIL),
    "cut to the header": (lambda d: d[:9], TAIL),
    "text appended": (lambda d: d + b"950 square metres", TAIL),
    "blank lines appended": (lambda d: d + b"\n\n", TAIL),
    "comment appended": (lambda d: d + b"% note\n", TAIL),
    "end of file appended": (lambda d: d + b"%%EOF\n", ADDED),
    "bytes before the header": (lambda d: b"\n" + d, "không phải là PDF"),
    "two files in a row": (lambda d: d + BASE, "lồng nhau"),
    "page text by revision": (_other_text, ADDED),
    "page rotated by revision": (_rotated, ADDED),
    "note added by revision": (_annotated, ADDED),
    "document info by revision": (_info, ADDED),
    "empty revision": (lambda d: revision(d, {}), ADDED),
    "signature written again": (_resigned_object, "ghi lại"),
    "field unlinked": (_unlinked, "không gắn với ô"),
    "range removed": (lambda d: _range_text(d, b""), "thiếu"),
    "range null": (lambda d: _range_text(d, b"/ByteRange null"), RANGE),
    "range of zeros": (lambda d: _range_text(d, b"/ByteRange [0 0 0 0]"), RANGE),
    "range negative": (lambda d: _range_text(d, b"/ByteRange [0 -1 99 9]"), RANGE),
    "range of three": (lambda d: _range_text(d, b"/ByteRange [0 10 20]"), RANGE),
    "range huge": (lambda d: _range_text(d, b"/ByteRange [0 9 99 9999999999]"), RANGE),
    "range of reals": (lambda d: _range_text(d, b"/ByteRange [0.0 9.0 99.0 9.0]"), RANGE),
    "range twice": (
        lambda d: _range_text(d, b"/ByteRange [0 1 2 3]/ByteRange [0 1 2 3]"),
        "hai lần",
    ),
    "contents removed": (lambda d: _contents_text(d, b""), "thiếu"),
    "contents null": (lambda d: _contents_text(d, b"/Contents null"), "thiếu"),
    "contents empty": (lambda d: _contents_text(d, b"/Contents <>"), "không được ký"),
    "contents zero": (lambda d: _contents_text(d, b"/Contents <00>"), "không được ký"),
    "contents a literal": (lambda d: _contents_text(d, b"/Contents (abc)"), "thiếu"),
    "wrapped": (_wrapped, "không được ký"),
}


@pytest.mark.parametrize("name", ALTERED)
def test_an_altered_file_is_not_valid(office, document, name):
    alter, reason = ALTERED[name]
    changed = alter(document)
    assert changed != document
    verdict = verify(changed, office.trust, now=NOW)
    assert verdict.state is State.INVALID, verdict
    assert reason in " ".join(verdict.reasons), verdict.reasons


def test_a_signature_of_another_document_is_not_valid(office, document):
    other = issued(office, page("Another decision", "Page two"))
    verdict = verify(_transplanted(document, other), office.trust, now=NOW)
    assert verdict.state is State.INVALID and EDITED in verdict.reasons[0]


@pytest.mark.parametrize("change", [_rotated, _other_text, _annotated])
def test_a_change_between_leader_and_seal_is_not_valid(office, change):
    """The seal signs honestly, but what it seals is not what the leader signed."""
    changed = change(signed_by(prepared(), office.leader))
    verdict = verify(
        forged(changed, office.seal, marker=SEAL_FIELD.encode()), office.trust, now=NOW
    )
    assert verdict.state is State.INVALID
    assert "Tệp đã bị sửa sau khi Nguyễn Thị Bích ký." in verdict.reasons


def test_a_field_added_after_certification_is_not_valid(office):
    once = signed_by(prepared(), office.leader)
    form = number_of(once, b"/SigFlags")
    fields = re.sub(rb"/Fields \[", b"/Fields [ 800 0 R", body_of(once, form))
    page_number = number_of(once, b"/Annots [")
    place = re.sub(rb"/Annots \[", b"/Annots [ 800 0 R", body_of(once, page_number))
    extra = b"<< /FT /Sig /T (ThemVao) /Type /Annot /Subtype /Widget /F 132 /Rect [ 9 9 99 99 ] >>"
    added = revision(once, {form: fields, page_number: place, 800: extra})
    verdict = verify(forged(added, office.seal, marker=b"ThemVao"), office.trust, now=NOW)
    assert verdict.state is State.INVALID
    assert "Tệp đã bị sửa sau khi Nguyễn Thị Bích ký." in verdict.reasons


def test_other_letters_in_the_unsigned_hex_are_still_valid_but_another_file(office, document):
    """Why the register keeps the digest of the file: valid is not the same file."""
    start, end = holes(document)[-1]
    other = document[:start] + document[start:end].swapcase() + document[end:]
    verdict = verify(other, office.trust, now=NOW)
    assert verdict.state is State.VALID
    assert other != document and verdict.sha256 == digest_of(other) != digest_of(document)


def test_files_that_are_no_signed_pdf(office):
    for content in (b"", b"hello", b"PK\x03\x04" + bytes(50), b"\x89PNG\r\n\x1a\n", b"%PD"):
        verdict = verify(content, office.trust, now=NOW)
        assert (verdict.state, verdict.signatures) == (State.INVALID, ())
        assert verdict.reasons == ("Tệp này không phải là PDF.",)
    for unsigned in (BASE, prepared()):
        verdict = verify(unsigned, office.trust, now=NOW)
        assert (verdict.state, verdict.signatures) == (State.INVALID, ())
        assert verdict.reasons == ("Tệp không có chữ ký số nào.",)
