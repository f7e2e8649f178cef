from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

import pypdfium2
import pytest

from models.errors import InputError
from services.clock import VIETNAM
from services.documents.control_slip import control_slip_pdf
from services.documents.data import (
    ControlRow,
    ControlSlipData,
    Party,
    SupplementItem,
    SupplementSlipData,
)
from services.documents.fonts import FontSet
from services.documents.page import Paper
from services.documents.supplement_slip import supplement_slip_pdf
from tests.documents.conftest import OFFICE, characters, page_count

Read = Callable[[bytes], str]
START = datetime(2026, 11, 20, 9, 5, tzinfo=VIETNAM)
CODE = "H26.103.25-261120-0001"
SUPPLEMENT = SupplementSlipData(
    letterhead=OFFICE,
    number="05/HDHS",
    office="Điểm phục vụ phường Hoàn Kiếm",
    code=CODE,
    procedure="Đăng ký khai sinh",
    submitter=Party("Nguyễn Văn <Bình & Con>", "001085012345"),
    items=(SupplementItem("Giấy chứng sinh", "bản đã nộp bị mờ", originals=1),),
    reason="Chưa đủ thành phần",
    issued_on=date(2026, 11, 20),
    guide="Lê Thu Hà",
    stage="thẩm định",
    legal_basis="Điều 16 Luật Hộ tịch",
    answer_by=START + timedelta(days=14),
    approver="Phạm Minh Đức",
    contact="bộ phận hướng dẫn",
    phone="024 1022",
    website="hanoi.gov.vn",
)


def control(*rows: ControlRow) -> ControlSlipData:
    return ControlSlipData(
        OFFICE, CODE, "Đăng ký khai sinh", "Trần Thị Ánh", "Phòng Văn hóa - Xã hội", START,
        START + timedelta(days=6), rows, "Công an phường",
    )  # fmt: skip


def row(index: int, result: str = "") -> ControlRow:
    at = START + timedelta(hours=index)
    names = (f"Bên giao {index}", f"Bên nhận {index}")
    return ControlRow(*names, at, "Hà", "Nam", result, "ghi <chú>")


def test_supplement_slip_has_every_field(fonts: FontSet, text_of: Read) -> None:
    text = text_of(supplement_slip_pdf(SUPPLEMENT, fonts))
    for words in (
        "PHIẾU YÊU CẦU BỔ SUNG, HOÀN THIỆN HỒ SƠ",
        "Số: 05/HDHS",
        CODE,
        "Nguyễn Văn <Bình & Con>",
        "Giấy chứng sinh",
        "bản đã nộp bị mờ",
        "Lý do: Chưa đủ thành phần",
        "Căn cứ: Điều 16 Luật Hộ tịch",
        "Giai đoạn: thẩm định",
        "09 giờ 05 phút, thứ Sáu, ngày 04 tháng 12 năm 2026",
        "liên hệ bộ phận hướng dẫn, số điện thoại 024 1022, xem tại hanoi.gov.vn",
        "NGƯỜI HƯỚNG DẪN",
        "Lê Thu Hà",
        "Phạm Minh Đức",
    ):
        assert words in text, words
    assert supplement_slip_pdf(SUPPLEMENT, fonts) == supplement_slip_pdf(SUPPLEMENT, fonts)


def test_without_an_approver_only_one_place_to_sign_is_drawn(fonts: FontSet, text_of: Read) -> None:
    asked = "(Ký, ghi rõ họ tên)"
    assert text_of(supplement_slip_pdf(SUPPLEMENT, fonts)).count(asked) == 2
    alone = text_of(supplement_slip_pdf(replace(SUPPLEMENT, approver=""), fonts))
    assert alone.count(asked) == 1 and "NGƯỜI HƯỚNG DẪN" in alone


@pytest.mark.parametrize("changes", [{"items": ()}, {"reason": "  "}])
def test_supplement_without_item_or_reason_is_refused(
    fonts: FontSet, changes: dict[str, object]
) -> None:
    with pytest.raises(InputError) as caught:
        supplement_slip_pdf(replace(SUPPLEMENT, **changes), fonts)  # type: ignore[arg-type]
    assert caught.value.code == "TL-09"


def test_thirty_items_run_over_pages(fonts: FontSet, text_of: Read) -> None:
    items = tuple(SupplementItem(f"Giấy tờ {n:02d}", "cần bản rõ hơn") for n in range(30))
    pdf = supplement_slip_pdf(replace(SUPPLEMENT, items=items), fonts, paper=Paper.A5)
    assert page_count(pdf) > 1
    text = text_of(pdf)
    assert all(f"Giấy tờ {n:02d}" in text for n in range(30))


def test_control_slip_prints_all_rows_in_order(fonts: FontSet, text_of: Read) -> None:
    rows = [row(index) for index in range(40)]
    pdf = control_slip_pdf(control(*rows), fonts)
    assert page_count(pdf) > 2
    text = text_of(pdf)
    places = [text.index(f"Bên giao {index}") for index in range(40)]
    assert places == sorted(places)
    assert text.count("Trước hạn") == 40
    assert "Công an phường" in text
    assert "ghi <chú>" in text


def test_a_ticked_result_differs_from_the_others(fonts: FontSet) -> None:
    drawn = {
        result: control_slip_pdf(control(row(1, result)), fonts)
        for result in ("", "early", "on_time", "late")
    }
    assert len(set(drawn.values())) == 4


def test_long_words_stay_on_the_control_slip(fonts: FontSet) -> None:
    long = "Đ" * 300
    wide = ControlRow(long, long, START, long, long, "late", long)
    data = replace(control(wide), applicant=long, procedure=long, handling_agency=long)
    pdf = control_slip_pdf(data, fonts)
    document = pypdfium2.PdfDocument(pdf)
    width, _height = document[0].get_size()
    document.close()
    assert max(right for _page, (_l, _b, right, _t) in characters(pdf)) <= width - 20
