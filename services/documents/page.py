"""Builds the PDF: paper sizes, margins, page numbers, training mark; the same bytes each time."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from io import BytesIO
from typing import Any

from reportlab import rl_config
from reportlab.lib.colors import Color
from reportlab.lib.pagesizes import A4, A5
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, PageTemplate

from services.documents.fonts import FontSet

__all__ = ["Paper", "Sheet", "build_pdf", "draw_page"]

TRAINING_INK = Color(0.80, 0.10, 0.10, alpha=0.13)
TRAINING_WORDS = "TẬP HUẤN"
rl_config.useA85 = 0  # plain binary streams: a fifth smaller and faster than ASCII ones
# reportlab keeps the widths and subsets of fonts in module globals
_one_at_a_time = threading.Lock()


class Paper(Enum):
    """The paper sizes of slips: A4 (used today), A5 (the size of TT 01/2018 Art. 9)."""

    A4 = "A4"
    A5 = "A5"


@dataclass(frozen=True)
class Sheet:
    """A page with margins in points (left, right, top, bottom) and the base letter size."""

    size: tuple[float, float]
    margins: tuple[float, float, float, float]
    letters: float

    @property
    def width(self) -> float:
        """What is left between the margins."""
        return self.size[0] - self.margins[0] - self.margins[1]

    @staticmethod
    def slip(paper: Paper) -> Sheet:
        """A slip of the one-stop: compact letters, narrow margins on A5."""
        if paper is Paper.A5:
            return Sheet(A5, (12 * mm, 10 * mm, 9 * mm, 8 * mm), 8)
        return Sheet(A4, (22 * mm, 16 * mm, 14 * mm, 12 * mm), 11.5)

    @staticmethod
    def official() -> Sheet:
        """A4 with the margins of NĐ 30/2020, Phụ lục I: left 30, right 20, top and bottom 20."""
        return Sheet(A4, (30 * mm, 20 * mm, 20 * mm, 20 * mm), 13)


def build_pdf(
    story: list[Flowable], sheet: Sheet, *, fonts: FontSet, title: str, author: str, training: bool
) -> bytes:
    """The pages of `story`; the same input gives the same bytes (no clock, no random id)."""
    buffer = BytesIO()
    left, right, top, bottom = sheet.margins
    width, height = sheet.size
    document = BaseDocTemplate(
        buffer, pagesize=sheet.size, title=title, author=author, subject="", creator="Một Cửa",
        lang="vi-VN", initialFontName=fonts.regular, initialFontSize=sheet.letters, invariant=1,
    )  # fmt: skip
    frame = Frame(
        left, bottom, width - left - right, height - top - bottom,
        leftPadding=0, rightPadding=0, topPadding=0, bottomPadding=0,
    )  # fmt: skip
    decorate = _decorator(sheet, fonts, training)
    document.addPageTemplates([PageTemplate("page", [frame], onPage=decorate)])
    with _one_at_a_time:
        document.build(story)
    return buffer.getvalue()


def draw_page(
    size: tuple[float, float], draw: Callable[[Canvas], None], *, fonts: FontSet, title: str
) -> bytes:
    """One page of `size` points with nothing behind what `draw` puts on it; same bytes each time.

    Raises what `draw` raises.
    """
    buffer = BytesIO()
    canvas = Canvas(buffer, pagesize=size, invariant=1, lang="vi-VN", initialFontName=fonts.regular)
    canvas.setTitle(title)
    canvas.setCreator("Một Cửa")
    with _one_at_a_time:
        draw(canvas)
        canvas.showPage()
        canvas.save()
    return buffer.getvalue()


def _decorator(sheet: Sheet, fonts: FontSet, training: bool) -> Callable[[Any, Any], None]:
    """Draws behind the text: the training mark, and the page number from page 2 on (NĐ 30)."""

    def decorate(canvas: Any, document: Any) -> None:
        if training:
            _training_mark(canvas, sheet, fonts)
        if document.page > 1:
            canvas.setFont(fonts.regular, max(sheet.letters, 9))
            middle = sheet.margins[0] + sheet.width / 2
            canvas.drawCentredString(
                middle, sheet.size[1] - sheet.margins[2] * 0.65, str(document.page)
            )

    return decorate


def _training_mark(canvas: Any, sheet: Sheet, fonts: FontSet) -> None:
    width, height = sheet.size
    canvas.saveState()
    canvas.setFillColor(TRAINING_INK)
    canvas.setFont(fonts.bold, min(width, height) * 0.17)
    canvas.translate(width / 2, height / 2)
    canvas.rotate(45)
    canvas.drawCentredString(0, 0, TRAINING_WORDS)
    canvas.restoreState()
