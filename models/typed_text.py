"""Cleaning of one typed line: composed letters, single spaces, no invisible characters."""

from __future__ import annotations

import unicodedata

from models.errors import InputError
from models.words import tr

__all__ = ["clean_line", "hidden_character", "one_line"]

_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Unicode categories that print nothing and can make two texts look the same, or break a form."""


def one_line(text: str) -> str:
    """`text` in NFC with tabs, line ends and any run of spaces as one space, ends trimmed."""
    spaced = "".join(
        " " if letter in "\t\r\n" or unicodedata.category(letter) == "Zs" else letter
        for letter in text
    )
    return " ".join(part for part in unicodedata.normalize("NFC", spaced).split(" ") if part)


def hidden_character(text: str) -> str:
    """The first invisible or control character of `text` as "U+0007", or "" when there is none."""
    for letter in text:
        if unicodedata.category(letter) in _HIDDEN:
            return f"U+{ord(letter):04X}"
    return ""


def clean_line(text: str, label: str, *, limit: int, field: str = "") -> str:
    """`text` as one clean line of at most `limit` characters; "" stays "".

    `label` is the field's name for the sentence ("Địa chỉ"). Raises InputError ND-22 when it is
    too long and ND-23 when it holds an invisible character.
    """
    line = one_line(text)
    if len(line) > limit:
        raise InputError(
            "ND-22",
            tr(
                "{label} dài {count} ký tự, quá {limit}.", label=label, count=len(line), limit=limit
            ),
            tr("Kiểm tra xem có dán nhầm nội dung khác không rồi nhập lại."),
            field=field,
        )
    hidden = hidden_character(line)
    if hidden:
        raise InputError(
            "ND-23",
            tr("{label} có ký tự không nhìn thấy được ({hidden}).", label=label, hidden=hidden),
            tr("Xóa trắng ô này và gõ lại bằng bàn phím."),
            field=field,
        )
    return line
