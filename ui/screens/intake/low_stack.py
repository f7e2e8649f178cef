"""A stack of pages that may become low: its pages scroll, whatever the height of their words."""

from __future__ import annotations

from PySide6.QtWidgets import QStackedWidget

__all__ = ["LowStack"]


class LowStack(QStackedWidget):
    """Qt would otherwise never make a stack lower than its tallest page likes to be."""

    def hasHeightForWidth(self) -> bool:
        return False
