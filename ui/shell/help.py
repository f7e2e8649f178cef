"""F1: the page of the screen in front, with its keys beside it; works without a network."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtWidgets import QGridLayout, QWidget

from models.words import current_language, tr
from ui.screens.base import KeyHint
from ui.widgets import Card, Dialog, HelpView, Label, row

__all__ = ["common_keys", "help_text", "open_help", "open_keys"]

FOLDER = Path(__file__).resolve().parent.parent.parent / "resources" / "help"


def help_text(page: str) -> str:
    """The help page called `page` in the language in use, or a sentence that there is none."""
    for language in (current_language(), "vi"):
        path = FOLDER / language / f"{page}.md"
        if path.is_file():
            return path.read_text("utf-8")
    return tr("Màn hình này chưa có trang hướng dẫn.")


def common_keys() -> list[KeyHint]:
    """The keys that work everywhere."""
    return [
        KeyHint("Ctrl K", tr("Tìm hồ sơ, người, thủ tục")),
        KeyHint("Enter", tr("Sang ô kế tiếp")),
        KeyHint("Ctrl Enter", tr("Làm việc chính của màn hình")),
        KeyHint("Esc", tr("Đóng hộp thoại, không làm gì")),
        KeyHint("Ctrl L", tr("Khoá màn hình")),
        KeyHint("F1", tr("Hướng dẫn màn hình này")),
        KeyHint("?", tr("Các phím của màn hình này")),
    ]


def key_card(heading: str, keys: Sequence[KeyHint]) -> Card:
    """A card that lists keys."""
    card = Card(heading)
    grid = QGridLayout()
    grid.setHorizontalSpacing(14)
    grid.setVerticalSpacing(6)
    grid.setColumnStretch(1, 1)
    for number, hint in enumerate(keys):
        grid.addWidget(Label(hint.key, role="key"), number, 0)
        grid.addWidget(Label(hint.words), number, 1)
    card.body.addLayout(grid)
    card.body.addStretch()
    return card


def open_keys(parent: QWidget, title: str, keys: Sequence[KeyHint]) -> Dialog:
    """Show the keys of a screen and those that work everywhere."""
    box = Dialog(parent, tr("Phím của màn hình"), cancel=tr("Đóng"), width=680)
    cards = row()
    if keys:
        cards.addWidget(key_card(title, keys), 1)
    cards.addWidget(key_card(tr("Ở mọi màn hình"), common_keys()), 1)
    box.body.addLayout(cards)
    box.open()
    return box


def open_help(parent: QWidget, title: str, *, page: str, keys: Sequence[KeyHint]) -> Dialog:
    """Show the help page of a screen and its keys."""
    box = Dialog(parent, tr("Hướng dẫn: {screen}", screen=title), cancel=tr("Đóng"), width=860)
    view = HelpView()
    view.setMinimumHeight(380)
    view.show_page(help_text(page))
    view.setAccessibleName(title)
    line = row()
    text = Card(margin=10)
    text.add(view)
    line.addWidget(text, 3)
    line.addWidget(key_card(tr("Phím"), [*keys, *common_keys()]), 2)
    box.body.addLayout(line)
    box.open()
    return box
