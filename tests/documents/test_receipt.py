import unicodedata
from collections.abc import Callable
from dataclasses import replace

import pypdfium2
import pytest
import zxingcpp

from models.errors import InputError
from services.documents.data import ComponentLine, FeeLine, Letterhead, Party
from services.documents.fonts import FontSet
from services.documents.page import Paper
from services.documents.receipt import receipt_pdf
from tests.documents.conftest import characters, dossier, page_count, receipt

Read = Callable[[bytes], str]
CODES = ["H26.103.25-261120-0001", "TAM-01234567", "G09.20-20260609-0092637"]
LONG = "Nguyễn Thị Bích Ngọc " * 15


def test_same_data_same_bytes(fonts: FontSet) -> None:
    assert receipt_pdf(receipt(), fonts) == receipt_pdf(receipt(), fonts)
    other = receipt(dossier(code="H26.103.25-261120-0002"))
    assert receipt_pdf(other, fonts) != receipt_pdf(receipt(), fonts)


def test_every_field_of_the_form_is_printed(fonts: FontSet, text_of: Read) -> None:
    owner = Party("Trần Thị Ánh", address="Tổ 5, phường Cửa Nam")
    one = dossier(applicant=owner, procedure_code="1.001193", ledger_book="01", ledger_number="77")
    data = receipt(one, lookup="dichvucong.gov.vn", phone="024 1022")
    text = text_of(receipt_pdf(data, fonts))
    for words in (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "ỦY BAN NHÂN DÂN",
        "PHƯỜNG HOÀN KIẾM",
        "Hoàn Kiếm, ngày 05 tháng 02 năm 2026",
        "GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ",
        "Mã hồ sơ: H26.103.25-261120-0001",
        "Nguyễn Văn Bình (nộp trực tiếp)",
        "001085012345",
        "Đăng ký khai sinh",
        "1.001193",
        "Chủ hồ sơ: Trần Thị Ánh",
        "Tổ 5, phường Cửa Nam",
        "Số lượng hồ sơ: 01 bộ",
        "03 ngày làm việc",
        "09 giờ 05 phút, thứ Sáu, ngày 20 tháng 11 năm 2026",
        "17 giờ 30 phút, thứ Năm, ngày 26 tháng 11 năm 2026",
        "15.000 đồng (bằng chữ: Mười lăm nghìn đồng)",
        "quyển số: 01; số thứ tự: 77",
        "02 liên",
        "024 1022",
        "Lê Thu Hà",
    ):
        assert words in text, words
    assert "TẬP HUẤN" not in text


@pytest.mark.parametrize("paper", list(Paper))
def test_the_lookup_code_stands_beside_the_plain_code(
    fonts: FontSet, text_of: Read, paper: Paper
) -> None:
    one, other = dossier(secret="4X7K-9QWE"), dossier(code=CODES[2], secret="0123-ABCD")
    alone = text_of(receipt_pdf(receipt(one), fonts, paper=paper))
    assert "Mã tra cứu: 4X7K-9QWE" in alone
    page = "tracuu.hanoi.gov.vn/tra-cuu"
    both = text_of(receipt_pdf(receipt(one, other, status_page=page), fonts, paper=paper))
    assert f"Tra cứu: {page} · mã 4X7K-9QWE" in both
    assert f"Tra cứu: {page} · mã 0123-ABCD" in both, "each annex has its own"
    assert "Mã tra cứu" not in text_of(receipt_pdf(receipt(), fonts, paper=paper))


def test_a_limit_typed_by_the_clerk_says_so(fonts: FontSet, text_of: Read) -> None:
    typed = dossier(limit_typed=True, limit_basis="Quyết định 12/QĐ-UBND")
    text = text_of(receipt_pdf(receipt(typed), fonts))
    assert "(thời hạn do cán bộ nhập theo Quyết định 12/QĐ-UBND, chưa có trong danh mục)" in text


