"""Tools of a forger: revisions by hand, signatures over chosen ranges, files with hidden parts."""

from __future__ import annotations

import asyncio
import hashlib
import re
import zlib
from collections.abc import Callable, Mapping

from services.signing.keys import SigningKey
from services.signing.pades import CachedKeySigner
from services.signing.slots import LEADER_FIELD

HOLE = 8000
Ranges = Callable[[int, int, int], list[int]]


def whole(first: int, second: int, size: int) -> list[int]:
    """The honest byte range."""
    return [0, first, second, size - second]


def swap(pdf: bytes, old: bytes, new: bytes) -> bytes:
    """`pdf` with the last `old` replaced by `new`; the text must be there."""
    at = pdf.rindex(old)
    return pdf[:at] + new + pdf[at + len(old) :]


def swap_first(pdf: bytes, old: bytes, new: bytes) -> bytes:
    at = pdf.index(old)
    return pdf[:at] + new + pdf[at + len(old) :]


def flip(pdf: bytes, at: int) -> bytes:
    changed = bytearray(pdf)
    changed[at] ^= 1
    return bytes(changed)


def number_of(pdf: bytes, marker: bytes) -> int:
    """Number of the last object whose text holds `marker`."""
    at = pdf.rindex(marker)
    heads = re.findall(rb"(?<!\d)(\d{1,9}) 0 obj", pdf[:at])
    return int(heads[-1])


def body_of(pdf: bytes, number: int) -> bytes:
    """Text between obj and endobj of the last body of `number`."""
    found = re.findall(rb"(?<!\d)%d 0 obj\s*(.*?)\s*endobj" % number, pdf, re.DOTALL)
    return found[-1]


def holes(pdf: bytes) -> list[tuple[int, int]]:
    """Places of the /Contents strings of all signatures, brackets included."""
    return [found.span(1) for found in re.finditer(rb"/Contents (<[0-9A-Fa-f]{1000,}>)", pdf)]


def _last(pdf: bytes, pattern: bytes) -> bytes:
    return re.findall(pattern, pdf)[-1]


def revision(
    pdf: bytes, objects: Mapping[int, bytes], *, unlisted: bytes = b"", extra: bytes = b""
) -> bytes:
    """`pdf` and one more revision with `objects`; `unlisted` stands in no table.

    `extra` are further lines of the cross-reference table as they are to be written.
    """
    out = bytearray(pdf if pdf.endswith(b"\n") else pdf + b"\n")
    out += unlisted
    lines = []
    for number, body in objects.items():
        lines.append(b"%d 1\n%010d 00000 n \n" % (number, len(out)))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = len(out)
    size = max([int(_last(pdf, rb"/Size (\d+)")), *(each + 1 for each in objects)])
    out += b"xref\n0 1\n0000000000 65535 f \n" + b"".join(lines) + extra
    out += b"trailer\n<< /Root %s /Info %s /Size %d /Prev %s >>\nstartxref\n%d\n%%%%EOF\n" % (
        _last(pdf, rb"/Root (\d+ 0 R)"),
        _last(pdf, rb"/Info (\d+ 0 R)"),
        size,
        _last(pdf, rb"startxref\s+(\d+)"),
        table,
    )
    return bytes(out)


def cms_over(data: bytes, key: SigningKey) -> bytes:
    """A CMS signature of `key` over `data`."""
    digest = hashlib.sha256(data).digest()
    made = asyncio.run(
        CachedKeySigner(key).async_sign(digest, digest_algorithm="sha256", use_pades=True)
    )
    return made.dump()


def forged(
    pdf: bytes,
    key: SigningKey,
    *,
    ranges: Ranges = whole,
    before: bytes = b"",
    after: bytes = b"",
    spoil: Callable[[bytes], bytes] = lambda text: text,
    marker: bytes = LEADER_FIELD.encode(),
    more: Mapping[int, bytes] | None = None,
    claimed: bytes = b"D:20261120093000+07'00'",
) -> bytes:
    """`pdf` signed by hand: the digest is right over `ranges`, whatever those leave out.

    `before` and `after` stand around /Contents, `spoil` rewrites the hex between the brackets
    (same length), `more` are further objects of the signed revision.
    """
    field = number_of(pdf, b"(" + marker + b")")
    number = 900 + len(holes(pdf))
    about = (
        b"<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached "
        b"/M (%s) %s/Contents <%s>%s /ByteRange [ %s ] >>"
    ) % (claimed, before, b"0" * HOLE, after, b"*" * 60)
    filled = body_of(pdf, field)[:-2] + b"/V %d 0 R >>" % number
    out = revision(pdf, {field: filled, number: about, **(more or {})})
    start = out.rindex(b"<" + b"0" * HOLE)
    end = start + HOLE + 2
    numbers = ranges(start, end, len(out))
    out = out.replace(b"*" * 60, b" ".join(b"%d" % each for each in numbers).ljust(60))
    pairs = zip(numbers[::2], numbers[1::2], strict=True)
    signed = b"".join(out[max(at, 0) : max(at, 0) + size] for at, size in pairs)
    text = spoil(cms_over(signed, key).hex().encode().ljust(HOLE, b"0"))
    return out[: start + 1] + text + out[end - 1 :]


def modern(
    extra: bytes = b"", *, hidden: bytes = b"", filter_name: bytes = b"FlateDecode"
) -> bytes:
    """A PDF with an object stream and a cross-reference stream; `extra` goes into the catalogue.

    `hidden` is one more object (number 7) inside the object stream.
    """
    inner = {
        1: b"<< /Type /Catalog /Pages 2 0 R %s >>" % extra,
        2: b"<< /Type /Pages /Kids [ 3 0 R ] /Count 1 >>",
        3: b"<< /Type /Page /Parent 2 0 R /MediaBox [ 0 0 595 842 ] /Contents 5 0 R"
        b" /Resources << >> >>",
        6: b"<< /Title (x) >>",
        7: hidden or b"null",
    }
    out = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    places = {5: len(out)}
    out += b"5 0 obj\n<< /Length 5 >>\nstream\nq 1 g\nendstream\nendobj\n"
    table, bodies = b"", b""
    for number, body in inner.items():
        table += b"%d %d " % (number, len(bodies))
        bodies += body + b" "
    packed = zlib.compress(table + bodies)
    places[4] = len(out)
    out += b"4 0 obj\n<< /Type /ObjStm /N %d /First %d /Filter /%s /Length %d >>\nstream\n" % (
        len(inner),
        len(table),
        filter_name,
        len(packed),
    )
    out += packed + b"\nendstream\nendobj\n"
    places[8] = len(out)
    rows = b"\0" + bytes(5)
    for number in range(1, 9):
        if number in places:
            rows += b"\1" + places[number].to_bytes(4, "big") + b"\0"
        else:
            rows += b"\2" + (4).to_bytes(4, "big") + bytes([list(inner).index(number)])
    raw = zlib.compress(rows)
    ident = b"<" + b"ab" * 16 + b">"
    out += (
        b"8 0 obj\n<< /Type /XRef /Size 9 /W [ 1 4 1 ] /Root 1 0 R /Info 6 0 R "
        b"/ID [ %s %s ] /Filter /FlateDecode /Length %d >>\nstream\n"
    ) % (ident, ident, len(raw))
    out += raw + b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % places[8]
    return bytes(out)
