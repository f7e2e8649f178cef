"""Finding a procedure or a unit from what a hurried clerk types: code, words, first letters."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from models.folding import vn_fold
from models.procedure import Procedure
from models.unit import Unit

__all__ = ["ProcedureIndex", "UnitIndex"]

WORD = re.compile(r"\w+")
CODE = re.compile(r"\d[\d.]*")
EVERY_NAME = ("thu", "tuc")
"""Many official names begin with "Thủ tục": it tells nothing apart and must not cost a place."""

EXACT, CODE_START, PHRASE, IN_ORDER, ANY_ORDER, WITH_FIELD, INITIALS = range(7)
"""How well a procedure answers, best first."""

Rank = tuple[int, int, int]
"""How well it answers, then two finer measures; smaller is better."""


@dataclass(frozen=True)
class _Entry:
    """A procedure with everything that is compared folded once.

    `name`, `keywords` and `around` (all that is searched) are folded words, each with a space
    before it, so that " kh" in `name` says that a word begins with "kh".
    """

    procedure: Procedure
    name: str
    keywords: str
    around: str
    initials: str
    accented: str


def _words(text: str) -> tuple[str, ...]:
    return tuple(WORD.findall(vn_fold(text)))


def _spaced(words: Iterable[str]) -> str:
    return "".join(f" {word}" for word in words)


def _accented(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


class ProcedureIndex:
    """Procedures prepared for searching; the index never changes once made."""

    def __init__(self, procedures: Iterable[Procedure]) -> None:
        self._entries = tuple(self._entry(procedure) for procedure in procedures)

    @staticmethod
    def _entry(procedure: Procedure) -> _Entry:
        words = _words(procedure.name)
        if words[:2] == EVERY_NAME:
            words = words[2:]
        name, keywords = _spaced(words), _spaced(_words(procedure.keywords))
        return _Entry(
            procedure=procedure,
            name=name,
            keywords=keywords,
            around=name + keywords + _spaced(_words(procedure.field)),
            initials="".join(word[0] for word in words),
            accented=_accented(procedure.name),
        )

    def search(
        self, text: str, *, favourites: frozenset[str], recents: Sequence[str]
    ) -> list[Procedure]:
        """Every procedure that answers `text`, best first; all of them for an empty text."""
        words, spelled, code = _words(text), _accented(text), vn_fold(text)
        wanted = words[2:] if words[:2] == EVERY_NAME and len(words) > 2 else words
        place = {known: at for at, known in reversed(list(enumerate(recents)))}
        ranked = []
        for entry in self._entries:
            rank = _rank(entry, wanted, code) if wanted else (EXACT, 0, 0)
            if rank is None:
                continue
            own = entry.procedure.code
            known = -1 if own in favourites else place.get(own, len(place))
            accents = 0 if spelled in entry.accented else 1
            ranked.append(((rank[0], known, accents, *rank[1:], own), entry.procedure))
        return [procedure for _, procedure in sorted(ranked, key=lambda pair: pair[0])]


def _rank(entry: _Entry, wanted: tuple[str, ...], code: str) -> Rank | None:
    """How well `entry` answers the folded words `wanted`; None for no answer."""
    if CODE.fullmatch(code):
        return _code_rank(entry.procedure.code, code)
    if not all(f" {piece}" in entry.around for piece in wanted):
        return _initials_rank(entry.initials, wanted)
    phrase = _spaced(wanted)
    at = entry.name.find(phrase)
    if at >= 0:
        # what follows the phrase makes it another, more special procedure; what leads does not
        return PHRASE, len(entry.name) - at - len(phrase), at
    if phrase in entry.keywords:
        return PHRASE, 0, 0
    if _in_order(entry.name, wanted):
        return IN_ORDER, len(entry.name), 0
    whole = all(f" {piece}" in entry.name for piece in wanted)
    return (ANY_ORDER if whole else WITH_FIELD), len(entry.name), 0


def _code_rank(own: str, code: str) -> Rank | None:
    if own == code:
        return EXACT, 0, 0
    if own.startswith(code) or own.replace(".", "").startswith(code):
        return CODE_START, 0, 0
    return None


def _initials_rank(initials: str, wanted: tuple[str, ...]) -> Rank | None:
    if len(wanted) != 1 or len(wanted[0]) < 2:
        return None
    at = initials.rfind(wanted[0])
    return None if at < 0 else (INITIALS, len(initials) - at - len(wanted[0]), at)


def _in_order(name: str, wanted: tuple[str, ...]) -> bool:
    at = 0
    for piece in wanted:
        at = name.find(f" {piece}", at) + 1
        if not at:
            return False
    return True


class UnitIndex:
    """The communes and wards prepared for the choice of the first start."""

    def __init__(self, units: Iterable[Unit]) -> None:
        self._entries = tuple((unit, _spaced(_words(unit.name)) + " ") for unit in units)

    def search(self, text: str) -> tuple[Unit, ...]:
        """Units whose code begins with `text` or whose name has its words, best first."""
        phrase, spelled, code = _spaced(_words(text)), _accented(text), text.strip()
        found = []
        for unit, name in self._entries:
            if phrase in name or (code and unit.code.startswith(code)):
                accents = 0 if spelled in _accented(unit.name) else 1
                whole = 0 if f"{phrase} " in name else 1
                found.append(((accents, whole, name.find(phrase)), unit))
        return tuple(unit for _, unit in sorted(found, key=lambda pair: pair[0]))
