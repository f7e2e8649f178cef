from datetime import UTC, date, datetime

import pytest

from services.clock import VIETNAM
from services.documents.words import amount_words, date_words, moment_words, money


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (0, "Không đồng"),
        (5, "Năm đồng"),
        (10, "Mười đồng"),
        (15, "Mười lăm đồng"),
        (21, "Hai mươi mốt đồng"),
        (24, "Hai mươi tư đồng"),
        (55, "Năm mươi lăm đồng"),
        (101, "Một trăm linh một đồng"),
        (111, "Một trăm mười một đồng"),
        (1_005, "Một nghìn không trăm linh năm đồng"),
        (15_000, "Mười lăm nghìn đồng"),
        (1_000_000, "Một triệu đồng"),
        (20_001_000, "Hai mươi triệu không trăm linh một nghìn đồng"),
        (1_000_000_005, "Một tỷ không trăm linh năm đồng"),
        (
            123_456_789_014,
            "Một trăm hai mươi ba tỷ bốn trăm năm mươi sáu triệu bảy trăm tám mươi chín nghìn "
            "không trăm mười bốn đồng",
        ),
    ],
)
def test_amount_words(amount: int, words: str) -> None:
    assert amount_words(amount) == words


def test_amount_outside_range_is_refused() -> None:
    with pytest.raises(ValueError):
        amount_words(-1)


def test_every_amount_has_its_own_words() -> None:
    spoken = [amount_words(n) for n in (*range(2_000), *range(10_000, 3_000_000, 997))]
    assert len(set(spoken)) == len(spoken)


def test_dates_as_the_decree_writes_them() -> None:
    assert date_words(date(2026, 2, 5)) == "ngày 05 tháng 02 năm 2026"
    assert date_words(date(2026, 11, 20)) == "ngày 20 tháng 11 năm 2026"
    assert date_words(date(2026, 3, 1)) == "ngày 01 tháng 3 năm 2026"


def test_moments_are_told_in_vietnams_time() -> None:
    moment = datetime(2026, 11, 22, 17, 30, tzinfo=UTC)
    assert moment_words(moment) == "00 giờ 30 phút, thứ Hai, ngày 23 tháng 11 năm 2026"
    sunday = datetime(2026, 11, 22, 8, 0, tzinfo=VIETNAM)
    assert moment_words(sunday) == "08 giờ 00 phút, Chủ nhật, ngày 22 tháng 11 năm 2026"
    with pytest.raises(ValueError):
        moment_words(datetime(2026, 11, 22, 17, 30))


def test_money_has_points() -> None:
    assert money(999_999_999_999) == "999.999.999.999 đồng"
    assert money(500) == "500 đồng"
