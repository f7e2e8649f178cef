"""Shows a help page: headings, paragraphs, lists and keys, in plain labels."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from ui.widgets.cards import ScrollColumn
from ui.widgets.layout import clear
from ui.widgets.text import Heading, Label, Title

__all__ = ["HelpView"]


class HelpView(ScrollColumn):
    """Reads a small part of Markdown: `#`, `##`, `- `, empty lines between paragraphs.

    Nothing else has a meaning, so a page can neither load a file nor reach the network.
    """

    def __init__(self, *, parent: QWidget | None = None) -> None:
        super().__init__(gap=8, margin=4, parent=parent)

    def show_page(self, text: str) -> None:
        """Show the page."""
        clear(self.body)
        for block in text.strip().split("\n\n"):
            self._show_block(block.strip().splitlines())
        self.body.addStretch()

    def _show_block(self, lines: list[str]) -> None:
        paragraph: list[str] = []
        for line in lines:
            if line.startswith("# "):
                self.body.addWidget(Title(line[2:]).wrapped())
            elif line.startswith("## "):
                self.body.addWidget(Heading(line[3:]).wrapped())
            elif line.startswith("- "):
                self.body.addWidget(Label(f"•  {line[2:]}").wrapped())
            else:
                paragraph.append(line.strip())
        if paragraph:
            self.body.addWidget(Label(" ".join(paragraph)).wrapped())
