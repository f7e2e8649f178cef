"""Buttons named by their effect, with their key printed on them."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QRect, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QPen,
    QShortcut,
)
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QToolButton, QWidget

from ui.icons import icon
from ui.theme import FIELD_HEIGHT, RADIUS, current_theme
from ui.widgets.text import tip

__all__ = ["Button", "DangerButton", "IconButton", "PrimaryButton", "key_words"]

PAD, INNER, ICON = 14, 9, 18


def key_words(key: str) -> str:
    """How a key is printed: "Ctrl+Return" becomes "Ctrl Enter"."""
    return key.replace("Return", "Enter").replace("+", " ")


class Button(QAbstractButton):
    """An ordinary button; `PrimaryButton` and `DangerButton` only look different.

    `key` is printed and listened to; `hint` is only printed, for a key that someone else answers
    (a place of the rail, a field, Esc).

    >>> Button(tr("In danh sách"), key="Ctrl+P", icon_name="printer", act=self.print_list)
    """

    LOOK = {
        "fill": "surface",
        "over": "sunken",
        "down": "line_fine",
        "edge": "line_strong",
        "words": "text",
        "hint": "quiet",
    }

    def __init__(
        self,
        text: str,
        *,
        key: str = "",
        hint: str = "",
        icon_name: str = "",
        act: Callable[[], object] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.key = key or hint
        self._icon_name = icon_name
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.set_text(text)
        if key:
            self._listen(key)
        if act is not None:
            self.clicked.connect(lambda: act())

    def set_text(self, text: str) -> None:
        """Change the words on the button."""
        self._text = text
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def text(self) -> str:
        """The words on the button."""
        return self._text

    def setToolTip(self, text: str) -> None:
        super().setToolTip(tip(text))

    def _listen(self, key: str) -> None:
        keys = [QKeySequence(key)]
        if key.endswith("Return"):
            keys.append(QKeySequence(key.removesuffix("Return") + "Enter"))
        shortcut = QShortcut(self)
        shortcut.setKeys(keys)
        shortcut.activated.connect(self.click)

    def sizeHint(self) -> QSize:
        width = PAD * 2 + QFontMetrics(self._bold()).horizontalAdvance(self._text) + 1
        if self._icon_name:
            width += ICON + 6
        if self.key:
            width += INNER + QFontMetrics(self._small()).horizontalAdvance(key_words(self.key))
        return QSize(width, FIELD_HEIGHT + 1)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.EnabledChange:
            enabled = self.isEnabled()
            shape = Qt.CursorShape.PointingHandCursor if enabled else Qt.CursorShape.ArrowCursor
            self.setCursor(shape)
        super().changeEvent(event)

    def _bold(self) -> QFont:
        font = QFont(self.font())
        font.setWeight(QFont.Weight.DemiBold)
        return font

    def _small(self) -> QFont:
        font = QFont(self.font())
        font.setPointSizeF(font.pointSizeF() * 0.87)
        return font

    def _colours(self) -> tuple[QColor, QColor, QColor, QColor]:
        """Fill, edge, words and hint for the state of this moment."""
        theme, look = current_theme(), self.LOOK
        if not self.isEnabled():
            names = ("disabled_fill", "line", "disabled", "disabled")
            return tuple(theme.colour(n) for n in names)  # type: ignore[return-value]
        fill = look["down"] if self.isDown() else look["over" if self.underMouse() else "fill"]
        names = (fill, look["edge"], look["words"], look["hint"])
        return tuple(theme.colour(n) for n in names)  # type: ignore[return-value]

    def paintEvent(self, event: QPaintEvent) -> None:
        fill, edge, words, hint = self._colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = self.rect().toRectF().adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(QPen(edge, 1))
        painter.setBrush(fill)
        painter.drawRoundedRect(frame, RADIUS, RADIUS)
        if self.hasFocus():
            self._paint_focus(painter)
        self._paint_words(painter, words, hint=hint)
        painter.end()

    def _paint_focus(self, painter: QPainter) -> None:
        theme = current_theme()
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(theme.colour("accent_text"), 2))
        outer = self.rect().toRectF().adjusted(1, 1, -1, -1)
        painter.drawRoundedRect(outer, RADIUS, RADIUS)
        painter.setPen(QPen(theme.colour("surface"), 1))
        inner = self.rect().toRectF().adjusted(2.5, 2.5, -2.5, -2.5)
        painter.drawRoundedRect(inner, RADIUS - 2, RADIUS - 2)

    def _paint_words(self, painter: QPainter, words: QColor, *, hint: QColor) -> None:
        left = (self.width() - self.sizeHint().width()) // 2 + PAD
        if self._icon_name:
            token = self.LOOK["words"] if self.isEnabled() else "disabled"
            box = QRect(left, (self.height() - ICON) // 2, ICON, ICON)
            icon(self._icon_name, token).paint(painter, box)
            left += ICON + 6
        middle = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.setFont(self._bold())
        painter.setPen(words)
        width = painter.fontMetrics().horizontalAdvance(self._text) + 1
        painter.drawText(QRect(left, 0, width, self.height()), middle, self._text)
        if self.key:
            painter.setFont(self._small())
            painter.setPen(hint)
            place = QRect(left + width + INNER, 0, self.width(), self.height())
            painter.drawText(place, middle, key_words(self.key))


class PrimaryButton(Button):
    """The one button of the screen that does what the screen is for."""

    LOOK = {
        "fill": "accent",
        "over": "accent_hover",
        "down": "accent_press",
        "edge": "accent",
        "words": "on_accent",
        "hint": "on_accent_quiet",
    }


class DangerButton(Button):
    """A button whose effect cannot be taken back."""

    LOOK = {
        "fill": "surface",
        "over": "overdue_soft",
        "down": "overdue_soft",
        "edge": "overdue_line",
        "words": "overdue",
        "hint": "overdue",
    }


class IconButton(QToolButton):
    """A small button with an icon; its words are its tooltip and its accessible name."""

    def __init__(
        self,
        icon_name: str,
        text: str,
        *,
        act: Callable[[], object] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._icon_name = icon_name
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setIconSize(QSize(ICON, ICON))
        self.setAccessibleName(text)
        self.setToolTip(tip(text))
        self.setIcon(icon(icon_name))
        if act is not None:
            self.clicked.connect(lambda: act())

    def set_icon(self, icon_name: str) -> None:
        """Show another icon."""
        self._icon_name = icon_name
        self.setIcon(icon(icon_name))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            self.setIcon(icon(self._icon_name))
        super().changeEvent(event)
