"""Small helpers that lay widgets out on the grid of the theme."""

from __future__ import annotations

from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLayout,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from ui.theme import GAP

__all__ = ["clear", "column", "hline", "repolish", "row", "spacer", "vline"]


def row(
    owner: QWidget | None = None, *, gap: int = GAP, margin: int | tuple[int, ...] = 0
) -> QHBoxLayout:
    """A horizontal layout for `owner` (or to be nested when None)."""
    layout = QHBoxLayout(owner) if owner is not None else QHBoxLayout()
    measure(layout, gap, margin=margin)
    return layout


def column(
    owner: QWidget | None = None, *, gap: int = GAP, margin: int | tuple[int, ...] = 0
) -> QVBoxLayout:
    """A vertical layout for `owner` (or to be nested when None)."""
    layout = QVBoxLayout(owner) if owner is not None else QVBoxLayout()
    measure(layout, gap, margin=margin)
    return layout


def measure(layout: QBoxLayout, gap: int, *, margin: int | tuple[int, ...]) -> None:
    """Give `layout` its spacing and its margins (one for all, or left top right bottom)."""
    left, top, right, bottom = (margin,) * 4 if isinstance(margin, int) else margin
    layout.setContentsMargins(left, top, right, bottom)
    layout.setSpacing(gap)


def hline() -> QFrame:
    """A hairline across."""
    line = QFrame()
    line.setProperty("role", "line")
    line.setFixedHeight(1)
    return line


def vline() -> QFrame:
    """A hairline down."""
    line = QFrame()
    line.setProperty("role", "line")
    line.setFixedWidth(1)
    return line


def spacer() -> QWidget:
    """Empty room that takes what is left."""
    widget = QWidget()
    widget.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
    return widget


def clear(layout: QLayout) -> None:
    """Take everything out of `layout` and let it go."""
    while (item := layout.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            widget.hide()
            widget.deleteLater()
        elif (inner := item.layout()) is not None:
            clear(inner)


def repolish(widget: QWidget) -> None:
    """Let the style sheet look at `widget` again after a property changed."""
    widget.style().unpolish(widget)
    widget.style().polish(widget)
    widget.update()
