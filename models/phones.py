"""Telephone numbers: one stored form for mobile, landline, service and foreign numbers."""

from __future__ import annotations

import re

from models.errors import InputError
from models.words import tr

__all__ = ["format_phone", "normalise_phone"]

_MOBILE = re.compile(r"0[35789][0-9]{8}")
_LANDLINE = re.compile(r"02[0-9]{9}")
_SERVICE = re.compile(r"1[89]00[0-9]{4,6}")
_FOREIGN = re.compile(r"\+[1-9][0-9]{7,14}")
_FILLERS = re.compile(r"[\s.()\u2013-]+")


def normalise_phone(text: str) -> str:
    """The number as digits from 0 ("0912345678"); +84, 0084 and 84 become 0; "" stays "".

    Mobile numbers have 10 digits, landlines 11 (024 + 8 in Hà Nội), service numbers start with
    1800 or 1900, foreign ones keep their "+". Raises InputError ND-31 for anything else.
    """
    digits = _FILLERS.sub("", text)
    if not digits:
        return ""
    if digits.startswith("00"):
        digits = "+" + digits[2:]
    if digits.startswith("+84"):
        digits = "0" + digits[3:].removeprefix("0")
    elif digits.startswith("84") and len(digits) >= 11:
        digits = "0" + digits[2:].removeprefix("0")
    for shape in (_MOBILE, _LANDLINE, _SERVICE, _FOREIGN):
        if shape.fullmatch(digits):
            return digits
    raise InputError(
        "ND-31",
        tr("Số điện thoại “{typed}” không đúng.", typed=text.strip()[:30]),
        tr("Số di động có 10 chữ số, ví dụ 0912 345 678; số cố định Hà Nội là 024 và 8 chữ số."),
        field="phone",
    )


def format_phone(number: str) -> str:
    """A stored number in groups for the eye: 0912 345 678, 024 3825 1234; others unchanged."""
    if _MOBILE.fullmatch(number):
        return f"{number[:4]} {number[4:7]} {number[7:]}"
    if _LANDLINE.fullmatch(number):
        area = 3 if number[:3] in ("024", "028") else 4
        rest = number[area:]
        return f"{number[:area]} {rest[:-4]} {rest[-4:]}"
    return number
