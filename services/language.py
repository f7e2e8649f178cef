"""Loads the words of another language than Vietnamese from the PO files of resources/i18n."""

from __future__ import annotations

from pathlib import Path

from models.words import use_language

__all__ = ["install_language", "load_catalogue"]

FOLDER = Path(__file__).resolve().parent.parent / "resources" / "i18n"


def load_catalogue(code: str) -> dict[str, str]:
    """All sentences of `resources/i18n/<code>/*.po`, Vietnamese text -> translation."""
    from babel.messages.pofile import read_po  # lazy: slow  # noqa: PLC0415

    words: dict[str, str] = {}
    for path in sorted((FOLDER / code).glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file):
                if message.id and message.string:
                    words[str(message.id)] = str(message.string)
    return words


def install_language(code: str) -> None:
    """Speak `code` ("vi" or "en") from now on; Vietnamese needs no file."""
    use_language(code, {} if code == "vi" else load_catalogue(code))
