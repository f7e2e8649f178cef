"""Surfaces that hold other widgets: cards, banners, the sentence of an empty list."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QSizePolicy, QWidget

from models.words import tr
from ui.theme import GAP
from ui.widgets.buttons import Button, IconButton
from ui.widgets.chips import Kind
from ui.widgets.layout import column, repolish, row
from ui.widgets.text import Heading, Label, Link, Quiet

__all__ = ["Banner", "Card", "Empty", "NumberCard", "ScrollColumn"]

ENOUGH_HEIGHT = 260


class Card(QFrame):
    """A white surface with a hairline border, an optional heading and a remark at its right.

    Put widgets into `card.body`; `card.remark` is the quiet text at the right of the heading,
    `card.head` the row they stand in. A card that holds a table takes `margin=0`.
    """

    def __init__(
        self,
        heading: str = "",
        *,
        remark: str = "",
        margin: int = 14,
        gap: int = 8,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        outer = column(self, gap=0, margin=1)
        self.heading = Heading(heading)
        self.remark = Quiet(remark)
        self.head: QHBoxLayout = row(gap=8, margin=(14, 11, 14, 0 if margin else 9))
        self.head.addWidget(self.heading)
        self.head.addStretch()
        self.head.addWidget(self.remark)
        if heading:
            outer.addLayout(self.head)
        top = 8 if heading and margin else margin
        self.body = column(gap=gap, margin=(margin, top, margin, margin))
        outer.addLayout(self.body)

    def add(self, *widgets: QWidget) -> Card:
        """Put `widgets` one under the other; returns the card."""
        for widget in widgets:
            self.body.addWidget(widget)
        return self


class NumberCard(QFrame):
    """A big number with a word above and a remark below; pressing it asks for what is behind.

    >>> late = NumberCard(tr("Quá hạn"), kind="overdue")
    >>> late.show_number(3, tr("2 có thư xin lỗi"))
    """

    pressed = Signal()

    def __init__(
        self, words: str, *, kind: Kind = "neutral", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(words)
        self._words = words
        self.number = Label("–", role="big")
        self.number.setProperty("tone", kind)
        self.remark = Label("", role="small")
        layout = column(self, gap=1, margin=(14, 9, 14, 9))
        layout.addWidget(Quiet(words))
        layout.addWidget(self.number)
        layout.addWidget(self.remark)

    def show_number(self, number: int, remark: str = "") -> None:
        """Show `number` and the remark below it."""
        self.number.setText(f"{number:,}".replace(",", "."))
        self.remark.setText(remark)
        self.setAccessibleName(f"{self._words}: {number}. {remark}")

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self.rect().contains(event.position().toPoint()):
            self.pressed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.pressed.emit()
        else:
            super().keyPressEvent(event)


class Banner(QFrame):
    """One sentence across the page with an optional act and details that fold out.

    >>> banner.say(tr("Đã có 1 hồ sơ đang mở của cùng người."), kind="soon",
    ...            act=(tr("So sánh"), self.compare))
    """

    closed = Signal()

    def __init__(self, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "banner")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        self.words = Label("").wrapped()
        self.more = Label("", role="small").wrapped().selectable()
        self.link = Link("")
        self.fold = Link(tr("Chi tiết"))
        self.close_button = IconButton("close", tr("Đóng thông báo"), act=self.dismiss)
        self._act: Callable[[], object] = self.dismiss
        layout = column(self, gap=2, margin=(12, 6, 8, 6))
        line = row(gap=8)
        line.addWidget(self.words, 1)
        for widget in (self.link, self.fold, self.close_button):
            line.addWidget(widget)
        layout.addLayout(line)
        layout.addWidget(self.more)
        self.fold.clicked.connect(lambda: self.more.setVisible(not self.more.isVisible()))
        self.link.clicked.connect(lambda: self._act())
        self.hide()

    def say(
        self,
        words: str,
        *,
        kind: Kind = "info",
        act: tuple[str, Callable[[], object]] | None = None,
        details: str = "",
        closable: bool = True,
    ) -> None:
        """Show the banner with these words."""
        self.words.setText(words)
        self.setAccessibleName(words)
        self.setProperty("banner", kind)
        self.link.setVisible(act is not None)
        if act is not None:
            self.link.set_text(act[0])
            self._act = act[1]
        self.more.setText(details)
        self.more.hide()
        self.fold.setVisible(bool(details))
        self.close_button.setVisible(closable)
        repolish(self)
        for label in (self.words, self.more):
            repolish(label)
        self.show()

    def dismiss(self) -> None:
        """Take the banner away."""
        self.hide()
        self.closed.emit()


class Empty(QWidget):
    """What an empty list says: one sentence and at most one act."""

    def __init__(
        self,
        sentence: str,
        *,
        act: tuple[str, Callable[[], object]] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        layout = column(self, gap=GAP, margin=24)
        self.sentence = Quiet(sentence).wrapped()
        self.sentence.setAlignment(Qt.AlignmentFlag.AlignCenter)
        layout.addStretch()
        layout.addWidget(self.sentence)
        if act is not None:
            middle = row()
            middle.addStretch()
            middle.addWidget(Button(act[0], act=act[1]))
            middle.addStretch()
            layout.addLayout(middle)
        layout.addStretch(2)

    def set_sentence(self, sentence: str) -> None:
        """Say something else."""
        self.sentence.setText(sentence)


class ScrollColumn(QScrollArea):
    """A column that scrolls only when the window is too low; put widgets into `.body`."""

    def __init__(self, *, gap: int = GAP, margin: int = 0, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._inner = inner = QWidget()
        inner.setProperty("role", "clear")
        self.body = column(inner, gap=gap, margin=margin)
        self.setWidget(inner)
        self.viewport().setAutoFillBackground(False)
        inner.setAutoFillBackground(False)

    def sizeHint(self) -> QSize:
        """It asks for little height: it can scroll, its neighbours often cannot."""
        wanted = super().sizeHint()
        return QSize(wanted.width(), min(wanted.height(), ENOUGH_HEIGHT))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        bar = self.verticalScrollBar().sizeHint().width()
        self.setMinimumWidth(self._inner.minimumSizeHint().width() + bar)
