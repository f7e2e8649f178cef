"""Draws the checklist: names over several lines, state chips, and the cell the keys act on."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPen, QTextLayout, QTextOption
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from ui.theme import ROW_HEIGHT, current_theme
from ui.widgets.cells import paint_ground
from ui.widgets.chips import CHIP_COLOURS, ChipText

__all__ = ["BELOW_ROLE", "CHIP_ROLE", "PaperPainter", "broken_lines"]

CHIP_ROLE = Qt.ItemDataRole.UserRole + 1
BELOW_ROLE = Qt.ItemDataRole.UserRole + 2
PAD, DOT, MOST_LINES = 8, 6, 3
Index = QModelIndex | QPersistentModelIndex


class PaperPainter(QStyledItemDelegate):
    """Paints one cell; the current cell has a frame, the current row a soft background."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        width = option.rect.width() - 2 * PAD
        words = str(index.data() or "")
        lines = len(broken_lines(words, option.font, width)) if width > 0 else 1
        lines += 1 if index.data(BELOW_ROLE) else 0
        return QSize(80, max(ROW_HEIGHT, lines * QFontMetrics(option.font).height() + 14))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        theme = current_theme()
        painter.save()
        paint_ground(painter, option)
        box = option.rect.adjusted(PAD, 0, -PAD, -1)
        chip = index.data(CHIP_ROLE)
        if isinstance(chip, ChipText):
            paint_chip(painter, box, chip, font=option.font)
        else:
            painter.setFont(option.font)
            self._paint_words(painter, box, index)
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.colour("accent_text"), 2))
            frame = option.rect.toRectF().adjusted(2, 2, -2, -3)
            painter.drawRoundedRect(frame, 5, 5)
        painter.restore()

    def _paint_words(self, painter: QPainter, box: QRect, index: Index) -> None:
        """The words of a cell, and below a name its scans."""
        theme, below = current_theme(), str(index.data(BELOW_ROLE) or "")
        painter.setPen(theme.colour("text"))
        lines = broken_lines(str(index.data() or ""), painter.font(), box.width())
        paint_lines(painter, box, [*lines, *([""] if below else [])])
        if below:
            painter.setPen(theme.colour("accent_text"))
            painter.drawText(QPointF(box.left(), last_base(painter, box, len(lines) + 1)),
                             cut(below, painter.font(), box.width()))  # fmt: skip


def paint_lines(painter: QPainter, box: QRect, lines: list[str]) -> None:
    """Draw `lines` in the middle of `box`."""
    height = painter.fontMetrics().height()
    last = last_base(painter, box, len(lines))
    for number, line in enumerate(reversed(lines)):
        painter.drawText(QPointF(box.left(), last - number * height), line)


def last_base(painter: QPainter, box: QRect, count: int) -> float:
    """Where the last of `count` lines in the middle of `box` stands."""
    metrics = painter.fontMetrics()
    top = box.top() + (box.height() - count * metrics.height()) / 2
    return top + (count - 1) * metrics.height() + metrics.ascent()


def cut(words: str, font: QFont, width: int) -> str:
    """`words` on one line, cut short with an ellipsis when there is no room."""
    return QFontMetrics(font).elidedText(words, Qt.TextElideMode.ElideRight, width)


def broken_lines(words: str, font: QFont, width: int) -> list[str]:
    """`words` broken into at most three lines of `width`; the rest ends in an ellipsis."""
    words = " ".join(words.split())
    layout = QTextLayout(words, font)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    starts: list[tuple[int, int]] = []
    layout.beginLayout()
    while (line := layout.createLine()).isValid():
        line.setLineWidth(width)
        starts.append((line.textStart(), line.textLength()))
    layout.endLayout()
    shown = [words[at : at + length].strip() for at, length in starts]
    if len(shown) <= MOST_LINES:
        return shown or [""]
    rest = words[starts[MOST_LINES - 1][0] :]
    return [*shown[: MOST_LINES - 1], cut(rest, font, width)]


def paint_chip(painter: QPainter, box: QRect, chip: ChipText, *, font: QFont) -> None:
    """Draw a state chip at the left of `box`."""
    theme = current_theme()
    words_colour, back = (theme.colour(token) for token in CHIP_COLOURS[chip.kind])
    font = QFont(font)
    font.setWeight(QFont.Weight.DemiBold)
    font.setPointSizeF(font.pointSizeF() * 0.95)
    metrics = QFontMetrics(font)
    room = box.width() - DOT - 24
    words = metrics.elidedText(chip.words, Qt.TextElideMode.ElideRight, room)
    height = max(22, metrics.height() + 3)
    width = metrics.horizontalAdvance(words) + DOT + 24
    top = box.top() + (box.height() - height) / 2
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(back)
    painter.drawRoundedRect(QRectF(box.left(), top, width, height), height / 2, height / 2)
    painter.setBrush(words_colour)
    painter.drawEllipse(QRectF(box.left() + 9, top + (height - DOT) / 2, DOT, DOT))
    painter.setFont(font)
    painter.setPen(words_colour)
    middle = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
    painter.drawText(QRectF(box.left() + 9 + DOT + 5, top, width, height), middle, words)
