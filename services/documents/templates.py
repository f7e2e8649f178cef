"""Templates of result documents: read from TOML, merge fields checked, never run as code."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from models.errors import InputError
from models.words import tr

__all__ = [
    "DocumentTemplate",
    "builtin_templates",
    "fill",
    "get_template",
    "merge_field_labels",
    "missing_fields",
    "parse_template",
]

FOLDER = Path(__file__).resolve().parents[2] / "resources" / "forms"
PLACE = re.compile(r"\{([^{}]*)\}")
ABBREVIATION = re.compile(r"[A-ZĐ][A-Za-zĐđ]{0,4}")
CODE = re.compile(r"[a-z][a-z0-9_]{2,40}")
FIELD_NAMES = frozenset(
    {
        "agency", "applicant", "applicant_address", "applicant_birth", "applicant_id",
        "attachments", "content", "department", "dossier_code", "legal_basis", "officer", "phone",
        "place", "procedure", "procedure_code", "purpose", "reason", "received_date", "submitter",
    }
)  # fmt: skip


@dataclass(frozen=True)
class DocumentTemplate:
    """One kind of issued document (NĐ 30/2020); texts may hold `{merge fields}`.

    `source` and `confidence` tell where the wording comes from; the template is used for
    documents dated from `effective_from` to `effective_to` (open when None), both included.
    """

    code: str
    type_name: str
    abbreviation: str
    subject: str
    body: tuple[str, ...]
    recipients: tuple[str, ...]
    effective_from: date
    source: str
    confidence: str
    effective_to: date | None = None
    authority: str = ""
    bases: tuple[str, ...] = ()
    enacting: str = ""
    addressees: tuple[str, ...] = ()

    def texts(self) -> Iterator[str]:
        """Every text in which a merge field may stand, in printed order."""
        yield from (self.subject, self.authority, *self.bases, self.enacting)
        yield from (*self.addressees, *self.body, *self.recipients)

    def fields(self) -> tuple[str, ...]:
        """The merge fields it uses, in order of first use."""
        return tuple(dict.fromkeys(name for text in self.texts() for name in PLACE.findall(text)))


def merge_field_labels() -> dict[str, str]:
    """Every merge field a template may use, with its words for the editor."""
    return {
        "agency": tr("cơ quan ban hành"),
        "applicant": tr("họ tên chủ hồ sơ"),
        "applicant_address": tr("địa chỉ chủ hồ sơ"),
        "applicant_birth": tr("ngày sinh chủ hồ sơ"),
        "applicant_id": tr("số định danh chủ hồ sơ"),
        "attachments": tr("giấy tờ kèm theo"),
        "content": tr("nội dung giải quyết"),
        "department": tr("phòng chuyên môn"),
        "dossier_code": tr("mã hồ sơ"),
        "legal_basis": tr("căn cứ pháp lý"),
        "officer": tr("công chức thụ lý"),
        "phone": tr("điện thoại liên hệ"),
        "place": tr("địa danh"),
        "procedure": tr("tên thủ tục"),
        "procedure_code": tr("mã thủ tục"),
        "purpose": tr("mục đích sử dụng"),
        "reason": tr("lý do"),
        "received_date": tr("ngày nhận hồ sơ"),
        "submitter": tr("người nộp hồ sơ"),
    }


@lru_cache(maxsize=1)
def builtin_templates() -> tuple[DocumentTemplate, ...]:
    """The templates that come with the program (`resources/forms/*.toml`), by code."""
    files = sorted(FOLDER.glob("*.toml"))
    return tuple(parse_template(file.read_text("utf-8"), file.name) for file in files)


def get_template(code: str, on: date, own: tuple[DocumentTemplate, ...] = ()) -> DocumentTemplate:
    """The template `code` in force `on` that day; the office's `own` go before ours.

    Raises `InputError` TL-06 when there is none.
    """
    for template in (*own, *builtin_templates()):
        ended = template.effective_to is not None and template.effective_to < on
        if template.code == code and template.effective_from <= on and not ended:
            return template
    raise InputError(
        "TL-06",
        tr("Không có mẫu văn bản “{code}” áp dụng ngày {day}.", code=code, day=f"{on:%d/%m/%Y}"),
        tr("Chọn mẫu khác hoặc thêm mẫu trong Danh mục."),
    )


def parse_template(text: str, origin: str) -> DocumentTemplate:
    """The template written in TOML `text`; `origin` names it in errors (`InputError` TL-07)."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _bad(origin, _not_toml(error)) from error
    known = DocumentTemplate.__dataclass_fields__
    unknown = sorted(set(raw) - set(known))
    if unknown:
        raise _bad(origin, tr("mục lạ {names}", names=", ".join(unknown)))
    template = DocumentTemplate(**{key: read(raw, origin) for key, read in _READERS.items()})
    _check_fields(template, origin)
    return template


