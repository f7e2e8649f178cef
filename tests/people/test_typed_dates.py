"""Dates as typed."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.dates import parse_birth, parse_date, show_date
from models.errors import InputError

TODAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("05/03/1990", "1990-03-05"),
        ("5/3/1990", "1990-03-05"),
        ("5-3-90", "1990-03-05"),
        ("5.3.1990", "1990-03-05"),
        ("5 3 1990", "1990-03-05"),
        ("05031990", "1990-03-05"),
        ("1990-03-05", "1990-03-05"),
        ("1/1/26", "2026-01-01"),
        ("1/1/27", "1927-01-01"),
        ("29/02/00", "2000-02-29"),
        ("29/2/1996", "1996-02-29"),
        ("1958", "1958"),
        ("2026", "2026"),
        ("20/11/2026", "2026-11-20"),
        ("", ""),
    ],
)
def test_birth(typed, stored):
    assert parse_birth(typed, TODAY) == stored


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("30/02/1990", "ND-33"),
        ("29/02/1900", "ND-33"),
        ("31042000", "ND-33"),
        ("00/01/2000", "ND-33"),
        ("1/13/2000", "ND-33"),
        ("01/01/0000", "ND-33"),
        ("21/11/2026", "ND-34"),
        ("2027", "ND-34"),
        ("1/1/9999", "ND-34"),
        ("1/1/1899", "ND-35"),
        ("0001", "ND-35"),
        ("hôm qua", "ND-32"),
        ("195", "ND-32"),
        ("5/3/199", "ND-32"),
        ("٥/٣/١٩٩٠", "ND-32"),
    ],
)
def test_impossible_births_get_a_sentence(typed, code):
    with pytest.raises(InputError) as caught:
        parse_birth(typed, TODAY)
    assert caught.value.code == code
    assert caught.value.next_step


def test_other_dates_may_lie_ahead():
    assert parse_date("1/2/27", TODAY) == date(2027, 2, 1)
    assert parse_date("1/2/46", TODAY) == date(2046, 2, 1)
    assert parse_date("1/2/47", TODAY) == date(1947, 2, 1)


def test_shown_form():
    assert [show_date(text) for text in ("1990-03-05", "1958", "")] == ["05/03/1990", "1958", ""]


@given(st.dates(date(1900, 1, 1), TODAY))
def test_what_is_shown_can_be_typed(day):
    assert parse_birth(show_date(day.isoformat()), TODAY) == day.isoformat()
    assert parse_birth(f"{day:%d%m%Y}", TODAY) == day.isoformat()


@given(st.text(max_size=30))
def test_any_text_is_read_or_refused_with_words(text):
    try:
        parse_birth(text, TODAY)
    except InputError as error:
        assert error.what and error.next_step
