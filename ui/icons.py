"""The program's own small icons, drawn from resources/icons in a colour of the theme."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from PySide6.QtCore import QByteArray, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from ui.theme import current_theme

__all__ = ["icon", "icon_names"]

FOLDER = Path(__file__).resolve().parent.parent / "resources" / "icons"
SIZES = (20, 30, 40, 60)
"""Pixels drawn ahead: 20 at display scales of 100, 150, 200 and 300 %."""


def icon(name: str, colour: str = "quiet") -> QIcon:
    """The icon `name` in the theme's colour called `colour`; dimmed by itself when disabled."""
    theme = current_theme()
    return draw(name, theme.colours[colour], theme.colours["disabled"])


def icon_names() -> list[str]:
    """The names of all icons."""
    return sorted(path.stem for path in FOLDER.glob("*.svg"))


@lru_cache(maxsize=256)
def draw(name: str, colour: str, disabled: str) -> QIcon:
    """The icon in both of its colours; kept, because the same few are asked for all day."""
    result = QIcon()
    source = (FOLDER / f"{name}.svg").read_text("utf-8")
    for mode, hue in ((QIcon.Mode.Normal, colour), (QIcon.Mode.Disabled, disabled)):
        renderer = QSvgRenderer(QByteArray(source.replace("currentColor", hue).encode()))
        for size in SIZES:
            pixmap = QPixmap(QSize(size, size))
            pixmap.fill(Qt.GlobalColor.transparent)
            painter = QPainter(pixmap)
            renderer.render(painter)
            painter.end()
            result.addPixmap(pixmap, mode)
    return result
