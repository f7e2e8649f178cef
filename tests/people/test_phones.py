"""Telephone numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import InputError
from models.phones import format_phone, normalise_phone


@pytest.mark.parametrize(
    ("typed", "stored", "shown"),
    [
        ("0912345678", "0912345678", "0912 345 678"),
        ("+84 912.345.678", "0912345678", "0912 345 678"),
        ("84912345678", "0912345678", "0912 345 678"),
        ("0084-912-345-678", "0912345678", "0912 345 678"),
        ("+84 (0) 912 345 678", "0912345678", "0912 345 678"),
        ("0843456789", "0843456789", "0843 456 789"),
        ("024 3825 1234", "02438251234", "024 3825 1234"),
        ("(+84) 24 3825 1234", "02438251234", "024 3825 1234"),
        ("0225 384 2345", "02253842345", "0225 384 2345"),
        ("19001009", "19001009", "19001009"),
        ("+33 6 12 34 56 78", "+33612345678", "+33612345678"),
        ("", "", ""),
        ("  ", "", ""),
    ],
)
def test_one_form(typed, stored, shown):
    assert normalise_phone(typed) == stored
    assert format_phone(stored) == shown


@pytest.mark.parametrize(
    "typed",
    [
        "12345",
        "091234567",
        "09123456789",
        "0112345678",
        "0123456789",
        "abc",
        "٠٩١٢٣٤٥٦٧٨",
        "0912345678; 0987654321",
        "+",
        "024123456",
    ],
)
def test_wrong_numbers_get_a_sentence(typed):
    with pytest.raises(InputError) as caught:
        normalise_phone(typed)
    assert (caught.value.code, caught.value.field) == ("ND-31", "phone")


@given(st.text(alphabet="0123456789+ .-()", max_size=20))
def test_stored_form_is_stable(typed):
    try:
        stored = normalise_phone(typed)
    except InputError:
        return
    assert normalise_phone(stored) == stored
    assert normalise_phone(format_phone(stored)) == stored
