"""Dossier codes and document numbers."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import InputError, NotAllowed
from models.numbering import (
    SLOTS,
    Book,
    build_dossier_code,
    build_provisional_code,
    check_agency_code,
    check_void_reason,
    format_document_number,
    gaps,
    is_dossier_code,
    is_provisional,
    next_document_number,
    next_serial,
    normalise_dossier_code,
    serial_range,
    twice_used,
)

DAY = date(2026, 11, 20)


def test_all_codes_all_pcs_can_make_in_a_day_differ():
    made = []
    for slot in SLOTS:
        used = None
        while True:
            try:
                used = next_serial(slot, used)
            except NotAllowed as error:
                assert error.code == "SO-01" and "999" in error.what and error.next_step
                break
            made.append(build_dossier_code("H26.103.4", DAY, serial=used))
    assert len(made) == len(set(made)) == 999 * 10
    assert all(is_dossier_code(code) for code in made)
    assert not any(code.endswith("000") for code in made)


def test_shape_of_the_code():
    assert build_dossier_code("h26.103", DAY, serial=7) == "H26.103-261120-0007"
    assert build_dossier_code("H26", date(2027, 1, 2), serial=3999) == "H26-270102-3999"


def test_ranges_of_the_slots():
    assert (serial_range(0)[0], serial_range(0)[-1]) == (1, 999)
    assert (serial_range(9)[0], serial_range(9)[-1]) == (9001, 9999)
    assert (next_serial(0, 0), next_serial(0, 41), next_serial(3, None)) == (1, 42, 3001)


@pytest.mark.parametrize("slot", [-1, 10])
def test_no_such_slot(slot):
    with pytest.raises(ValueError, match="slot"):
        serial_range(slot)


@pytest.mark.parametrize(("slot", "used"), [(0, 1001), (1, 5), (2, 2000), (2, -1)])
def test_a_serial_of_another_slot_is_a_bug(slot, used):
    with pytest.raises(ValueError, match="slot"):
        next_serial(slot, used)


@pytest.mark.parametrize("serial", [0, 1000, 9000, 10_000, -5])
def test_serials_nobody_may_use(serial):
    with pytest.raises(ValueError, match="serial"):
        build_dossier_code("H26", DAY, serial=serial)


@pytest.mark.parametrize("code", ["", "H26..1", "Đ26", "H26-1", "A.B.C.D.E.F", "H" * 36, "H26 1"])
def test_wrong_agency_codes(code):
    with pytest.raises(InputError) as caught:
        check_agency_code(code)
    assert caught.value.code == "SO-02"


@pytest.mark.parametrize(
    ("text", "official"),
    [
        ("H15.50.05.13-261008-0975", True),
        ("G09.20-20260609-0092637", True),
        ("000.00.06.H56-231027-0361", True),
        ("H26-261120-001", False),
        ("H26-2611201-0001", False),
        ("H26-261120-00000001", False),
        ("H26.1.2.3.4.5-261120-0001", False),
        ("H26-261120-0001\n", False),
        ("H" * 40 + "-261120-0001", False),
        ("h26-261120-0001", False),
    ],
)
def test_codes_we_accept(text, official):
    assert is_dossier_code(text) is official


def test_typed_codes_are_brought_to_one_form():
    assert normalise_dossier_code(" h26.103 – 261120 - 0007\n") == "H26.103-261120-0007"


def test_provisional_codes_are_never_official():
    code = build_provisional_code("pc3", DAY, serial=12)
    assert code == "TAM-PC3-261120-0012"
    assert is_provisional(code) and not is_dossier_code(code)
    assert not is_provisional("H26-261120-0012")
    with pytest.raises(ValueError, match="provisional"):
        build_provisional_code("", DAY, serial=12)


@pytest.mark.parametrize(
    ("number", "kind", "agency", "shown"),
    [
        (5, "GXN", "UBND", "05/GXN-UBND"),
        (9, "QĐ", "UBND", "09/QĐ-UBND"),
        (10, "QĐ", "UBND", "10/QĐ-UBND"),
        (1234, "TB", "UBND", "1234/TB-UBND"),
        (12, "", "UBND-VP", "12/UBND-VP"),
    ],
)
def test_document_numbers(number, kind, agency, shown):
    assert format_document_number(number, kind, agency_abbrev=agency) == shown


def test_document_numbers_start_at_one():
    assert next_document_number([], []) == 1
    with pytest.raises(ValueError, match="number"):
        format_document_number(0, "QĐ", agency_abbrev="UBND")


def test_a_voided_number_is_not_used_again():
    assert next_document_number([1, 2], {3: "in hỏng"}) == 4


def test_gaps_and_double_use():
    assert gaps([1, 2, 5], {3: "in hỏng"}) == [4]
    assert gaps([1, 2], {3: " "}) == [3]
    assert gaps([], {}) == []
    assert twice_used([1, 2, 2, 3], {3: "hủy"}) == [2, 3]


@given(st.sets(st.integers(1, 60)), st.sets(st.integers(1, 60)))
def test_gapless_means_every_number_is_explained(issued, dropped):
    voided = dict.fromkeys(dropped - issued, "lý do")
    top = max(issued | set(voided), default=0)
    assert set(gaps(issued, voided)) == set(range(1, top + 1)) - issued - set(voided)
    assert twice_used(issued, voided) == []


def test_voiding_needs_a_reason():
    assert check_void_reason("  in   hỏng ") == "in hỏng"
    with pytest.raises(InputError) as caught:
        check_void_reason(" \n")
    assert caught.value.code == "SO-03"


def test_books_differ_by_office_year_and_series():
    books = {Book(o, y, s) for o in ("00004", "00008") for y in (2026, 2027) for s in ("QĐ", "TB")}
    assert len(books) == len({book.key() for book in books}) == 8
