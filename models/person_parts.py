"""A person in parts: what is put right as one thing, so that two people's corrections can meet.

Parts that different people changed at the same time both hold; the same part changed twice is a
contradiction of that part alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from models.party import Person
from models.words import tr

__all__ = ["PARTS", "changed_parts", "part_label", "part_text", "with_part"]

PARTS: Mapping[str, tuple[str, ...]] = {
    "name": ("name",),
    "paper": ("kind", "id_kind", "id_number", "verified"),
    "birth": ("birth",),
    "sex": ("sex",),
    "phone": ("phone",),
    "email": ("email",),
    "address": ("address",),
    "address_on_card": ("address_on_card",),
}
"""The fields of each part; a kind of paper without its number, or the reverse, means nothing."""

_PROVED = frozenset({"name", "paper", "birth", "sex"})
"""What is vouched for together when an identity is marked as proved."""


def changed_parts(before: Person, after: Person) -> tuple[str, ...]:
    """The parts in which `after` differs, in the order of `PARTS`.

    Another mark of proof counts as a change of all it vouches for: it must not come to stand
    beside a name that somebody else changed meanwhile.
    """
    moved = {part for part in PARTS if part_text(before, part) != part_text(after, part)}
    if before.verified != after.verified:
        moved |= _PROVED
    return tuple(part for part in PARTS if part in moved)


def with_part(person: Person, part: str, source: Person) -> Person:
    """`person` with one of `PARTS` as `source` has it."""
    return replace(person, **{name: getattr(source, name) for name in PARTS[part]})


def part_text(person: Person, part: str) -> str:
    """The stored values of a part as one text, to compare."""
    return "|".join(getattr(person, name) for name in PARTS[part])


def part_label(part: str) -> str:
    """What a part is called on the screens."""
    return {
        "name": tr("Họ và tên"), "paper": tr("Giấy tờ tùy thân"), "birth": tr("Ngày sinh"),
        "sex": tr("Giới tính"), "phone": tr("Điện thoại"), "email": tr("Thư điện tử"),
        "address": tr("Địa chỉ hiện nay"), "address_on_card": tr("Địa chỉ trên thẻ"),
    }[part]  # fmt: skip
