"""Settings of the office as one typed list: name, kind, default, the sentence a person reads."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from models.errors import InputError
from models.words import tr

__all__ = ["SETTINGS", "Setting", "Settings", "read_settings", "write_setting"]


@dataclass(frozen=True)
class Setting:
    """One setting; `choices` limits its values, `words` gives its sentence when asked."""

    name: str
    default: str
    words: Callable[[], str]
    choices: tuple[str, ...] = ()


SETTINGS: tuple[Setting, ...] = (
    Setting("agency_code", "", lambda: tr("Mã định danh cơ quan, đứng đầu mã hồ sơ")),
    Setting("agency_abbreviation", "UBND", lambda: tr("Chữ viết tắt cơ quan trong ký hiệu")),
    Setting("centre", "TRUNG TÂM PHỤC VỤ HÀNH CHÍNH CÔNG\nTHÀNH PHỐ HÀ NỘI",
            lambda: tr("Cơ quan tiếp nhận, in trên giấy hẹn")),
    Setting("desk", "", lambda: tr("Tên điểm tiếp nhận, in trên giấy hẹn")),
    Setting("desk_phone", "1022", lambda: tr("Điện thoại liên hệ in trên giấy hẹn")),
    Setting("lookup", "dichvucong.gov.vn", lambda: tr("Nơi tra cứu hồ sơ in trên giấy hẹn")),
    Setting("status_page", "",
            lambda: tr("Trang tra cứu của thành phố, in cạnh mã tra cứu trên giấy hẹn")),
    Setting("departments", "Phòng Văn hóa - Xã hội\nPhòng Kinh tế\nVăn phòng HĐND và UBND",
            lambda: tr("Các phòng chuyên môn, mỗi dòng một phòng")),
    Setting("hours", "08:00-12:00,13:30-17:30", lambda: tr("Giờ làm việc thứ Hai đến thứ Sáu")),
    Setting("receipt_page", "A4", lambda: tr("Khổ giấy của giấy hẹn"), ("A4", "A5")),
    Setting("seal_organisation", "",
            lambda: tr("Tên cơ quan ghi trong chứng thư con dấu, mỗi dòng một cách ghi")),
    Setting("number_series", "per_type", lambda: tr("Sổ số văn bản: mỗi loại một sổ hay chung"),
            ("per_type", "pooled")),
    Setting("count_mode", "whole_days", lambda: tr("Cách đếm ngày làm việc"),
            ("whole_days", "elapsed")),
    Setting("language", "vi", lambda: tr("Ngôn ngữ của chương trình"), ("vi", "en")),
)  # fmt: skip

_BY_NAME = {s.name: s for s in SETTINGS}

Settings = Mapping[str, str]


def read_settings(conn: Connection) -> dict[str, str]:
    """Every setting with its value in force."""
    rows = conn.exec_driver_sql("SELECT name, value FROM setting").all()
    stored = {str(name): str(value) for name, value in rows}
    return {s.name: stored.get(s.name, s.default) for s in SETTINGS}


def write_setting(tx: Connection, name: str, value: str) -> None:
    """Change one setting; raises `InputError` for a value outside its choices."""
    setting = _BY_NAME[name]
    value = unicodedata.normalize("NFC", value).strip()
    if setting.choices and value not in setting.choices:
        raise InputError(
            "TK-20",
            tr("Giá trị «{value}» không dùng được cho cài đặt này.", value=value[:40]),
            tr("Chọn một trong: {choices}.", choices=", ".join(setting.choices)),
            field=name,
        )
    tx.exec_driver_sql(
        "INSERT INTO setting (name, value) VALUES (?, ?) "
        "ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        (name, value),
    )
