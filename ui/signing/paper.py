"""The document in the middle of the screen: its pages, or one sentence why there is none."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedLayout, QWidget

from services.documents.preview import PageImage, render_page
from ui.tasks import Lane, Tasks
from ui.widgets import Empty, PagePreview

__all__ = ["PaperView"]

A4_INCHES = 210 / 25.4


class PaperView(QWidget):
    """Shows one PDF of our own. `seen(mark)` once all its pages are drawn and the last is in view.

    >>> paper.show_pdf(review.pdf, review.pages, mark=dossier_id)
    """

    seen = Signal(str)

    def __init__(self, tasks: Tasks, *, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self.pdf = b""
        self._mark = ""
        self._drawn: set[int] = set()
        self.preview = PagePreview(name=name)
        self.empty = Empty("")
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.preview)
        self._stack.addWidget(self.empty)
        self.preview.verticalScrollBar().valueChanged.connect(lambda _value: self._look())

    def say(self, sentence: str) -> None:
        """Show a sentence instead of a document."""
        self.pdf, self._mark = b"", ""
        self._drawn = set()
        self.preview.show_nothing()
        self.empty.set_sentence(sentence)
        self._stack.setCurrentIndex(1)

    def show_pdf(self, pdf: bytes, pages: int, *, mark: str) -> None:
        """Show `pdf`; a document shown before stays until this one is drawn."""
        if mark == self._mark and pdf == self.pdf:
            self._look()
            return
        self.pdf, self._mark = pdf, mark
        drawn = self._drawn = set()
        self._stack.setCurrentIndex(0)

        def paint(page: int, width: int, answer: Callable[[PageImage], None]) -> None:
            def arrived(image: PageImage) -> None:
                answer(image)
                drawn.add(page)
                if drawn is self._drawn:
                    self._look()

            dots = width / A4_INCHES
            self._tasks.run(
                lambda: render_page(pdf, page, dots_per_inch=dots), arrived,
                lane=Lane.FREE, owner=self,
            )  # fmt: skip

        self.preview.show_document(pages=pages, painter=paint)
        self.preview.verticalScrollBar().setValue(0)

    def scroll(self, pages: float) -> None:
        """Move the document by this part of what is in view."""
        bar = self.preview.verticalScrollBar()
        bar.setValue(bar.value() + round(bar.pageStep() * pages))

    def _look(self) -> None:
        pages = self.preview.pages
        if not self._mark or not pages or len(self._drawn) < len(pages):
            return
        bar = self.preview.verticalScrollBar()
        if pages[-1].y() < bar.value() + self.preview.viewport().height():
            self.seen.emit(self._mark)
