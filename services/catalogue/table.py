"""The bounds of a list that the program takes in, and the refusals of one beyond them."""

from __future__ import annotations

from dataclasses import dataclass

from models.errors import ForeignError, InputError
from models.words import tr

__all__ = [
    "HEADER_WITHIN", "MAX_BYTES", "MAX_COLUMNS", "MAX_ROWS", "Cell", "Table", "not_a_list",
    "too_large",
]  # fmt: skip

MAX_BYTES = 20_000_000
MAX_ROWS = 20_000
MAX_COLUMNS = 100
HEADER_WITHIN = 30
"""City lists carry a title, a decision number and a date above their headings."""


@dataclass(frozen=True)
class Cell:
    """The text of one cell; `computed` marks a formula or an error value, which is not read."""

    text: str = ""
    computed: bool = False


Table = list[list[Cell]]
"""The cells of one sheet or file, row by row."""


def too_large(name: str) -> InputError:
    """The refusal of a list beyond every real one: the file may be hostile or simply wrong."""
    return InputError(
        "DM-08",
        tr("Tệp {name} quá lớn so với một danh mục thủ tục.", name=name),
        tr("Hãy chỉ giữ bảng danh mục (tối đa {rows} dòng) rồi nhập lại.", rows=MAX_ROWS),
    )


def not_a_list(name: str) -> ForeignError:
    """The refusal of a file that is neither CSV nor XLSX, or is damaged."""
    return ForeignError(
        "DM-06",
        tr("Tệp {name} không phải CSV hoặc XLSX, hoặc đã hỏng.", name=name),
        tr("Hãy mở bằng Excel, lưu lại thành .xlsx hoặc CSV UTF-8 rồi nhập lại."),
    )
