"""The camera of the tour: a picture of the window in front, its dialogs over it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QPoint, QSize
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from ui.theme import current_theme

__all__ = ["photograph"]

SHADE = QColor(27, 36, 48, 46)


def photograph(window: QWidget, path: Path, size: QSize) -> None:
    """Write a picture of `window`, made `size` large, with the dialogs over it."""
    if window.size() != size:
        window.resize(size)
        QApplication.processEvents()
    picture = window.grab()
    painter = QPainter(picture)
    for box in open_dialogs():
        painter.fillRect(picture.rect(), SHADE)
        draw_dialog(painter, window, box)
    painter.end()
    picture.save(str(path), "PNG")


def open_dialogs() -> list[QDialog]:
    """Every dialog on the screen, the lowest first."""
    boxes = [
        widget
        for widget in QApplication.topLevelWidgets()
        if isinstance(widget, QDialog) and widget.isVisible()
    ]
    return sorted(boxes, key=depth)


def depth(widget: QWidget) -> int:
    """How many windows stand below this one."""
    count, above = 0, widget.parentWidget()
    while above is not None:
        count, above = count + 1, above.parentWidget()
    return count


def draw_dialog(painter: QPainter, window: QWidget, box: QDialog) -> None:
    """Draw a dialog in the middle of the window, as window managers place it."""
    image: QPixmap = box.grab()
    corner = QPoint(
        max(0, (window.width() - box.width()) // 2), max(0, (window.height() - box.height()) // 2)
    )
    painter.drawPixmap(corner, image)
    painter.setPen(QPen(current_theme().colour("line_strong"), 1))
    painter.drawRect(corner.x(), corner.y(), box.width() - 1, box.height() - 1)
