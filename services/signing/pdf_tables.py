"""Compares what a PDF file contains with what its cross-reference tables say (guard rule G7)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from models.words import tr
from services.signing.pdf_file import Revision
from services.signing.pdf_syntax import Ref, inside

__all__ = ["table_faults"]

_SPACE = frozenset(b"\x00\t\n\x0c\r ")


def table_faults(pdf: bytes, revisions: list[Revision]) -> Iterator[str]:
    """One sentence per kind of disagreement between bodies and tables."""
    before: Revision | None = None
    known: set[int] = set()
    dangling: set[int] = set()
    for each in revisions:
        written = {body.number for body in each.bodies}
        if _doubled(each):
            yield tr("Tệp có hai nội dung cho cùng một mục.")
        if _outside(pdf, each):
            yield tr("Tệp có nội dung nằm ngoài bảng mục hoặc bảng mục trỏ sai chỗ.")
        if _misled(each, before):
            yield tr("Tệp có bảng mục không nối tiếp đúng bảng trước.")
        if dangling & (written - known):
            yield tr("Tệp thêm nội dung vào chỗ để trống của phần đã ký.")
        known |= written
        dangling |= _wanted(each) - known
        before = each


def _doubled(revision: Revision) -> bool:
    counted = Counter(body.number for body in revision.bodies)
    return revision.doubled or any(count > 1 for count in counted.values())


def _outside(pdf: bytes, revision: Revision) -> bool:
    """Whether a body is not in the table, or the table points at something that is no body."""
    places = {body.start: body.number for body in revision.bodies if not body.container}
    listed = set()
    for number, where in revision.in_use.items():
        at = where
        while at < revision.end and pdf[at] in _SPACE:
            at += 1
        if places.get(at) != number:
            return True
        listed.add(number)
    tables = {places[at] for at in revision.xref_at if at in places}
    packed = {body.number: body.container for body in revision.bodies if body.container}
    return packed != revision.packed or set(places.values()) - listed - tables != set()


def _misled(revision: Revision, before: Revision | None) -> bool:
    """Whether startxref or /Prev leads elsewhere than to the tables that stand in the file."""
    if revision.trailer is None or not revision.xref_at:
        return True
    if revision.linearised():
        return False
    previous = revision.trailer.find("Prev")
    if len(revision.xref_at) != 1 or revision.startxref != revision.xref_at[0]:
        return True
    return previous != (before.startxref if before else None) and not (
        before is not None and before.linearised() and previous in before.xref_at
    )


def _wanted(revision: Revision) -> set[int]:
    """Numbers of the objects this revision refers to."""
    values = [body.value for body in revision.bodies]
    values.append(revision.trailer)
    return {each.number for value in values for each in inside(value) if isinstance(each, Ref)}
