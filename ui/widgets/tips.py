"""Tooltips that widgets painted by hand show for the place under the mouse."""

from __future__ import annotations

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QToolTip, QWidget

from ui.widgets.text import tip

__all__ = ["show_tip"]


def show_tip(place: QPoint, text: str, owner: QWidget) -> None:
    """Show `text`, letter by letter, at the global `place`; an empty one hides the tooltip."""
    QToolTip.showText(place, tip(text), owner)
