"""One row of a list judged: the procedure it states, or what is wrong with it in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, TypeVar

from models.checklist import ProcedureComponent, split_list
from models.fee import Fee
from models.procedure import Procedure
from models.words import tr
from services.catalogue.columns import column_label
from services.catalogue.reading import ImportedRow, RowIssue
from services.catalogue.values import (
    is_number,
    is_wrong_limit,
    read_code,
    read_date,
    read_flag,
    read_handler,
    read_limit,
    read_mode,
    read_money,
    read_number,
    read_unit,
    wrong_unit,
)

__all__ = ["RowCheck", "check_row"]

LONGEST_NAME = 1000
"""Official titles of more than 600 characters exist."""
TEXTS = ("name", "keywords", "field", "ministry", "level", "online_level", "note")
T = TypeVar("T")


@dataclass
class RowCheck:
    """What came out of one row: its code if it has one, the procedure if nothing is wrong."""

    row: ImportedRow
    code: str = ""
    procedure: Procedure | None = None
    errors: list[RowIssue] = field(default_factory=list)
    notices: list[RowIssue] = field(default_factory=list)

    def fail(self, column: str, code: str, *, what: str, next_step: str) -> None:
        """Note an error: the row cannot be taken."""
        self.errors.append(RowIssue(self.row.number, column, code, what, next_step))

    def note(self, column: str, code: str, *, what: str, next_step: str) -> None:
        """Note something a person should look at; the row is taken."""
        self.notices.append(RowIssue(self.row.number, column, code, what, next_step))


def check_row(row: ImportedRow, current: Mapping[str, Procedure], source: str) -> RowCheck:
    """Judge `row` against the procedures now loaded (`current`, by code).

    A cell that is empty or absent says nothing: what is known stays. `source` is written to what
    the row changes or adds.
    """
    check = RowCheck(row)
    _check_code(check)
    base = current.get(check.code) or Procedure(check.code, "", source=source, confidence="high")
    _check_name(check, base)
    values = row.values
    stated: dict[str, Any] = {name: values[name] for name in TEXTS if name in values}
    stated |= _lists(values) | _choices(check) | _dates(check) | _money(check, base)
    stated |= _limit(check, base, source)
    stated |= _cutoff(check, base, source)
    if check.errors:
        return check
    updated = replace(base, **stated)
    known = check.code in current
    check.procedure = updated if known and updated == base else replace(updated, source=source)
    return check


def _check_code(check: RowCheck) -> None:
    text = check.row.values.get("code", "")
    check.code = read_code(text) or ""
    if not check.code:
        check.fail(
            "code",
            "DM-11",
            what=tr("Mã thủ tục “{text}” không đúng dạng 1.001193.", text=text[:60])
            if text
            else tr("Thiếu mã thủ tục."),
            next_step=tr("Hãy sửa mã; trong Excel đặt cột mã là kiểu Văn bản."),
        )


def _check_name(check: RowCheck, base: Procedure) -> None:
    name = check.row.values.get("name", base.name)
    if not name or len(name) > LONGEST_NAME:
        check.fail(
            "name",
            "DM-13",
            what=tr("Tên thủ tục bị trống.") if not name else tr("Tên thủ tục quá dài."),
            next_step=tr("Hãy nhập tên đầy đủ, không quá {most} ký tự.", most=LONGEST_NAME),
        )


def _lists(values: Mapping[str, str]) -> dict[str, Any]:
    stated: dict[str, Any] = {}
    for name in ("results", "legal_basis"):
        if name in values:
            stated[name] = split_list(values[name])
    if "components" in values or "components_unclear" in values:
        clear = split_list(values.get("components", ""))
        cut = split_list(values.get("components_unclear", ""))
        stated["components"] = tuple(ProcedureComponent(name) for name in clear) + tuple(
            ProcedureComponent(name, unclear=True) for name in cut
        )
    return stated


def _choices(check: RowCheck) -> dict[str, Any]:
    stated: dict[str, Any] = {}
    readers: dict[str, tuple[Callable[[str], object], str]] = {
        "hanoi_specific": (read_flag, tr("Hãy ghi “có” hoặc “không”.")),
        "cutoff_15h": (read_flag, tr("Hãy ghi “có” hoặc “không”.")),
        "count_mode": (read_mode, tr("Hãy ghi “theo ngày” hoặc “theo giờ”.")),
    }
    for name, (read, advice) in readers.items():
        text = check.row.values.get(name)
        if text is None:
            continue
        stated[name] = read(text)
        if stated[name] is None:
            check.fail(name, "DM-19", what=_not_understood(name, text), next_step=advice)
    handler = check.row.values.get("handled_by")
    if handler is not None:
        found = read_handler(handler)
        if found:
            stated["handled_by"] = found
        else:
            check.note(
                "handled_by",
                "DM-22",
                what=_not_understood("handled_by", handler),
                next_step=tr("Hãy ghi UBND, Công an hoặc Quân sự; hiện giữ như cũ."),
            )
    return stated


def _dates(check: RowCheck) -> dict[str, Any]:
    stated: dict[str, Any] = {}
    for name in ("effective_from", "effective_to"):
        text = check.row.values.get(name)
        if text is None:
            continue
        stated[name] = read_date(text)
        if stated[name] is None:
            check.fail(
                name,
                "DM-17",
                what=_not_understood(name, text),
                next_step=tr("Hãy ghi ngày dạng 31/12/2026."),
            )
    start, end = stated.get("effective_from"), stated.get("effective_to")
    if start and end and end < start:
        check.fail(
            "effective_to",
            "DM-17",
            what=tr("Ngày hết hiệu lực trước ngày có hiệu lực."),
            next_step=tr("Hãy kiểm tra lại hai ngày."),
        )
    return stated


def _money(check: RowCheck, base: Procedure) -> dict[str, Any]:
    text, words = check.row.values.get("fee"), check.row.values.get("fee_text")
    if text is None:
        return {} if words is None else {"fee": Fee(base.fee.amount, words)}
    amount = read_money(text)
    if amount is None and text.lstrip().startswith("-"):
        check.fail(
            "fee",
            "DM-16",
            what=tr("Mức phí “{text}” không thể âm.", text=text[:60]),
            next_step=tr("Hãy ghi số tiền bằng đồng, ví dụ 8.000."),
        )
    if amount is None:
        return {"fee": Fee(None, words or text)}
    return {"fee": Fee(amount, base.fee.text if words is None else words)}


def _limit(check: RowCheck, base: Procedure, source: str) -> dict[str, Any]:
    """The limit stated by number and unit, by words, or by both agreeing; else nothing."""
    values = check.row.values
    count, unit_words = values.get("limit_value", ""), values.get("limit_unit", "")
    words = values.get("limit_text", "")
    if not count and is_number(words):
        count, words = words, ""
    if not (count or unit_words or words):
        return {}
    wrong_before = len(check.errors)
    counted = _by_number(check, count, unit_words) if count or unit_words else None
    told = _by_words(check, words, counted) if words else None
    if len(check.errors) > wrong_before or (words == base.limit_text and not counted):
        return {}
    if not counted and not told:
        _unclear(check, words)
    value, unit = counted or told or (None, "")
    if unit and (value, unit) == (base.limit_value, base.limit_unit):
        return {"limit_source": values.get("limit_source", base.limit_source)}
    return {
        "limit_value": value,
        "limit_unit": unit,
        "limit_text": words or f"{count} {unit_words}".strip(),
        "limit_source": values.get("limit_source", source),
    }


def _by_words(
    check: RowCheck, words: str, counted: tuple[Decimal | None, str] | None
) -> tuple[Decimal | None, str] | None:
    """The one limit that `words` tell, which must be the one already `counted` if there is one."""
    told = read_limit(words)
    if is_wrong_limit(words):
        _wrong_number(check, "limit_text", words)
    elif wrong_unit(words):
        _wrong_unit(check, "limit_text", _not_understood("limit_text", words))
    elif told and counted and told[:2] != counted:
        check.fail(
            "limit_text",
            "DM-15",
            what=tr("Thời hạn bằng số và bằng chữ “{text}” khác nhau.", text=words[:60]),
            next_step=tr("Hãy giữ lại một cách ghi đúng."),
        )
    return told[:2] if told else None


def _by_number(check: RowCheck, count: str, unit_words: str) -> tuple[Decimal | None, str] | None:
    unit = read_unit(unit_words)
    if unit is None:
        missing = tr("Thời hạn {count} không có đơn vị.", count=count[:60])
        what = _not_understood("limit_unit", unit_words) if unit_words else missing
        _wrong_unit(check, "limit_unit", what)
        return None
    if unit in ("same_day", "none") and not count:
        return None, unit
    value = read_number(count)
    if value is None or (unit == "month" and value != int(value)):
        _wrong_number(check, "limit_value", count)
        return None
    return (None if unit in ("same_day", "none") else value.normalize()), unit


def _wrong_unit(check: RowCheck, column: str, what: str) -> None:
    advice = tr("Hãy ghi: ngày làm việc, ngày, giờ làm việc, trong ngày hoặc tháng.")
    check.fail(column, "DM-14", what=what, next_step=advice)


def _wrong_number(check: RowCheck, column: str, text: str) -> None:
    empty = tr("Chưa ghi số của thời hạn.")
    check.fail(
        column,
        "DM-15",
        what=tr("Thời hạn “{text}” không thể có.", text=text[:60]) if text.strip() else empty,
        next_step=tr("Hãy ghi số lớn hơn 0 và không quá 1000, ví dụ 5 hoặc 17,5."),
    )


def _unclear(check: RowCheck, words: str) -> None:
    check.note(
        "limit_text",
        "DM-21",
        what=tr("Thời hạn “{text}” không phải một thời hạn duy nhất.", text=words[:100]),
        next_step=tr("Thời hạn được để là chưa rõ; cán bộ sẽ nhập kèm căn cứ khi tiếp nhận."),
    )


def _cutoff(check: RowCheck, base: Procedure, source: str) -> dict[str, Any]:
    """The 15:00 rule as the list marks it, or as the words of the limit state it."""
    marked = read_flag(check.row.values.get("cutoff_15h", ""))
    told = read_limit(check.row.values.get("limit_text", ""))
    wanted = marked if marked is not None else base.cutoff_15h or bool(told and told[2])
    if wanted == base.cutoff_15h:
        return {}
    return {"cutoff_15h": wanted, "cutoff_source": source if wanted else ""}


def _not_understood(column: str, text: str) -> str:
    return tr("Không hiểu “{text}” ở cột {column}.", text=text[:60], column=column_label(column))
