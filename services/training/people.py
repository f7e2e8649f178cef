"""Made-up citizens, households and companies of real Vietnamese shape for the training office.

None is real, by construction: personal numbers have a serial that starts with 99 (the mark of a
training number here), telephone numbers start with prefixes no network has, tax codes with the
province code 99, mail addresses end in example.com. The structure of each number is correct, so
that every check of the program runs on them as on real ones.
"""

from __future__ import annotations

import random
from datetime import date, timedelta

from models.identity import tax_code_check_digit
from models.party import Person, Sex, Verified
from services.training import names

__all__ = [
    "address",
    "card_text",
    "citizen",
    "citizens",
    "company",
    "household_business",
    "is_training_number",
    "personal_id",
    "phone",
    "purpose",
]

_UNUSED_PREFIXES = ("030", "031", "050", "051", "053", "071", "072", "073")
_BIRTH_PROVINCES = ("001",) * 14 + (
    "017", "024", "025", "026", "027", "030", "033", "034", "035", "036", "037", "038", "040",
)  # fmt: skip
_YOUNGEST, _OLDEST = 18, 88
_COMPANY_KINDS = ("Công ty TNHH", "Công ty Cổ phần", "Công ty TNHH Một thành viên")


def citizen(rng: random.Random, *, ward: str, today: date) -> Person:
    """An adult living in `ward` ("Phường Hoàn Kiếm"): consistent name, number, birth and sex.

    Now and then an ethnic-minority name, a one-word name, a 60-character name, an old card
    address, no telephone, a mail address.
    """
    sex: Sex = rng.choice(("nam", "nu"))
    born = today - timedelta(days=rng.randint(_YOUNGEST * 366, _OLDEST * 365))
    here = address(rng, ward)
    seen: tuple[Verified, ...] = ("seen_original", "seen_original", "unverified", "database")
    return Person(
        kind="individual",
        name=_name(rng, sex),
        id_kind="personal_id",
        id_number=personal_id(rng, born, sex=sex),
        birth=born.isoformat(),
        sex=sex,
        phone=phone(rng) if rng.random() < 0.95 else "",
        email=f"dan{rng.randint(1000, 9999)}@example.com" if rng.random() < 0.2 else "",
        address=here,
        address_on_card=_old_address(rng) if rng.random() < 0.4 else here,
        verified=rng.choice(seen),
    )


def citizens(rng: random.Random, count: int, *, ward: str, today: date) -> list[Person]:
    """`count` citizens of whom no two share a personal number, as thousands drawn singly would."""
    people: dict[str, Person] = {}
    while len(people) < count:
        person = citizen(rng, ward=ward, today=today)
        people.setdefault(person.id_number, person)
    return list(people.values())


def household_business(rng: random.Random, *, ward: str, today: date) -> Person:
    """A household business in `ward`, under its owner's personal number."""
    owner = citizen(rng, ward=ward, today=today)
    trade = rng.choice(names.TRADES)
    return Person(
        kind="household_business",
        name=f"Hộ kinh doanh {trade} {owner.name.split()[-1]} {rng.choice(names.GIVEN_FEMALE)}",
        id_kind="personal_id",
        id_number=owner.id_number,
        phone=phone(rng),
        address=owner.address,
        verified="seen_original",
    )


def company(rng: random.Random, *, ward: str) -> Person:
    """A company with its seat in `ward`, with a tax code whose check digit is right."""
    words = " ".join(rng.sample(names.COMPANY_WORDS, 2))
    return Person(
        kind="organisation",
        name=f"{rng.choice(_COMPANY_KINDS)} {rng.choice(names.COMPANY_TRADES)} {words}",
        id_kind="tax_code",
        id_number=_tax_code(rng),
        phone=phone(rng),
        email=f"vanthu{rng.randint(100, 999)}@example.com",
        address=address(rng, ward),
        verified="seen_original",
    )


def personal_id(rng: random.Random, born: date, *, sex: Sex) -> str:
    """A 12-digit number whose century, sex and year agree, with a serial from 990000 up."""
    century = 2 * ((born.year - 1900) // 100) + (1 if sex == "nu" else 0)
    return f"{rng.choice(_BIRTH_PROVINCES)}{century}{born:%y}99{rng.randint(0, 9999):04d}"


def is_training_number(number: str) -> bool:
    """Whether a personal number carries the training mark."""
    return len(number) == 12 and number[6:8] == "99"


def phone(rng: random.Random) -> str:
    """A mobile number in shape, with a prefix no network has been given."""
    return f"{rng.choice(_UNUSED_PREFIXES)}{rng.randint(0, 9_999_999):07d}"


def address(rng: random.Random, ward: str) -> str:
    """An address of two levels in `ward`, whose name starts with Phường or Xã."""
    if ward.startswith("Xã"):
        place = f"{rng.choice(names.VILLAGES)}, "
        if rng.random() < 0.4:
            place = f"Số {rng.randint(1, 180)}, " + place[0].lower() + place[1:]
    else:
        lane = f"ngõ {rng.randint(2, 320)}, " if rng.random() < 0.6 else ""
        alley = f"ngách {rng.randint(1, 60)}, " if lane and rng.random() < 0.3 else ""
        street = rng.choice(names.STREETS)
        group = f"tổ dân phố số {rng.randint(1, 24)}, "
        place = f"Số {rng.randint(1, 240)}, {alley}{lane}đường {street}, {group}"
    return f"{place}{ward[0].lower()}{ward[1:]}, thành phố Hà Nội"


def purpose(rng: random.Random) -> str:
    """What a citizen writes as the reason for asking."""
    return rng.choice(names.PURPOSES)


def card_text(person: Person, issued: date) -> str:
    """The QR text that the citizen's card would show, for training and tests."""
    year, month, day = person.birth.split("-")
    sex = "Nữ" if person.sex == "nu" else "Nam"
    shown = person.address_on_card or person.address
    return f"{person.id_number}||{person.name}|{day}{month}{year}|{sex}|{shown}|{issued:%d%m%Y}"


def _name(rng: random.Random, sex: Sex) -> str:
    chance = rng.random()
    female = sex == "nu"
    if chance < 0.04:
        return rng.choice(names.MINORITY_FEMALE if female else names.MINORITY_MALE)
    if chance < 0.05:
        return rng.choice(names.ONE_WORD)
    if chance < 0.06:
        return rng.choice(names.LONG_FEMALE if female else names.LONG_MALE)
    family = rng.choices(names.FAMILIES, names.FAMILY_WEIGHTS)[0]
    middle = rng.choice(names.MIDDLE_FEMALE if female else names.MIDDLE_MALE)
    given = rng.choice(names.GIVEN_FEMALE if female else names.GIVEN_MALE)
    return f"{family} {middle} {given}"


def _old_address(rng: random.Random) -> str:
    """A three-level address as cards from before July 2025 print it."""
    commune, district = rng.choice(names.OLD_PLACES)
    return f"Tổ {rng.randint(1, 40)}, {commune}, {district}, Hà Nội"


def _tax_code(rng: random.Random) -> str:
    while True:
        nine = f"99{rng.randint(0, 9_999_999):07d}"
        digit = tax_code_check_digit(nine)
        if digit is not None:
            return f"{nine}{digit}"
