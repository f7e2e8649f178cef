"""Walks a PDF file from its first byte to its last as a row of revisions; nothing may be between.

Ordinary readers jump through the file by its cross-reference table, which lets bytes hide between
objects. This walk reads everything in order, so that what it did not read cannot be there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from services.signing.pdf_streams import object_stream, xref_stream
from services.signing.pdf_syntax import SPACE, Dictionary, Name, Reader, Ref, Unreadable, Value

__all__ = ["Body", "Revision", "SecondHeader", "walk"]

_GAP = rb"[" + SPACE + rb"]"
_OBJ = re.compile(rb"(\d{1,10})" + _GAP + rb"+(\d{1,5})" + _GAP + rb"+obj(?![A-Za-z])")
_START = re.compile(rb"startxref" + _GAP + rb"+(\d{1,12})" + _GAP + rb"+%%EOF(\r\n|\n|\r)?")
_SECTION = re.compile(rb"(\d{1,10}) (\d{1,8})" + _GAP + rb"*")
_LINE = re.compile(rb"(\d{10}) (\d{5}) ([nf])[ \r\n]{1,2}")
_STREAM = re.compile(rb"stream(\r\n|\n)")
_ENDSTREAM = re.compile(rb"(\r\n|\n|\r)?endstream")


@dataclass(frozen=True)
class Body:
    """One object as it stands in the file; `container` is the object stream it lies in, or 0."""

    number: int
    generation: int
    start: int
    value: Value
    container: int = 0


@dataclass
class Revision:
    """Everything between two ends of file: bytes [start, end), its objects and its table."""

    start: int
    end: int = 0
    bodies: list[Body] = field(default_factory=list)
    in_use: dict[int, int] = field(default_factory=dict)
    packed: dict[int, int] = field(default_factory=dict)
    xref_at: list[int] = field(default_factory=list)
    trailer: Dictionary | None = None
    startxref: int = -1
    doubled: bool = False

    def linearised(self) -> bool:
        """Whether the first object announces a file ordered for the web (Annex F)."""
        first = self.bodies[0].value if self.bodies else None
        return isinstance(first, Dictionary) and first.find("Linearized") is not None

    def note_entry(self, number: int, kind: int, where: int) -> None:
        """Take one line of the cross-reference table or stream."""
        self.doubled |= number in self.in_use or number in self.packed
        if kind == 1:
            self.in_use[number] = where
        elif kind == 2:
            self.packed[number] = where


class SecondHeader(Unreadable):
    """Another `%PDF-` header after the first: two documents in one file."""


def walk(data: bytes) -> list[Revision]:
    """The revisions of `data` in order; raises Unreadable where the bytes are not understood."""
    return _Walker(data).run()


class _Walker:
    def __init__(self, data: bytes) -> None:
        self.data = data
        self.reader = Reader(data)
        self.revisions: list[Revision] = []
        self.now = Revision(0)

    def run(self) -> list[Revision]:
        while True:
            before = self.reader.position
            self.reader.skip_space()
            if self.data.find(b"%PDF-", max(before, 1), self.reader.position) >= 0:
                raise SecondHeader(before, "second header")
            if self.reader.position >= len(self.data):
                break
            self._step()
        if self.now.bodies or self.now.trailer:
            raise Unreadable(self.now.start, "no end of revision")
        return self._joined()

    def _step(self) -> None:
        at = self.reader.position
        found = _OBJ.match(self.data, at)
        if found:
            self.reader.position = found.end()
            self._object(int(found.group(1)), int(found.group(2)), start=at)
        elif self.data.startswith(b"xref", at):
            self._table(at)
        elif (found := _START.match(self.data, at)) is not None:
            self.now.startxref = int(found.group(1))
            self.now.end = self.reader.position = found.end()
            self.revisions.append(self.now)
            self.now = Revision(found.end())
        else:
            raise Unreadable(at, "not an object")

    def _object(self, number: int, generation: int, *, start: int) -> None:
        value = self.reader.value()
        self.now.bodies.append(Body(number, generation, start, value))
        self.reader.skip_space()
        found = _STREAM.match(self.data, self.reader.position)
        if found and isinstance(value, Dictionary):
            raw = self._stream(value, found.end())
            self._structure(number, value, raw=raw, start=start)
            self.reader.skip_space()
        if not self.data.startswith(b"endobj", self.reader.position):
            raise Unreadable(self.reader.position, "endobj missing")
        self.reader.position += len(b"endobj")

    def _stream(self, about: Dictionary, start: int) -> bytes:
        size = about.find("Length")
        if isinstance(size, Ref):
            size = self._length(size)
        if type(size) is not int or size < 0:
            raise Unreadable(start, "stream length")
        found = _ENDSTREAM.match(self.data, start + size)
        if found is None:
            raise Unreadable(start, "stream end")
        self.reader.position = found.end()
        return self.data[start : start + size]

    def _length(self, ref: Ref) -> int:
        """A length kept in an object of its own; it must be written exactly once in the file."""
        head = rb"(?<!\d)%d" % ref.number + _GAP + rb"+%d" % ref.generation + _GAP + rb"+obj"
        hits = re.findall(head + _GAP + rb"+(\d{1,12})" + _GAP + rb"+endobj", self.data)
        if len(hits) != 1:
            raise Unreadable(self.reader.position, "stream length")
        return int(hits[0])

    def _structure(self, number: int, about: Dictionary, *, raw: bytes, start: int) -> None:
        kind = about.find("Type")
        if kind == Name("XRef"):
            self.now.xref_at.append(start)
            self.now.trailer = about
            for entry, what, where, _ in xref_stream(about, raw):
                self.now.note_entry(entry, what, where)
        elif kind == Name("ObjStm"):
            for inner, value in object_stream(about, raw):
                self.now.bodies.append(Body(inner, 0, start, value, container=number))

    def _table(self, at: int) -> None:
        self.now.xref_at.append(at)
        self.reader.position = at + len(b"xref")
        self.reader.skip_space()
        while (found := _SECTION.match(self.data, self.reader.position)) is not None:
            self.reader.position = found.end()
            self._section(int(found.group(1)), int(found.group(2)))
        self.reader.skip_space()
        if not self.data.startswith(b"trailer", self.reader.position):
            raise Unreadable(self.reader.position, "trailer missing")
        self.reader.position += len(b"trailer")
        trailer = self.reader.value()
        if not isinstance(trailer, Dictionary):
            raise Unreadable(self.reader.position, "trailer")
        self.now.trailer = trailer

    def _section(self, first: int, count: int) -> None:
        for number in range(first, first + count):
            line = _LINE.match(self.data, self.reader.position)
            if line is None:
                raise Unreadable(self.reader.position, "table line")
            self.reader.position = line.end()
            self.now.note_entry(number, int(line.group(3) == b"n"), int(line.group(1)))

    def _joined(self) -> list[Revision]:
        """A linearised file writes its first revision in two parts: join them."""
        found = self.revisions
        if len(found) < 2 or not found[0].linearised():
            return found
        one, two = found[:2]
        whole = Revision(
            start=0,
            end=two.end,
            bodies=one.bodies + two.bodies,
            in_use=two.in_use | one.in_use,
            packed=two.packed | one.packed,
            xref_at=one.xref_at + two.xref_at,
            trailer=one.trailer,
            startxref=two.startxref,
            doubled=one.doubled or two.doubled,
        )
        return [whole, *found[2:]]
