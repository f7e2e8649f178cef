"""The guard before the validator: looks at the bytes of a signed PDF and trusts no PDF library.

Measured on altered files no single validator refused them all; this one refuses what the others
overlook: text hidden between objects, a hole larger than its signature, active content, doubles.
A *fault* makes the file invalid, a *doubt* says that it could not be read well enough to judge.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from models.words import tr
from services.signing.pdf_fields import SignatureField, fields_of, latest_objects
from services.signing.pdf_file import Body, Revision, SecondHeader, walk
from services.signing.pdf_syntax import (
    Dictionary,
    HexString,
    Name,
    Ref,
    Unreadable,
    Value,
    inside,
)
from services.signing.pdf_tables import table_faults
from services.signing.slots import field_words

__all__ = ["GuardReport", "Rectangle", "SignedPart", "inspect"]

Rectangle = tuple[float, float, float, float]

ACTIVE = frozenset(
    (
        *("JavaScript", "OpenAction", "Launch", "SubmitForm", "ImportData", "GoToR", "GoToE"),
        *("RichMedia", "XFA", "EmbeddedFile", "EmbeddedFiles", "OCProperties"),
        *("Movie", "Sound", "Rendition"),
    )
)
"""Names that make a page do or become something after it was signed."""
ACTIVE_KEYS = ACTIVE | {"JS", "AA"}

_TAIL = (b"", b"\n", b"\r", b"\r\n")
_HOLE = re.compile(rb"<(?:[0-9A-Fa-f]{2})+>")


@dataclass(frozen=True)
class SignedPart:
    """One signature and the bytes it vouches for: [0, hole start) and [hole end, end)."""

    field: str
    hole: tuple[int, int]
    end: int
    size: int
    cms: bytes
    kind: str

    @property
    def covers_to_end(self) -> bool:
        """Whether nothing follows the signed part."""
        return self.end == self.size


@dataclass(frozen=True)
class GuardReport:
    """What the guard saw; `changeable` means form fields other than signatures exist."""

    faults: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    parts: tuple[SignedPart, ...] = ()
    empty_fields: tuple[str, ...] = ()
    changeable: bool = False


def inspect(pdf: bytes, fields: Mapping[str, Rectangle | None] | None = None) -> GuardReport:
    """Check the bytes of `pdf` by rules G1-G8; never raises.

    `fields` are the only signature fields allowed and, where given, their rectangles.
    """
    if not pdf.startswith(b"%PDF-"):
        return GuardReport(faults=(tr("Tệp này không phải là PDF."),))
    end = pdf.rfind(b"%%EOF")
    if end < 0 or pdf[end + 5 :] not in _TAIL:
        return GuardReport(faults=(tr("Tệp PDF bị cắt dở, hoặc sau phần cuối còn có dữ liệu lạ."),))
    try:
        revisions = walk(pdf)
        return _judged(pdf, revisions, fields)
    except SecondHeader:
        return GuardReport(faults=(tr("Tệp chứa hai văn bản PDF lồng nhau."),))
    except Unreadable:
        return _loose_report(
            tr("Cấu trúc tệp PDF không đọc được đầy đủ nên chưa thể kết luận."), pdf
        )


def _judged(
    pdf: bytes, revisions: list[Revision], fields: Mapping[str, Rectangle | None] | None
) -> GuardReport:
    faults = list(table_faults(pdf, revisions))
    faults += _active(revisions)
    form = fields_of(revisions)
    faults += form.faults
    filled = [each for each in form.signatures if each.signature is not None]
    faults += _strangers(revisions, filled)
    parts: list[SignedPart] = []
    for each in filled:
        part = _part(pdf, each, revisions)
        if isinstance(part, str):
            faults.append(part)
        else:
            parts.append(part)
    parts.sort(key=lambda part: part.end)
    if parts and not parts[-1].covers_to_end:
        faults.append(tr("Sau chữ ký cuối cùng, tệp đã bị thêm nội dung."))
    if fields is not None:
        faults += _unexpected(form.signatures, fields, others=form.others)
    doubts = _doubts(revisions)
    return GuardReport(
        tuple(dict.fromkeys(faults)),
        tuple(doubts),
        tuple(parts),
        tuple(each.name for each in form.signatures if each.signature is None),
        bool(form.others),
    )


def _doubts(revisions: list[Revision]) -> list[str]:
    trailers = [each.trailer for each in revisions if each.trailer]
    found = []
    if any(trailer.find("Encrypt") is not None for trailer in trailers):
        found.append(tr("Tệp PDF bị mã hóa nên chưa thể kết luận."))
    if any(trailer.find("XRefStm") is not None for trailer in trailers):
        found.append(tr("Tệp PDF có bảng tham chiếu kép nên chưa thể kết luận."))
    return found


def _all_bodies(revisions: list[Revision]) -> Iterator[Body]:
    for each in revisions:
        yield from each.bodies


def _active(revisions: list[Revision]) -> list[str]:
    """G3: active or changing content anywhere, also in old revisions and in object streams."""
    values: list[Value] = [each.value for each in _all_bodies(revisions)]
    values += [each.trailer for each in revisions]
    for value in values:
        for each in inside(value):
            if isinstance(each, Name) and each in ACTIVE:
                return [_active_words(each)]
            for key in _keys(each):
                if key in ACTIVE_KEYS:
                    return [_active_words(key)]
    return []


def _keys(value: Value) -> Iterator[Name]:
    if isinstance(value, Dictionary):
        yield from (key for key, _ in value.pairs)


def _active_words(name: Name) -> str:
    return tr("Tệp chứa nội dung tự chạy hoặc đính kèm ({name}).", name=str(name))


def _strangers(revisions: list[Revision], filled: list[SignatureField]) -> list[str]:
    """Signatures that no field owns, two fields with one signature, a signature written twice."""
    owned = [each.signature for each in filled if each.signature is not None]
    if len(set(owned)) != len(owned):
        return [tr("Hai ô chữ ký dùng chung một chữ ký.")]
    bodies = [each for each in _all_bodies(revisions) if _signs(each.value)]
    if any(each.container for each in bodies):
        return [tr("Chữ ký bị giấu trong một luồng nén.")]
    written = [Ref(each.number, each.generation) for each in bodies]
    if sorted(written, key=_order) != sorted(owned, key=_order):
        return [tr("Tệp có chữ ký không gắn với ô chữ ký nào, hoặc chữ ký bị ghi lại.")]
    return []


def _order(ref: Ref) -> tuple[int, int]:
    return ref.number, ref.generation


def _signs(value: Value) -> bool:
    return any("ByteRange" in list(_keys(each)) for each in inside(value))


def _part(pdf: bytes, field: SignatureField, revisions: list[Revision]) -> SignedPart | str:
    """G4-G6 for one signature: the part it signs, or the fault as a sentence."""
    name = field_words(field.name)
    signature = latest_objects(revisions).get(field.signature) if field.signature else None
    if signature is None or not isinstance(signature.value, Dictionary):
        return tr("Ô {field} trỏ tới chữ ký không tồn tại.", field=name)
    about = signature.value
    if about.doubles():
        return tr("Ô {field}: chữ ký bị ghi hai lần trong cùng một chỗ.", field=name)
    ranges = about.find("ByteRange")
    hole = about.find("Contents")
    if not isinstance(ranges, tuple) or not isinstance(hole, HexString):
        return tr("Ô {field}: chữ ký thiếu phạm vi ký hoặc thiếu nội dung.", field=name)
    numbers = [each for each in ranges if type(each) is int]
    if len(numbers) != 4 or len(ranges) != 4 or numbers[0] != 0:
        return tr("Ô {field}: phạm vi ký không đúng dạng.", field=name)
    _, first, second, rest = numbers
    if not (0 < first < second and rest > 0 and second + rest <= len(pdf)):
        return tr("Ô {field}: phạm vi ký không đúng dạng.", field=name)
    if (hole.start, hole.end) != (first, second) or not _HOLE.fullmatch(pdf[first:second]):
        return tr("Ô {field}: chữ ký chừa ra phần nội dung không được ký.", field=name)
    if not _ends_own_revision(revisions, signature, second + rest):
        return tr("Ô {field}: phần được ký không kết thúc đúng chỗ.", field=name)
    cms = _der(bytes.fromhex(pdf[first + 1 : second - 1].decode("ascii")))
    if cms is None:
        return tr("Ô {field}: dữ liệu chữ ký bị hỏng hoặc có phần thừa.", field=name)
    kind = about.find("Type")
    return SignedPart(field.name, (first, second), second + rest, len(pdf), cms, str(kind or "Sig"))


def _ends_own_revision(revisions: list[Revision], signature: Body, end: int) -> bool:
    for each in revisions:
        if each.start <= signature.start < each.end:
            return each.end == end
    return False


def _der(raw: bytes) -> bytes | None:
    """The one DER value at the start of `raw` if only zero bytes follow it."""
    if len(raw) < 4 or raw[0] != 0x30 or raw[1] == 0x80:
        return None
    size, start = raw[1], 2
    if size > 0x80:
        start = 2 + (size & 0x7F)
        size = int.from_bytes(raw[2:start], "big")
    if start + size > len(raw) or raw[start + size :].strip(b"\0"):
        return None
    return raw[: start + size]


def _unexpected(
    signatures: tuple[SignatureField, ...],
    fields: Mapping[str, Rectangle | None],
    *,
    others: tuple[str, ...],
) -> list[str]:
    """G8: exactly the fields of the template, at their places, and no other form field."""
    found = [
        tr("Tệp có ô lạ không có trong mẫu: {field}.", field=field_words(name))
        for name in [*(each.name for each in signatures), *others]
        if name not in fields
    ]
    for each in signatures:
        wanted = fields.get(each.name)
        if wanted and not _same_place(each.rectangle, wanted):
            found.append(tr("Ô {field} không nằm đúng chỗ của mẫu.", field=field_words(each.name)))
    return found


def _same_place(found: Rectangle | None, wanted: Rectangle) -> bool:
    return found is not None and all(
        abs(one - other) < 1 for one, other in zip(found, wanted, strict=True)
    )


def _loose_report(doubt: str, pdf: bytes) -> GuardReport:
    """What can still be said about a file whose structure is broken: signatures found by shape.

    Good for two questions only: is the hole nothing but the signature, and do the signed bytes
    still have the digest that was signed? When not, the file is certainly altered.
    """
    shape = rb"/ByteRange\s*\[\s*0\s+(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s*\]"
    faults, parts = [], []
    for found in re.finditer(shape, pdf):
        first, second, rest = (int(each) for each in found.groups())
        if not _HOLE.fullmatch(pdf[first:second]) or second + rest > len(pdf):
            faults.append(tr("Chữ ký chừa ra phần nội dung không được ký."))
            continue
        cms = _der(bytes.fromhex(pdf[first + 1 : second - 1].decode("ascii")))
        if cms is not None:
            parts.append(SignedPart("", (first, second), second + rest, len(pdf), cms, "Sig"))
    return GuardReport(tuple(dict.fromkeys(faults)), (doubt,), tuple(parts))
