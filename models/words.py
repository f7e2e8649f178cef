"""Words for people: Vietnamese is written in the code, other languages are looked up.

`tr("Hẹn trả {due}", due=...)` returns the sentence in the language in use. The Vietnamese text is
the key; `services/language.py` loads the English PO files of `resources/i18n/en/` once at start.
A test collects every `tr("...")` of the program and demands its English.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

__all__ = ["current_language", "in_vietnamese", "speaking", "tr", "use_language"]

_current = "vi"
_catalogue: Mapping[str, str] = {}
_here: ContextVar[tuple[str, Mapping[str, str]] | None] = ContextVar("here", default=None)


def use_language(code: str, catalogue: Mapping[str, str]) -> None:
    """Make `catalogue` (Vietnamese text -> other language) the one that `tr` reads."""
    global _current, _catalogue
    _current = code
    _catalogue = catalogue


def current_language() -> str:
    """The code of the language in use: "vi" or "en"."""
    here = _here.get()
    return here[0] if here else _current


@contextmanager
def speaking(code: str, catalogue: Mapping[str, str]) -> Iterator[None]:
    """Speak `code` inside the block, in this thread or task: a server answers each in their own."""
    token = _here.set((code, catalogue))
    try:
        yield
    finally:
        _here.reset(token)


@contextmanager
def in_vietnamese() -> Iterator[None]:
    """Speak Vietnamese inside the block, in this thread: for official papers and the journal."""
    with speaking("vi", {}):
        yield


def tr(text: str, /, **values: object) -> str:
    """The sentence `text` in the language in use, with `{name}` places filled from `values`."""
    here = _here.get()
    found = (here[1] if here else _catalogue).get(text) or text
    return found.format(**values) if values else found
