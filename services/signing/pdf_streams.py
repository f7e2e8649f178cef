"""Opens the two PDF streams that hide structure: object streams and cross-reference streams.

Sizes are capped: a few kilobytes may not grow into gigabytes (ISO 32000-2 §7.5.7 and §7.5.8).
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from services.signing.pdf_syntax import Dictionary, Name, Reader, Unreadable, Value

__all__ = ["CrossEntry", "decoded", "object_stream", "xref_stream"]

MAX_DECODED = 32 * 1024 * 1024
MAX_OBJECTS = 200_000

CrossEntry = tuple[int, int, int, int]
"""Object number, kind (0 free, 1 in the file, 2 in an object stream) and its two fields."""


def decoded(about: Dictionary, raw: bytes) -> bytes:
    """The plain bytes of a stream; raises Unreadable for filters not used for structure."""
    kind = about.find("Filter")
    filters = kind if isinstance(kind, tuple) else (kind,)
    if filters in ((None,), ()):
        return raw
    if filters != (Name("FlateDecode"),):
        raise Unreadable(0, "filter")
    plain = _inflate(raw)
    parms = about.find("DecodeParms")
    if isinstance(parms, tuple):
        parms = parms[0] if len(parms) == 1 else None
    return _unpredict(plain, parms) if isinstance(parms, Dictionary) else plain


def _inflate(raw: bytes) -> bytes:
    machine = zlib.decompressobj()
    try:
        plain = machine.decompress(raw, MAX_DECODED)
    except zlib.error as error:
        raise Unreadable(0, "deflate") from error
    if machine.unconsumed_tail or not machine.eof:
        raise Unreadable(0, "deflate too long")
    return plain


def _unpredict(plain: bytes, parms: Dictionary) -> bytes:
    """Undo the PNG predictor "up" or "none" with 8-bit single samples, as all writers use here."""
    predictor, columns = parms.find("Predictor"), parms.find("Columns")
    if predictor in (None, 1):
        return plain
    if not isinstance(predictor, int) or predictor < 10 or not isinstance(columns, int):
        raise Unreadable(0, "predictor")
    if columns < 1 or len(plain) % (columns + 1):
        raise Unreadable(0, "predictor columns")
    row, out = bytes(columns), bytearray()
    for start in range(0, len(plain), columns + 1):
        kind, line = plain[start], plain[start + 1 : start + 1 + columns]
        if kind not in (0, 2):
            raise Unreadable(0, "predictor row")
        row = line if kind == 0 else bytes((a + b) & 255 for a, b in zip(line, row, strict=True))
        out += row
    return bytes(out)


def _count(about: Dictionary, key: str) -> int:
    value = about.find(key)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= MAX_OBJECTS:
        raise Unreadable(0, key)
    return value


def object_stream(about: Dictionary, raw: bytes) -> Iterator[tuple[int, Value]]:
    """The objects of an /ObjStm as (number, value), in order."""
    plain = decoded(about, raw)
    count, first = _count(about, "N"), about.find("First")
    if not isinstance(first, int):
        raise Unreadable(0, "First")
    reader = Reader(plain)
    table = [reader.value() for _ in range(2 * count)]
    for number, offset in zip(table[::2], table[1::2], strict=True):
        if type(number) is not int or type(offset) is not int:
            raise Unreadable(0, "object table")
        yield number, Reader(plain, first + offset).value()


def xref_stream(about: Dictionary, raw: bytes) -> Iterator[CrossEntry]:
    """The entries of an /XRef stream."""
    plain = decoded(about, raw)
    widths = about.find("W")
    sections = about.find("Index") or (0, _count(about, "Size"))
    if not isinstance(widths, tuple) or len(widths) != 3 or not isinstance(sections, tuple):
        raise Unreadable(0, "xref stream")
    sizes = [each for each in widths if type(each) is int and 0 <= each <= 8]
    numbers = [each for each in sections if type(each) is int and each >= 0]
    if len(sizes) != 3 or len(numbers) != len(sections) or len(numbers) % 2:
        raise Unreadable(0, "xref stream")
    at = 0
    for first, count in zip(numbers[::2], numbers[1::2], strict=True):
        if count > MAX_OBJECTS or at + count * sum(sizes) > len(plain):
            raise Unreadable(0, "xref stream size")
        for number in range(first, first + count):
            yield number, *_entry(plain, at, sizes)
            at += sum(sizes)


def _entry(plain: bytes, at: int, sizes: list[int]) -> tuple[int, int, int]:
    parts: list[int] = []
    for size in sizes:
        parts.append(int.from_bytes(plain[at : at + size], "big"))
        at += size
    return (parts[0] if sizes[0] else 1), parts[1], parts[2]
