"""One file of the citizen: its name, and a link that saves a copy outside the program."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QWidget

from models.errors import MachineError
from models.intake import Attachment
from models.words import tr
from ui.screens.base import Screen
from ui.widgets import Link, Quiet, row

__all__ = ["attached_line", "save_attached"]


def attached_line(
    file: Attachment, *, coming: bool, save: Callable[[Attachment], None]
) -> QHBoxLayout:
    """The file with its size and its link; without a link while it is on its way here.

    A foreign file is never opened inside the program.
    """
    line = row(gap=8)
    words = tr("{name} ({size} KB)", name=file.name, size=max(1, file.size // 1024))
    line.addWidget(Quiet(words).wrapped(), 1)
    if coming:
        line.addWidget(Quiet(tr("đang tải từ máy khác…")))
        return line
    link = Link(tr("Lưu ra tệp…"))
    link.clicked.connect(lambda _on=False: save(file))
    line.addWidget(link)
    return line


def save_attached(
    screen: Screen,
    file: Attachment,
    take: Callable[[], bytes],
    *,
    over: QWidget,
    done: Callable[[str], None],
    failed: Callable[[BaseException], None] | None = None,
) -> None:
    """Ask for a place, take the bytes out (which is recorded) and write them there.

    `over` is the window or dialog in front.
    """

    def save(chosen: str) -> None:
        path = Path(chosen)

        def work() -> str:
            write_copy(path, take())
            return path.name

        screen.write(work, done, failed=failed)

    dialog = QFileDialog(over, tr("Lưu ra tệp"))
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.selectFile(file.name)
    dialog.fileSelected.connect(save)
    dialog.open()


def write_copy(path: Path, data: bytes) -> None:
    """Write the file the person asked for; raises `MachineError` MA-62."""
    try:
        path.write_bytes(data)
    except OSError as error:
        raise MachineError(
            "MA-62",
            tr("Không ghi được tệp {name}.", name=path.name),
            tr("Chọn thư mục khác còn chỗ trống và được phép ghi."),
        ) from error
