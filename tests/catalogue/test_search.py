"""What a clerk types finds what the clerk means."""

import unicodedata

import pytest

from models.errors import InputError
from services.catalogue.catalogue import bundled_catalogue

catalogue = bundled_catalogue()


def codes(text: str, limit: int = 5, **more) -> list[str]:
    return [p.code for p in catalogue.search(text, limit, **more)]


@pytest.mark.parametrize(
    "text",
    ["khai sinh", "Khai Sinh", "khai  sinh ", "ks", "KS", "dkks", "kh si", "1.001193",
     "thủ tục đăng ký khai sinh", unicodedata.normalize("NFD", "khai sinh"),
     unicodedata.normalize("NFD", "đăng ký khai sinh")],
)  # fmt: skip
def test_birth_registration_comes_first(text):
    assert codes(text)[0] == "1.001193"


def test_an_exact_code_finds_one():
    assert codes("1.001193", 50) == ["1.001193"]


def test_the_beginning_of_a_code_finds_all_of_it_in_order_with_or_without_dot():
    found = codes("2.0009", 50)
    assert found == sorted(found) and len(found) > 3
    assert all(code.startswith("2.0009") for code in found)
    assert codes("20009", 50) == found


def test_certification_is_found_with_and_without_accents():
    plain, accented = codes("chung thuc", 30), codes("chứng thực", 30)
    names = [catalogue.get_procedure(code).name for code in plain[:5]]
    assert all("hứng thực" in name for name in names)
    assert set(plain) == set(accented)


def test_accents_decide_between_equals():
    assert [u.short_name for u in catalogue.search_units("Ba Vì")] == ["Ba Vì"]
    assert catalogue.search_units("bá")[0].short_name == "Bát Tràng"
    assert catalogue.search_units("ba")[0].short_name == "Ba Vì"


def test_words_at_the_desk_find_the_official_name():
    assert codes("sao y")[0] == "2.000815"
    assert codes("độc thân")[0] == "1.004873"


def test_all_words_must_be_answered():
    assert codes("khai sinh zzz") == []
    assert codes("zzz") == []


def test_words_may_be_in_the_field():
    assert "2.001019" in codes("di chuc chung thuc", 3)
    assert all(
        catalogue.get_procedure(code).field == "Chứng thực"
        for code in codes("chung thuc sua loi", 3)
    )


def test_favourites_then_recents_lead_an_empty_field_and_equals():
    found = codes("", favourites={"2.000815"}, recents=["1.004873", "1.000894"])
    assert found[:3] == ["2.000815", "1.004873", "1.000894"]
    assert codes("chung thuc", favourites={"2.000815"})[0] == "2.000815"
    assert codes("chung thuc", recents=["2.000884"])[0] == "2.000884"


def test_a_better_answer_beats_a_favourite():
    found = codes("chung thuc", 30, favourites={"2.000927"})
    assert "2.000927" in found and found[0] != "2.000927"


def test_unknown_codes_say_what_to_do():
    assert catalogue.find_procedure("9.999999") is None
    with pytest.raises(InputError) as caught:
        catalogue.get_procedure("9.999999")
    assert caught.value.code == "DM-01" and "9.999999" in caught.value.what
    with pytest.raises(InputError) as caught:
        catalogue.get_unit("99999")
    assert caught.value.code == "DM-02"


def test_units_are_found_by_name_and_code():
    assert catalogue.search_units("hoan kiem")[0].code == "00070"
    assert [u.name for u in catalogue.search_units("00004")] == ["Phường Ba Đình"]
    assert len(catalogue.search_units("")) == 126
    assert catalogue.get_unit("00070").short_name == "Hoàn Kiếm"
