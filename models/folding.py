"""Folding of Vietnamese text for search: no marks, no capitals, single spaces."""

from __future__ import annotations

import unicodedata

__all__ = ["vn_fold"]


def vn_fold(text: str) -> str:
    """`text` without tones, marks and capitals, đ as d, runs of white space as one space.

    "Nguyễn  Văn Ấn" and "nguyen van an" fold to the same text, however the accents were typed
    (composed or combining). Folding twice changes nothing.
    """
    if text.isascii():
        return " ".join(text.casefold().split())
    decomposed = unicodedata.normalize("NFD", text).casefold()
    # casefold may bring composed letters back (U+0390, U+01F0), so decompose once more
    bare = "".join(
        letter
        for letter in unicodedata.normalize("NFD", decomposed)
        if letter < "\u0300" or not unicodedata.combining(letter)
    )
    return " ".join(bare.replace("đ", "d").split())
