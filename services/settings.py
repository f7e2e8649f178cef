"""Settings as one typed list: name, default, the sentence a person reads, office's or this PC's.

What the office shares is a reading of the stream `office/settings`; the settings of one PC (its
language, the paper in its printer) never leave it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from models.calendar import parse_spans
from models.envelope import Sealed
from models.errors import InputError
from models.events.administration import SettingChanged
from models.lan_address import DEFAULT_PORT, parse_address, parse_port
from models.latest import latest
from models.numbering import check_agency_code
from models.order import canonical
from models.typed_text import clean_line
from models.words import tr
from services.journal.rivals import write_rivals

__all__ = [
    "AT_CLOSING", "SETTINGS", "SETTINGS_STREAM", "Setting", "Settings", "checked_setting",
    "local_setting", "project_settings", "read_settings", "write_local_setting",
]  # fmt: skip

SETTINGS_STREAM = "office/settings"
NEVER_EMPTY = {"agency_abbreviation", "centre", "departments", "hours"}
"""Settings without which a paper could not be printed or a dossier not be passed on."""

AT_CLOSING = "closing"
BACKUP_TIMES = (AT_CLOSING, *(f"{hour:02}:{minute}" for hour in range(7, 20) for minute in
                              ("00", "30")))  # fmt: skip
"""When a PC backs itself up: when the program is closed, or at a time of the day."""


@dataclass(frozen=True)
class Setting:
    """One setting; `choices` limits its values, `words` gives its sentence when asked.

    A `local` one belongs to this PC alone and is no event.
    """

    name: str
    default: str
    words: Callable[[], str]
    choices: tuple[str, ...] = ()
    local: bool = False


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
    Setting("receipt_page", "A4", lambda: tr("Khổ giấy của giấy hẹn"), ("A4", "A5"),
            local=True),
    Setting("seal_organisation", "",
            lambda: tr("Tên cơ quan ghi trong chứng thư con dấu, mỗi dòng một cách ghi")),
    Setting("number_series", "per_type", lambda: tr("Sổ số văn bản: mỗi loại một sổ hay chung"),
            ("per_type", "pooled")),
    Setting("count_mode", "whole_days", lambda: tr("Cách đếm ngày làm việc"),
            ("whole_days", "elapsed")),
    Setting("online_clock", "submitted",
            lambda: tr("Hồ sơ trực tuyến tính hạn từ lúc nộp hay lúc tiếp nhận"),
            ("submitted", "accepted")),
    Setting("line_mbit", "20", lambda: tr("Tốc độ gửi của đường truyền cơ quan (Mbit/giây)"),
            ("2", "4", "8", "20", "50", "100", "200")),
    Setting("attachment_share", "70",
            lambda: tr("Phần đường truyền cho tệp đính kèm trong giờ làm việc (%)"),
            ("10", "30", "50", "70", "100")),
    Setting("lan_port", str(DEFAULT_PORT),
            lambda: tr("Cổng mạng để các máy trong cơ quan tìm máy này"), local=True),
    Setting("lan_mdns", "on", lambda: tr("Tự tìm các máy trong mạng (mDNS)"), ("on", "off"),
            local=True),
    Setting("lan_peers", "",
            lambda: tr("Địa chỉ các máy khác trong cơ quan, mỗi dòng một máy"), local=True),
    Setting("backup_folder", "", lambda: tr("Thư mục cất bản sao lưu"), local=True),
    Setting("backup_at", "16:30", lambda: tr("Lúc sao lưu hằng ngày"), BACKUP_TIMES, local=True),
    Setting("backup_keep", "7", lambda: tr("Số bản sao lưu giữ lại"), ("3", "5", "7", "14", "30"),
            local=True),
    Setting("backup_warn_days", "3", lambda: tr("Nhắc khi bản sao lưu cũ hơn (ngày)"),
            ("1", "2", "3", "7", "14"), local=True),
    Setting("language", "vi", lambda: tr("Ngôn ngữ của chương trình"), ("vi", "en"),
            local=True),
)  # fmt: skip

_BY_NAME = {s.name: s for s in SETTINGS}

Settings = Mapping[str, str]


def read_settings(conn: Connection) -> dict[str, str]:
    """Every setting with its value in force."""
    rows = conn.exec_driver_sql("SELECT name, value FROM setting").all()
    stored = {str(name): str(value) for name, value in rows}
    return {s.name: stored.get(s.name, s.default) for s in SETTINGS}


def checked_setting(name: str, value: str) -> str:
    """The value as it is stored: every line clean, the rules of single settings kept.

    Raises `InputError` HT-34 for a name that is none, HT-31 for an empty value where one is
    needed, TK-20 for a value outside its choices.
    """
    setting = _BY_NAME.get(name)
    if setting is None:
        raise InputError(
            "HT-34", tr("Không có cài đặt nào tên «{name}».", name=name[:40]),
            tr("Chọn một cài đặt ở mục Đơn vị."), field="name",
        )  # fmt: skip
    if name == "backup_folder":
        return value.strip()  # a path is taken as the system gave it
    label = setting.words()
    lines = [clean_line(line, label, limit=200, field=name) for line in value.splitlines()]
    clean = unicodedata.normalize("NFC", "\n".join(line for line in lines if line)).strip()
    if name == "agency_code" and clean:
        return check_agency_code(clean)
    if name == "hours":
        parse_spans(clean)
    if name == "lan_port":
        return str(parse_port(clean))
    if name == "lan_peers":
        return "\n".join(parse_address(line) for line in clean.splitlines())
    if name in NEVER_EMPTY and not clean:
        raise InputError(
            "HT-31", tr("Ô này không được để trống: {label}.", label=label),
            tr("Ghi lại giá trị cũ hoặc giá trị mới."), field=name,
        )  # fmt: skip
    if setting.choices and clean not in setting.choices:
        raise InputError(
            "TK-20",
            tr("Giá trị «{value}» không dùng được cho cài đặt này.", value=clean[:40]),
            tr("Chọn một trong: {choices}.", choices=", ".join(setting.choices)),
            field=name,
        )
    return clean


def local_setting(name: str) -> bool:
    """Whether the setting belongs to this PC alone."""
    return _BY_NAME[name].local


def write_local_setting(tx: Connection, name: str, value: str) -> None:
    """Keep a setting of this PC; `value` went through `checked_setting`."""
    tx.exec_driver_sql(_WRITE, (name, value))


_WRITE = (
    "INSERT INTO setting (name, value) VALUES (?, ?) "
    "ON CONFLICT (name) DO UPDATE SET value = excluded.value"
)


def project_settings(tx: Connection, stream: str, events: Sequence[Sealed]) -> None:
    """The office's settings from their stream; the newest in canonical order holds.

    A value this program could not work with (a newer or a faulty program wrote it) has no effect:
    the one before it stays in force.
    """
    if stream != SETTINGS_STREAM:
        return
    found = latest(canonical(events), _stated)
    for setting in SETTINGS:
        if not setting.local:
            tx.exec_driver_sql("DELETE FROM setting WHERE name = ?", (setting.name,))
    for name, holding in found.items():
        tx.exec_driver_sql(_WRITE, (name, holding.value))
    write_rivals(tx, stream, "setting", found=found)


def _stated(item: Sealed) -> tuple[str, str] | None:
    event = item.event()
    if not isinstance(event, SettingChanged):
        return None
    setting = _BY_NAME.get(event.name)
    if setting is None or setting.local:
        return None
    try:
        return event.name, checked_setting(event.name, event.value)
    except InputError:
        return None
