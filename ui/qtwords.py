"""Vietnamese for the words Qt says itself; Qt ships no Vietnamese translation of its own."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QTranslator

from models.words import current_language

__all__ = ["QtWords", "install_qt_words"]

BUTTONS = {
    "OK": "Đồng ý",
    "Save": "Lưu",
    "Save All": "Lưu tất cả",
    "Open": "Mở",
    "Yes": "Có",
    "Yes to All": "Có, tất cả",
    "No": "Không",
    "No to All": "Không, tất cả",
    "Abort": "Dừng",
    "Retry": "Thử lại",
    "Ignore": "Bỏ qua",
    "Close": "Đóng",
    "Cancel": "Thôi",
    "Discard": "Không lưu",
    "Don't Save": "Không lưu",
    "Close without Saving": "Đóng, không lưu",
    "Help": "Hướng dẫn",
    "Apply": "Áp dụng",
    "Reset": "Đặt lại",
    "Restore Defaults": "Trở về mặc định",
    "Show Details...": "Xem chi tiết…",
    "Hide Details...": "Ẩn chi tiết…",
}
EDITING = {
    "Undo": "Hoàn tác",
    "Redo": "Làm lại",
    "Cut": "Cắt",
    "Copy": "Chép",
    "Paste": "Dán",
    "Delete": "Xoá",
    "Select All": "Chọn tất cả",
    "Clear": "Xoá hết",
    "Copy Link Location": "Chép địa chỉ liên kết",
}
FILES = {
    "Look in:": "Tìm trong:",
    "File name:": "Tên tệp:",
    "File &name:": "Tên tệp:",
    "Files of type:": "Loại tệp:",
    "Folder": "Thư mục",
    "Directory:": "Thư mục:",
    "Open": "Mở",
    "Save": "Lưu",
    "Choose": "Chọn",
    "Save As": "Lưu thành",
    "Back": "Trước",
    "Go back": "Về trước",
    "Forward": "Sau",
    "Go forward": "Đi tiếp",
    "Parent Directory": "Thư mục trên",
    "Go to the parent directory": "Lên thư mục trên",
    "Create New Folder": "Tạo thư mục mới",
    "Create a New Folder": "Tạo thư mục mới",
    "New Folder": "Thư mục mới",
    "List View": "Dạng danh sách",
    "Detail View": "Dạng chi tiết",
    "Change to list view mode": "Xem dạng danh sách",
    "Change to detail view mode": "Xem dạng chi tiết",
    "Rename": "Đổi tên",
    "Delete": "Xoá",
    "Show hidden files": "Hiện tệp ẩn",
    "Find Directory": "Tìm thư mục",
    "My Computer": "Máy tính này",
    "Computer": "Máy tính",
    "Recent Places": "Nơi vừa mở",
    "All Files (*)": "Mọi tệp (*)",
    "All files (*)": "Mọi tệp (*)",
    "Name": "Tên",
    "Size": "Cỡ",
    "Type": "Loại",
    "Kind": "Loại",
    "Date Modified": "Ngày sửa",
    "Directories": "Thư mục",
    "Files": "Tệp",
    "Sidebar": "Các nơi",
    "Drive": "Ổ đĩa",
    "File": "Tệp",
    "Unknown": "Không rõ",
    "Remove": "Bỏ",
    "%1 already exists.\nDo you want to replace it?": "%1 đã có.\nGhi đè lên tệp đó?",
    "%1\nFile not found.\nPlease verify the correct file name was given.": (
        "%1\nKhông thấy tệp.\nHãy xem lại tên tệp."
    ),
    "%1\nDirectory not found.\nPlease verify the correct directory name was given.": (
        "%1\nKhông thấy thư mục.\nHãy xem lại tên thư mục."
    ),
    "Are you sure you want to delete '%1'?": "Xoá “%1”?",
    "Could not delete directory.": "Không xoá được thư mục.",
}
PRINTING = {
    "Print": "In",
    "Printer": "Máy in",
    "Print...": "In…",
    "Print To File ...": "In ra tệp…",
    "&Print": "In",
    "&Name:": "Tên:",
    "P&roperties": "Thuộc tính",
    "Location:": "Nơi đặt:",
    "Preview": "Xem trước",
    "Type:": "Loại:",
    "Output &file:": "Tệp ra:",
    "Print range": "Khoảng in",
    "Print all": "In tất cả",
    "Pages from": "Từ trang",
    "Pages": "Trang",
    "to": "đến",
    "Current Page": "Trang này",
    "Selection": "Phần chọn",
    "Output Settings": "Cách in",
    "Copies:": "Số bản:",
    "Copies": "Số bản",
    "Collate": "Xếp theo bộ",
    "Reverse": "In ngược",
    "Options": "Tuỳ chọn",
    "&Options >>": "Tuỳ chọn >>",
    "&Options <<": "Tuỳ chọn <<",
    "Color Mode": "Màu",
    "Color": "Màu",
    "Grayscale": "Đen trắng",
    "Duplex Printing": "In hai mặt",
    "None": "Không",
    "Long side": "Theo cạnh dài",
    "Short side": "Theo cạnh ngắn",
    "Page Setup": "Trang giấy",
    "Paper": "Giấy",
    "Page size:": "Khổ giấy:",
    "Width:": "Rộng:",
    "Height:": "Cao:",
    "Paper source:": "Khay giấy:",
    "Orientation": "Chiều giấy",
    "Portrait": "Dọc",
    "Landscape": "Ngang",
    "Margins": "Lề",
    "Page size": "Khổ giấy",
    "Print Preview": "Xem trước khi in",
    "Next page": "Trang sau",
    "Previous page": "Trang trước",
    "First page": "Trang đầu",
    "Last page": "Trang cuối",
    "Fit width": "Vừa chiều rộng",
    "Fit page": "Vừa trang",
    "Zoom in": "Phóng to",
    "Zoom out": "Thu nhỏ",
    "Close": "Đóng",
}
WORDS = {**PRINTING, **FILES, **EDITING, **BUTTONS}


class QtWords(QTranslator):
    """Answers Qt's own strings; mnemonic marks and trailing dots do not matter."""

    def isEmpty(self) -> bool:
        return False

    def translate(
        self,
        context: str,
        source: str,
        disambiguation: str | None = None,
        n: int = -1,
    ) -> str:
        """The Vietnamese for `source`, or an empty text: then Qt shows its own."""
        if not context.startswith("Q"):
            return ""
        plain = source.replace("&", "")
        return WORDS.get(source) or WORDS.get(plain) or ""


def install_qt_words(app: QCoreApplication) -> QtWords | None:
    """Let Qt speak Vietnamese when the program does; keep what is returned alive."""
    if current_language() != "vi":
        return None
    words = QtWords(app)
    app.installTranslator(words)
    return words
