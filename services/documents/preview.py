"""Pages of our own documents as raw pictures for the screen (foreign files go to a child)."""

from __future__ import annotations

import threading
from dataclasses import dataclass

import pypdfium2

__all__ = ["PageImage", "page_count", "render_page"]

# PDFium is not made for two threads at once
_one_at_a_time = threading.Lock()


@dataclass(frozen=True)
class PageImage:
    """One page as rows of red, green, blue bytes; a row takes `stride` bytes."""

    width: int
    height: int
    stride: int
    data: bytes


def page_count(pdf: bytes) -> int:
    """How many pages our own document `pdf` has."""
    with _one_at_a_time:
        document = pypdfium2.PdfDocument(pdf)
        try:
            return len(document)
        finally:
            document.close()


def render_page(pdf: bytes, index: int, *, dots_per_inch: float) -> PageImage:
    """Page `index` (from 0) of our own document, signatures shown. Raises IndexError past it."""
    with _one_at_a_time:
        document = pypdfium2.PdfDocument(pdf)
        try:
            if not 0 <= index < len(document):
                raise IndexError(index)
            document.init_forms()  # without it the pictures of signatures are left out
            page = document[index]
            bitmap = page.render(scale=dots_per_inch / 72, rev_byteorder=True)
            image = PageImage(bitmap.width, bitmap.height, bitmap.stride, bytes(bitmap.buffer))
            bitmap.close()
            page.close()
        finally:
            document.close()
    return image
