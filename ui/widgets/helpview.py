"""Shows a help page; it reads nothing but the text it is given."""

from __future__ import annotations

from PySide6.QtCore import QUrl
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QTextBrowser, QWidget

__all__ = ["HelpView"]


class HelpView(QTextBrowser):
    """Markdown without HTML, links without effect, no picture or file ever loaded."""

    def __init__(self, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setOpenLinks(False)
        self.setOpenExternalLinks(False)

    def show_page(self, markdown: str) -> None:
        """Show the page."""
        features = QTextDocument.MarkdownFeature
        mode = features.MarkdownDialectGitHub | features.MarkdownNoHTML
        self.document().setMarkdown(markdown, mode)

    def loadResource(self, kind: int, name: QUrl) -> object:
        """Nothing is loaded, whatever a page asks for."""
        return None
