"""Faults of sync by code, in words: what is the matter and whom to ask."""

from __future__ import annotations

from collections.abc import Callable

from models.errors import ForeignError
from models.words import tr

__all__ = ["fault", "fault_words"]

_WORDS: dict[str, tuple[Callable[[], str], Callable[[], str]]] = {
    "DB-01": (
        lambda: tr("Không kết nối được với máy kia."),
        lambda: tr("Chương trình tự thử lại; bấm F7 ở màn hình Đồng bộ để biết hỏng chỗ nào."),
    ),
    "DB-02": (
        lambda: tr("Máy kia nhận kết nối nhưng chưa trả lời kịp."),
        lambda: tr("Không cần làm gì; chương trình tự thử lại."),
    ),
    "DB-03": (
        lambda: tr("Máy kia không đưa ra đúng khóa đã ghim."),
        lambda: tr("Không nhập mật khẩu vào đâu cả; báo bộ phận kỹ thuật."),
    ),
    "DB-04": (
        lambda: tr("Bên trả lời không phải máy chủ Một Cửa."),
        lambda: tr("Có thể mạng đang đòi đăng nhập: mở trình duyệt xem rồi thử lại."),
    ),
    "DB-05": (
        lambda: tr("Máy kia dùng phiên bản đồng bộ khác quá xa."),
        lambda: tr("Cập nhật chương trình trên máy cũ hơn."),
    ),
    "DB-06": (
        lambda: tr("Đồng hồ hai máy lệch nhau quá nhiều hoặc gói bị phát lại."),
        lambda: tr("Chỉnh lại ngày giờ của máy này."),
    ),
    "DB-07": (
        lambda: tr("Máy gửi không có trong danh sách máy của cơ quan."),
        lambda: tr("Ghi danh lại máy này với thành phố."),
    ),
    "DB-08": (
        lambda: tr("Gói thuộc cơ quan khác."),
        lambda: tr("Báo bộ phận kỹ thuật; dữ liệu trên máy không đổi."),
    ),
    "DB-09": (
        lambda: tr("Gói đồng bộ lớn hơn mức cho phép."),
        lambda: tr("Báo bộ phận kỹ thuật; dữ liệu trên máy không đổi."),
    ),
    "DB-10": (
        lambda: tr("Gói đồng bộ hỏng hoặc không đúng dạng."),
        lambda: tr("Không cần làm gì; chương trình tự gửi lại."),
    ),
    "DB-11": (
        lambda: tr("Chữ ký của gói không đúng."),
        lambda: tr("Báo bộ phận kỹ thuật; dữ liệu trên máy không đổi."),
    ),
    "DB-12": (
        lambda: tr("Máy kia đang bận."),
        lambda: tr("Không cần làm gì; chương trình tự thử lại."),
    ),
    "DB-13": (
        lambda: tr("Máy kia giữ nhật ký của máy này khác với nhật ký ở đây."),
        lambda: tr("Mở lại chương trình để bắt đầu nhật ký mới; không mất việc đã ghi."),
    ),
    "DB-14": (
        lambda: tr("Máy này đã bị thu hồi."),
        lambda: tr("Hỏi người quản trị; các việc ghi sau đó không có hiệu lực."),
    ),
    "DB-15": (
        lambda: tr("Máy kia gặp lỗi khi lưu."),
        lambda: tr("Không cần làm gì; chương trình tự gửi lại."),
    ),
    "DB-16": (
        lambda: tr("Nhật ký này bị ghi hai lần nên đã dừng nhận."),
        lambda: tr("Báo bộ phận kỹ thuật; nhật ký của máy khác vẫn đi tiếp."),
    ),
    "DB-17": (
        lambda: tr("Chuỗi nhật ký trong gói bị đứt."),
        lambda: tr("Gói bị từ chối; dữ liệu trên máy này không đổi."),
    ),
    "DB-18": (
        lambda: tr("Địa chỉ này không dùng kết nối mã hóa."),
        lambda: tr("Ghi địa chỉ bắt đầu bằng https://."),
    ),
    "DB-19": (
        lambda: tr("Tệp đính kèm này không có ở máy kia hoặc không thuộc cơ quan này."),
        lambda: tr("Không cần làm gì; chương trình hỏi máy khác."),
    ),
    "DB-20": (
        lambda: tr("Tệp đính kèm rỗng, lớn hơn 100 MB hoặc có mảnh sai kích thước."),
        lambda: tr("Quét lại giấy tờ thành tệp nhỏ hơn; tệp cũ vẫn ở máy đã quét."),
    ),
    "DB-21": (
        lambda: tr("Nội dung tệp đính kèm không đúng với tên trong sổ nên đã bỏ."),
        lambda: tr("Không cần làm gì; chương trình tải lại từ máy khác."),
    ),
    "DB-22": (
        lambda: tr("Cơ quan đã dùng hết dung lượng tệp đính kèm ở máy chủ thành phố."),
        lambda: tr("Tệp vẫn ở máy này; bộ phận kỹ thuật thành phố cần tăng hạn mức."),
    ),
    "DB-23": (
        lambda: tr("Bản chụp sổ của cơ quan không dùng được."),
        lambda: tr("Không cần làm gì; sổ được tải từng phần như thường."),
    ),
    "DB-25": (
        lambda: tr("Máy này đã bị thu hồi hoặc mở quá nhiều nhật ký nên không mở thêm được."),
        lambda: tr("Báo bộ phận kỹ thuật thành phố; nhật ký đã nhận của máy ấy không đổi."),
    ),
    "DB-24": (
        lambda: tr("Máy kia nói giữ nhật ký của máy này khác ở đây nhưng không đưa ra được."),
        lambda: tr("Máy này ghi tiếp như thường; báo bộ phận kỹ thuật xem máy kia."),
    ),
    "DB-26": (
        lambda: tr("Không rõ ai cấp chứng thư của máy chủ, hoặc chứng thư cấp cho tên khác."),
        lambda: tr("Kiểm tra địa chỉ. Thành phố dùng chứng thư riêng thì ghi danh kèm tệp của nơi "
                   "cấp (--ca-file); không thì báo bộ phận kỹ thuật."),
    ),
    "DB-27": (
        lambda: tr("Theo đồng hồ máy này, chứng thư của máy chủ chưa hoặc không còn hiệu lực."),
        lambda: tr("Xem ngày giờ của máy này; nếu đúng thì báo bộ phận kỹ thuật thành phố đổi "
                   "chứng thư."),
    ),
}  # fmt: skip


def fault_words(code: str) -> str:
    """The sentence of a fault's code; a code of another program is named as it is."""
    known = _WORDS.get(code)
    if known is None:
        return tr("Lỗi đồng bộ {code}.", code=code)
    return f"{known[0]()} {known[1]()}"


def fault(code: str) -> ForeignError:
    """The error of a code of this list."""
    what, next_step = _WORDS[code]
    return ForeignError(code, what(), next_step())
