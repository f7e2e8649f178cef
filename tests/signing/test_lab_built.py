"""Laboratory 2: files built evil, then signed by a trusted key: every digest is right."""

from __future__ import annotations

import re
import zlib

import pytest

from services.signing.guard import inspect
from services.signing.pades import add_fields, sign_field
from services.signing.slots import LEADER_FIELD, SEAL_FIELD, FieldBox
from services.signing.verdict import State, verify
from tests.signing.altering import (
    HOLE,
    body_of,
    forged,
    modern,
    number_of,
    revision,
    swap,
    swap_first,
    whole,
)
from tests.signing.laboratory import (
    BASE,
    FIELDS,
    NOW,
    STAMP,
    page,
    prepared,
    signed_by,
)

MODE = b"/PageMode /UseNone"


def _signed(pdf: bytes, key) -> bytes:
    """Signed like any tool would: without our own guard at the end."""
    return sign_field(
        add_fields(pdf, FIELDS), key, field=LEADER_FIELD, stamp_pdf=STAMP, at=NOW, reserve=24_000
    )


def _judge(pdf: bytes, office):
    return verify(pdf, office.trust, now=NOW)


def test_an_honest_hand_made_signature_is_valid(office):
    """The control: without an evil twist the forger's tools make a valid file."""
    assert _judge(forged(prepared(), office.leader), office).state is State.VALID


GAP = "chừa ra phần nội dung"
RANGES = {
    "text before the hole unsigned": (
        {
            "ranges": lambda a, b, n: [0, a - 30, b, n - b],
            "before": b"/Reason (" + b"x" * 40 + b")",
        },
        GAP,
    ),
    "text after the hole unsigned": (
        {
            "ranges": lambda a, b, n: [0, a, b + 30, n - b - 30],
            "after": b" /Name (" + b"y" * 40 + b")",
        },
        GAP,
    ),
    "end of file unsigned": (
        {"ranges": lambda a, b, n: [0, a, b, n - b - 12]},
        "không kết thúc đúng chỗ",
    ),
    "first byte unsigned": ({"ranges": lambda a, b, n: [1, a - 1, b, n - b]}, "phạm vi ký"),
    "three parts": ({"ranges": lambda a, b, n: [0, 9, 9, a - 9, b, n - b]}, "phạm vi ký"),
    "one part": ({"ranges": lambda a, b, n: [0, a]}, "phạm vi ký"),
    "hole signed as well": ({"ranges": lambda a, b, n: [0, b, b, n - b]}, "phạm vi ký"),
    "rubbish after the signature": (
        {"spoil": lambda text: text[:-20] + b"deadbeef" * 2 + b"0000"},
        "phần thừa",
    ),
    "space within the hex": (
        {"spoil": lambda text: text[:-2] + b"  "},
        GAP,
    ),
    "contents twice": ({"after": b" /Contents <3000>"}, "hai lần"),
    "dictionary twice": ({"before": b"/Type /Sig "}, "hai lần"),
}


@pytest.mark.parametrize("name", RANGES)
def test_a_clever_range_is_not_valid(office, name):
    wishes, reason = RANGES[name]
    verdict = _judge(forged(prepared(), office.leader, **wishes), office)
    assert verdict.state is State.INVALID, verdict
    assert reason in " ".join(verdict.reasons), verdict.reasons


def test_the_hole_is_as_wide_as_a_hand_made_signature_needs():
    assert whole(10, 12 + HOLE, 9000) == [0, 10, 12 + HOLE, 9000 - 12 - HOLE]


