"""Finds the form fields of a PDF as its last revision shows them: signatures and all others."""

from __future__ import annotations

from dataclasses import dataclass, field

from models.words import tr
from services.signing.pdf_file import Body, Revision
from services.signing.pdf_syntax import Dictionary, Ref, Value
from services.signing.slots import field_words

__all__ = ["Form", "SignatureField", "fields_of", "latest_objects"]

MAX_FIELDS = 500


@dataclass(frozen=True)
class SignatureField:
    """A signature field; `signature` is None while it is empty."""

    name: str
    signature: Ref | None
    rectangle: tuple[float, float, float, float] | None


@dataclass(frozen=True)
class Form:
    """The fields of a document and what is wrong with them."""

    signatures: tuple[SignatureField, ...]
    others: tuple[str, ...]
    faults: tuple[str, ...]


def latest_objects(revisions: list[Revision]) -> dict[Ref, Body]:
    """The objects in force at the end of the file."""
    return {Ref(b.number, b.generation): b for each in revisions for b in each.bodies}


def fields_of(revisions: list[Revision]) -> Form:
    """All terminal fields below /AcroForm of the last catalogue."""
    return _Collector(latest_objects(revisions)).collect(revisions[-1].trailer)


@dataclass
class _Collector:
    objects: dict[Ref, Body]
    signatures: list[SignatureField] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    seen: set[Ref] = field(default_factory=set)

    def collect(self, trailer: Dictionary | None) -> Form:
        root = self._dictionary(trailer.find("Root")) if trailer else None
        form = self._dictionary(root.find("AcroForm")) if root else None
        if form is not None:
            self._children(form.find("Fields"), above="", kind=None)
        names = [each.name for each in self.signatures]
        if len(set(names)) != len(names):
            self.faults.append(tr("Hai ô chữ ký trùng tên."))
        return Form(tuple(self.signatures), tuple(self.others), tuple(self.faults))

    def _resolve(self, value: Value) -> Value:
        if isinstance(value, Ref):
            body = self.objects.get(value)
            return body.value if body else None
        return value

    def _dictionary(self, value: Value) -> Dictionary | None:
        found = self._resolve(value)
        return found if isinstance(found, Dictionary) else None

    def _children(self, value: Value, *, above: str, kind: Value) -> None:
        rows = self._resolve(value)
        for each in rows if isinstance(rows, tuple) else ():
            about = self._dictionary(each)
            if about is None:
                continue
            if isinstance(each, Ref):
                if each in self.seen or len(self.seen) >= MAX_FIELDS:
                    self.faults.append(tr("Danh sách ô biểu mẫu bị lặp."))
                    return
                self.seen.add(each)
            self._field(about, above=above, kind=kind)

    def _field(self, about: Dictionary, *, above: str, kind: Value) -> None:
        part = _text(self._resolve(about.find("T")))
        name = f"{above}.{part}" if above and part else part or above
        kind = self._resolve(about.find("FT")) or kind
        kids = self._resolve(about.find("Kids"))
        if isinstance(kids, tuple) and kids:
            self._children(kids, above=name, kind=kind)
        elif kind == "Sig":
            self._signature(about, name)
        else:
            self.others.append(name)

    def _signature(self, about: Dictionary, name: str) -> None:
        value = about.find("V")
        if value is not None and not isinstance(value, Ref):
            self.faults.append(
                tr("Ô {field}: chữ ký không nằm ở mục riêng.", field=field_words(name))
            )
            return
        place = self._resolve(about.find("Rect"))
        rectangle = None
        if isinstance(place, tuple) and len(place) == 4:
            numbers = [float(each) for each in place if isinstance(each, int | float)]
            if len(numbers) == 4:
                rectangle = (numbers[0], numbers[1], numbers[2], numbers[3])
        self.signatures.append(SignatureField(name, value, rectangle))


def _text(value: Value) -> str:
    """A text string: UTF-16 with a mark, UTF-8 with a mark, else Latin-1 (close enough here)."""
    if not isinstance(value, bytes):
        return ""
    if value.startswith(b"\xfe\xff"):
        return value[2:].decode("utf-16-be", errors="replace")
    if value.startswith(b"\xef\xbb\xbf"):
        return value[3:].decode("utf-8", errors="replace")
    return value.decode("latin-1")
