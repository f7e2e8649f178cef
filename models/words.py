"""Words for people: Vietnamese is written in the code, other languages are looked up.

`tr("Hẹn trả {due}", due=...)` returns the sentence in the language in use. The Vietnamese text is
the key; `services/language.py` loads the English PO files of `resources/i18n/en/` once at start.
A test collects every `tr("...")` of the program and demands its English.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

__all__ = ["current_language", "in_vietnamese", "tr", "use_language"]

_current = "vi"
_catalogue: Mapping[str, str] = {}
_official: ContextVar[bool] = ContextVar("official", default=False)


def use_language(code: str, catalogue: Mapping[str, str]) -> None:
    """Make `catalogue` (Vietnamese text -> other language) the one that `tr` reads."""
    global _current, _catalogue
    _current = code
    _catalogue = catalogue


def current_language() -> str:
    """The code of the language in use: "vi" or "en"."""
    return "vi" if _official.get() else _current


@contextmanager
def in_vietnamese() -> Iterator[None]:
    """Speak Vietnamese inside the block, in this thread: for official papers and the journal."""
    token = _official.set(True)
    try:
        yield
    finally:
        _official.reset(token)


def tr(text: str, /, **values: object) -> str:
    """The sentence `text` in the language in use, with `{name}` places filled from `values`."""
    found = text if _official.get() else _catalogue.get(text) or text
    return found.format(**values) if values else found