def missing_fields(template: DocumentTemplate, values: Mapping[str, str]) -> tuple[str, ...]:
    """The merge fields of `template` that `values` leaves empty."""
    return tuple(name for name in template.fields() if not values.get(name, "").strip())


def fill(text: str, values: Mapping[str, str]) -> str:
    """`text` with its merge fields replaced; an empty one becomes a dotted gap."""
    return PLACE.sub(lambda place: values.get(place[1], "").strip() or "……………", text)


def _not_toml(error: tomllib.TOMLDecodeError) -> str:
    """Where the file stops being TOML; Python's own sentence is English."""
    place = re.search(r"line (\d+), column (\d+)", str(error))
    if place is None:
        return tr("tệp không phải TOML, hoặc bị cắt ở cuối")
    return tr("dòng {line}, cột {column} không đúng dạng TOML", line=place[1], column=place[2])


def _bad(origin: str, problem: str) -> InputError:
    return InputError(
        "TL-07",
        tr("Mẫu văn bản {origin} không dùng được: {problem}.", origin=origin, problem=problem),
        tr("Sửa mẫu rồi lưu lại; mẫu đang dùng không thay đổi."),
    )


def _check_fields(template: DocumentTemplate, origin: str) -> None:
    unknown = [name for name in template.fields() if name not in FIELD_NAMES]
    if unknown:
        wrong = ", ".join(f"{{{name}}}" for name in unknown)
        known = ", ".join(sorted(FIELD_NAMES))
        raise _bad(origin, tr("trường trộn {wrong} không có; các trường có là {known}",
                              wrong=wrong, known=known))  # fmt: skip
    for text in template.texts():
        if "{" in PLACE.sub("", text) or "}" in PLACE.sub("", text):
            raise _bad(origin, tr("dấu ngoặc nhọn không khép trong “{text}”", text=text[:60]))
    if not template.body:
        raise _bad(origin, tr("thiếu nội dung (body)"))
    if not ABBREVIATION.fullmatch(template.abbreviation):
        raise _bad(origin, tr("chữ viết tắt “{value}” sai", value=template.abbreviation))
    if not CODE.fullmatch(template.code):
        raise _bad(origin, tr("mã mẫu “{value}” sai", value=template.code))


def _text(name: str, default: str | None = None) -> Callable[[Mapping[str, Any], str], str]:
    def read(raw: Mapping[str, Any], origin: str) -> str:
        value = raw.get(name, default)
        if not isinstance(value, str) or (default is None and not value.strip()):
            raise _bad(origin, tr("mục {name} phải là chữ", name=name))
        return value

    return read


def _texts(name: str) -> Callable[[Mapping[str, Any], str], tuple[str, ...]]:
    def read(raw: Mapping[str, Any], origin: str) -> tuple[str, ...]:
        value = raw.get(name, [])
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise _bad(origin, tr("mục {name} phải là danh sách chữ", name=name))
        return tuple(value)

    return read


def _optional_day(name: str) -> Callable[[Mapping[str, Any], str], date | None]:
    return lambda raw, origin: _day(name)(raw, origin) if name in raw else None


def _day(name: str) -> Callable[[Mapping[str, Any], str], date]:
    def read(raw: Mapping[str, Any], origin: str) -> date:
        value = raw.get(name)
        if type(value) is not date:
            raise _bad(origin, tr("mục {name} phải là ngày (năm-tháng-ngày)", name=name))
        return value

    return read


_READERS: Mapping[str, Callable[[Mapping[str, Any], str], Any]] = {
    **{
        name: _text(name)
        for name in ("code", "type_name", "abbreviation", "subject", "source", "confidence")
    },
    **{name: _text(name, "") for name in ("authority", "enacting")},
    **{name: _texts(name) for name in ("body", "recipients", "bases", "addressees")},
    "effective_from": _day("effective_from"),
    "effective_to": _optional_day("effective_to"),
}