@pytest.mark.parametrize(
    "name",
    [
        '<img src="/etc/passwd"/>',
        "Nguyễn Văn <A",
        "Công ty A & B <b>",
        "{code} %s {0.__class__}",
        "&lt;script&gt;",
        "</para>]]>",
        'Y\' Ñuol-Êban "Kdăm"',
    ],
)
def test_names_are_printed_as_written(fonts: FontSet, text_of: Read, name: str) -> None:
    data = receipt(dossier(applicant=Party(name)), submitter=Party(name))
    assert text_of(receipt_pdf(data, fonts)).count(name) >= 2


def test_decomposed_names_are_composed(fonts: FontSet, text_of: Read) -> None:
    decomposed = unicodedata.normalize("NFD", "Nguyễn Thị Hường")
    data = receipt(submitter=Party(decomposed))
    assert "Nguyễn Thị Hường" in text_of(receipt_pdf(data, fonts))


def test_emoji_is_refused_by_name(fonts: FontSet) -> None:
    with pytest.raises(InputError) as caught:
        receipt_pdf(receipt(submitter=Party("Anh 😀")), fonts)
    assert caught.value.code == "TL-03"
    assert "😀" in caught.value.what


@pytest.mark.parametrize("paper", list(Paper))
@pytest.mark.parametrize("long", [LONG, "Ă" * 300])
def test_long_names_stay_on_the_page(fonts: FontSet, paper: Paper, long: str) -> None:
    party = Party(long, long, long, long, long)
    one = dossier(
        procedure=long,
        applicant=party,
        limit_basis=long,
        components=(ComponentLine(long, 1),),
        fees=(FeeLine(long, 999_999_999_999, long),),
    )
    letterhead = Letterhead((long,), long, long)
    data = receipt(
        one, letterhead=letterhead, office=long, submitter=party, receiver=long, return_at=long
    )
    pdf = receipt_pdf(data, fonts, paper=paper)
    document = pypdfium2.PdfDocument(pdf)
    width, height = document[0].get_size()
    document.close()
    for _page, (left, bottom, right, top) in characters(pdf):
        assert left >= 0 and right <= width and bottom >= 0 and top <= height
    edge = max(right for _page, (_l, _b, right, _t) in characters(pdf))
    assert edge <= width - 20, "text runs into the right margin"


def test_paper_sizes(fonts: FontSet) -> None:
    for paper, size in ((Paper.A4, (595, 842)), (Paper.A5, (420, 595))):
        document = pypdfium2.PdfDocument(receipt_pdf(receipt(), fonts, paper=paper))
        assert tuple(round(side) for side in document[0].get_size()) == size
        assert len(document) == 1
        document.close()


@pytest.mark.parametrize("paper", list(Paper))
@pytest.mark.parametrize("code", CODES)
def test_bars_and_square_carry_the_plain_code(fonts: FontSet, paper: Paper, code: str) -> None:
    document = pypdfium2.PdfDocument(receipt_pdf(receipt(dossier(code=code)), fonts, paper=paper))
    for dots_per_inch in (150, 300):
        image = document[0].render(scale=dots_per_inch / 72).to_pil()
        found = {(str(hit.format), hit.text) for hit in zxingcpp.read_barcodes(image)}
        assert found == {("Code 128", code), ("QR Code", code)}
    document.close()


def test_a_code_that_bars_cannot_carry_is_refused(fonts: FontSet) -> None:
    with pytest.raises(InputError) as caught:
        receipt_pdf(receipt(dossier(code="Hồ sơ 1")), fonts)
    assert caught.value.code == "TL-04"


def test_thirty_components_run_over_pages(fonts: FontSet, text_of: Read) -> None:
    many = tuple(ComponentLine(f"Giấy tờ thứ {n} của hồ sơ", 1) for n in range(1, 31))
    pdf = receipt_pdf(receipt(dossier(components=many)), fonts)
    assert page_count(pdf) == 2
    text = text_of(pdf)
    assert all(f"Giấy tờ thứ {n} của hồ sơ" in text for n in range(1, 31))


