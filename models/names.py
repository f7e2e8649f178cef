"""Personal names: cleaning, printing in capitals, and the Vietnamese order of lists."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from models.errors import InputError
from models.typed_text import clean_line
from models.words import tr

__all__ = ["NAME_LIMIT", "name_sort_key", "normalise_name", "printed_name"]

NAME_LIMIT = 200
"""Longest name kept, in characters; the longest real ones are around 60."""

_ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
"""The Vietnamese alphabet with f, j, w, z at their Latin places (domain notes §8.4)."""

_CODE = {letter: chr(ord("A") + place) for place, letter in enumerate(_ALPHABET)}
_TONES = {"\u0300": "1", "\u0309": "2", "\u0303": "3", "\u0301": "4", "\u0323": "5"}
"""Combining tone marks in dictionary order: huyền, hỏi, ngã, sắc, nặng; no mark (ngang) is 0."""

_SHAPES = "\u0306\u0302\u031b"
"""Marks that make another letter: ă; â ê ô; ơ ư."""


def normalise_name(text: str) -> str:
    """The name as it is stored: NFC, single spaces, capitals as typed.

    One-token names, hyphens and apostrophes are legal. Raises InputError: ND-21 when there is no
    letter in it, ND-22 when it is longer than `NAME_LIMIT`, ND-23 for invisible characters.
    """
    name = clean_line(text, tr("Họ và tên"), limit=NAME_LIMIT, field="name")
    if not any(letter.isalpha() for letter in name):
        raise InputError(
            "ND-21",
            tr("Chưa có họ và tên."),
            tr("Nhập họ và tên như trên giấy tờ tùy thân."),
            field="name",
        )
    return name


def printed_name(name: str) -> str:
    """The name in capitals with its marks, as certificates print it."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).upper())


def name_sort_key(name: str) -> str:
    """A key whose plain text order is the order of Vietnamese name lists.

    By given name (the last word), then family name, then middle names; in each word the letters
    a ă â b c d đ e ê ... decide first and the tone (ngang, huyền, hỏi, ngã, sắc, nặng) after them,
    wherever it was placed: "hòa" and "hoà" sort together. The key may be stored and indexed as
    text: it compares correctly byte by byte.
    """
    words = unicodedata.normalize("NFC", name).lower().split()
    ordered = [*words[-1:], *words[:-1][:1], *words[1:-1]]
    return " ".join(_word_key(word) for word in ordered)


@lru_cache(maxsize=4096)
def _word_key(word: str) -> str:
    """Letters of the word, a space (below every letter), and the digit of its tone."""
    pairs = [_letter_key(letter) for letter in word]
    letters = "".join(code for code, _tone in pairs)
    tone = max((tone for _code, tone in pairs), default="0")
    return f"{letters} {tone}"


def _letter_key(letter: str) -> tuple[str, str]:
    """The letter's place in the alphabet as a character, and its tone."""
    decomposed = unicodedata.normalize("NFD", letter)
    base, marks = decomposed[0], decomposed[1:]
    tone = max((_TONES[mark] for mark in marks if mark in _TONES), default="0")
    shaped = unicodedata.normalize("NFC", base + "".join(m for m in marks if m in _SHAPES))
    code = _CODE.get(shaped) or _CODE.get(base)
    if code:
        return code, tone
    if base.isascii():
        return (base if base.isdigit() else ""), tone
    # letters of other scripts go after z; "~" is above every code of the alphabet
    return f"~{base}", tone
