"""The kinds of events in words: what happened, for the list of the journal."""

from __future__ import annotations

from models.words import tr
from models.workflow import Act, act_words

__all__ = ["kind_words"]


def kind_words(kind: str) -> str:
    """What an event of this kind says; a kind of a newer program is named as it is."""
    area, _, name = kind.partition(".")
    if area == "dossier" and name in {act.value for act in Act}:
        return act_words(Act(name))
    return _others().get(kind, kind)


def _others() -> dict[str, str]:
    return {
        "office.created": tr("Lập văn phòng trên máy này"),
        "office.setting_changed": tr("Đổi cài đặt"),
        "staff.changed": tr("Thêm hoặc sửa người dùng"),
        "staff.password_set": tr("Đã đặt lại mật khẩu"),
        "staff.credential_set": tr("Đặt cách đăng nhập cho mọi máy của cơ quan"),
        "staff.credential_withdrawn": tr("Thôi cho đăng nhập"),
        "roster.device_admitted": tr("Nhận một máy vào cơ quan"),
        "roster.device_revoked": tr("Thu hồi một máy"),
        "roster.incarnation_opened": tr("Máy mở nhật ký mới sau phục hồi"),
        "branch.events_kept": tr("Giữ lại việc trong nhật ký bị ghi hai lần"),
        "roster.hub_order": tr("Định thứ tự máy trung tâm"),
        "roster.addresses_told": tr("Máy báo địa chỉ của nó trong mạng"),
        "catalogue.imported": tr("Nhập danh mục thủ tục"),
        "calendar.notice_added": tr("Đã thêm thông báo lịch nghỉ"),
        "template.changed": tr("Sửa mẫu văn bản"),
        "journal.exported": tr("Đã xuất nhật ký"),
        "submission.arrived": tr("Hồ sơ trực tuyến đến"),
        "submission.accepted": tr("Tiếp nhận hồ sơ trực tuyến"),
        "submission.declined": tr("Không tiếp nhận hồ sơ trực tuyến"),
        "submission.file_saved": tr("Lưu tệp của hồ sơ trực tuyến ra ngoài"),
        "national.exported": tr("Đã xuất hồ sơ theo mẫu Cổng quốc gia"),
        "key.added": tr("Thêm khóa ký"),
        "key.root_added": tr("Đã thêm chứng thư gốc"),
        "book.opened": tr("Mở sổ số văn bản"),
        "book.number_reserved": tr("Lấy số văn bản"),
        "book.number_voided": tr("Hủy số văn bản"),
        "book.released": tr("Bàn giao sổ số văn bản"),
        "book.takeover_proposed": tr("Đề nghị tiếp quản sổ số văn bản"),
        "book.takeover_confirmed": tr("Xác nhận tiếp quản sổ số văn bản"),
    }
