"""What cells mean; anything that is not plainly one thing stays unknown."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.catalogue.bundle import load_bundle
from services.catalogue.values import (
    is_wrong_limit,
    read_code,
    read_date,
    read_handler,
    read_limit,
    read_money,
    read_number,
    read_unit,
    wrong_unit,
)


@pytest.mark.parametrize(
    ("text", "value", "unit", "cutoff"),
    [
        ("05 ngày làm việc", 5, "working_day", False),
        ("Không quá 03 ngày làm việc kể từ ngày nhận đủ hồ sơ hợp lệ", 3, "working_day", False),
        ("17,5 ngày làm việc.", Decimal("17.5"), "working_day", False),
        ("15 ngày", 15, "calendar_day", False),
        ("2 giờ", 2, "working_hour", False),
        ("01 tháng", 1, "month", False),
        ("Trong ngày làm việc", None, "same_day", False),
        ("Trong ngày, hoặc ngày làm việc tiếp theo nếu nhận sau 15 giờ", None, "same_day", True),
        ("Ngay trong ngày tiếp nhận hồ sơ; trường hợp nhận hồ sơ sau 15 giờ mà không giải quyết "
         "được ngay thì trả kết quả trong ngày làm việc tiếp theo.", None, "same_day", True),
        ("Không quy định thời gian thực hiện", None, "none", False),
    ],
)  # fmt: skip
def test_one_limit_in_words(text, value, unit, cutoff):
    assert read_limit(text) == (value, unit, cutoff)


@pytest.mark.parametrize(
    "text",
    [
        "5 ngày làm việc; 2 ngày",
        "1 ngày làm việc; 3 ngày làm việc",
        "10 ngày (trực tiếp); 20 ngày (bưu chính, DVC trực tuyến)",
        "25 ngày làm việc (cấp lần đầu)",
        "tối đa 24 ngày làm việc kể từ ngày hết hạn nộp hồ sơ",
        "Theo mô tả",
        "05",
        "5 ngày công",
        "0 ngày",
        "1,5 tháng",
        "5 ngày làm việc kể từ ngày nhận đủ hồ sơ, 10 ngày nếu phải xác minh",
        "x" * 100_000,
        "ngày làm việc tiếp theo " * 10_000 + "sau 15 giờ",
    ],
)
def test_what_is_not_one_limit_stays_unknown(text):
    assert read_limit(text) is None


def test_the_shipped_texts_never_read_as_another_limit_than_recorded():
    read = 0
    for procedure in load_bundle().procedures:
        told = read_limit(procedure.limit_text) if procedure.limit_text else None
        if told and procedure.limit_unit:
            read += 1
            assert told[:2] == (procedure.limit_value, procedure.limit_unit), procedure.code
    assert read > 260


@pytest.mark.parametrize("text", ["0 ngày làm việc", "-3 ngày làm việc", "–3 ngày", "2000 ngày"])
def test_impossible_numbers_are_wrong_not_merely_unclear(text):
    assert is_wrong_limit(text)


@pytest.mark.parametrize("text", ["3 ngày", "Theo mô tả", "5 ngày; -3 ngày", ""])
def test_other_words_are_not_wrong(text):
    assert not is_wrong_limit(text)


def test_units_that_no_limit_is_counted_in():
    assert wrong_unit("05 ngày công") == "ngay cong"
    assert wrong_unit("2 tuần") == "tuan"
    for text in ("5 ngày làm việc", "trong ngày", "Theo mô tả", "5 ngày; 2 tuần", ""):
        assert wrong_unit(text) == ""
    shipped = [p.limit_text for p in load_bundle().procedures]
    assert not [text for text in shipped if wrong_unit(text)]


def test_codes():
    assert read_code("1.001193") == "1.001193"
    assert read_code(" 1.001193.000.00.00.H26 ") == "1.001193"
    assert read_code("1.001193.01") == "1.001193.01"
    for text in ("", "1.00119", "1001193", "11.001193", "1.001193.1", "1.001193x", "KQ.G15.000032"):
        assert read_code(text) is None


def test_numbers():
    assert read_number("17,5") == Decimal("17.5")
    for text in ("-5", "0", "1001", "1e3", "NaN", "Infinity", "năm", "", "5 ngày", "٥"):
        assert read_number(text) is None


def test_units():
    assert read_unit("Ngày làm việc") == "working_day"
    assert read_unit("working_hour") == "working_hour"
    for text in ("ngày công", "", "tuần", "ngay lam"):
        assert read_unit(text) is None


@pytest.mark.parametrize(
    ("text", "amount"),
    [("8.000", 8000), ("8.000đ", 8000), ("10.000 đồng", 10000), ("1.250.000 VNĐ", 1250000),
     ("70000", 70000), ("Không", 0), ("Miễn phí", 0), ("Theo quy định của HĐND", None),
     ("2.000đ/trang", None), ("8.000; 10.000", None), ("1.5", None), ("-8.000", None)],
)  # fmt: skip
def test_money(text, amount):
    assert read_money(text) == amount


def test_dates():
    for text in ("01/12/2026", "1-12-2026", "1.12.2026", "2026-12-01"):
        assert read_date(text) == date(2026, 12, 1)
    for text in ("31/02/2026", "12/2026", "2026/12/01", "0/0/0000", "ngày mai"):
        assert read_date(text) is None


def test_handlers():
    assert read_handler("Ủy ban nhân dân cấp xã") == "ubnd"
    assert read_handler("Công an phường") == "congan"
    assert read_handler("Ban CHQS, quân sự xã") == "quansu"
    assert read_handler("quansu") == "quansu"
    for text in ("Sở Tư pháp", "UBND xã; Công an xã", ""):
        assert read_handler(text) is None


@given(st.text(max_size=80))
def test_no_text_breaks_the_readers(text):
    for read in (read_code, read_number, read_unit, read_limit, read_money, read_date):
        read(text)
    is_wrong_limit(text)
