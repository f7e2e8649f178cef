"""Vietnamese for the words Qt says itself; Qt ships no Vietnamese translation of its own."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QObject, QTranslator

from models.words import current_language
from services.language import load_catalogue

__all__ = ["QtWords", "install_qt_words"]


OWN = ("QT_LAYOUT_DIRECTION",)
"""What Qt asks at every start and no language but its own answers."""


class QtWords(QTranslator):
    """Answers Qt's own strings from resources/i18n/vi; mnemonic marks do not matter."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._words: dict[str, str] | None = None

    def isEmpty(self) -> bool:
        return False

    def translate(
        self,
        context: str,
        source: str,
        disambiguation: str | None = None,
        n: int = -1,
    ) -> str:
        """The Vietnamese for `source`, or an empty text: then Qt shows its own."""
        if not context.startswith("Q") or source in OWN:
            return ""
        if self._words is None:  # the first window says nothing of Qt's
            self._words = load_catalogue("vi")
        plain = source.replace("&", "")
        return self._words.get(source) or self._words.get(plain) or ""


def install_qt_words(app: QCoreApplication) -> QtWords | None:
    """Let Qt speak Vietnamese when the program does; keep what is returned alive."""
    if current_language() != "vi":
        return None
    words = QtWords(app)
    app.installTranslator(words)
    return words
