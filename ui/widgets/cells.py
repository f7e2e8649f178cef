"""Paints the cells of a table: plain text with an ellipsis, chips, the mark of a chosen row."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from ui.icons import icon
from ui.theme import ROW_HEIGHT, current_theme
from ui.widgets.chips import CHIP_COLOURS, ChipText
from ui.widgets.rows import ALIGN, CHIP_ROLE, RowsModel

__all__ = ["CellPainter", "paint_ground"]

PAD, DOT, MARK = 10, 6, 18
Index = QModelIndex | QPersistentModelIndex


def paint_ground(painter: QPainter, option: QStyleOptionViewItem) -> bool:
    """The ground of a cell and the line below it; returns whether its row is chosen."""
    theme = current_theme()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    chosen = bool(option.state & QStyle.StateFlag.State_Selected)
    painter.fillRect(option.rect, theme.colour("accent_soft" if chosen else "surface"))
    painter.setPen(QPen(theme.colour("line_fine"), 1))
    painter.drawLine(option.rect.bottomLeft(), option.rect.bottomRight())
    return chosen


class CellPainter(QStyledItemDelegate):
    """Draws every cell of a `DataTable`; `marked` holds the keys of the chosen rows."""

    def __init__(self, model: RowsModel[Any], marked: set[Hashable], *, markable: bool) -> None:
        super().__init__()
        self._model = model
        self._marked = marked
        self._markable = markable

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(self._model.columns[index.column()].width or 120, ROW_HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        theme = current_theme()
        painter.save()
        chosen = paint_ground(painter, option)
        if chosen and index.column() == 0 and option.widget.hasFocus():
            edge = QRect(option.rect.left(), option.rect.top(), 3, option.rect.height() - 1)
            painter.fillRect(edge, theme.colour("accent_text"))
        box = option.rect.adjusted(PAD, 0, -PAD + 2, -1)
        if self._markable and index.column() == 0:
            self._paint_mark(painter, box, index=index)
            box.setLeft(box.left() + MARK + 8)
        chip = index.data(CHIP_ROLE)
        if chip is not None:
            self._paint_chip(painter, box, chip=chip, font=option.font)
        else:
            self._paint_text(painter, box, index=index, font=option.font)
        painter.restore()

    def _paint_text(self, painter: QPainter, box: QRect, *, index: Index, font: QFont) -> None:
        column = self._model.columns[index.column()]
        if column.strong:
            font = QFont(font)
            font.setWeight(QFont.Weight.DemiBold)
        painter.setFont(font)
        painter.setPen(current_theme().colour("quiet" if column.quiet else "text"))
        words = " ".join(index.data().split())
        short = QFontMetrics(font).elidedText(words, Qt.TextElideMode.ElideRight, box.width())
        painter.drawText(box, ALIGN[column.align] | Qt.TextFlag.TextSingleLine, short)

    def _paint_chip(self, painter: QPainter, box: QRect, *, chip: ChipText, font: QFont) -> None:
        if not chip.words:
            return
        theme = current_theme()
        words_colour, back = (theme.colour(token) for token in CHIP_COLOURS[chip.kind])
        font = QFont(font)
        font.setWeight(QFont.Weight.DemiBold)
        font.setPointSizeF(font.pointSizeF() * 0.95)
        metrics = QFontMetrics(font)
        room = box.width() - DOT - 6 - 20
        words = metrics.elidedText(chip.words, Qt.TextElideMode.ElideRight, room)
        height = max(22, metrics.height() + 3)
        width = metrics.horizontalAdvance(words) + DOT + 6 + 20
        top = box.top() + (box.height() - height) / 2
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(back)
        painter.drawRoundedRect(QRectF(box.left(), top, width, height), height / 2, height / 2)
        painter.setBrush(words_colour)
        painter.drawEllipse(QRectF(box.left() + 10, top + (height - DOT) / 2, DOT, DOT))
        painter.setFont(font)
        painter.setPen(words_colour)
        place = QRectF(box.left() + 10 + DOT + 6, top, width, height)
        painter.drawText(place, ALIGN["left"], words)

    def _paint_mark(self, painter: QPainter, box: QRect, *, index: Index) -> None:
        theme = current_theme()
        on = self._model.key(self._model.rows[index.row()]) in self._marked
        square = QRectF(box.left(), box.center().y() - MARK / 2 + 1, MARK, MARK)
        painter.setPen(QPen(theme.colour("accent" if on else "line_strong"), 1))
        painter.setBrush(theme.colour("accent" if on else "field"))
        painter.drawRoundedRect(square, 4, 4)
        if on:
            icon("check", "on_accent").paint(painter, square.toRect().adjusted(2, 2, -2, -2))
