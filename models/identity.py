"""Identity numbers: the 12-digit personal number, old 9-digit cards, passports and tax codes.

The structure of the personal number (province, century and sex, year) follows domain notes §8.2.
It has no check digit, and it is reissued when the birth year or sex is corrected: never a key.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Literal

from models.problems import Problem
from models.words import tr

__all__ = [
    "IdKind",
    "check_identity",
    "check_personal_id",
    "id_kind_label",
    "normalise_id_number",
    "tax_code_check_digit",
]

IdKind = Literal["", "personal_id", "cmnd", "passport", "tax_code", "other"]

_FILLERS = re.compile(r"[\s.\u2013-]+")
_VIETNAMESE_PASSPORT = re.compile(r"[A-Z]{1,2}[0-9]{7,8}")
_ANY_PASSPORT = re.compile(r"(?=.*[0-9])[A-Z0-9]{5,15}")
_TAX_CODE = re.compile(r"([0-9]{10})(-[0-9]{3})?")
_TAX_WEIGHTS = (31, 29, 23, 19, 17, 13, 7, 5, 3)
_NEXT_CENTURY = 2100

# fmt: off
_PROVINCES = frozenset((
    1, 2, 4, 6, 8, 10, 11, 12, 14, 15, 17, 19, 20, 22, 24, 25, 26, 27, 30, 31, 33, 34, 35, 36,
    37, 38, 40, 42, 44, 45, 46, 48, 49, 51, 52, 54, 56, 58, 60, 62, 64, 66, 67, 68, 70, 72, 74,
    75, 77, 79, 80, 82, 83, 84, 86, 87, 89, 91, 92, 93, 94, 95, 96,
))
# fmt: on
"""Codes of the 63 provinces before the mergers of 2025; numbers given out keep them."""


def id_kind_label(kind: IdKind) -> str:
    """The name of the paper for a form or a sentence."""
    return {
        "": tr("Chưa có giấy tờ"),
        "personal_id": tr("Số định danh cá nhân"),
        "cmnd": tr("Chứng minh nhân dân (9 số)"),
        "passport": tr("Hộ chiếu"),
        "tax_code": tr("Mã số thuế"),
        "other": tr("Giấy tờ khác"),
    }[kind]


def normalise_id_number(kind: IdKind, number: str) -> str:
    """`number` without spaces, dots and dashes, in capitals; a branch's tax code keeps its dash."""
    if kind == "other":
        return " ".join(number.split())
    bare = _FILLERS.sub("", number).upper()
    if kind == "tax_code" and len(bare) == 13:
        return f"{bare[:10]}-{bare[10:]}"
    return bare


def check_identity(
    kind: IdKind, number: str, *, birth: date | str | None = None, sex: str | None = None
) -> tuple[Problem, ...]:
    """What is wrong with a normalised `number` of this `kind`; empty when nothing is."""
    if not kind or not number:
        return ()
    if kind == "personal_id":
        return check_personal_id(number, birth, sex=sex)
    if kind == "cmnd":
        return _check_cmnd(number)
    if kind == "passport":
        return _check_passport(number)
    if kind == "tax_code":
        return _check_tax_code(number)
    return ()


def check_personal_id(
    number: str, birth: date | str | None = None, *, sex: str | None = None
) -> tuple[Problem, ...]:
    """What is wrong with a 12-digit personal number, against the birth and sex given.

    `birth` is a date, stored text ("1990-03-05" or "1958") or nothing; `sex` is "nam", "nu" or
    nothing. Wrong shape is an error; a year or sex that disagrees needs a supervisor, because data
    entry mistakes exist in the register; an unknown province is only a warning.
    """
    if not re.fullmatch("[0-9]{12}", number):
        return (
            _problem(
                "error",
                "ND-41",
                tr(
                    "Số định danh cá nhân phải có đúng 12 chữ số, ở đây là “{number}”.",
                    number=number[:30],
                ),
                tr("Nhập lại theo thẻ căn cước, hoặc quét mã QR trên thẻ."),
            ),
        )
    found = (_check_year(number, str(birth or "")[:4]), _check_sex(number, sex or ""))
    province = () if int(number[:3]) in _PROVINCES else (_unknown_province(number[:3]),)
    return tuple(problem for problem in (*found, *province) if problem)


def tax_code_check_digit(first_nine: str) -> int | None:
    """The tenth digit of a tax code; None when no code may start with these nine digits."""
    total = sum(weight * int(digit) for weight, digit in zip(_TAX_WEIGHTS, first_nine, strict=True))
    digit = 10 - total % 11
    return None if digit == 10 else digit


