"""The applicant: a citizen, a household business or an organisation, as typed and as checked."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Literal, get_args

from models.cccd_qr import ADDRESS_LIMIT, CitizenCard
from models.dates import parse_birth
from models.errors import InputError
from models.identity import IdKind, check_identity, id_kind_label, normalise_id_number
from models.names import normalise_name
from models.phones import normalise_phone
from models.problems import Problem, problem_of
from models.typed_text import clean_line
from models.words import tr

__all__ = [
    "PartyKind",
    "Person",
    "Sex",
    "Verified",
    "check_person",
    "from_data",
    "party_kind_label",
    "person_from_card",
    "sex_label",
    "sound_person",
    "tidy_person",
    "to_data",
    "verified_label",
]

PartyKind = Literal["individual", "organisation", "household_business"]
Sex = Literal["", "nam", "nu"]
Verified = Literal["unverified", "seen_original", "database"]

EMAIL_LIMIT = 254
ID_LIMIT = 30
_EMAIL = re.compile(r"[^@\s<>()\[\],;:\\\"]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_CHOICES: Mapping[str, tuple[str, ...]] = {
    "kind": get_args(PartyKind),
    "id_kind": get_args(IdKind),
    "sex": get_args(Sex),
    "verified": get_args(Verified),
}


@dataclass(frozen=True, slots=True)
class Person:
    """An applicant, submitter or representative as recorded in a dossier.

    `birth` is "YYYY-MM-DD", "YYYY" or ""; `phone` is as `normalise_phone` gives it; `address` is
    the present two-level address and `address_on_card` what the card prints, which may be older
    than the communes of 2025. `verified` says how the identity was proved.
    """

    kind: PartyKind
    name: str
    id_kind: IdKind = ""
    id_number: str = ""
    birth: str = ""
    sex: Sex = ""
    phone: str = ""
    email: str = ""
    address: str = ""
    address_on_card: str = ""
    verified: Verified = "unverified"


def to_data(person: Person) -> dict[str, str]:
    """The person as a plain dictionary of texts, for an event's payload."""
    return {field.name: getattr(person, field.name) for field in fields(person)}


def from_data(data: Mapping[str, object]) -> Person:
    """The person that `to_data` described; keys of newer programs are ignored.

    Raises InputError ND-71 when a value is not text or not one of the values its field may have.
    """
    known = {field.name: data[field.name] for field in fields(Person) if field.name in data}
    for key, value in known.items():
        if not isinstance(value, str) or value not in _CHOICES.get(key, (value,)):
            raise _unreadable(key)
    for key in ("kind", "name"):
        if key not in known:
            raise _unreadable(key)
    return Person(**known)  # type: ignore[arg-type]  # every value was checked just above


def person_from_card(card: CitizenCard) -> Person:
    """The applicant a scanned card describes: unverified, the card's address kept as printed."""
    return Person(
        kind="individual",
        name=card.name,
        id_kind="personal_id",
        id_number=card.number,
        birth=card.birth,
        sex=card.sex,
        address_on_card=card.address,
        verified=card.verified,
    )


def tidy_person(person: Person, today: date) -> Person:
    """`person` with every typed field in its stored form (birth "5/3/1990" -> "1990-03-05").

    Raises the InputError of the first field that cannot be read; its `field` names it.
    """
    tidied = {name: tidy() for name, tidy in _tidiers(person, today).items()}
    return replace(person, **tidied)  # type: ignore[arg-type]  # only text fields are replaced


def check_person(person: Person, today: date) -> tuple[Problem, ...]:
    """Everything wrong or doubtful about `person`, typed or tidied, in the order of the form."""
    problems: list[Problem] = []
    tidied: dict[str, str] = {}
    for name, tidy in _tidiers(person, today).items():
        try:
            tidied[name] = tidy()
        except InputError as error:
            problems.append(problem_of(error))
    problems += _check_paper(person)
    problems += check_identity(
        person.id_kind,
        tidied.get("id_number", ""),
        birth=tidied.get("birth") if person.kind == "individual" else None,
        sex=person.sex if person.kind == "individual" else None,
    )
    return tuple(problems)


