"""The citizen card's QR text: recognised, parsed, never believed, never a crash."""

import random
import unicodedata
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.cccd_qr import ADDRESS_LIMIT, CARD_BYTES, check_card, looks_like_cccd, parse_cccd
from models.errors import InputError
from models.names import NAME_LIMIT
from models.party import person_from_card, verified_label
from services.training.people import card_text, citizen

PLAIN = (
    "001099990001||Nguyễn Văn Ấn|01021999|Nam|Số 1, Tổ 2, Phường Bồ Đề, Long Biên, Hà Nội|10052021"
)


def test_seven_fields():
    card = parse_cccd(PLAIN)
    assert (card.number, card.old_number, card.name) == ("001099990001", "", "Nguyễn Văn Ấn")
    assert (card.birth, card.sex, card.issued) == ("1999-02-01", "nam", "2021-05-10")
    assert card.address == "Số 1, Tổ 2, Phường Bồ Đề, Long Biên, Hà Nội"
    assert card.verified == "unverified"
    assert check_card(card) == ()


@pytest.mark.parametrize(
    ("text", "old_number", "issued"),
    [
        ("001199990001|012345678|Lê Thị Hà|01021999|Nữ|Hà Nội|10052021", "012345678", "2021-05-10"),
        (
            "001199990001|001199990002|Lê Thị Hà|01021999|Nữ|Hà Nội|10052021",
            "001199990002",
            "2021-05-10",
        ),
        ("001199990001||Lê Thị Hà|01021999|Nữ|Hà Nội", "", ""),
        ("001199990001|Lê Thị Hà|01021999|Nữ|Hà Nội|10052021", "", "2021-05-10"),
        ("001199990001||Lê Thị Hà|01021999|Nữ|Hà Nội|10052021||Bố|Mẹ|", "", "2021-05-10"),
        ("001199990001||Lê Thị Hà|01021999|NỮ|Hà Nội|mã mới", "", ""),
    ],
)
def test_other_layouts(text, old_number, issued):
    card = parse_cccd(text)
    assert (card.name, card.birth, card.sex) == ("Lê Thị Hà", "1999-02-01", "nu")
    assert (card.address, card.old_number, card.issued) == ("Hà Nội", old_number, issued)


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text.encode().decode("latin-1"),
        lambda text: "".join(
            bytes([b]).decode("cp1252", "ignore") or chr(b) for b in text.encode()
        ),
        lambda text: unicodedata.normalize("NFD", text),
        lambda text: "\ufeff" + text + "\r\n",
        lambda text: "]Q1" + text + "\n",
    ],
    ids=["latin-1", "cp1252", "NFD", "mark", "prefix"],
)
def test_scanners_that_damage_text(damage):
    assert damage(PLAIN) != PLAIN
    assert looks_like_cccd(damage(PLAIN))
    assert parse_cccd(damage(PLAIN)) == parse_cccd(PLAIN)


def test_every_training_card_survives_the_wrong_code_page():
    rng = random.Random(3)
    for _ in range(300):
        person = citizen(rng, ward="Phường Hoàn Kiếm", today=date(2026, 11, 20))
        text = card_text(person, date(2021, 5, 10))
        for scanned in (text, text.encode().decode("latin-1")):
            read = person_from_card(parse_cccd(scanned))
            assert (read.name, read.id_number) == (person.name, person.id_number)
            assert (read.birth, read.sex) == (person.birth, person.sex)
            assert read.address_on_card == person.address_on_card


