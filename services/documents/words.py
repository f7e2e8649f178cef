"""Vietnamese words for dates, hours and money as printed on official papers (NĐ 30/2020)."""

from __future__ import annotations

from datetime import date, datetime

from services.clock import VIETNAM

__all__ = ["amount_words", "date_words", "local", "moment_words", "money", "time_words", "weekday"]

WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")
DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
GROUPS = ("", "nghìn", "triệu")
BILLION = 10**9
LIMIT = 10**18


def local(moment: datetime) -> datetime:
    """`moment` on Vietnam's clock; a time without a zone is a bug of the caller."""
    if moment.tzinfo is None:
        raise ValueError("a printed moment needs a time zone")
    return moment.astimezone(VIETNAM)


def date_words(day: date) -> str:
    """ "ngày 05 tháng 02 năm 2026": days below 10 and months 1 and 2 get a zero (NĐ 30, mục 4)."""
    month = f"{day.month:02d}" if day.month < 3 else str(day.month)
    return f"ngày {day.day:02d} tháng {month} năm {day.year}"


def time_words(moment: datetime) -> str:
    """ "17 giờ 30 phút" on Vietnam's clock."""
    there = local(moment)
    return f"{there.hour:02d} giờ {there.minute:02d} phút"


def weekday(moment: datetime) -> str:
    """ "thứ Hai" … "Chủ nhật" on Vietnam's calendar."""
    return WEEKDAYS[local(moment).weekday()]


def moment_words(moment: datetime) -> str:
    """ "17 giờ 30 phút, thứ Hai, ngày 23 tháng 11 năm 2026"."""
    return f"{time_words(moment)}, {weekday(moment)}, {date_words(local(moment).date())}"


def money(amount: int) -> str:
    """Whole đồng with Vietnamese thousands points: "1.234.000 đồng"."""
    return f"{amount:,}".replace(",", ".") + " đồng"


def amount_words(amount: int) -> str:
    """The amount in words, as receipts demand: 21 -> "Hai mươi mốt đồng"; 0 <= amount < 10^18."""
    if not 0 <= amount < LIMIT:
        raise ValueError(f"amount out of range: {amount}")
    words = " ".join(_number(amount)) or "không"
    return f"{words[0].upper()}{words[1:]} đồng"


def _number(value: int) -> list[str]:
    high, low = divmod(value, BILLION)
    head = [*_number(high), "tỷ"] if high else []
    return head + _below_billion(low, leading=not high)


def _below_billion(value: int, *, leading: bool) -> list[str]:
    """Three groups of three digits; empty groups are not read, inner ones read all their places."""
    words: list[str] = []
    for power in (2, 1, 0):
        group = value // 1000**power % 1000
        if group:
            words += _group(group, full=bool(words) or not leading)
            words += [GROUPS[power]] if power else []
    return words


def _group(value: int, *, full: bool) -> list[str]:
    hundreds, tens, ones = value // 100, value // 10 % 10, value % 10
    words = [DIGITS[hundreds], "trăm"] if hundreds or full else []
    if tens == 0:
        return words + ([*(["linh"] if words else []), DIGITS[ones]] if ones else [])
    words += ["mười"] if tens == 1 else [DIGITS[tens], "mươi"]
    if ones:
        words.append(_last_digit(tens, ones))
    return words


def _last_digit(tens: int, ones: int) -> str:
    """After a ten 5 is "lăm"; after twenty and more 1 is "mốt" and 4 is "tư"."""
    if ones == 5:
        return "lăm"
    if tens > 1 and ones in (1, 4):
        return "mốt" if ones == 1 else "tư"
    return DIGITS[ones]