ACTIVE = {
    "OpenAction": b"/OpenAction [ 0  ]",
    "AA": b"/AA <<  >>        ",
    "JavaScript": b"/X /JavaScript    ",
    "JS": b"/X << /JS (a) >>  ",
    "Launch": b"/X << /S /Launch>>",
    "SubmitForm": b"/X /SubmitForm    ",
    "GoToR": b"/X /GoToR         ",
    "RichMedia": b"/X /RichMedia     ",
    "XFA": b"/X << /XFA 1 >>   ",
    "EmbeddedFile": b"/X /EmbeddedFile  ",
    "EmbeddedFiles": b"/EmbeddedFiles 1  ",
    "OCProperties": b"/OCProperties <<>>",
    "escaped": b"/X /#4aavaScript  ",
    "escaped key": b"/#4fpenAction 1   ",
}


@pytest.mark.parametrize("name", ACTIVE)
def test_active_content_is_not_valid(office, name):
    assert len(ACTIVE[name]) == len(MODE)
    verdict = _judge(_signed(swap_first(BASE, MODE, ACTIVE[name]), office.leader), office)
    assert verdict.state is State.INVALID
    assert "tự chạy" in verdict.reasons[0]


def test_active_content_in_an_object_stream_is_found(office):
    clean = _signed(modern(), office.leader)
    assert _judge(clean, office).state is State.VALID
    for hidden in (b"<< /S /JavaScript /JS (a) >>", b"[ << /#4c#61unch 1 >> ]"):
        verdict = _judge(_signed(modern(hidden=hidden), office.leader), office)
        assert verdict.state is State.INVALID and "tự chạy" in verdict.reasons[0]


def test_the_word_in_a_page_text_is_harmless(office):
    text = page("Report about JavaScript, /OpenAction and /Launch")
    assert _judge(signed_by(prepared(text), office.leader), office).state is State.VALID


def _duplicate(pdf: bytes) -> bytes:
    number = number_of(pdf, b"150 square metres")
    return swap_first(pdf, b"\nxref", b"\n%d 0 obj\n(950)\nendobj\nxref" % number)


def _moved_table(pdf: bytes, change) -> bytes:
    """`pdf` changed before its only table, startxref set right again."""
    changed = change(pdf)
    table = changed.rindex(b"\nxref") + 1
    return re.sub(rb"startxref\s+\d+", b"startxref\n%d" % table, changed)


HIDDEN = {
    "two bodies for one number": (_duplicate, "hai nội dung"),
    "a body in no table": (
        lambda pdf: swap_first(pdf, b"\nxref", b"\n77 0 obj\n(950)\nendobj\nxref"),
        "nằm ngoài bảng",
    ),
    "a second header": (
        lambda pdf: swap_first(pdf, b"\nxref", b"\n%PDF-1.4\nxref"),
        "lồng nhau",
    ),
}


@pytest.mark.parametrize("name", HIDDEN)
def test_hidden_content_under_a_good_signature_is_not_valid(office, name):
    change, reason = HIDDEN[name]
    verdict = _judge(_signed(_moved_table(BASE, change), office.leader), office)
    assert verdict.state is State.INVALID
    assert reason in " ".join(verdict.reasons), verdict.reasons


def test_text_between_objects_cannot_be_judged(office):
    odd = _moved_table(BASE, lambda pdf: swap_first(pdf, b"\nxref", b"\nhidden words\nxref"))
    verdict = _judge(_signed(odd, office.leader), office)
    assert verdict.state is State.INDETERMINATE


def test_a_table_that_leads_back_to_old_content_is_not_valid(office):
    """Shadow replace: the second table shows an object that lay hidden under the first."""
    first = prepared(page("grant 150", "grant 950"))
    old = number_of(first, b"grant 950")
    at = first.index(b"%d 0 obj" % old)
    shown = number_of(first, b"grant 150")
    back = revision(first, {}, extra=b"%d 1\n%010d 00000 n \n" % (shown, at))
    verdict = _judge(forged(back, office.leader), office)
    assert verdict.state is State.INVALID
    assert "trỏ sai chỗ" in " ".join(verdict.reasons)


