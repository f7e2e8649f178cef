"""The key at this desk: a chip that always says whose it is and how long it lasts, and its file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from models.words import tr
from services.core import Core
from services.own_keys import KeyFile, describe_key
from ui.signing.words import shorten
from ui.tasks import Tasks
from ui.widgets import ChipButton, Kind

__all__ = ["KeyChip", "key_words"]

SOON_DAYS = 30


def key_words(key: KeyFile) -> tuple[str, Kind]:
    """What the chip says about a key file."""
    if not key.exists:
        return tr("Chưa có tệp khóa · bấm để chọn"), "soon"
    if key.holder is None:
        return tr("Khóa {name} · chưa mở lần nào", name=shorten(key.path.name, 24)), "neutral"
    name = shorten(key.holder.name, 28)
    if key.days_left < 0:
        return tr("Khóa: {name} · đã hết hạn", name=name), "overdue"
    words = tr("Khóa: {name} · còn {days} ngày", name=name, days=key.days_left)
    if key.holder.training:
        words = tr("{words} · tập huấn", words=words)
    return words, "soon" if key.days_left <= SOON_DAYS else "done"


class KeyChip(ChipButton):
    """Shows the key of this desk; pressing it chooses another key file for this session."""

    def __init__(
        self, core: Core, tasks: Tasks, path: Path, *, changed: Callable[[KeyFile], object],
        parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent=parent)
        self._core = core
        self._tasks = tasks
        self._changed = changed
        self.key = KeyFile(path, False)
        self.clicked.connect(self.choose)
        self.use(path)

    def use(self, path: Path) -> None:
        """Take the key file at `path`."""
        self._tasks.latest(
            f"{id(self)}/key", lambda: describe_key(self._core, path), self._show, owner=self
        )

    def look_again(self) -> None:
        """The file may have been opened for the first time: say whose it is now."""
        self.use(self.key.path)

    def choose(self) -> None:
        """Ask for a key file."""
        dialog = QFileDialog(self.window(), tr("Chọn tệp khóa ký"))
        dialog.setObjectName("key file")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter(tr("Khóa ký PKCS#12 (*.p12 *.pfx)"))
        if self.key.path.parent.is_dir():
            dialog.setDirectory(str(self.key.path.parent))
        dialog.fileSelected.connect(lambda path: self.use(Path(path)))
        dialog.open()

    def _show(self, key: KeyFile) -> None:
        self.key = key
        words, kind = key_words(key)
        lines = [words, tr("Tệp: {path}", path=str(key.path))]
        if key.holder is not None:
            lines[1:1] = [part for part in (key.holder.position, key.holder.organisation) if part]
            if key.holder.training:
                lines.append(tr("Khóa tập huấn, không có giá trị pháp lý"))
        lines.append(tr("Bấm để chọn tệp khóa khác"))
        self.show_state(words, kind, "\n".join(lines))
        self._changed(key)
