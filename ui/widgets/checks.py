"""Marks that are on or off, painted in the colours of the theme, with words beside them."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QCheckBox, QRadioButton, QWidget

from ui.icons import icon
from ui.theme import current_theme

__all__ = ["CheckField", "RadioField"]

MARK, WORDS_AT, HEIGHT = 18, 28, 26


class CheckField(QCheckBox):
    """A yes or no: `CheckField(words).isChecked()`, `toggled(bool)`."""

    def __init__(self, text: str, *, parent: QWidget | None = None) -> None:
        super().__init__(text.replace("&", "&&"), parent)
        self.setAccessibleName(text)

    def sizeHint(self) -> QSize:
        return size_of(self)

    def minimumSizeHint(self) -> QSize:
        return size_of(self)

    def hitButton(self, position: object) -> bool:
        return True

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        box = paint_frame(painter, self, radius=4)
        if self.isChecked():
            icon("check", "on_accent").paint(painter, box.toRect().adjusted(2, 2, -2, -2))
        paint_words(painter, self)
        painter.end()


class RadioField(QRadioButton):
    """One of several; those with the same parent exclude each other."""

    def __init__(self, text: str, *, parent: QWidget | None = None) -> None:
        super().__init__(text.replace("&", "&&"), parent)
        self.setAccessibleName(text)

    def sizeHint(self) -> QSize:
        return size_of(self)

    def minimumSizeHint(self) -> QSize:
        return size_of(self)

    def hitButton(self, position: object) -> bool:
        return True

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        box = paint_frame(painter, self, radius=MARK / 2)
        if self.isChecked():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(current_theme().colour("on_accent"))
            painter.drawEllipse(box.adjusted(5.5, 5.5, -5.5, -5.5))
        paint_words(painter, self)
        painter.end()


def size_of(button: QAbstractButton) -> QSize:
    """Room for the mark and the words."""
    width = button.fontMetrics().horizontalAdvance(button.accessibleName())
    return QSize(WORDS_AT + width + 6, HEIGHT)


def paint_frame(painter: QPainter, button: QAbstractButton, *, radius: float) -> QRectF:
    """The empty or filled mark; returns where it stands."""
    theme, on = current_theme(), button.isChecked()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    box = QRectF(2.5, (button.height() - MARK) / 2 + 0.5, MARK - 1, MARK - 1)
    enabled = button.isEnabled()
    fill = ("accent" if on else "field") if enabled else ("disabled" if on else "disabled_fill")
    painter.setBrush(theme.colour(fill))
    painter.setPen(QPen(theme.colour("accent" if on and enabled else "line_strong"), 1))
    painter.drawRoundedRect(box, radius, radius)
    if button.hasFocus():
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(theme.colour("accent_text"), 2))
        painter.drawRoundedRect(box.adjusted(-1, -1, 1, 1), radius + 1, radius + 1)
    return box


def paint_words(painter: QPainter, button: QAbstractButton) -> None:
    """The words beside the mark."""
    painter.setPen(current_theme().colour("text" if button.isEnabled() else "disabled"))
    place = QRect(WORDS_AT, 0, button.width() - WORDS_AT, button.height())
    painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, button.accessibleName())
