import struct
import zlib
from io import BytesIO

import pypdfium2
import pytest
from PIL import Image

from models.errors import InputError
from services.documents.data import ResultData, Signer
from services.documents.fonts import FontSet
from services.documents.handwriting import signature_strokes
from services.documents.preview import page_count, render_page
from services.documents.result_document import LEADER_SIZE, SEAL_SIZE, result_pdf
from services.documents.stamps import (
    SealFace,
    check_stamp_image,
    leader_stamp,
    picture_stamp,
    seal_stamp,
)
from services.documents.templates import get_template
from tests.documents.conftest import OFFICE, receipt

TRAINING = SealFace("Ủy ban nhân dân phường Hoàn Kiếm", "Thành phố Hà Nội", ("TẬP", "HUẤN"))


def picture(mode: str = "RGBA", size: tuple[int, int] = (40, 20)) -> bytes:
    buffer = BytesIO()
    Image.new(mode, size).save(buffer, "PNG")
    return buffer.getvalue()


def colours(pdf: bytes) -> tuple[tuple[float, float], set[tuple[int, ...]]]:
    """Page size in points and the strong colours on it over a transparent ground."""
    document = pypdfium2.PdfDocument(pdf)
    page = document[0]
    image = page.render(scale=4, fill_color=(0, 0, 0, 0)).to_pil().convert("RGBA")
    size = page.get_size()
    document.close()
    assert image.getpixel((1, 1))[3] == 0, "the ground must stay transparent"
    return size, {colour[:3] for _n, colour in image.getcolors(1 << 24) if colour[3] == 255}


def test_leader_signature_is_blue_and_of_the_size_of_its_box(fonts: FontSet) -> None:
    size, seen = colours(leader_stamp("Phạm Quốc Hùng", fonts))
    assert size == pytest.approx(LEADER_SIZE, abs=0.01)
    assert seen and all(blue > red and blue > green for red, green, blue in seen)


def test_signatures_differ_by_name_and_repeat_exactly(fonts: FontSet) -> None:
    names = ("Phạm Quốc Hùng", "Lê Thu Hà", "Lê Thu Hằng", "Đỗ")
    assert len({leader_stamp(name, fonts) for name in names}) == 4
    assert leader_stamp("Đỗ", fonts) == leader_stamp("Đỗ", fonts)


@pytest.mark.parametrize("name", ["Hùng", "Đ", "李", "", "Phượng" * 50])
def test_signature_points_stay_in_the_box(name: str) -> None:
    for stroke in signature_strokes(name, 136, 68):
        assert all(0 <= x <= 136 and 0 <= y <= 68 for x, y in stroke)


def test_seal_is_red_of_actual_size_and_says_training(fonts: FontSet) -> None:
    pdf = seal_stamp(TRAINING, fonts)
    size, seen = colours(pdf)
    assert size == pytest.approx(SEAL_SIZE, abs=0.01)
    assert seen and all(red > green and red > blue for red, green, blue in seen)
    document = pypdfium2.PdfDocument(pdf)
    text = document[0].get_textpage().get_text_range()
    document.close()
    assert "TẬP" in text and "HUẤN" in text
    assert pdf == seal_stamp(TRAINING, fonts)
    assert pdf != seal_stamp(SealFace(TRAINING.agency, TRAINING.place), fonts)


def test_uploaded_picture_is_placed(fonts: FontSet) -> None:
    buffer = BytesIO()
    Image.new("RGBA", (40, 20), (0, 0, 200, 255)).save(buffer, "PNG")
    document = pypdfium2.PdfDocument(picture_stamp(buffer.getvalue(), LEADER_SIZE, fonts))
    assert document[0].get_size() == pytest.approx(LEADER_SIZE, abs=0.01)
    middle = document[0].render(scale=1).to_pil().convert("RGB").getpixel((68, 34))
    document.close()
    assert middle == (0, 0, 200)


def bomb() -> bytes:
    """A small PNG that says it is 60,000 points wide and high."""
    head = b"IHDR" + struct.pack(">IIBBBBB", 60_000, 60_000, 8, 6, 0, 0, 0)
    chunk = struct.pack(">I", 13) + head + struct.pack(">I", zlib.crc32(head))
    return b"\x89PNG\r\n\x1a\n" + chunk


@pytest.mark.parametrize(
    "data",
    [b"", b"%PDF-1.7", picture("RGB"), picture()[:40], picture() + b"\0" * 2_000_001, bomb()],
)
def test_unfit_pictures_are_refused(data: bytes) -> None:
    with pytest.raises(InputError) as caught:
        check_stamp_image(data)
    assert caught.value.code == "TL-10"


def test_preview_gives_rows_of_rgb(fonts: FontSet) -> None:
    pdf = seal_stamp(TRAINING, fonts)
    image = render_page(pdf, 0, dots_per_inch=144)
    assert page_count(pdf) == 1
    assert (image.width, image.height) == (205, 205)
    assert image.stride >= image.width * 3
    assert len(image.data) == image.stride * image.height
    middle = image.data[image.stride * 102 :][: image.stride]
    reds = [middle[x * 3 : x * 3 + 3] for x in range(image.width)]
    assert any(red > 200 and green < 60 and blue < 80 for red, green, blue in reds)


def test_preview_past_the_end_is_refused(fonts: FontSet) -> None:
    from services.documents.receipt import receipt_pdf

    with pytest.raises(IndexError):
        render_page(receipt_pdf(receipt(), fonts), 1, dots_per_inch=20)


def test_seal_box_and_stamp_have_the_same_size(fonts: FontSet) -> None:
    data = ResultData(OFFICE, Signer(("Chủ tịch",), "An"), "UBND")
    made = result_pdf(get_template("decision", receipt().issued_on), data, fonts=fonts)
    left, bottom, right, top = made.seal_box
    assert (right - left, top - bottom) == pytest.approx(SEAL_SIZE, abs=0.02)
