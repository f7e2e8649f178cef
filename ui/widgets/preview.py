"""Shows the pages of a rendered document as images that someone else has drawn."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QScrollArea, QWidget

from models.words import tr
from ui.theme import current_theme

__all__ = ["PageImage", "PagePreview"]

PAPER_MARGIN, SETTLE_MS = 16, 120
A4 = 297 / 210


class PageImage(Protocol):
    """A drawn page: raw RGB bytes (3 per pixel), rows `stride` bytes apart."""

    width: int
    height: int
    stride: int
    data: bytes


Painter = Callable[[int, int, Callable[[PageImage], None]], None]
"""painter(page, width, answer): draw page number `page` `width` pixels wide, then answer(image)."""


class PageView(QWidget):
    """One sheet of paper."""

    def __init__(self, number: int, ratio: float) -> None:
        super().__init__()
        self._ratio = ratio
        self._image: QImage | None = None
        self.setAccessibleName(tr("Trang {number}", number=number + 1))

    def show_image(self, page: PageImage, scale: float) -> None:
        """Show a drawing of the page made for `scale` device pixels per point of the screen."""
        shape = QImage.Format.Format_RGB888
        image = QImage(page.data, page.width, page.height, page.stride, shape).copy()
        image.setDevicePixelRatio(scale)
        self._image = image
        self._ratio = page.height / page.width
        self.update()

    def has_image(self) -> bool:
        """Whether the page has been drawn."""
        return self._image is not None

    def set_width(self, width: int) -> None:
        """Make the sheet `width` wide."""
        self.resize(width, round(width * self._ratio))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.fillRect(self.rect(), Qt.GlobalColor.white)
        if self._image is not None:
            painter.drawImage(self.rect(), self._image)
        painter.setPen(QPen(current_theme().colour("line"), 1))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()


class PagePreview(QScrollArea):
    """The pages of one document, as wide as the room allows. It never reads a file itself.

    >>> preview.show_document(pages=2, painter=draw)      # draw(page, width, answer)
    """

    def __init__(self, *, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "paper")
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setAccessibleName(name or tr("Bản xem trước"))
        self._sheet = QWidget()
        self._sheet.setProperty("role", "paper")
        self.setWidget(self._sheet)
        self.pages: list[PageView] = []
        self._painter: Painter | None = None
        self._ticket = 0
        self._zoom = 1.0
        self._settle = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._settle.timeout.connect(self._draw)

    def show_document(self, *, pages: int, painter: Painter, ratio: float = A4) -> None:
        """Show another document; the old pages stay until the new ones are drawn when they fit."""
        self._painter = painter
        if pages != len(self.pages):
            self._replace(pages, ratio)
            self.verticalScrollBar().setValue(0)
        self._fit()
        self._draw()

    def show_nothing(self) -> None:
        """Show no document."""
        self._painter = None
        self._ticket += 1
        self._replace(0, A4)

    def zoom(self, factor: float) -> None:
        """Make the pages `factor` times as wide as the room (0.5 to 3)."""
        self._zoom = min(3.0, max(0.5, factor))
        wide = self._zoom > 1
        policies = Qt.ScrollBarPolicy
        self.setHorizontalScrollBarPolicy(
            policies.ScrollBarAsNeeded if wide else policies.ScrollBarAlwaysOff
        )
        self._fit()
        self._settle.start()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()
        self._settle.start()

    def sizeHint(self) -> QSize:
        return QSize(320, 300)

    def _replace(self, pages: int, ratio: float) -> None:
        for page in self.pages:
            page.hide()
            page.deleteLater()
        self.pages = [PageView(number, ratio) for number in range(pages)]
        for page in self.pages:
            page.setParent(self._sheet)
            page.show()

    def _width(self) -> int:
        return max(80, round((self.viewport().width() - 2 * PAPER_MARGIN) * self._zoom))

    def _fit(self) -> None:
        """Lay the sheets one under the other, in the middle."""
        width, room = self._width(), self.viewport().width()
        left, top = max(PAPER_MARGIN, (room - width) // 2), PAPER_MARGIN
        for page in self.pages:
            page.set_width(width)
            page.move(left, top)
            top += page.height() + PAPER_MARGIN
        self._sheet.resize(max(room, width + 2 * PAPER_MARGIN), max(top, self.viewport().height()))

    def _draw(self) -> None:
        if self._painter is None:
            return
        self._ticket += 1
        scale = self.devicePixelRatioF()
        for number in range(len(self.pages)):
            self._ask(number, round(self._width() * scale), scale=scale)

    def _ask(self, number: int, width: int, *, scale: float) -> None:
        ticket = self._ticket

        def answer(image: PageImage) -> None:
            if ticket == self._ticket:
                self.pages[number].show_image(image, scale)
                self._fit()

        if self._painter is not None:
            self._painter(number, width, answer)