def test_one_component_longer_than_a_page_is_split(fonts: FontSet, text_of: Read) -> None:
    endless = "rất dài " * 2_000
    pdf = receipt_pdf(receipt(dossier(components=(ComponentLine(endless, 1),))), fonts)
    assert page_count(pdf) >= 2
    assert text_of(pdf).count("dài") == 2_000


def test_twelve_digit_fees(fonts: FontSet, text_of: Read) -> None:
    one = dossier(fees=(FeeLine("Phí", 999_999_999_998), FeeLine("Lệ phí", 1)))
    text = text_of(receipt_pdf(receipt(one), fonts))
    assert "999.999.999.999 đồng (bằng chữ: Chín trăm chín mươi chín tỷ" in text


def test_nothing_to_pay_says_so(fonts: FontSet, text_of: Read) -> None:
    free = dossier(fees=(FeeLine("Lệ phí", 0, "nộp trực tuyến"),))
    text = text_of(receipt_pdf(receipt(free), fonts))
    assert "Phí, lệ phí: không thu" in text
    assert "0 đồng (nộp trực tuyến)" in text


def test_no_fee_entered_is_no_claim_that_it_is_free(fonts: FontSet, text_of: Read) -> None:
    text = text_of(receipt_pdf(receipt(dossier(fees=())), fonts))
    assert "Phí, lệ phí: chưa thu khi tiếp nhận" in text
    assert "không thu" not in text


def test_several_dossiers_have_a_list_and_annexes(fonts: FontSet, text_of: Read) -> None:
    three = [dossier(code=f"H26.103.25-261120-{n:04d}", procedure=f"Việc {n}") for n in (1, 2, 3)]
    pdf = receipt_pdf(receipt(*three), fonts)
    assert page_count(pdf) == 4
    text = text_of(pdf)
    assert "Số hồ sơ tiếp nhận trong lần nộp này: 03" in text
    for n in (1, 2, 3):
        assert text.count(f"H26.103.25-261120-{n:04d}") == 2
        assert f"PHỤ LỤC 0{n}" in text


def test_no_dossier_is_refused(fonts: FontSet) -> None:
    with pytest.raises(InputError) as caught:
        receipt_pdf(replace(receipt(), dossiers=()), fonts)
    assert caught.value.code == "TL-05"


def test_training_is_written_across_every_page(fonts: FontSet, text_of: Read) -> None:
    office = Letterhead(("Ủy ban nhân dân",), "Hoàn Kiếm", training=True)
    pdf = receipt_pdf(receipt(dossier(), dossier(), letterhead=office), fonts)
    document = pypdfium2.PdfDocument(pdf)
    pages = [document[index].get_textpage().get_text_range() for index in range(len(document))]
    document.close()
    assert len(pages) == 3
    assert all("TẬP HUẤN" in page for page in pages)


def test_online_receipt_has_no_place_for_the_submitter(fonts: FontSet, text_of: Read) -> None:
    text = text_of(receipt_pdf(receipt(signed_by_submitter=False), fonts))
    assert "NGƯỜI NỘP HỒ SƠ" not in text
    assert "NGƯỜI TIẾP NHẬN HỒ SƠ" in text


def test_provisional_code_says_so(fonts: FontSet, text_of: Read) -> None:
    text = text_of(receipt_pdf(receipt(dossier(code="TAM-1", provisional=True)), fonts))
    assert "Mã tạm: TAM-1" in text


def test_language_title_and_fonts(fonts: FontSet) -> None:
    pdf = receipt_pdf(receipt(), fonts)
    assert b"/Lang (vi-VN)" in pdf
    assert b"Helvetica" not in pdf
    document = pypdfium2.PdfDocument(pdf)
    facts = document.get_metadata_dict()
    document.close()
    assert facts["Title"].endswith("H26.103.25-261120-0001")
    assert facts["Author"] == "Ủy ban nhân dân phường Hoàn Kiếm"
