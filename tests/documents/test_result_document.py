import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import pypdfium2
import pytest

from models.errors import InputError
from services.documents.data import ResultData, Signer
from services.documents.fonts import FontSet
from services.documents.result_document import LEADER_SIZE, SEAL_SIZE, result_pdf
from services.documents.templates import (
    FIELD_NAMES,
    builtin_templates,
    fill,
    get_template,
    merge_field_labels,
    missing_fields,
    parse_template,
)
from tests.documents.conftest import OFFICE, characters, page_count

Read = Callable[[bytes], str]
DAY = date(2026, 2, 5)
VALUES = {name: f"giá trị {index:02d}" for index, name in enumerate(sorted(FIELD_NAMES))}
SIGNER = Signer(("KT. Chủ tịch", "Phó Chủ tịch"), "Phạm Quốc Hùng")
GOOD = """
code = "own_letter"
type_name = "Thông báo"
abbreviation = "TB"
subject = "Về việc {procedure}"
effective_from = 2026-01-01
source = "Công văn 1"
confidence = "cơ quan duyệt"
body = ["Điều 1. {content}"]
recipients = ["- Lưu: VT."]
"""


def issued(values: Mapping[str, str] = VALUES, **changes: Any) -> ResultData:
    facts: dict[str, Any] = {"number": 5, "issued_on": DAY}
    return ResultData(OFFICE, SIGNER, "UBND", values, **(facts | changes))


@pytest.mark.parametrize("code", ["confirmation", "decision", "refusal_notice"])
def test_number_date_and_parts_are_drawn(fonts: FontSet, text_of: Read, code: str) -> None:
    template = get_template(code, DAY)
    made = result_pdf(template, issued(), fonts=fonts)
    text = text_of(made.data)
    assert f"Số: 05/{template.abbreviation}-UBND" in text
    assert "Hoàn Kiếm, ngày 05 tháng 02 năm 2026" in text
    assert template.type_name.upper() in text
    assert "KT. CHỦ TỊCH" in text and "PHÓ CHỦ TỊCH" in text and "Phạm Quốc Hùng" in text
    assert "Nơi nhận:" in text and "Lưu: VT" in text
    for name in template.fields():
        assert VALUES[name] in text or VALUES[name].upper() in text, name
    assert made.data == result_pdf(template, issued(), fonts=fonts).data
    assert b"Helvetica" not in made.data


def test_a_draft_has_gaps(fonts: FontSet, text_of: Read) -> None:
    template = get_template("confirmation", DAY)
    text = text_of(result_pdf(template, issued({}, number=None, issued_on=None), fonts=fonts).data)
    assert re.search(r"Số:\s+/GXN-UBND", text)
    assert re.search(r"Hoàn Kiếm, ngày\s+tháng\s+năm", text)
    assert "……………" in text


def test_a_number_needs_every_field_and_the_date(fonts: FontSet) -> None:
    template = get_template("confirmation", DAY)
    with pytest.raises(InputError) as caught:
        result_pdf(template, issued(VALUES | {"content": " "}, issued_on=None), fonts=fonts)
    assert caught.value.code == "TL-08"
    assert "nội dung giải quyết, ngày ban hành" in caught.value.what


def test_values_cannot_bring_markup_or_fields(fonts: FontSet, text_of: Read) -> None:
    nasty = '<img src="/etc/passwd"/> & {applicant} {0.__class__}'
    made = result_pdf(
        get_template("confirmation", DAY), issued(VALUES | {"content": nasty}), fonts=fonts
    )
    assert nasty in text_of(made.data)


