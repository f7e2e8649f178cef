"""Every place of the rail has its help page in both languages, and an icon that exists."""

from __future__ import annotations

import pytest

from tests.support.walk import HOSTILE, cut_texts, rich_places, shown_texts
from ui.icons import icon_names
from ui.places import PLACES
from ui.shell.help import FOLDER
from ui.widgets import HelpView

NAMES = [place.name for place in PLACES]


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("name", NAMES)
def test_each_place_has_its_page(qtbot, language, name):
    view = HelpView()
    qtbot.addWidget(view)
    view.resize(520, 2000)
    view.show()
    view.show_page((FOLDER / language / f"{name}.md").read_text("utf-8"))
    texts = shown_texts(view)
    assert len(texts) >= 4 and not any(text.startswith(("#", "-")) for text in texts)
    assert not any("*" in text for text in texts)
    assert rich_places(view) == [] and cut_texts(view) == []


def test_no_page_is_left_over():
    for language in ("vi", "en"):
        assert sorted(p.stem for p in (FOLDER / language).glob("*.md")) == sorted(NAMES)


@pytest.mark.parametrize("place", PLACES, ids=NAMES)
def test_each_place_has_an_icon(place):
    assert place.icon in icon_names()


def test_a_page_cannot_bring_markup_in(qtbot):
    view = HelpView()
    qtbot.addWidget(view)
    view.show()
    view.show_page(f"# {HOSTILE}\n\n![x](file:///etc/passwd)")
    assert HOSTILE in shown_texts(view) and rich_places(view) == []
