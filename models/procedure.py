"""An administrative procedure (thủ tục hành chính) as the catalogue knows it, gaps included."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from models.checklist import ProcedureComponent
from models.deadline_terms import CountMode, Limit, LimitUnit
from models.fee import UNKNOWN_FEE, Fee
from models.words import tr

__all__ = [
    "HANDLERS",
    "LIMIT_UNITS",
    "UNVERIFIED_KINDS",
    "Procedure",
    "handler_name",
    "limit_of",
    "published_limit",
    "unverified_fields",
    "unverified_kinds",
    "unverified_name",
]

LIMIT_UNITS = ("working_day", "calendar_day", "working_hour", "same_day", "month", "none")
"""How a limit is counted, as in `models.deadline`; "none" is published as having no limit."""

HANDLERS = ("ubnd", "congan", "quansu")
"""Who handles at commune level: the People's Committee, the police, the military command."""


@dataclass(frozen=True)
class Procedure:
    """One procedure. An empty field means *not seen*, never *none* and never zero.

    `limit_value` counts `limit_unit`s (half days exist: 17.5) and is None when several limits
    apply, none was seen, or the unit needs no number. `count_mode` is "whole_days" or "elapsed"
    when a text prescribes it, else empty: the usual mode of the unit applies (`mode`).
    `cutoff_15h` is set only where a text says so, named in `cutoff_source`. `confidence` (high,
    medium, low) answers whether it really is a commune procedure; `verified` counts independent
    sources that agree on code and name. `effective_from` and `effective_to` are inclusive.
    """

    code: str
    name: str
    keywords: str = ""
    field: str = ""
    ministry: str = ""
    level: str = ""
    handled_by: str = ""
    hanoi_specific: bool = False
    limit_value: Decimal | None = None
    limit_unit: str = ""
    limit_text: str = ""
    limit_source: str = ""
    count_mode: str = ""
    cutoff_15h: bool = False
    cutoff_source: str = ""
    fee: Fee = UNKNOWN_FEE
    results: tuple[str, ...] = ()
    components: tuple[ProcedureComponent, ...] = ()
    legal_basis: tuple[str, ...] = ()
    online_level: str = ""
    source: str = ""
    confidence: str = ""
    verified: int = 0
    note: str = ""
    effective_from: date | None = None
    effective_to: date | None = None
    version: str = ""

    @property
    def limit_known(self) -> bool:
        """Whether one limit is known that a promised date can be computed from."""
        if self.limit_unit == "same_day":
            return True
        return self.limit_value is not None and self.limit_unit not in ("", "none")

    @property
    def mode(self) -> str:
        """How time is counted: as prescribed, else hours run and days are whole (BLDS Art.147)."""
        if self.count_mode:
            return self.count_mode
        return "elapsed" if self.limit_unit == "working_hour" else "whole_days"

    @property
    def result(self) -> str:
        """The first published result, or an empty text."""
        return self.results[0] if self.results else ""

    def in_force(self, day: date) -> bool:
        """Whether the procedure may be received on `day`."""
        started = self.effective_from is None or self.effective_from <= day
        return started and (self.effective_to is None or day <= self.effective_to)


def limit_of(procedure: Procedure) -> Limit | None:
    """The limit a promised date is computed from; None when the clerk must type one."""
    if not procedure.limit_known:
        return None
    return Limit(
        procedure.limit_value,
        LimitUnit(procedure.limit_unit),
        CountMode(procedure.mode),
        procedure.cutoff_15h,
    )


def published_limit(procedure: Procedure) -> str:
    """The limit in words for a person; says so when it is not known."""
    count = "" if procedure.limit_value is None else f"{procedure.limit_value:f}".replace(".", ",")
    if procedure.limit_unit == "none":
        return tr("không quy định thời hạn")
    if not procedure.limit_known:
        return tr("chưa rõ thời hạn")
    if procedure.limit_unit == "same_day":
        return tr("trong ngày")
    if procedure.limit_unit == "working_day":
        return tr("{count} ngày làm việc", count=count)
    if procedure.limit_unit == "working_hour":
        return tr("{count} giờ làm việc", count=count)
    if procedure.limit_unit == "month":
        return tr("{count} tháng", count=count)
    return tr("{count} ngày", count=count)


def handler_name(handled_by: str) -> str:
    """What one of `HANDLERS` is called; says so when it is not known."""
    if handled_by == "congan":
        return tr("Công an cấp xã")
    if handled_by == "quansu":
        return tr("Ban Chỉ huy quân sự cấp xã")
    if handled_by == "ubnd":
        return tr("UBND cấp xã")
    return tr("chưa rõ cơ quan giải quyết")


_CHECKS: dict[str, Callable[[Procedure], bool]] = {
    "limit": lambda p: not p.limit_known,
    "fee": lambda p: not p.fee.known,
    "components": lambda p: not p.components,
    "components_unclear": lambda p: any(part.unclear for part in p.components),
    "result": lambda p: not p.results,
    "legal_basis": lambda p: not p.legal_basis,
    "online_level": lambda p: not p.online_level,
    "commune_level": lambda p: p.confidence != "high",
    "one_source": lambda p: p.verified < 2,
}

UNVERIFIED_KINDS = tuple(_CHECKS)
"""The kinds of gap that the catalogue window counts."""


def unverified_kinds(procedure: Procedure) -> tuple[str, ...]:
    """Which of `UNVERIFIED_KINDS` are open for `procedure`."""
    return tuple(kind for kind, is_open in _CHECKS.items() if is_open(procedure))


def unverified_name(kind: str) -> str:
    """What one of `UNVERIFIED_KINDS` means, in words for the screen."""
    names = {
        "limit": tr("thời hạn giải quyết chưa rõ"),
        "fee": tr("mức phí, lệ phí chưa rõ"),
        "components": tr("chưa có thành phần hồ sơ"),
        "components_unclear": tr("tên giấy tờ bị cắt ở nguồn, cần kiểm tra"),
        "result": tr("chưa có kết quả giải quyết"),
        "legal_basis": tr("chưa có căn cứ pháp lý"),
        "online_level": tr("chưa rõ mức độ dịch vụ công trực tuyến"),
        "commune_level": tr("chưa chắc thuộc thẩm quyền cấp xã"),
        "one_source": tr("mới thấy ở một nguồn"),
    }
    return names[kind]


def unverified_fields(procedure: Procedure) -> tuple[str, ...]:
    """What is not certain about `procedure`, each in words a clerk can read aloud."""
    return tuple(unverified_name(kind) for kind in unverified_kinds(procedure))
