"""Every pair of colours can be read, in every theme; every icon and token exists."""

from __future__ import annotations

import re

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QFontMetrics, QPalette

from ui.icons import icon, icon_names
from ui.theme import (
    FOLDER,
    READABLE_PAIRS,
    apply_theme,
    body_font,
    contrast,
    current_theme,
    load_theme,
    palette_of,
    style_sheet,
)

THEMES = ("light", "dark", "contrast")


@pytest.mark.parametrize("name", THEMES)
@pytest.mark.parametrize(("words", "back"), READABLE_PAIRS)
def test_text_can_be_read(name, words, back):
    theme = load_theme(name)
    assert contrast(theme.colour(words), theme.colour(back)) >= 4.5


@pytest.mark.parametrize("name", THEMES)
def test_palette_can_be_read_in_every_state(qapp, name):
    palette, roles = palette_of(load_theme(name)), QPalette.ColorRole
    pairs = [
        (roles.WindowText, roles.Window), (roles.Text, roles.Base),
        (roles.ButtonText, roles.Button),
        (roles.HighlightedText, roles.Highlight), (roles.PlaceholderText, roles.Base),
        (roles.ToolTipText, roles.ToolTipBase), (roles.Link, roles.Base),
    ]  # fmt: skip
    for group in (QPalette.ColorGroup.Active, QPalette.ColorGroup.Disabled):
        for words, back in pairs:
            assert contrast(palette.color(group, words), palette.color(group, back)) >= 4.5


def test_contrast_is_measured_as_the_standard_says():
    assert contrast(QColor("#000000"), QColor("#FFFFFF")) == pytest.approx(21)
    assert contrast(QColor("#777777"), QColor("#FFFFFF")) == pytest.approx(4.48, abs=0.01)


def test_all_themes_name_the_same_colours():
    names = [set(load_theme(name).colours) for name in THEMES]
    assert names[0] == names[1] == names[2]


def test_the_style_sheet_pairs_words_only_with_backgrounds_that_were_checked():
    text = (FOLDER / "theme" / "app.qss").read_text("utf-8")
    rules = re.findall(r"\{([^}]*)\}", text)
    for rule in rules:
        words = re.search(r"(?<![-\w])color: \$(\w+)", rule)
        back = re.search(r"background: \$(\w+)", rule)
        if words and back:
            assert (words[1], back[1]) in READABLE_PAIRS


@pytest.mark.parametrize("name", THEMES)
def test_the_style_sheet_leaves_no_name_open(name):
    assert "$" not in style_sheet(load_theme(name))


def test_the_theme_can_change_while_windows_are_open(qapp):
    apply_theme(qapp, "dark")
    assert current_theme().dark
    assert qapp.palette().color(QPalette.ColorRole.Window) == load_theme("dark").colour("page")


def test_figures_are_of_equal_width(qapp):
    metrics = QFontMetrics(body_font())
    assert len({metrics.horizontalAdvance(figure * 8) for figure in "0123456789"}) == 1


@pytest.mark.parametrize("name", icon_names())
def test_an_icon_draws_something_in_the_colour_asked_for(qapp, name):
    image = icon(name, "overdue").pixmap(QSize(60, 60)).toImage()
    colours = [image.pixelColor(x, y) for x in range(60) for y in range(60)]
    drawn = [colour for colour in colours if colour.alpha() == 255]
    assert len(drawn) > 20
    if name not in ("logo", "combo-arrow"):
        wanted = load_theme("light").colour("overdue")
        assert {colour.name() for colour in drawn} == {wanted.name()}
