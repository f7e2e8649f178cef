"""Bars painted by the program, always with their number."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme import current_theme
from ui.widgets.text import tip

__all__ = ["BarRow"]

BAR = {"overdue": "bar_overdue", "soon": "bar_soon", "rest": "bar_rest"}


class BarRow(QWidget):
    """A name, a bar in parts, the sum at the right.

    >>> BarRow("Lê Minh Đức", [(3, "overdue"), (8, "soon"), (20, "rest")], most=40)
    """

    def __init__(
        self,
        name: str,
        parts: Sequence[tuple[int, str]],
        *,
        most: int,
        name_width: int = 108,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._name, self._parts, self._most = name, list(parts), max(1, most)
        self._name_width = name_width
        total = sum(count for count, _kind in parts)
        self._number = f"{total:,}".replace(",", ".")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(f"{name}: {self._number}")
        self.setToolTip(tip(f"{name}: {self._number}"))

    def sizeHint(self) -> QSize:
        return QSize(240, 24)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = current_theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(theme.colour("text"))
        flags = Qt.AlignmentFlag.AlignVCenter
        name_box = QRectF(0, 0, self._name_width - 8, self.height())
        short = painter.fontMetrics().elidedText(
            self._name, Qt.TextElideMode.ElideRight, int(name_box.width())
        )
        painter.drawText(name_box, flags | Qt.AlignmentFlag.AlignLeft, short)
        bold = QFont(self.font())
        bold.setWeight(QFont.Weight.DemiBold)
        painter.setFont(bold)
        right = max(34, QFontMetrics(bold).horizontalAdvance(self._number) + 10)
        painter.drawText(self.rect(), flags | Qt.AlignmentFlag.AlignRight, self._number)
        self._paint_bar(
            painter,
            QRectF(
                self._name_width,
                self.height() / 2 - 5.5,
                self.width() - self._name_width - right,
                11,
            ),
        )
        painter.end()

    def _paint_bar(self, painter: QPainter, box: QRectF) -> None:
        theme = current_theme()
        shape = QPainterPath()
        shape.addRoundedRect(box, 2.5, 2.5)
        painter.setClipPath(shape)
        painter.fillRect(box, theme.colour("bar_empty"))
        left = box.left()
        for count, kind in self._parts:
            width = box.width() * count / self._most
            painter.fillRect(QRectF(left, box.top(), width, box.height()), theme.colour(BAR[kind]))
            left += width
