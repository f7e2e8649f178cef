"""The left rail: the places of the program, with their keys and true counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QKeyEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from models.words import tr
from ui.icons import icon
from ui.screens.base import ScreenSpec
from ui.theme import RAIL_WIDTH, current_theme
from ui.widgets import IconButton, column, hline, key_words, row, tip

__all__ = ["Rail"]

ITEM_HEIGHT, LOW_HEIGHT, NARROW = 34, 27, 54


class RailItem(QAbstractButton):
    """One place: icon, words, and at the right its count or else its key."""

    def __init__(self, spec: ScreenSpec) -> None:
        super().__init__()
        self.spec = spec
        self.count: int | None = None
        self.narrow = False
        self.low = False
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.say()

    def sizeHint(self) -> QSize:
        width = NARROW if self.narrow else RAIL_WIDTH
        return QSize(width - 16, LOW_HEIGHT if self.low else ITEM_HEIGHT)

    def say(self) -> None:
        """Give the words to tooltip and screen readers."""
        count = "" if self.count is None else f", {self.count}"
        key = f" ({key_words(self.spec.key)})" if self.spec.key else ""
        self.setAccessibleName(f"{self.spec.title}{count}")
        self.setToolTip(tip(f"{self.spec.title}{count}{key}"))
        self.update()

    def hint(self) -> str:
        """What stands at the right end."""
        if self.count:
            return f"{self.count:,}".replace(",", ".")
        return key_words(self.spec.key)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        elif event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.focusNextPrevChild(event.key() == Qt.Key.Key_Down)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = current_theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        if self.isChecked() or self.underMouse():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("accent_soft" if self.isChecked() else "page"))
            painter.drawRoundedRect(frame, 6, 6)
        if self.hasFocus():
            painter.setPen(QPen(theme.colour("accent_text"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(frame, 6, 6)
        token = "accent_text" if self.isChecked() else "text"
        box = QRect(9, (self.height() - 20) // 2, 20, 20)
        icon(self.spec.icon, token).paint(painter, box)
        if not self.narrow:
            self._paint_words(painter, token)
        painter.end()

    def _paint_words(self, painter: QPainter, token: str) -> None:
        theme, middle = current_theme(), Qt.AlignmentFlag.AlignVCenter
        font = QFont(self.font())
        font.setWeight(QFont.Weight.Bold if self.isChecked() else QFont.Weight.Normal)
        small = QFont(self.font())
        small.setPointSizeF(small.pointSizeF() * 0.93)
        small.setWeight(QFont.Weight.DemiBold if self.count else QFont.Weight.Normal)
        painter.setFont(small)
        hint = self.hint()
        width = painter.fontMetrics().horizontalAdvance(hint) + 12
        painter.setPen(theme.colour("accent_text" if self.isChecked() else "quiet"))
        right = QRect(self.width() - width, 0, width - 9, self.height())
        painter.drawText(right, middle | Qt.AlignmentFlag.AlignRight, hint)
        painter.setFont(font)
        painter.setPen(theme.colour(token))
        room = self.width() - 37 - width
        words = painter.fontMetrics().elidedText(self.spec.title, Qt.TextElideMode.ElideRight, room)
        painter.drawText(QRect(37, 0, room + 4, self.height()), middle, words)


class Rail(QWidget):
    """The list of places; `chosen(name)` when one is pressed."""

    chosen = Signal(str)

    def __init__(self, specs: Sequence[ScreenSpec]) -> None:
        super().__init__()
        self.setProperty("role", "rail")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(tr("Các nơi làm việc"))
        self.items: dict[str, RailItem] = {}
        layout = column(self, gap=1, margin=(8, 10, 8, 8))
        section = specs[0].section if specs else 0
        for spec in specs:
            if spec.section != section:
                layout.addSpacing(7)
                layout.addWidget(hline())
                layout.addSpacing(7)
                section = spec.section
            layout.addWidget(self._make(spec))
        layout.addStretch()
        self.fold = IconButton("chevron-left", tr("Thu gọn danh mục bên trái"), act=self.toggle)
        foot = row(gap=0)
        foot.addWidget(self.fold)
        foot.addStretch()
        layout.addLayout(foot)
        self.setFixedWidth(RAIL_WIDTH)

    def _make(self, spec: ScreenSpec) -> RailItem:
        item = RailItem(spec)
        item.clicked.connect(lambda: self.chosen.emit(spec.name))
        self.items[spec.name] = item
        return item

    def mark(self, name: str) -> None:
        """Show that `name` is the place in front."""
        if name in self.items:
            self.items[name].setChecked(True)

    def show_counts(self, counts: Mapping[str, int]) -> None:
        """Show the counts; a place that is not named has none."""
        for name, item in self.items.items():
            item.count = counts.get(name)
            item.say()

    def toggle(self) -> None:
        """Fold to icons, or unfold to words."""
        self.set_narrow(self.minimumWidth() != NARROW)

    def set_narrow(self, narrow: bool) -> None:
        """Show only icons, or words too."""
        self.setFixedWidth(NARROW if narrow else RAIL_WIDTH)
        self.fold.set_icon("chevron-right" if narrow else "chevron-left")
        for item in self.items.values():
            item.narrow = narrow
            item.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a low window the places stand closer, so that none is lost."""
        super().resizeEvent(event)
        low = self.height() < len(self.items) * (ITEM_HEIGHT + 1) + 90
        for item in self.items.values():
            if item.low != low:
                item.low = low
                item.updateGeometry()
