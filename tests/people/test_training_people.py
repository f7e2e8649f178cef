"""Made-up people: real shape, none real."""

import random
from datetime import date

from models.party import Person
from services.training import names
from services.training.people import (
    citizen,
    citizens,
    company,
    household_business,
    is_training_number,
    purpose,
)

TODAY = date(2026, 11, 20)


def crowd(seed, count=2_000) -> list[Person]:
    rng = random.Random(seed)
    return [citizen(rng, ward="Phường Hoàn Kiếm", today=TODAY) for _ in range(count)]


def test_the_same_seed_makes_the_same_people():
    assert crowd(1, 50) == crowd(1, 50)
    assert crowd(1, 50) != crowd(2, 50)


def test_nobody_can_be_real():
    for person in crowd(4):
        assert is_training_number(person.id_number)
        assert person.phone[:3] in ("", "030", "031", "050", "051", "053", "071", "072", "073")
        assert person.email == "" or person.email.endswith("@example.com")
    rng = random.Random(4)
    for _ in range(200):
        assert company(rng, ward="Xã Ba Vì").id_number.startswith("99")
        owner = household_business(rng, ward="Xã Ba Vì", today=TODAY)
        assert is_training_number(owner.id_number)


def test_the_crowd_holds_the_hard_cases():
    people = crowd(6)
    found = {person.name for person in people}
    assert any(" " not in name for name in found)
    assert any(len(name) >= 60 for name in found)
    assert found & set(names.MINORITY_FEMALE) and found & set(names.MINORITY_MALE)
    assert any(person.phone == "" for person in people)
    assert any(person.address != person.address_on_card for person in people)
    assert {person.sex for person in people} == {"nam", "nu"}
    ages = [TODAY.year - int(person.birth[:4]) for person in people]
    assert min(ages) >= 18 and max(ages) <= 90 and max(ages) - min(ages) > 50
    assert len(found) > 1_000


def test_addresses_have_two_levels():
    for person in crowd(7, 200):
        assert person.address.endswith(", phường Hoàn Kiếm, thành phố Hà Nội")
        assert "quận" not in person.address.lower()
    rng = random.Random(7)
    rural = [citizen(rng, ward="Xã Ba Vì", today=TODAY).address for _ in range(100)]
    assert all(text.endswith(", xã Ba Vì, thành phố Hà Nội") for text in rural)


def test_purposes():
    rng = random.Random(8)
    assert len({purpose(rng) for _ in range(200)}) > 8


def test_no_two_of_a_large_town_share_a_number():
    single = crowd(9, 8_000)
    assert len({person.id_number for person in single}) < 8_000
    town = citizens(random.Random(9), 8_000, ward="Xã Ba Vì", today=TODAY)
    assert len({person.id_number for person in town}) == len(town) == 8_000
