"""Writes resources/calendar/public_holidays.csv from the `holidays` package.

The package takes over a second to import, too long for the start of a desktop or a command, so its
days are kept as a table made by `python -m services.calendars.library` and a test proves the table
equal to the package. Fixed days of the law are sure for any year; the spread of Tết and the
neighbour of National Day are announced yearly, so beyond the years with notices they are not.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from holidays import country_holidays
from holidays.version import __version__

from models.calendar_notice import Notice, NoticeKind
from services.calendars.load import YEARS
from services.calendars.table import notice_csv

__all__ = ["LIBRARY_FILE", "library_notices"]

LIBRARY_FILE = Path(__file__).parents[2] / "resources" / "calendar" / "public_holidays.csv"
ANNOUNCED_UNTIL = 2026
"""The last year whose official schedule the package is known to contain."""

FIXED = {(1, 1), (4, 30), (5, 1), (9, 2), (11, 24)}
"""Days the law itself names (Labour Code art. 112, Resolution 28/2026/QH16)."""

SUBSTITUTE_WORDS = ("nghỉ bù", "thay cho")
UNSURE_SUBSTITUTES = ("Quốc khánh", "Văn hóa")
"""Days in lieu that depend on the yearly notice, or that the law does not promise: Resolution
28/2026/QH16 stands outside art. 112, so art. 111.3 may not reach 24 November on a weekend."""


def library_notices() -> Iterator[Notice]:
    """The days off and the make-up Saturdays of the package, in order of date."""
    vietnamese = country_holidays("VN", years=YEARS, language="vi")
    english = country_holidays("VN", years=YEARS, language="en_US")
    makeup = {day for day in vietnamese.weekend_workdays if day.year in YEARS}
    for day in sorted({*vietnamese, *makeup}):
        if day in makeup:
            names = ("Ngày làm việc bù", "Make-up working day")
            yield _notice(day, NoticeKind.MAKEUP_WORKING, *names)
            continue
        name = vietnamese[day]
        substitute = any(word in name for word in SUBSTITUTE_WORDS)
        kind = NoticeKind.COMPENSATORY_OFF if substitute else NoticeKind.HOLIDAY
        yield _notice(day, kind, name, english[day])


def _notice(day: date, kind: NoticeKind, name: str, english: str) -> Notice:
    sure = day.year <= ANNOUNCED_UNTIL or _named_by_law(day, kind, name)
    return Notice(day, kind, name, english, f"holidays {__version__}", confirmed=sure)


def _named_by_law(day: date, kind: NoticeKind, name: str) -> bool:
    if (day.month, day.day) in FIXED or "Hùng Vương" in name:
        return True
    sure_substitute = not any(word in name for word in UNSURE_SUBSTITUTES)
    return kind is not NoticeKind.HOLIDAY and sure_substitute


def main() -> None:
    """Write the table anew."""
    LIBRARY_FILE.write_text(notice_csv(library_notices()), encoding="utf-8")


if __name__ == "__main__":
    main()
