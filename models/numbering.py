"""Dossier codes and document numbers: how they are built, read, and kept unique and gapless."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from models.errors import InputError, NotAllowed
from models.typed_text import clean_line
from models.words import tr

__all__ = [
    "HUB_SLOT",
    "PER_SLOT",
    "SLOTS",
    "Book",
    "build_dossier_code",
    "build_provisional_code",
    "check_agency_code",
    "check_void_reason",
    "format_document_number",
    "gaps",
    "is_dossier_code",
    "is_provisional",
    "next_document_number",
    "next_serial",
    "normalise_dossier_code",
    "serial_range",
    "twice_used",
]

HUB_SLOT = 0
SLOTS = range(10)
"""Roster slots of an office: 0 is the hub, 1 to 9 the PCs that may work cut off from it."""

PER_SLOT = 1000
_AGENCY = re.compile(r"[A-Z0-9]+(\.[A-Z0-9]+){0,4}")
_AGENCY_LIMIT = 35
_DOSSIER = re.compile(r"[A-Z0-9]+(\.[A-Z0-9]+){0,4}-([0-9]{6}|[0-9]{8})-[0-9]{4,7}")
_DOSSIER_LIMIT = 50
_PROVISIONAL = re.compile(r"TAM-[A-Z0-9]{1,8}-[0-9]{6}-[0-9]{4}")
_REASON_LIMIT = 300


def check_agency_code(code: str) -> str:
    """The agency's identifier in capitals ("H26.103"): at most 35 of A-Z, 0-9, four dots.

    Raises InputError SO-02. Source: QĐ 20/2020/QĐ-TTg, domain notes §2.2.
    """
    bare = code.strip().upper()
    if len(bare) <= _AGENCY_LIMIT and _AGENCY.fullmatch(bare):
        return bare
    raise InputError(
        "SO-02",
        tr("Mã cơ quan “{code}” không đúng.", code=code[:50]),
        tr("Mã gồm chữ cái không dấu, chữ số và dấu chấm, ví dụ H26.103; tối đa 35 ký tự."),
        field="agency_code",
    )


def build_dossier_code(agency_code: str, day: date, *, serial: int) -> str:
    """The code `<agency>-YYMMDD-XXXX` of a dossier received on `day`.

    Raises InputError SO-02 for a wrong agency code, ValueError for a serial no slot may use.
    Source: TT 01/2018/TT-VPCP Art. 19 (order of the day), domain notes §2.1.
    """
    if not 0 < serial < PER_SLOT * len(SLOTS) or serial % PER_SLOT == 0:
        raise ValueError(f"serial {serial} belongs to no slot")
    return f"{check_agency_code(agency_code)}-{day:%y%m%d}-{serial:04d}"


def build_provisional_code(device: str, day: date, *, serial: int) -> str:
    """A code for a PC that has no slot yet, replaced by an official one later ("mã tạm").

    It can never be taken for an official code: `is_dossier_code` refuses it. `device` is one to
    eight letters or digits that tell the PC apart. Raises ValueError for anything else.
    """
    code = f"TAM-{device.upper()}-{day:%y%m%d}-{serial:04d}"
    if not _PROVISIONAL.fullmatch(code):
        raise ValueError(f"not a provisional code: {code}")
    return code


def is_dossier_code(text: str) -> bool:
    """Whether `text` is an official code, ours or another system's (4 to 7 digits of serial)."""
    return len(text) <= _DOSSIER_LIMIT and bool(_DOSSIER.fullmatch(text))


def is_provisional(text: str) -> bool:
    """Whether `text` is a provisional code."""
    return bool(_PROVISIONAL.fullmatch(text))


def normalise_dossier_code(text: str) -> str:
    """`text` typed or scanned as a code: capitals, no spaces, plain hyphens."""
    return re.sub(r"[\u2010-\u2015]", "-", "".join(text.split())).upper()


def serial_range(slot: int) -> range:
    """The serials of one day that the PC in `slot` may give out without asking anybody.

    The hub has 1-999, slot k has k001-k999: the ranges never meet, so two PCs that cannot see
    each other cannot make the same code. Raises ValueError for a slot outside 0-9.
    """
    if slot not in SLOTS:
        raise ValueError(f"slot {slot} is outside 0-9")
    return range(slot * PER_SLOT + 1, (slot + 1) * PER_SLOT)


def next_serial(slot: int, used: int | None) -> int:
    """The serial after `used`, the highest that `slot` gave out on the day (None or 0: none yet).

    Raises NotAllowed SO-01 when the day's serials of this slot are used up, ValueError when `used`
    belongs to another slot.
    """
    serials = serial_range(slot)
    if not used:
        return serials[0]
    if used not in serials:
        raise ValueError(f"serial {used} is not of slot {slot}")
    if used == serials[-1]:
        raise NotAllowed(
            "SO-01",
            tr("Máy này đã dùng hết {count} số hồ sơ của ngày hôm nay.", count=len(serials)),
            tr("Tiếp nhận hồ sơ này ở máy khác, hoặc vào ngày làm việc sau."),
        )
    return used + 1


@dataclass(frozen=True, slots=True, order=True)
class Book:
    """A numbering book: one unbroken series of numbers of an office in a year (NĐ 30/2020)."""

    office: str
    year: int
    series: str

    def key(self) -> str:
        """The book as one text, for a stream or a row."""
        return f"{self.office}/{self.year}/{self.series}"


def format_document_number(number: int, abbreviation: str, *, agency_abbrev: str) -> str:
    """Number and notation: "05/GXN-UBND"; an official letter has no type: "05/UBND-VP".

    Numbers below 10 are written with a leading 0 (NĐ 30/2020, Appendix I). Raises ValueError for a
    number below 1.
    """
    if number < 1:
        raise ValueError(f"document number {number}")
    notation = "-".join(part for part in (abbreviation, agency_abbrev) if part)
    return f"{number:02d}/{notation}"


def next_document_number(issued: Iterable[int], voided: Iterable[int]) -> int:
    """The number after every number already used in the book; a voided one is never used again."""
    return max((*issued, *voided), default=0) + 1


def gaps(issued: Iterable[int], voided: Mapping[int, str]) -> list[int]:
    """The numbers from 1 to the highest used that are neither issued nor voided with a reason."""
    explained = set(issued) | {number for number, reason in voided.items() if reason.strip()}
    highest = max((*explained, *voided), default=0)
    return [number for number in range(1, highest + 1) if number not in explained]


def twice_used(issued: Iterable[int], voided: Mapping[int, str]) -> list[int]:
    """The numbers issued more than once, or issued and voided as well."""
    seen: set[int] = set(voided)
    double: set[int] = set()
    for number in issued:
        (double if number in seen else seen).add(number)
    return sorted(double)


def check_void_reason(reason: str) -> str:
    """The reason for voiding a number, cleaned. Raises InputError SO-03 when there is none."""
    line = clean_line(reason, tr("Lý do hủy số"), limit=_REASON_LIMIT, field="reason")
    if line:
        return line
    raise InputError(
        "SO-03",
        tr("Hủy số văn bản phải có lý do."),
        tr("Nhập lý do; số đã hủy vẫn nằm trong sổ."),
        field="reason",
    )
