"""Columns of a list of procedures: our own names and the headings offices really write."""

from __future__ import annotations

import re

from models.folding import vn_fold
from models.words import tr

__all__ = ["COLUMNS", "column_label", "find_column"]

COLUMNS: dict[str, tuple[str, ...]] = {
    "code": ("ma tthc", "ma thu tuc", "ma thu tuc hanh chinh", "ma so tthc", "ma so thu tuc",
             "ma so", "ma so ho so tthc"),
    "name": ("ten tthc", "ten thu tuc", "ten thu tuc hanh chinh", "thu tuc hanh chinh"),
    "keywords": ("tu khoa", "ten thuong goi"),
    "field": ("linh vuc", "ten linh vuc"),
    "ministry": ("bo nganh", "bo quan ly", "bo chu quan"),
    "level": ("cap thuc hien", "cap giai quyet"),
    "handled_by": ("co quan thuc hien", "co quan giai quyet", "co quan co tham quyen"),
    "hanoi_specific": ("dac thu ha noi",),
    "limit_value": ("so ngay", "thoi han so", "so ngay giai quyet"),
    "limit_unit": ("don vi thoi han", "don vi tinh", "don vi tinh thoi han"),
    "limit_text": ("thoi han", "thoi han giai quyet", "thoi gian giai quyet"),
    "limit_source": ("can cu thoi han", "can cu cua thoi han"),
    "count_mode": ("cach tinh", "cach tinh thoi han"),
    "cutoff_15h": ("moc 15 gio", "sau 15 gio"),
    "fee": ("phi", "le phi", "phi le phi", "muc thu", "phi le phi dong"),
    "fee_text": ("mo ta phi le phi",),
    "results": ("ket qua", "ket qua giai quyet", "ket qua thuc hien", "san pham"),
    "components": ("thanh phan ho so", "giay to", "giay to phai nop"),
    "components_unclear": ("giay to chua ro ten",),
    "legal_basis": ("can cu phap ly", "van ban quy dinh"),
    "online_level": ("muc do dvc", "muc do dich vu cong", "dich vu cong truc tuyen"),
    "note": ("ghi chu",),
    "effective_from": ("ngay hieu luc", "hieu luc tu", "ngay co hieu luc"),
    "effective_to": ("ngay het hieu luc", "het hieu luc", "ngay bai bo"),
}  # fmt: skip
"""Our column -> headings that mean it, folded and without punctuation."""

_MEANING = {alias: column for column, aliases in COLUMNS.items() for alias in aliases}


def find_column(heading: str) -> str | None:
    """The column that a heading of a list means, if any."""
    plain = heading.strip().casefold()
    if plain in COLUMNS:
        return plain
    return _MEANING.get(" ".join(re.findall(r"\w+", vn_fold(heading))))


def column_label(column: str) -> str:
    """What one of `COLUMNS` (or a column derived from them) is called on the screen."""
    labels = {
        "code": tr("Mã thủ tục"),
        "name": tr("Tên thủ tục"),
        "keywords": tr("Tên thường gọi"),
        "field": tr("Lĩnh vực"),
        "ministry": tr("Bộ, ngành"),
        "level": tr("Cấp thực hiện"),
        "handled_by": tr("Cơ quan giải quyết"),
        "hanoi_specific": tr("Đặc thù Hà Nội"),
        "limit_value": tr("Thời hạn (số)"),
        "limit_unit": tr("Đơn vị thời hạn"),
        "limit_text": tr("Thời hạn giải quyết"),
        "limit_source": tr("Căn cứ của thời hạn"),
        "count_mode": tr("Cách tính thời hạn"),
        "cutoff_source": tr("Căn cứ của mốc 15 giờ"),
        "components_unclear": tr("Giấy tờ chưa rõ tên"),
        "cutoff_15h": tr("Mốc 15 giờ"),
        "fee": tr("Phí, lệ phí"),
        "fee_text": tr("Mô tả phí, lệ phí"),
        "results": tr("Kết quả giải quyết"),
        "components": tr("Thành phần hồ sơ"),
        "legal_basis": tr("Căn cứ pháp lý"),
        "online_level": tr("Mức độ dịch vụ công"),
        "note": tr("Ghi chú"),
        "effective_from": tr("Hiệu lực từ"),
        "effective_to": tr("Hết hiệu lực"),
    }
    return labels.get(column, column)
