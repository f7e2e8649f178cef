"""Identity numbers."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.identity import (
    check_identity,
    check_personal_id,
    normalise_id_number,
    tax_code_check_digit,
)


def findings(problems):
    return [(problem.severity, problem.code) for problem in problems]


@pytest.mark.parametrize(
    ("number", "birth", "sex"),
    [
        ("001090990001", date(1990, 3, 5), "nam"),
        ("001190990001", "1990-03-05", "nu"),
        ("001205990001", "2005", "nam"),
        ("038305990001", "2005-01-01", "nu"),
        ("001058990001", "1958", None),
        ("001058990001", None, "nam"),
        ("001058990001", None, None),
    ],
)
def test_consistent_numbers_pass(number, birth, sex):
    assert check_personal_id(number, birth, sex=sex) == ()


@pytest.mark.parametrize(
    ("number", "birth", "sex", "expected"),
    [
        ("00109099000", None, None, [("error", "ND-41")]),
        ("0010909900011", None, None, [("error", "ND-41")]),
        ("00109099000A", None, None, [("error", "ND-41")]),
        ("٠٠١٠٩٠٩٩٠٠٠١", None, None, [("error", "ND-41")]),
        ("001090990001\n", None, None, [("error", "ND-41")]),
        ("001090990001", "1991-03-05", "nam", [("supervised", "ND-42")]),
        ("001290990001", "1990-03-05", "nam", [("supervised", "ND-42")]),
        ("001090990001", "1990", "nu", [("supervised", "ND-44")]),
        ("001190990001", "1989", "nam", [("supervised", "ND-42"), ("supervised", "ND-44")]),
        ("003090990001", "1990", "nam", [("warning", "ND-45")]),
        ("001490990001", None, None, [("supervised", "ND-43")]),
    ],
)
def test_lies_of_structure_are_named(number, birth, sex, expected):
    assert findings(check_personal_id(number, birth, sex=sex)) == expected


@given(st.integers(1900, 2099), st.sampled_from(["nam", "nu"]), st.integers(0, 999_999))
def test_year_and_sex_are_read_back(year, sex, serial):
    digit = 2 * ((year - 1900) // 100) + (sex == "nu")
    number = f"079{digit}{year % 100:02d}{serial:06d}"
    assert check_personal_id(number, str(year), sex=sex) == ()
    other = "nam" if sex == "nu" else "nu"
    assert findings(check_personal_id(number, str(year + 1), sex=other)) == [
        ("supervised", "ND-42"),
        ("supervised", "ND-44"),
    ]


@pytest.mark.parametrize(
    ("kind", "number", "expected"),
    [
        ("cmnd", "012345678", [("warning", "ND-47")]),
        ("cmnd", "01234567", [("error", "ND-46")]),
        ("passport", "C1234567", []),
        ("passport", "B12345678", []),
        ("passport", "12AB34567", [("warning", "ND-48")]),
        ("passport", "ABCDEFG", [("error", "ND-49")]),
        ("passport", "Ế1234567", [("error", "ND-49")]),
        ("tax_code", "0300588569", []),
        ("tax_code", "0300588569-001", []),
        ("tax_code", "0300588568", [("supervised", "ND-51")]),
        ("tax_code", "001090990001", []),
        ("tax_code", "03005885", [("error", "ND-50")]),
        ("other", "số 5/UBND", []),
        ("", "", []),
    ],
)
def test_other_papers(kind, number, expected):
    assert findings(check_identity(kind, number)) == expected


def test_one_changed_digit_of_a_tax_code_is_always_seen():
    for place in range(10):
        for step in range(1, 10):
            digits = list("0300588569")
            digits[place] = str((int(digits[place]) + step) % 10)
            assert check_identity("tax_code", "".join(digits)), "".join(digits)


def test_a_sum_of_zero_has_no_check_digit():
    assert tax_code_check_digit("000000000") is None


def test_typed_forms():
    assert normalise_id_number("personal_id", " 001 090.990-001 ") == "001090990001"
    assert normalise_id_number("tax_code", "0300588569 001") == "0300588569-001"
    assert normalise_id_number("passport", "c 1234567") == "C1234567"
    assert normalise_id_number("other", "Số  5 / UBND") == "Số 5 / UBND"
