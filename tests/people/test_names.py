"""Names: cleaning, capitals and the order of lists."""

import random
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import InputError
from models.names import NAME_LIMIT, name_sort_key, normalise_name, printed_name

SORTED = [
    "Lê An",
    "Nguyễn An",
    "Nguyễn Bá An",
    "Nguyễn Văn An",
    "Ông Văn An",
    "Nguyễn Văn Ân",
    "Nguyễn Văn Ấn",
    "Nguyễn Văn Cường",
    "Nguyễn Văn Dũng",
    "Lê Thị Dương",
    "Nguyễn Văn Đông",
    "Bùi Văn Hòa",
    "Chu Văn Hoà",
    "Đào Văn Hòa",
    "Lê Văn Ma",
    "Lê Văn Mà",
    "Lê Văn Mả",
    "Lê Văn Mã",
    "Lê Văn Má",
    "Lê Văn Mạ",
    "Lê Văn Mai",
    "Páo",
    "Lê Văn Tân",
    "Lê Văn Tấn",
    "Đỗ Văn Thanh",
    "Đỗ Văn Thành",
    "Lê Văn Uy",
    "Lê Văn Ưng",
    "Lê Văn Wan",
]


def test_names_sort_as_vietnamese_lists_do():
    shuffled = SORTED[:]
    random.Random(5).shuffle(shuffled)
    assert sorted(shuffled, key=name_sort_key) == SORTED


def test_stored_keys_compare_byte_by_byte():
    keys = [name_sort_key(name).encode() for name in SORTED]
    assert keys == sorted(keys)


def test_sort_key_ignores_capitals_composition_and_tone_place():
    assert name_sort_key("NGUYỄN VĂN HÒA") == name_sort_key("Nguyễn Văn Hoà")
    decomposed = unicodedata.normalize("NFD", "Đặng Thị Thương")
    assert name_sort_key(decomposed) == name_sort_key("Đặng Thị Thương")


@given(st.text())
def test_sort_key_takes_any_text(text):
    name_sort_key(text).encode("utf-8", "surrogatepass")


def test_name_is_composed_and_single_spaced():
    assert (
        normalise_name(unicodedata.normalize("NFD", " Nguyễn\tVăn\u00a0 Ấn\n")) == "Nguyễn Văn Ấn"
    )


@pytest.mark.parametrize("name", ["Páo", "H'Bia Niê", "Ka Să Ha-Thuyên", "François Jiří", "y"])
def test_unusual_names_are_legal(name):
    assert normalise_name(name) == name


def test_longest_name_and_one_more():
    assert normalise_name("ạ" * NAME_LIMIT) == "ạ" * NAME_LIMIT
    assert len(unicodedata.normalize("NFD", "ậ" * NAME_LIMIT)) > NAME_LIMIT
    assert normalise_name(unicodedata.normalize("NFD", "ậ" * NAME_LIMIT)) == "ậ" * NAME_LIMIT
    with pytest.raises(InputError) as caught:
        normalise_name("Ấ" * 300)
    assert (caught.value.code, caught.value.field) == ("ND-22", "name")
    assert "300" in caught.value.sentence()


@pytest.mark.parametrize(
    "name", ["An\u0000h", "An\u200bh", "An\u202eh", "An\u001bh", "An\ud800", "An\ue000"]
)
def test_invisible_characters_are_refused(name):
    with pytest.raises(InputError) as caught:
        normalise_name(name)
    assert caught.value.code == "ND-23"


@pytest.mark.parametrize("name", ["", "   ", "123", "-"])
def test_a_name_needs_a_letter(name):
    with pytest.raises(InputError) as caught:
        normalise_name(name)
    assert caught.value.code == "ND-21"


def test_capitals_for_certificates():
    assert (
        printed_name(unicodedata.normalize("NFD", "Đặng Thị Thùy Dương")) == "ĐẶNG THỊ THÙY DƯƠNG"
    )
