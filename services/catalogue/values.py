"""What a cell of a list of procedures means: codes, limits, money, days; unclear stays unknown."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from models.folding import vn_fold

__all__ = [
    "is_number", "is_wrong_limit", "read_code", "read_date", "read_flag", "read_handler",
    "read_limit", "read_mode", "read_money", "read_number", "read_unit", "wrong_unit",
]  # fmt: skip

MODES = {
    "whole_days": "whole_days", "tron ngay": "whole_days", "theo ngay": "whole_days",
    "elapsed": "elapsed", "theo gio": "elapsed", "theo gio lam viec": "elapsed",
}  # fmt: skip

CODE = re.compile(r"([0-9]\.[0-9]{6}(?:\.[0-9]{2,})?)(?:\.000\.00\.00\.H[0-9]{2})?")
"""A procedure code, perhaps of a case (.01) or with the agency suffix used before 2025."""

NUMBER = re.compile(r"[+-]?[0-9]{1,6}(?:[.,][0-9]{1,3})?")
LONGEST = Decimal(1000)
LONGEST_WORDS = 400
"""No single limit is worded longer; what is longer is not matched against patterns at all."""

UNITS = {
    "working_day": ("working_day", "ngay lam viec"),
    "calendar_day": ("calendar_day", "ngay", "ngay lich"),
    "working_hour": ("working_hour", "gio", "gio lam viec"),
    "same_day": ("same_day", "trong ngay", "trong ngay lam viec"),
    "month": ("month", "thang"),
    "none": ("none", "khong quy dinh"),
}
MEANING = {word: unit for unit, words in UNITS.items() for word in words}

LIMIT = re.compile(
    r"(?:thoi han )?(?:khong qua |toi da |trong thoi han |trong )?"
    r"(?P<value>[0-9]{1,4}(?:[.,][0-9]{1,2})?) (?P<unit>ngay lam viec|ngay|gio lam viec|gio|thang)"
    r"(?: (?:ke|tinh) tu (?:ngay|khi) (?:tiep )?nhan (?:du|duoc|ho so)[^0-9;]*)?"
)
COUNTED = re.compile(r"[0-9]{1,4}(?:[.,][0-9]{1,2})? (?P<unit>[a-z]+(?: [a-z]+){0,2})")
SAME_DAY = re.compile(r"(?:ngay )?trong ngay(?: lam viec)?(?: (?:tiep )?nhan(?: duoc)? ho so)?")
AFTER_15H = re.compile(
    r"(?P<limit>.*?)[,;.]? (?:hoac (?:trong )?ngay lam viec tiep theo|ngay lam viec tiep theo)?,? ?"
    r"(?:neu|truong hop)? ?(?:tiep )?nhan (?:ho so |yeu cau )?sau 15 ?(?:gio|h)\b.*"
)
"""A limit followed by the sentence on dossiers received after 15:00."""

HANDLER_WORDS = {"ubnd": ("ubnd", "uy ban nhan dan"), "congan": ("cong an",),
                 "quansu": ("quan su",)}  # fmt: skip
YES = {"1", "x", "co", "true", "yes"}
NO = {"0", "khong", "false", "no"}
FREE = {"khong", "0", "0 dong", "0 d", "mien phi", "mien", "khong thu", "khong thu phi", "khong co"}


def read_code(text: str) -> str | None:
    """The procedure code in `text` without the old agency suffix; None when it is none."""
    found = CODE.fullmatch(text.replace(" ", "").upper())
    return found.group(1) if found else None


def read_number(text: str) -> Decimal | None:
    """A limit's number, half days too (17,5), above 0 and up to 1000; None for anything else."""
    if not NUMBER.fullmatch(text.strip()):
        return None
    value = Decimal(text.strip().replace(",", "."))
    return value if 0 < value <= LONGEST else None


def is_number(text: str) -> bool:
    """Whether `text` is nothing but a number, of any size and sign."""
    return NUMBER.fullmatch(text.strip()) is not None


def read_mode(text: str) -> str | None:
    """The way of counting a limit, whole_days or elapsed; None when it is no such way."""
    return MODES.get(vn_fold(text).strip(" ."))


def read_unit(text: str) -> str | None:
    """The unit of a limit, one of `models.procedure.LIMIT_UNITS`; None when it is no such unit."""
    return MEANING.get(vn_fold(text).strip(" ."))


def read_limit(text: str) -> tuple[Decimal | None, str, bool] | None:
    """(number, unit, whether the 15:00 rule is stated) of a limit in words.

    None when the text is anything but one limit: several numbers, several cases, no unit. A
    number below one or above 1000 is no limit either.
    """
    if len(text) > LONGEST_WORDS:
        return None
    plain = re.sub(r"[()]", "", vn_fold(text)).strip(" .;")
    late = AFTER_15H.fullmatch(plain) if "15" in plain else None
    if late:
        plain = late.group("limit").strip(" .,;")
    if SAME_DAY.fullmatch(plain):
        return None, "same_day", late is not None
    if re.fullmatch(r"khong quy dinh(?: thoi (?:han|gian))?(?: (?:giai quyet|thuc hien))?", plain):
        return None, "none", False
    found = LIMIT.fullmatch(plain)
    value = read_number(found.group("value")) if found else None
    if found is None or value is None:
        return None
    unit = MEANING[found.group("unit")]
    if unit == "month" and value != int(value):
        return None
    return value.normalize(), unit, late is not None


def is_wrong_limit(text: str) -> bool:
    """Whether `text` has the form of one limit but a number no limit can have: 0, -3, 2000."""
    plain = vn_fold(text).strip(" .;").replace("–", "-")
    found = LIMIT.fullmatch(plain.lstrip("-+ ")) if len(plain) <= LONGEST_WORDS else None
    return found is not None and (plain.startswith("-") or read_limit(plain) is None)


def wrong_unit(text: str) -> str:
    """The unit in a text of the form number and unit when no limit is counted in it, else ""."""
    found = COUNTED.fullmatch(vn_fold(text).strip(" .;")[:LONGEST_WORDS])
    unit = found.group("unit") if found else ""
    return "" if unit in MEANING else unit


def read_money(text: str) -> int | None:
    """Whole đồng when `text` is one amount or says that nothing is charged; None otherwise."""
    plain = vn_fold(text).strip(" .")
    if plain in FREE:
        return 0
    found = re.fullmatch(r"([0-9]{1,3}(?:[.,][0-9]{3})+|[0-9]{1,9}) ?(?:dong|d|vnd)?", plain)
    return int(re.sub(r"[.,]", "", found.group(1))) if found else None


def read_date(text: str) -> date | None:
    """A day written 31/12/2026, 31-12-2026 or 2026-12-31; None when there is no such day."""
    turned = re.fullmatch(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})", text.strip())
    straight = re.fullmatch(r"([0-9]{4})-([0-9]{2})-([0-9]{2})", text.strip())
    if turned:
        day, month, year = map(int, turned.groups())
    elif straight:
        year, month, day = map(int, straight.groups())
    else:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def read_flag(text: str) -> bool | None:
    """Yes or no as people mark a cell (x, có, 1; không, 0); None for anything else."""
    plain = vn_fold(text)
    return True if plain in YES else False if plain in NO else None


def read_handler(text: str) -> str | None:
    """Which of `models.procedure.HANDLERS` a cell names; None when it names none or several."""
    plain = vn_fold(text)
    found = [code for code, words in HANDLER_WORDS.items() if any(w in plain for w in words)]
    if plain in HANDLER_WORDS:
        return plain
    return found[0] if len(found) == 1 else None
