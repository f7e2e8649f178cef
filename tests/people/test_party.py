"""The applicant: plain data, tidying and checks."""

import random
import unicodedata
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import InputError
from models.party import (
    Person,
    check_person,
    from_data,
    tidy_person,
    to_data,
)
from models.problems import blocking
from services.training.people import citizen, company, household_business

TODAY = date(2026, 11, 20)
AN = Person(
    kind="individual",
    name="Nguyễn Văn An",
    id_kind="personal_id",
    id_number="001090990001",
    birth="1990-03-05",
    sex="nam",
    phone="0912345678",
    email="an@example.com",
    address="Số 1, đường Lê Lợi, phường Hà Đông, thành phố Hà Nội",
)


def codes(person):
    return [problem.code for problem in check_person(person, TODAY)]


def test_data_round_trip():
    assert from_data(to_data(AN)) == AN
    assert all(isinstance(value, str) for value in to_data(AN).values())


def test_unknown_keys_are_ignored_and_missing_ones_are_empty():
    assert from_data({"kind": "individual", "name": "Páo", "newer": 5}) == Person(
        kind="individual", name="Páo"
    )


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"kind": "individual"},
        {"name": "An"},
        {"kind": "robot", "name": "An"},
        {"kind": "individual", "name": 5},
        {"kind": "individual", "name": "An", "sex": "x"},
        {"kind": "individual", "name": "An", "verified": "chip"},
        {"kind": "individual", "name": "An", "phone": None},
        {"kind": ["individual"], "name": "An"},
    ],
)
def test_data_that_is_no_person(data):
    with pytest.raises(InputError) as caught:
        from_data(data)
    assert caught.value.code == "ND-71"


def test_a_good_person_has_no_problems():
    assert check_person(AN, TODAY) == ()
    assert tidy_person(AN, TODAY) == AN


def test_typed_fields_are_brought_to_their_stored_form():
    typed = replace(
        AN,
        name=unicodedata.normalize("NFD", "  Nguyễn  Văn An "),
        id_number="001 090 990 001",
        birth="5/3/90",
        phone="+84 912 345 678",
        address=unicodedata.normalize("NFD", AN.address) + "\n",
    )
    assert check_person(typed, TODAY) == ()
    assert tidy_person(typed, TODAY) == AN


def test_every_wrong_field_is_reported_with_its_place():
    wrong = replace(
        AN,
        name="Ấ" * 300,
        id_number="12",
        birth="30/02/1990",
        phone="12",
        email="an",
        address="x" * 301,
    )
    problems = check_person(wrong, TODAY)
    assert [(problem.code, problem.field) for problem in problems] == [
        ("ND-22", "name"),
        ("ND-33", "birth"),
        ("ND-31", "phone"),
        ("ND-72", "email"),
        ("ND-22", "address"),
        ("ND-41", "id_number"),
    ]
    assert blocking(problems) == problems
    with pytest.raises(InputError) as caught:
        tidy_person(wrong, TODAY)
    assert caught.value.field == "name"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"birth": "1991-03-05"}, ["ND-42"]),
        ({"sex": "nu"}, ["ND-44"]),
        ({"birth": "1990"}, []),
        ({"birth": "2027"}, ["ND-34"]),
        ({"id_kind": "", "id_number": ""}, ["ND-74"]),
        ({"id_kind": ""}, ["ND-73"]),
        ({"kind": "organisation", "birth": "", "sex": ""}, ["ND-75"]),
        ({"kind": "household_business", "birth": "", "sex": ""}, []),
        ({"email": "a@b"}, ["ND-72"]),
        ({"email": "a@b.vn, c@d.vn"}, ["ND-72"]),
    ],
)
def test_doubts(change, expected):
    assert codes(replace(AN, **change)) == expected


@pytest.mark.parametrize("ward", ["Phường Hoàn Kiếm", "Xã Ba Vì"])
def test_training_people_pass_their_own_checks(ward):
    rng = random.Random(11)
    for _ in range(300):
        for person in (
            citizen(rng, ward=ward, today=TODAY),
            household_business(rng, ward=ward, today=TODAY),
            company(rng, ward=ward),
        ):
            assert check_person(person, TODAY) == (), person
            assert tidy_person(person, TODAY) == person
            assert from_data(to_data(person)) == person


@given(
    st.builds(
        Person,
        kind=st.sampled_from(["individual", "organisation", "household_business"]),
        name=st.text(max_size=310),
        id_kind=st.sampled_from(["", "personal_id", "cmnd", "passport", "tax_code", "other"]),
        id_number=st.text(max_size=40),
        birth=st.text(max_size=20),
        sex=st.sampled_from(["", "nam", "nu"]),
        phone=st.text(max_size=40),
        email=st.text(max_size=40),
        address=st.text(max_size=310),
    )
)
def test_any_typing_is_checked_and_refused_alike(person):
    problems = check_person(person, TODAY)
    assert all(problem.what and problem.next_step for problem in problems)
    try:
        tidied = tidy_person(person, TODAY)
    except InputError as error:
        assert error.code in [problem.code for problem in blocking(problems)]
    else:
        assert tidy_person(tidied, TODAY) == tidied
