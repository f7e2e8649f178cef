"""The QR text of the citizen card (căn cước): recognised in any field, parsed, never believed.

The code is plain unsigned text that any printer can make, so its content fills a form but proves
nothing: a parsed card is always "unverified" (domain notes §8.1, reliability T27, T28, R31).
Fields, split by "|": personal number | old 9-digit number or empty | name | birth ddMMyyyy |
Nam/Nữ | address | issue date ddMMyyyy. Six-field and longer cards exist; extras are ignored.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Literal

from models.errors import InputError
from models.folding import vn_fold
from models.identity import check_personal_id
from models.names import normalise_name
from models.problems import Problem
from models.typed_text import clean_line
from models.words import tr

__all__ = [
    "ADDRESS_LIMIT",
    "CARD_BYTES",
    "CitizenCard",
    "check_card",
    "looks_like_cccd",
    "parse_cccd",
]

CARD_BYTES = 1024
"""Longest QR text read, in UTF-8 bytes; real cards hold about 150."""

ADDRESS_LIMIT = 300
"""Longest address kept, in characters."""

_MOST_FIELDS = 12
_SCANNER_PREFIX = re.compile(r"^(?:\ufeff|\][A-Za-z][0-9])?[ \t]*")
_START = re.compile(r"[0-9]{12}\|")
_DAY = re.compile(r"([0-9]{2})([0-9]{2})([0-9]{4})")
_NAME_MARKS = frozenset(" '’-.")
_ADDRESS_SYMBOLS = frozenset("+°")


@dataclass(frozen=True, slots=True)
class CitizenCard:
    """What a card's QR says. Dates are ISO text, a birth may be a year alone; sex "nam" or "nu"."""

    number: str
    old_number: str
    name: str
    birth: str
    sex: Literal["nam", "nu"]
    address: str
    issued: str = ""
    verified: Literal["unverified"] = "unverified"


def looks_like_cccd(text: str) -> bool:
    """Whether `text` is a card's QR typed by a scanner: 12 digits, a bar, and four bars more.

    Nobody types that, so any field may ask. True also for a damaged scan: `parse_cccd` says what
    is wrong with it. A scanner types letter by letter: ask when it pauses or sends Enter.
    """
    bare = _SCANNER_PREFIX.sub("", text[: CARD_BYTES + 1], count=1)
    return bool(_START.match(bare)) and bare.count("|") >= 5


def parse_cccd(text: str) -> CitizenCard:
    """The card that the scanned `text` describes, always unverified.

    Text that was read in the wrong code page ("Nguyá»…n") is repaired when it can be. Raises
    InputError: ND-61 too long, ND-62 not a card's text, ND-63 a field that cannot be right.
    """
    if len(text) > CARD_BYTES * 2 or len(text.encode("utf-8", "surrogatepass")) > CARD_BYTES * 2:
        raise _too_long()
    bare = _repaired(_SCANNER_PREFIX.sub("", text, count=1).strip("\r\n\t "))
    if len(bare.encode("utf-8", "surrogatepass")) > CARD_BYTES:
        raise _too_long()
    fields = bare.split("|")
    if not looks_like_cccd(bare) or len(fields) > _MOST_FIELDS:
        raise InputError(
            "ND-62",
            tr("Nội dung vừa quét không phải mã QR của thẻ căn cước."),
            tr("Quét lại mã QR in trên thẻ, hoặc nhập tay."),
        )
    old_number, rest = _split_old_number(fields)
    if len(rest) < 4:
        raise _wrong(tr("số trường"))
    return CitizenCard(
        number=fields[0],
        old_number=old_number,
        name=_name(rest[0]),
        birth=_birth(rest[1]),
        sex=_sex(rest[2]),
        address=_address(rest[3]),
        issued=_issued(rest[4] if len(rest) > 4 else ""),
    )


def check_card(card: CitizenCard) -> tuple[Problem, ...]:
    """Where the card's own fields contradict each other (a made-up card often does)."""
    return check_personal_id(card.number, card.birth, sex=card.sex)


def _split_old_number(fields: list[str]) -> tuple[str, list[str]]:
    """The old number, and the fields from the name on: some cards have no field for the former."""
    second = fields[1].strip()
    if second == "" or re.fullmatch("[0-9]{9}|[0-9]{12}", second):
        return second, fields[2:]
    return "", fields[1:]


def _repaired(text: str) -> str:
    """`text` with UTF-8 that was read as cp1252 or Latin-1 turned back; else `text` itself.

    Safe for healthy text: real Vietnamese either has letters outside cp1252 or is not valid UTF-8
    when read as bytes.
    """
    if text.isascii():
        return text
    raw = bytearray()
    for letter in text:
        try:
            raw += letter.encode("cp1252")
        except UnicodeEncodeError:
            # the five bytes cp1252 leaves empty arrive as the control character of that number
            if ord(letter) > 0xFF:
                return text
            raw.append(ord(letter))
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return text


def _name(text: str) -> str:
    try:
        name = normalise_name(text)
    except InputError:
        raise _wrong(tr("họ và tên")) from None
    if all(letter in _NAME_MARKS or unicodedata.category(letter)[0] in "LM" for letter in name):
        return name
    raise _wrong(tr("họ và tên"))


def _birth(text: str) -> str:
    value = text.strip()
    year = value.removeprefix("0000") if len(value) == 8 else value
    if re.fullmatch("(19|20)[0-9]{2}", year):
        return year
    return _iso(value, tr("ngày sinh"))


def _issued(text: str) -> str:
    """The issue date when there is one; newer cards may put something else in its place."""
    value = text.strip()
    return _iso(value, tr("ngày cấp")) if _DAY.fullmatch(value) else ""


def _iso(value: str, label: str) -> str:
    found = _DAY.fullmatch(value)
    if not found:
        raise _wrong(label)
    try:
        day = date(int(found[3]), int(found[2]), int(found[1]))
    except ValueError:
        raise _wrong(label) from None
    if not 1900 <= day.year < 2100:
        raise _wrong(label)
    return day.isoformat()


def _sex(text: str) -> Literal["nam", "nu"]:
    folded = vn_fold(text)
    if folded == "nam":
        return "nam"
    if folded == "nu":
        return "nu"
    raise _wrong(tr("giới tính"))


def _address(text: str) -> str:
    try:
        address = clean_line(text, tr("nơi thường trú"), limit=ADDRESS_LIMIT)
    except InputError:
        raise _wrong(tr("nơi thường trú")) from None
    for letter in address:
        if letter not in _ADDRESS_SYMBOLS and unicodedata.category(letter)[0] not in "LMNPZ":
            raise _wrong(tr("nơi thường trú"))
    return address


def _wrong(label: str) -> InputError:
    return InputError(
        "ND-63",
        tr("Mã QR của thẻ có {label} không đọc được.", label=label),
        tr("Quét lại; nếu vẫn vậy thì nhập tay theo thẻ."),
    )


def _too_long() -> InputError:
    return InputError(
        "ND-61",
        tr("Mã vừa quét dài hơn mọi thẻ căn cước (quá {limit} byte).", limit=CARD_BYTES),
        tr("Đây không phải thẻ căn cước. Kiểm tra xem đã quét đúng mã chưa."),
    )