def sound_person(person: Person, today: date, *, doubts_accepted: str = "") -> Person:
    """`person` in stored form; raises the `InputError` of the first fault.

    `doubts_accepted` is the reason why identity data that contradict each other are taken after
    all ("" refuses them); plain errors are never taken.
    """
    stored = tidy_person(person, today)
    for problem in check_person(stored, today):
        doubtful = problem.severity == "supervised" and not doubts_accepted.strip()
        if problem.severity == "error" or doubtful:
            raise InputError(problem.code, problem.what, problem.next_step, field=problem.field)
    return stored


def party_kind_label(kind: PartyKind) -> str:
    """The kind of applicant for a form."""
    return {
        "individual": tr("Cá nhân"),
        "organisation": tr("Tổ chức"),
        "household_business": tr("Hộ kinh doanh"),
    }[kind]


def sex_label(sex: Sex) -> str:
    """The sex for a form; "" when it is not known."""
    return {"": "", "nam": tr("Nam"), "nu": tr("Nữ")}[sex]


def verified_label(verified: Verified) -> str:
    """How the identity was proved, for a label beside the name."""
    return {
        "unverified": tr("Chưa xác thực"),
        "seen_original": tr("Đã xem bản gốc"),
        "database": tr("Đã đối chiếu cơ sở dữ liệu dân cư"),
    }[verified]


def _tidiers(person: Person, today: date) -> dict[str, Callable[[], str]]:
    """For each typed field, the act that brings it to its stored form or raises InputError."""
    return {
        "name": lambda: normalise_name(person.name),
        "id_number": lambda: _tidy_id(person),
        "birth": lambda: parse_birth(person.birth, today),
        "phone": lambda: normalise_phone(person.phone),
        "email": lambda: _tidy_email(person.email),
        "address": lambda: clean_line(
            person.address, tr("Địa chỉ"), limit=ADDRESS_LIMIT, field="address"
        ),
        "address_on_card": lambda: clean_line(
            person.address_on_card,
            tr("Địa chỉ trên thẻ"),
            limit=ADDRESS_LIMIT,
            field="address_on_card",
        ),
    }


def _tidy_id(person: Person) -> str:
    number = clean_line(person.id_number, tr("Số giấy tờ"), limit=ID_LIMIT, field="id_number")
    return normalise_id_number(person.id_kind, number)


def _tidy_email(text: str) -> str:
    email = clean_line(text, tr("Thư điện tử"), limit=EMAIL_LIMIT, field="email")
    if email and not _EMAIL.fullmatch(email):
        raise InputError(
            "ND-72",
            tr("Địa chỉ thư điện tử “{email}” không đúng.", email=email[:60]),
            tr("Nhập dạng ten@vidu.vn, hoặc để trống."),
            field="email",
        )
    return email


def _check_paper(person: Person) -> tuple[Problem, ...]:
    """Whether the kind of paper suits the kind of applicant, and is there at all."""
    if person.id_number.strip() and not person.id_kind:
        return (
            Problem(
                "error",
                "ND-73",
                tr("Có số giấy tờ nhưng chưa chọn loại giấy tờ."),
                tr("Chọn loại giấy tờ."),
                "id_kind",
            ),
        )
    if not person.id_number.strip():
        return (
            Problem(
                "warning",
                "ND-74",
                tr("Chưa có số giấy tờ của người nộp."),
                tr("Quét thẻ căn cước hoặc nhập số, trừ khi thủ tục không cần."),
                "id_number",
            ),
        )
    if person.kind == "organisation" and person.id_kind not in ("tax_code", "other"):
        return (
            Problem(
                "error",
                "ND-75",
                tr("Tổ chức không dùng {paper}.", paper=id_kind_label(person.id_kind)),
                tr("Chọn mã số thuế hoặc giấy tờ khác, hay chọn người nộp là cá nhân."),
                "id_kind",
            ),
        )
    return ()


def _unreadable(field: str) -> InputError:
    return InputError(
        "ND-71",
        tr("Thông tin người nộp có mục “{field}” không đọc được.", field=field),
        tr("Cập nhật phần mềm; nếu vẫn vậy thì báo người quản trị."),
        field=field,
    )
