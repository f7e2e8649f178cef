"""The bar that appears while several rows are chosen: how many, how many at most, what to do."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QWidget

from models.words import tr
from ui.widgets.buttons import Button
from ui.widgets.layout import row
from ui.widgets.text import Label, Link

__all__ = ["BulkBar"]


class BulkBar(QFrame):
    """Shown only with a selection; `buttons` act on `table.marked_rows()`."""

    all_asked = Signal()
    none_asked = Signal()

    def __init__(
        self, buttons: list[Button], *, limit: int = 0, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.limit = limit
        self.setProperty("role", "banner")
        self.setProperty("banner", "info")
        self.words = Label("", role="strong")
        everything, nothing = Link(tr("Chọn tất cả")), Link(tr("Bỏ chọn"))
        everything.clicked.connect(self.all_asked.emit)
        nothing.clicked.connect(self.none_asked.emit)
        layout = row(self, gap=8, margin=(12, 5, 8, 5))
        for widget in (self.words, everything, nothing):
            layout.addWidget(widget)
        layout.addStretch()
        for button in buttons:
            layout.addWidget(button)
        self.hide()

    def show_count(self, count: int) -> None:
        """Say how many rows are chosen; with none the bar goes away."""
        if self.limit:
            text = tr("Đã chọn {count}, tối đa {limit}", count=count, limit=self.limit)
        else:
            text = tr("Đã chọn {count}", count=count)
        self.words.setText(text)
        self.setVisible(count > 0)

    def say_limit(self) -> None:
        """Say that no more rows can be chosen at once."""
        self.words.setText(tr("Mỗi lần chọn tối đa {limit} dòng", limit=self.limit))
        self.show()
