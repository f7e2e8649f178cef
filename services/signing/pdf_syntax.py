"""Reads PDF objects from bytes (ISO 32000-2 §7.3), strictly and to a limited depth.

Only what the guard needs: every token keeps its meaning, hexadecimal strings also their place.
Anything unusual is `Unreadable`: a checker that guesses can be led astray.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

__all__ = ["Dictionary", "HexString", "Name", "Reader", "Ref", "Unreadable", "Value", "inside"]

MAX_DEPTH = 60
SPACE = rb"\x00\t\n\x0c\r "
_SPACE = re.compile(rb"(?:[" + SPACE + rb"]|%[^\r\n]*)*")
_REF = re.compile(rb"(\d{1,10})[" + SPACE + rb"]+(\d{1,5})[" + SPACE + rb"]+R(?![A-Za-z0-9])")
_NAME = re.compile(rb"/([^" + SPACE + rb"()<>\[\]{}/%]*)")
_NUMBER = re.compile(rb"[+-]?(?:\d{1,20}(?:\.\d{0,20})?|\.\d{1,20})(?![A-Za-z0-9.+-])")
_HEX = re.compile(rb"<[0-9A-Fa-f" + SPACE + rb"]*>")
_WORD = re.compile(rb"[A-Za-z]{1,20}")
_PAREN = re.compile(rb"\\.|[()]", re.DOTALL)
_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
_WORDS: dict[bytes, bool | None] = {b"true": True, b"false": False, b"null": None}


class Unreadable(Exception):
    """The bytes at `offset` are not the PDF syntax this reader knows."""

    def __init__(self, offset: int, what: str) -> None:
        super().__init__(f"{what} at {offset}")
        self.offset = offset


class Name(str):
    """A PDF name without its slash, #xx escapes resolved."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Ref:
    """An indirect reference `number generation R`."""

    number: int
    generation: int


@dataclass(frozen=True, slots=True)
class HexString:
    """A `<...>` string with the offsets of its brackets: data[start:end] is the whole token."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Dictionary:
    """A dictionary as written: pairs in order, doubles kept so that they can be refused."""

    pairs: tuple[tuple[Name, Value], ...]

    def find(self, key: str) -> Value:
        """The value of `key`, or None; with doubles the last one, as most readers do."""
        return next((value for name, value in reversed(self.pairs) if name == key), None)

    def doubles(self) -> bool:
        """Whether a key is written twice."""
        return len({name for name, _ in self.pairs}) != len(self.pairs)


Value = (
    int | float | bool | bytes | Name | Ref | HexString | Dictionary | tuple["Value", ...] | None
)


def inside(value: Value) -> Iterator[Value]:
    """`value` and every value in it, without entering references; dictionary keys are left out."""
    todo: list[Value] = [value]
    while todo:
        each = todo.pop()
        yield each
        if isinstance(each, Dictionary):
            todo.extend(item for _, item in each.pairs)
        elif isinstance(each, tuple):
            todo.extend(each)


class Reader:
    """A place in `data` that moves forward as values are read."""

    def __init__(self, data: bytes, position: int = 0) -> None:
        self.data = data
        self.position = position

    def skip_space(self) -> None:
        """Pass white space and comments."""
        found = _SPACE.match(self.data, self.position)
        self.position = found.end() if found else self.position

    def value(self, depth: int = 0) -> Value:
        """The next value; raises Unreadable."""
        if depth > MAX_DEPTH:
            raise Unreadable(self.position, "too deep")
        self.skip_space()
        head = self.data[self.position : self.position + 2]
        if head == b"<<":
            return self._dictionary(depth)
        if head[:1] == b"<":
            found = self._take(_HEX)
            return HexString(found.start(), found.end())
        if head[:1] == b"/":
            return self._name()
        if head[:1] == b"(":
            return self._literal()
        if head[:1] == b"[":
            return self._array(depth)
        return self._plain()

    def _take(self, pattern: re.Pattern[bytes]) -> re.Match[bytes]:
        found = pattern.match(self.data, self.position)
        if found is None:
            raise Unreadable(self.position, "unknown token")
        self.position = found.end()
        return found

    def _name(self) -> Name:
        raw = self._take(_NAME).group(1)
        plain = _ESCAPE.sub(lambda found: bytes([int(found.group(1), 16)]), raw)
        return Name(plain.decode("latin-1"))

    def _plain(self) -> Value:
        found = _REF.match(self.data, self.position)
        if found:
            self.position = found.end()
            return Ref(int(found.group(1)), int(found.group(2)))
        number = _NUMBER.match(self.data, self.position)
        if number:
            self.position = number.end()
            text = number.group()
            return float(text) if b"." in text else int(text)
        word = self._take(_WORD).group()
        if word not in _WORDS:
            raise Unreadable(self.position, "unknown word")
        return _WORDS[word]

    def _literal(self) -> bytes:
        start, depth = self.position, 0
        for found in _PAREN.finditer(self.data, start):
            mark = found.group()
            depth += (mark == b"(") - (mark == b")")
            if depth == 0:
                self.position = found.end()
                return self.data[start + 1 : found.end() - 1]
        raise Unreadable(start, "string without end")

    def _array(self, depth: int) -> tuple[Value, ...]:
        self.position += 1
        items: list[Value] = []
        while not self._closes(b"]"):
            items.append(self.value(depth + 1))
        return tuple(items)

    def _dictionary(self, depth: int) -> Dictionary:
        self.position += 2
        pairs: list[tuple[Name, Value]] = []
        while not self._closes(b">>"):
            key = self._name()
            pairs.append((key, self.value(depth + 1)))
        return Dictionary(tuple(pairs))

    def _closes(self, mark: bytes) -> bool:
        self.skip_space()
        if not self.data.startswith(mark, self.position):
            return False
        self.position += len(mark)
        return True