def test_birth_year_alone():
    assert parse_cccd(PLAIN.replace("01021999", "00001999")).birth == "1999"
    assert parse_cccd(PLAIN.replace("01021999", "1999")).birth == "1999"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "ND-62"),
        ("Nguyễn Văn An", "ND-62"),
        ("001099990001", "ND-62"),
        ("00109999000||An|01021999|Nam|Hà Nội|10052021", "ND-62"),
        ("https://vneid.gov.vn/x?a=1|2|3|4|5|6", "ND-62"),
        (PLAIN + "|x" * 6, "ND-62"),
        ("001099990001|012345678|An|01021999|Nam|", None),
        ("001099990001|012345678|An|01021999|Nam", "ND-62"),
        (PLAIN.replace("01021999", "30021999"), "ND-63"),
        (PLAIN.replace("01021999", "01021799"), "ND-63"),
        (PLAIN.replace("01021999", "1/2/1999"), "ND-63"),
        (PLAIN.replace("|Nam|", "|X|"), "ND-63"),
        (PLAIN.replace("Nguyễn Văn Ấn", ""), "ND-63"),
        (PLAIN.replace("Nguyễn Văn Ấn", "<b>An</b>"), "ND-63"),
        (PLAIN.replace("Nguyễn Văn Ấn", "An\u202enA"), "ND-63"),
        (PLAIN.replace("Nguyễn Văn Ấn", "=cmd()"), "ND-63"),
        (PLAIN.replace("Nguyễn Văn Ấn", "Ấ" * 300), "ND-63"),
        (PLAIN.replace("Số 1", "<img src=x>"), "ND-63"),
        (PLAIN.replace("Số 1", "Số\u0007 1"), "ND-63"),
        (PLAIN.replace("10052021", "31112021"), "ND-63"),
        (PLAIN + "x" * CARD_BYTES, "ND-61"),
        ("x" * 1_000_000, "ND-61"),
    ],
)
def test_wrong_texts_get_a_sentence(text, code):
    if code is None:
        assert parse_cccd(text).address == ""
        return
    with pytest.raises(InputError) as caught:
        parse_cccd(text)
    assert caught.value.code == code
    assert caught.value.next_step


def test_a_made_up_card_that_contradicts_itself_is_flagged():
    card = parse_cccd(PLAIN.replace("|Nam|", "|Nữ|").replace("01021999", "01021998"))
    assert [problem.code for problem in check_card(card)] == ["ND-42", "ND-44"]
    assert verified_label(person_from_card(card).verified) == "Chưa xác thực"


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "001099990001",
        "0912345678",
        "Nguyễn Văn An",
        "a|b|c|d|e|f|g",
        "001099990001|",
        "12/11/2026",
        "|||||||",
        "00109999000|1||||||",
        "số 001099990001||||||",
        "٠٠١٠٩٩٩٩٠٠٠١||||||",
    ],
)
def test_ordinary_typing_is_not_a_scan(typed):
    assert not looks_like_cccd(typed)


FIELD = st.one_of(
    st.text(max_size=40),
    st.text(alphabet="0123456789", max_size=14),
    st.sampled_from(
        [
            "Nam",
            "Nữ",
            "01021999",
            "30021999",
            "",
            "Nguyễn Văn An",
            "Hà Nội",
            "<b>",
            "001099990001",
            "012345678",
            "'; DROP TABLE",
            "=1+1",
            "\ud800",
            "\u202e",
        ]
    ),
)


@st.composite
def payloads(draw):
    """Texts near a card: a good start with fields swapped, cut, repeated, or glued to noise."""
    parts = PLAIN.split("|")
    for _ in range(draw(st.integers(0, 3))):
        parts[draw(st.integers(0, len(parts) - 1))] = draw(FIELD)
    parts += draw(st.lists(FIELD, max_size=3))
    text = "|".join(parts)
    return text[: draw(st.integers(0, len(text)))] if draw(st.booleans()) else text


@settings(max_examples=max(1_000, 5 * settings.default.max_examples))
@given(st.one_of(payloads(), st.text(max_size=200)))
def test_fuzz_no_crash_no_wrong_field_nothing_too_long(text):
    looked = looks_like_cccd(text)
    try:
        card = parse_cccd(text)
    except InputError as error:
        assert error.what and error.next_step
        return
    assert looked
    assert card.verified == "unverified"
    assert len(card.number) == 12 and card.number.isascii() and card.number.isdigit()
    assert card.old_number == "" or len(card.old_number) in (9, 12)
    assert 1 <= len(card.name) <= NAME_LIMIT and len(card.address) <= ADDRESS_LIMIT
    assert card.sex in ("nam", "nu")
    assert len(card.birth) == 4 or date.fromisoformat(card.birth)
    assert card.issued == "" or date.fromisoformat(card.issued)
    assert not any(unicodedata.category(letter)[0] == "C" for letter in card.name + card.address)
    assert not set("<>|=") & set(card.name + card.address)