@pytest.mark.parametrize("repeats", [1, 60, 95, 100, 110, 400])
def test_places_to_sign_lie_free_between_capacity_and_name(fonts: FontSet, repeats: int) -> None:
    long = "Nội dung giải quyết dài. " * repeats
    made = result_pdf(
        get_template("confirmation", DAY), issued(VALUES | {"content": long}), fonts=fonts
    )
    left, bottom, right, top = made.leader_box
    assert (right - left, top - bottom) == pytest.approx(LEADER_SIZE, abs=0.1)
    seal_left, seal_bottom, seal_right, seal_top = made.seal_box
    assert (seal_right - seal_left, seal_top - seal_bottom) == pytest.approx(SEAL_SIZE, abs=0.1)
    assert (seal_right - left) / (right - left) == pytest.approx(1 / 3, abs=0.01)
    assert left > 0 and bottom > 0 and right < 595 and top < 842
    inside = [
        box
        for page, box in characters(made.data)
        if page == made.page_index
        and box[0] < right and box[2] > left and box[1] < top and box[3] > bottom
    ]  # fmt: skip
    assert inside == []
    assert made.page_index == page_count(made.data) - 1


def test_no_page_carries_signatures_alone_and_later_pages_are_numbered(
    fonts: FontSet, text_of: Read
) -> None:
    template = get_template("confirmation", DAY)
    seen = 0
    for repeats in range(60, 100, 3):
        long = "Nội dung giải quyết dài. " * repeats
        made = result_pdf(template, issued(VALUES | {"content": long}), fonts=fonts)
        document = pypdfium2.PdfDocument(made.data)
        first = document[0].get_textpage().get_text_range()
        last = document[made.page_index].get_textpage().get_text_range()
        document.close()
        if made.page_index:
            seen += 1
            assert "Giấy xác nhận này" in last
            assert last.split()[0] == str(made.page_index + 1)
        assert first.split()[0] != "1"
    assert seen


def test_builtin_templates_are_known_and_dated() -> None:
    codes = [template.code for template in builtin_templates()]
    assert codes == ["confirmation", "decision", "refusal_notice"]
    assert all(template.source and template.confidence for template in builtin_templates())
    assert set(merge_field_labels()) == FIELD_NAMES


def test_the_offices_own_template_goes_first_while_in_force() -> None:
    own = parse_template(GOOD.replace("own_letter", "decision"), "own.toml")
    assert get_template("decision", date(2026, 5, 1), (own,)) is own
    assert get_template("decision", date(2025, 12, 31), (own,)) is not own
    with pytest.raises(InputError) as caught:
        get_template("decision", date(2020, 1, 1), (own,))
    assert caught.value.code == "TL-06"


def test_an_ended_template_is_not_used() -> None:
    ended = parse_template(GOOD + "effective_to = 2026-03-01\n", "own.toml")
    assert get_template("own_letter", date(2026, 3, 1), (ended,)) is ended
    with pytest.raises(InputError):
        get_template("own_letter", date(2026, 3, 2), (ended,))


@pytest.mark.parametrize(
    ("old", "new", "word"),
    [
        ("{content}", "{salary}", "{salary}"),
        ("{content}", "{content.__class__}", "{content.__class__}"),
        ("{content}", "{content!r:>9999}", "{content!r:>9999}"),
        ("{content}", "{content", "không khép"),
        ("{content}", "{}", "{}"),
        ('body = ["Điều 1. {content}"]', "body = []", "body"),
        ('body = ["Điều 1. {content}"]', "body = [1]", "body"),
        ('"TB"', '"T B"', "T B"),
        ('"own_letter"', '"../x"', "../x"),
        ("2026-01-01", '"soon"', "effective_from"),
        ('subject = "Về việc {procedure}"', "", "subject"),
        ("source =", "sauce =", "sauce"),
        ("code =", "code", "TOML"),
    ],
)
def test_a_bad_template_names_its_fault(old: str, new: str, word: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_template(GOOD.replace(old, new), "own.toml")
    assert caught.value.code == "TL-07"
    assert "own.toml" in caught.value.what
    assert word in caught.value.what


def test_missing_fields_and_filling() -> None:
    template = parse_template(GOOD, "own.toml")
    assert template.fields() == ("procedure", "content")
    assert missing_fields(template, {"procedure": "x", "content": "  "}) == ("content",)
    assert fill("a {x} b {y}", {"x": "{y}"}) == "a {y} b ……………"
