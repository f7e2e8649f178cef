"""Colours, fonts and measures of the windows, read from resources/theme and put on Qt."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Template

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication

__all__ = [
    "FIELD_HEIGHT",
    "GAP",
    "MARGIN",
    "RAIL_WIDTH",
    "READABLE_PAIRS",
    "ROW_HEIGHT",
    "Theme",
    "apply_theme",
    "contrast",
    "current_theme",
    "load_theme",
    "system_theme",
]

FOLDER = Path(__file__).resolve().parent.parent / "resources"

ROW_HEIGHT, FIELD_HEIGHT, RAIL_WIDTH = 38, 31, 196
MARGIN, GAP = 16, 12
RADIUS, CARD_RADIUS = 6, 8

FONTS = {"Segoe UI": 10.5, "Noto Sans": 10.0, "Inter": 10.0, "DejaVu Sans": 9.5}
"""Fonts in the order of choice and their size in points: the wide ones are set a little smaller."""

ON_PAGE = ("page", "surface", "sunken", "field", "accent_soft")
READABLE_PAIRS: tuple[tuple[str, str], ...] = (
    *((words, back) for words in ("text", "quiet", "faint") for back in ON_PAGE),
    *((words, back) for words in ("disabled",) for back in ("disabled_fill", "surface", "page")),
    *((kind, f"{kind}_soft") for kind in ("overdue", "soon", "done", "paused")),
    *((kind, back) for kind in ("overdue", "soon", "done", "accent_text") for back in ON_PAGE[:2]),
    ("quiet", "paused_soft"),
    ("accent_text", "accent_soft"),
    ("overdue", "accent_soft"),
    ("on_accent", "accent"),
    ("on_accent", "accent_hover"),
    ("on_accent", "accent_press"),
    ("on_accent_quiet", "accent"),
    ("on_accent_quiet", "accent_hover"),
    ("on_accent_quiet", "accent_press"),
)
"""Every pair (text, background) that occurs; a test demands a contrast of 4.5:1 for each."""


@dataclass(frozen=True)
class Theme:
    """One set of named colours."""

    name: str
    dark: bool
    colours: dict[str, str]

    def colour(self, token: str) -> QColor:
        """The colour called `token`."""
        return QColor(self.colours[token])


@cache
def load_theme(name: str) -> Theme:
    """The theme called `name`: "light", "dark" or "contrast"."""
    values = tomllib.loads((FOLDER / "theme" / f"{name}.toml").read_text("utf-8"))
    dark = bool(values.pop("dark"))
    return Theme(name, dark, {token: str(colour) for token, colour in values.items()})


_current = "light"


def current_theme() -> Theme:
    """The theme the windows wear now; painted widgets read their colours from it."""
    return load_theme(_current)


def apply_theme(app: QApplication, name: str) -> None:
    """Dress the whole program in the theme `name`; may be called again while windows are open."""
    global _current
    _current = name
    theme = load_theme(name)
    app.setStyle("Fusion")
    app.setFont(body_font())
    app.setPalette(palette_of(theme))
    app.setStyleSheet(style_sheet(theme))


def system_theme(app: QApplication) -> str:
    """The theme that follows what the person asked of the system."""
    hints = app.styleHints()
    if hints.accessibility().contrastPreference() == Qt.ContrastPreference.HighContrast:
        return "contrast"
    return "dark" if hints.colorScheme() == Qt.ColorScheme.Dark else "light"


def body_font() -> QFont:
    """The font of the windows: the first of `FONTS` on this machine, figures of equal width."""
    present = set(QFontDatabase.families())
    family = next((name for name in FONTS if name in present), QFont().family())
    font = QFont(family)
    font.setPointSizeF(FONTS.get(family, 10.0))
    font.setFeature(QFont.Tag("tnum"), 1)
    return font


def style_sheet(theme: Theme) -> str:
    """The style sheet with the colours of `theme` filled in."""
    text = (FOLDER / "theme" / "app.qss").read_text("utf-8")
    return Template(text).substitute(theme.colours, icons=(FOLDER / "icons").as_posix())


def palette_of(theme: Theme) -> QPalette:
    """The palette Fusion paints with."""
    roles = QPalette.ColorRole
    normal = {
        roles.Window: "page",
        roles.WindowText: "text",
        roles.Base: "field",
        roles.AlternateBase: "sunken",
        roles.Text: "text",
        roles.Button: "surface",
        roles.ButtonText: "text",
        roles.BrightText: "overdue",
        roles.Highlight: "accent",
        roles.HighlightedText: "on_accent",
        roles.Accent: "accent",
        roles.Link: "accent_text",
        roles.LinkVisited: "accent_text",
        roles.PlaceholderText: "faint",
        roles.ToolTipBase: "surface",
        roles.ToolTipText: "text",
        roles.Light: "surface",
        roles.Midlight: "line_fine",
        roles.Mid: "line",
        roles.Dark: "line_strong",
        roles.Shadow: "line_strong",
    }
    palette = QPalette()
    for role, token in normal.items():
        palette.setColor(role, theme.colour(token))
    for role in (roles.WindowText, roles.Text, roles.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, theme.colour("disabled"))
    for role in (roles.Base, roles.Button):
        palette.setColor(QPalette.ColorGroup.Disabled, role, theme.colour("disabled_fill"))
    return palette


def contrast(first: QColor, second: QColor) -> float:
    """How far apart two colours are for the eye, 1 to 21 (WCAG 2.2, relative luminance)."""
    lighter, darker = sorted((luminance(first), luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: QColor) -> float:
    """Relative luminance of `colour`, 0 black to 1 white (WCAG 2.2)."""

    def linear(part: float) -> float:
        return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(p) for p in (colour.redF(), colour.greenF(), colour.blueF()))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