def test_a_gap_filled_later_is_not_valid(office):
    """Shadow hide: the signed part refers to an object that only comes afterwards."""
    gap = swap_first(BASE, MODE, b"/X 600 0 R        ")
    once = forged(add_fields(gap, FIELDS), office.leader)
    filled = revision(once, {600: b"(950)"})
    verdict = _judge(forged(filled, office.seal, marker=SEAL_FIELD.encode()), office)
    assert verdict.state is State.INVALID
    assert "chỗ để trống" in " ".join(verdict.reasons)


def test_a_table_naming_an_object_twice_is_not_valid(office):
    first = prepared()
    at = first.index(b"1 0 obj")
    twice = revision(first, {950: b"(x)"}, extra=b"950 1\n%010d 00000 n \n" % at)
    assert _judge(forged(twice, office.leader), office).state is State.INVALID


def test_an_object_outside_every_table_of_a_later_revision_is_not_valid(office):
    loose = revision(prepared(), {950: b"(x)"}, unlisted=b"951 0 obj\n(950)\nendobj\n")
    verdict = _judge(forged(loose, office.leader), office)
    assert verdict.state is State.INVALID and "nằm ngoài bảng" in " ".join(verdict.reasons)


def test_a_previous_table_skipped_is_not_valid(office):
    once = revision(prepared(), {950: b"(x)"})
    skipped = swap(once, b"/Prev", b"/Trev")
    assert _judge(forged(skipped, office.leader), office).state is State.INVALID


def test_two_fields_with_one_signature_are_not_valid(office):
    pdf = prepared()
    seal = number_of(pdf, b"(" + SEAL_FIELD.encode() + b")")
    shared = body_of(pdf, seal)[:-2] + b"/V 900 0 R >>"
    verdict = _judge(forged(pdf, office.leader, more={seal: shared}), office)
    assert verdict.state is State.INVALID and "dùng chung" in " ".join(verdict.reasons)


def test_two_fields_of_one_name_are_not_valid(office):
    fields = (FieldBox("A", (10, 10, 60, 60)), FieldBox("B", (90, 10, 160, 60)))
    pdf = swap_first(add_fields(BASE, fields), b"/T (B)", b"/T (A)")
    verdict = _judge(forged(pdf, office.leader, marker=b"A"), office)
    assert verdict.state is State.INVALID and "trùng tên" in " ".join(verdict.reasons)


def test_an_encrypted_file_cannot_be_judged(office):
    pdf = swap_first(BASE, b"/Size", b"/Encrypt 1 0 R /Size")
    verdict = _judge(pdf, office)
    assert verdict.state is State.INDETERMINATE and "mã hóa" in verdict.reasons[0]


def test_a_double_table_cannot_be_judged(office):
    pdf = swap_first(BASE, b"/Size", b"/XRefStm 9 /Size")
    verdict = _judge(pdf, office)
    assert verdict.state is State.INDETERMINATE and "kép" in verdict.reasons[0]


@pytest.mark.parametrize(
    "pdf",
    [
        modern(filter_name=b"LZWDecode"),
        modern(hidden=b"[" * 5000),
        modern(hidden=b"(no end"),
        modern(hidden=b"9" * 5000),
        modern(extra=b"<< /A"),
    ],
)
def test_what_cannot_be_read_cannot_be_judged(office, pdf):
    report = inspect(pdf)
    assert report.doubts and not report.faults
    assert _judge(pdf, office).state is State.INDETERMINATE


def test_an_object_stream_that_grows_without_end_is_not_followed(office):
    bomb = zlib.compress(bytes(40_000_000), 9)
    pdf = modern().replace(b"/ObjStm", b"/ObjSt#6d")
    start = pdf.index(b"stream\n", pdf.index(b"/ObjSt#6d")) + 7
    end = pdf.index(b"\nendstream", start)
    grown = pdf[:start] + bomb + pdf[end:]
    grown = re.sub(rb"(/ObjSt#6d.*?/Length) \d+", rb"\1 %d" % len(bomb), grown, flags=re.DOTALL)
    report = inspect(grown)
    assert report.doubts and not report.faults
