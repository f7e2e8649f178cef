"""A year at a glance: twelve months painted, each kind of day with a letter, words and a colour."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from models.calendar import DayInfo, DayKind
from models.words import tr
from ui.theme import current_theme
from ui.widgets.tips import show_tip

__all__ = ["Legend", "YearView", "day_sentence", "kind_words", "weekday_words"]

COLUMNS, ROWS = 4, 3
HEAD, WEEK, DAYS = 20, 14, 7
LOOKS = {
    DayKind.HOLIDAY: ("overdue_soft", "overdue"),
    DayKind.COMPENSATORY_OFF: ("soon_soft", "soon"),
    DayKind.MAKEUP_WORKING: ("done_soft", "done"),
    DayKind.WEEKEND: ("sunken", "quiet"),
    DayKind.WORKING: ("surface", "text"),
}
"""Background and words of each kind; the letter in the corner says it without colour."""


def kind_words(kind: DayKind) -> str:
    """What a kind of day is called."""
    return {
        DayKind.HOLIDAY: tr("Nghỉ lễ, Tết"),
        DayKind.COMPENSATORY_OFF: tr("Nghỉ bù, hoán đổi"),
        DayKind.MAKEUP_WORKING: tr("Làm bù"),
        DayKind.WEEKEND: tr("Nghỉ hằng tuần"),
        DayKind.WORKING: tr("Ngày làm việc"),
    }[kind]


def letter(info: DayInfo) -> str:
    """The letter in the corner of a day."""
    if info.hours is not None and info.kind is DayKind.WORKING:
        return tr("½")
    return {
        DayKind.HOLIDAY: tr("L"),
        DayKind.COMPENSATORY_OFF: tr("B"),
        DayKind.MAKEUP_WORKING: tr("+"),
    }.get(info.kind, "")


def weekday_words(day: date) -> str:
    """The weekday in full."""
    return (
        tr("Thứ Hai"), tr("Thứ Ba"), tr("Thứ Tư"), tr("Thứ Năm"), tr("Thứ Sáu"), tr("Thứ Bảy"),
        tr("Chủ nhật"),
    )[day.weekday()]  # fmt: skip


def day_sentence(info: DayInfo) -> str:
    """A day in one sentence: date, kind, name, source, whether it is announced."""
    parts = [f"{weekday_words(info.date)} {info.date:%d/%m/%Y}: {kind_words(info.kind)}"]
    if info.label:
        parts.append(info.label)
    if info.hours is not None:
        parts.append(tr("giờ làm việc {hours}", hours=", ".join(map(str, info.hours))))
    if info.source:
        parts.append(tr("theo {source}", source=info.source))
    if not info.confirmed:
        parts.append(tr("chưa có thông báo chính thức"))
    return " · ".join(parts)


class YearView(QWidget):
    """Twelve months; arrow keys move the chosen day, `chosen(date)` tells which it is."""

    chosen = Signal(object)

    def __init__(self, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.year = 0
        self.day = date.min
        self.today = date.min
        self._days: Mapping[date, DayInfo] = {}

    def sizeHint(self) -> QSize:
        return QSize(680, 330)

    def minimumSizeHint(self) -> QSize:
        return QSize(560, 320)

    def show_year(self, year: int, days: Mapping[date, DayInfo], *, today: date) -> None:
        """Show `year`; `days` has every date of it."""
        self.year, self._days, self.today = year, days, today
        if self.day.year != year:
            self.day = today if today.year == year else date(year, 1, 1)
        self.setAccessibleName(tr("Lịch năm {year}", year=year))
        self.choose(self.day)

    def choose(self, day: date) -> None:
        """Make `day` the chosen one, if it belongs to the year shown."""
        if day.year == self.year:
            self.day = day
            info = self._days.get(day)
            self.setAccessibleDescription(day_sentence(info) if info else "")
            self.chosen.emit(day)
        self.update()

    def info(self, day: date) -> DayInfo | None:
        """What the calendar says about `day`."""
        return self._days.get(day)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        keys = Qt.Key
        steps = {keys.Key_Left: -1, keys.Key_Right: 1, keys.Key_Up: -DAYS, keys.Key_Down: DAYS}
        step = steps.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        self.choose(self.day + timedelta(days=step))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        day = self._day_at(event.position())
        if day is not None:
            self.choose(day)
        super().mousePressEvent(event)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            day = self._day_at(QPointF(event.pos()))
            info = self._days.get(day) if day else None
            show_tip(event.globalPos(), day_sentence(info) if info else "", self)
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._days:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for month in range(1, 13):
            self._paint_month(painter, month)
        painter.end()

    def _month_box(self, month: int) -> QRectF:
        gap = 10
        width = (self.width() - gap * (COLUMNS - 1)) / COLUMNS
        height = (self.height() - 8 * (ROWS - 1)) / ROWS
        number = month - 1
        left, top = number % COLUMNS * (width + gap), number // COLUMNS * (height + 8)
        return QRectF(left, top, width, height)

    def _cell(self, day: date) -> QRectF:
        box = self._month_box(day.month)
        width, height = box.width() / DAYS, (box.height() - HEAD - WEEK) / 6
        place = day.day - 1 + date(day.year, day.month, 1).weekday()
        left = box.left() + place % DAYS * width
        top = box.top() + HEAD + WEEK + place // DAYS * height
        return QRectF(left, top, width, height).adjusted(0.5, 0.5, -0.5, -0.5)

    def _day_at(self, place: QPointF) -> date | None:
        return next((day for day in self._days if self._cell(day).contains(place)), None)

    def _paint_month(self, painter: QPainter, month: int) -> None:
        theme, box = current_theme(), self._month_box(month)
        bold = QFont(self.font())
        bold.setWeight(QFont.Weight.DemiBold)
        painter.setFont(bold)
        painter.setPen(theme.colour("text"))
        middle = Qt.AlignmentFlag.AlignVCenter
        head = QRectF(box.left(), box.top(), box.width(), HEAD)
        painter.drawText(head, middle, tr("Tháng {month}", month=month))
        painter.setFont(self._small())
        painter.setPen(theme.colour("quiet"))
        width = box.width() / DAYS
        names = (tr("T2"), tr("T3"), tr("T4"), tr("T5"), tr("T6"), tr("T7"), tr("CN"))
        for number, name in enumerate(names):
            place = QRectF(box.left() + number * width, box.top() + HEAD, width, WEEK)
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, name[:2])
        day = date(self.year, month, 1)
        while day.month == month:
            self._paint_day(painter, day)
            day += timedelta(days=1)

    def _paint_day(self, painter: QPainter, day: date) -> None:
        info = self._days[day]
        theme, cell = current_theme(), self._cell(day)
        back, words = LOOKS[info.kind]
        if info.hours is not None and info.kind is DayKind.WORKING:
            back, words = "accent_soft", "accent_text"
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour(back))
        painter.drawRoundedRect(cell, 3, 3)
        if day == self.today:
            self._frame(painter, cell, theme.colour("line_strong"), width=1)
        if day == self.day:
            self._frame(painter, cell, theme.colour("accent_text"), width=2)
        painter.setFont(self.font())
        painter.setPen(theme.colour(words))
        mark = letter(info)
        number = cell.adjusted(0, 0, -8, 0) if mark else cell
        painter.drawText(number, Qt.AlignmentFlag.AlignCenter, str(day.day))
        if mark:
            painter.setFont(self._small())
            corner = QRectF(number.right() - 1, cell.top(), 9, cell.height())
            painter.drawText(corner, Qt.AlignmentFlag.AlignCenter, mark)

    def _frame(self, painter: QPainter, cell: QRectF, colour: QColor, *, width: int) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(colour, width))
        painter.drawRoundedRect(cell.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)

    def _small(self) -> QFont:
        font = QFont(self.font())
        font.setPointSizeF(font.pointSizeF() * 0.8)
        return font


class Legend(QWidget):
    """What the letters and colours of the year mean, in words."""

    def __init__(self, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        holiday, off = DayKind.HOLIDAY, DayKind.COMPENSATORY_OFF
        self._entries = [
            (tr("L"), kind_words(holiday), *LOOKS[holiday]),
            (tr("B"), kind_words(off), *LOOKS[off]),
            (tr("+"), kind_words(DayKind.MAKEUP_WORKING), *LOOKS[DayKind.MAKEUP_WORKING]),
            (tr("½"), tr("Giờ riêng trong ngày"), "accent_soft", "accent_text"),
            ("", kind_words(DayKind.WEEKEND), *LOOKS[DayKind.WEEKEND]),
        ]
        self.setAccessibleName("; ".join(f"{mark} {name}" for mark, name, *_ in self._entries))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        advance = self.fontMetrics().horizontalAdvance
        return QSize(sum(advance(name) + 44 for _mark, name, *_ in self._entries), 24)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, left = current_theme(), 0.0
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for mark, name, back, words in self._entries:
            box = QRectF(left, 3, 18, 18)
            painter.setPen(QPen(theme.colour("line"), 1))
            painter.setBrush(theme.colour(back))
            painter.drawRoundedRect(box, 3, 3)
            painter.setPen(theme.colour(words))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, mark)
            painter.setPen(theme.colour("quiet"))
            width = painter.fontMetrics().horizontalAdvance(name) + 2
            painter.drawText(QRectF(left + 24, 0, width, 24), Qt.AlignmentFlag.AlignVCenter, name)
            left += width + 42
        painter.end()