def _problem(
    severity: Literal["warning", "supervised", "error"], code: str, what: str, next_step: str
) -> Problem:
    return Problem(severity, code, what, next_step, "id_number")


def _check_year(number: str, birth_year: str) -> Problem | None:
    year = 1900 + 100 * (int(number[3]) // 2) + int(number[4:6])
    if birth_year and birth_year != str(year):
        return _problem(
            "supervised",
            "ND-42",
            tr(
                "Số định danh chỉ năm sinh {year}, nhưng năm sinh đã nhập là {birth_year}.",
                year=year,
                birth_year=birth_year,
            ),
            tr("Xem lại thẻ. Nếu thẻ đúng như vậy, cần người phụ trách xác nhận."),
        )
    if year >= _NEXT_CENTURY:
        return _problem(
            "supervised",
            "ND-43",
            tr("Số định danh chỉ năm sinh {year}, không thể có.", year=year),
            tr("Kiểm tra chữ số thứ tư. Nếu thẻ đúng như vậy, cần người phụ trách xác nhận."),
        )
    return None


def _check_sex(number: str, sex: str) -> Problem | None:
    told = "nu" if int(number[3]) % 2 else "nam"
    if not sex or sex == told:
        return None
    return _problem(
        "supervised",
        "ND-44",
        tr("Số định danh là của nữ, nhưng giới tính đã nhập là nam.")
        if told == "nu"
        else tr("Số định danh là của nam, nhưng giới tính đã nhập là nữ."),
        tr("Xem lại thẻ. Nếu thẻ đúng như vậy, cần người phụ trách xác nhận."),
    )


def _unknown_province(code: str) -> Problem:
    return _problem(
        "warning",
        "ND-45",
        tr("Không có tỉnh nào mang mã {code} ở đầu số định danh.", code=code),
        tr("Người khai sinh ở nước ngoài có thể mang mã khác. Đối chiếu lại với thẻ."),
    )


def _check_cmnd(number: str) -> tuple[Problem, ...]:
    if not re.fullmatch("[0-9]{9}", number):
        return (
            _problem(
                "error",
                "ND-46",
                tr("Số chứng minh nhân dân phải có đúng 9 chữ số."),
                tr("Nhập lại, hoặc chọn loại giấy tờ khác."),
            ),
        )
    return (
        _problem(
            "warning",
            "ND-47",
            tr("Chứng minh nhân dân 9 số đã hết giá trị từ 01/01/2025."),
            tr("Hỏi số định danh 12 số; số cũ chỉ dùng để tra cứu."),
        ),
    )


def _check_passport(number: str) -> tuple[Problem, ...]:
    if _VIETNAMESE_PASSPORT.fullmatch(number):
        return ()
    if _ANY_PASSPORT.fullmatch(number):
        return (
            _problem(
                "warning",
                "ND-48",
                tr("Số hộ chiếu không theo mẫu của Việt Nam."),
                tr("Nếu là hộ chiếu nước ngoài thì đối chiếu lại với bản gốc rồi tiếp tục."),
            ),
        )
    return (
        _problem(
            "error",
            "ND-49",
            tr("Số hộ chiếu chỉ gồm chữ cái không dấu và chữ số, từ 5 đến 15 ký tự."),
            tr("Nhập lại theo trang có ảnh của hộ chiếu."),
        ),
    )


def _check_tax_code(number: str) -> tuple[Problem, ...]:
    if re.fullmatch("[0-9]{12}", number):
        # since 01/07/2025 the personal number is the tax code of individuals and households
        return check_personal_id(number)
    found = _TAX_CODE.fullmatch(number)
    if not found:
        return (
            _problem(
                "error",
                "ND-50",
                tr("Mã số thuế có 10 chữ số (thêm -001 nếu là chi nhánh) hoặc 12 chữ số."),
                tr("Nhập lại theo giấy đăng ký."),
            ),
        )
    if tax_code_check_digit(found[1][:9]) == int(found[1][9]):
        return ()
    return (
        _problem(
            "supervised",
            "ND-51",
            tr("Mã số thuế {number} sai chữ số kiểm tra.", number=number),
            tr(
                "Thường là gõ nhầm một chữ số. Nếu giấy đúng như vậy, cần người phụ trách xác nhận."
            ),
        ),
    )
