"""Folding for search."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from models.folding import vn_fold


def test_every_vietnamese_letter_folds_to_a_plain_one():
    rows = {
        "a": "aàảãáạăằẳẵắặâầẩẫấậ",
        "d": "dđ",
        "e": "eèẻẽéẹêềểễếệ",
        "i": "iìỉĩíị",
        "o": "oòỏõóọôồổỗốộơờởỡớợ",
        "u": "uùủũúụưừửữứự",
        "y": "yỳỷỹýỵ",
    }
    for plain, letters in rows.items():
        assert vn_fold(letters) == plain * len(letters)
        assert vn_fold(letters.upper()) == plain * len(letters)


def test_accents_spaces_and_decomposed_input():
    assert vn_fold("  Nguyễn \t Văn\u00a0Ấn ") == "nguyen van an"
    assert vn_fold(unicodedata.normalize("NFD", "ĐẶNG THỊ THƯƠNG")) == "dang thi thuong"


@given(st.text())
def test_folding_is_stable_and_blind_to_composition(text):
    folded = vn_fold(text)
    assert vn_fold(folded) == folded
    assert vn_fold(unicodedata.normalize("NFD", text)) == folded
    assert vn_fold(unicodedata.normalize("NFC", text)) == folded
