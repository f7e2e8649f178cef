"""The words of the intake screen that several of its parts share."""

from __future__ import annotations

from datetime import datetime

from models.fee import dong
from models.procedure import Procedure, published_limit
from models.words import tr
from ui.widgets import ChipText, Kind

__all__ = [
    "channel_items", "day", "kind_words", "moment", "procedure_facts", "return_items", "state_chip",
    "unit_items",
]  # fmt: skip


def state_chip(state: str) -> ChipText:
    """How a paper stands, as a chip."""
    words: dict[str, tuple[str, Kind]] = {
        "": (tr("Chưa kiểm"), "soon"),
        "given": (tr("Đủ"), "done"),
        "missing": (tr("Thiếu"), "overdue"),
        "not_needed": (tr("Không cần"), "neutral"),
        "not_applicable": (tr("Không áp dụng"), "neutral"),
        "reused": (tr("Tái sử dụng"), "info"),
    }
    return ChipText(*words[state])


def kind_words(kind: str) -> str:
    """In what form a paper was given."""
    return {
        "original": tr("Bản chính"),
        "certified_copy": tr("Chứng thực"),
        "photocopy": tr("Bản chụp"),
        "electronic": tr("Điện tử"),
    }[kind]


def unit_items() -> list[tuple[object, str]]:
    """In what a limit is counted and how, for a choice; values are (unit, mode)."""
    return [
        (("working_day", "whole_days"), tr("ngày làm việc, trọn ngày")),
        (("working_day", "elapsed"), tr("ngày làm việc, từng giờ")),
        (("calendar_day", "whole_days"), tr("ngày")),
        (("working_hour", "elapsed"), tr("giờ làm việc")),
        (("same_day", "whole_days"), tr("trong ngày")),
        (("month", "whole_days"), tr("tháng")),
    ]


def channel_items() -> list[tuple[object, str]]:
    """How the dossier came in, for a choice; values are the national codes."""
    return [(1, tr("Trực tiếp")), (2, tr("Trực tuyến")), (3, tr("Bưu chính"))]


def return_items() -> list[tuple[object, str]]:
    """How the result goes back, for a choice."""
    return [("desk", tr("Tại quầy")), ("postal", tr("Bưu chính")), ("online", tr("Trực tuyến"))]


def fee_words(procedure: Procedure) -> str:
    """The published fee; says so when it is not known."""
    fee = procedure.fee
    if fee.amount == 0:
        return tr("miễn phí")
    if fee.text:
        return fee.text
    return tr("chưa rõ mức phí") if fee.amount is None else dong(fee.amount)


def procedure_facts(procedure: Procedure) -> str:
    """Limit, fee and result of a procedure on one line or two."""
    limit = published_limit(procedure)
    if procedure.limit_known:
        limit = tr("hạn {limit}", limit=limit)
    if procedure.cutoff_15h and procedure.limit_unit == "same_day":
        limit = tr("{limit}, nhận sau 15 giờ trả ngày làm việc tiếp theo", limit=limit)
    result = procedure.result or tr("chưa rõ")
    fee = short(fee_words(procedure), 50)
    return tr("{limit} · {fee} · Kết quả: {result}", limit=limit, fee=fee, result=short(result))


def short(text: str, most: int = 60) -> str:
    """The beginning of a long text."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def moment(iso: str, *, year: bool = True) -> str:
    """A stored time as 17:30, thứ Hai 23/11/2026."""
    at = datetime.fromisoformat(iso)
    days = (
        tr("thứ Hai"), tr("thứ Ba"), tr("thứ Tư"), tr("thứ Năm"), tr("thứ Sáu"), tr("thứ Bảy"),
        tr("Chủ Nhật"),
    )  # fmt: skip
    date = f"{at:%d/%m/%Y}" if year else f"{at:%d/%m}"
    return f"{at:%H:%M}, {days[at.weekday()]} {date}"


def day(iso: str) -> str:
    """A stored time as 23/11/2026."""
    return f"{datetime.fromisoformat(iso):%d/%m/%Y}"


def time_of(iso: str) -> str:
    """The time of day of a stored moment: 14:05."""
    return f"{datetime.fromisoformat(iso):%H:%M}"
