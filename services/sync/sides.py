"""The two sides of a contradiction: who, when, on which PC, what each wrote and had seen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from models.calendar import VIETNAM
from models.dates import show_date
from models.dossier import Conflict, Dossier
from models.envelope import Sealed
from models.events.handling import Draft
from models.fold import fold
from models.identity import id_kind_label
from models.intake import Component
from models.order import Ordered, is_ancestor
from models.party import sex_label, verified_label
from models.words import tr
from models.workflow import Act, act_words, status_words
from services.dossiers.event_words import detail_of

__all__ = ["Names", "Side", "side_of"]


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two: its `value` in words, and what its author had before them (`saw`).

    `stands` is the one in force until a person chooses. `dossier` is filled where the two sides
    are two dossiers.
    """

    value: str
    who: str
    when: datetime
    pc: str
    saw: str
    stands: bool
    dossier: str = ""


@dataclass(frozen=True, slots=True)
class Names:
    """Names of people by id and of PCs by log."""

    people: Mapping[str, str]
    pcs: Mapping[bytes, str]

    def person(self, staff: str) -> str:
        """The person's name; the program itself when nobody acted."""
        return self.people.get(staff) or staff or tr("Chương trình")

    def pc(self, log: bytes) -> str:
        """The name of the PC that wrote the log."""
        return self.pcs.get(log, log.hex()[:8])


def side_of(
    conflict: Conflict, order: Ordered, names: Names, *, digest: bytes, other: bytes
) -> Side:
    """The side of `conflict` that the event with the hash `digest` wrote."""
    item = order.known[digest]
    e = item.envelope
    return Side(
        value=_value(conflict, item, order.known[other], first=digest == conflict.first),
        who=names.person(e.actor.staff),
        when=datetime.fromtimestamp(e.wall / 1000, VIETNAM),
        pc=names.pc(e.log),
        saw=_saw(conflict, item, order),
        stands=digest == conflict.first,
    )


def _value(conflict: Conflict, item: Sealed, other: Sealed, *, first: bool) -> str:
    event = item.event()
    plain = conflict.first_value if first else conflict.second_value
    if conflict.kind == "decision":
        return " · ".join(filter(None, (act_words(Act(plain)), detail_of(event))))
    if conflict.kind == "assignment":
        return " · ".join(filter(None, (plain, getattr(event, "note", ""))))
    if "." in conflict.what:
        return _part_words(event, conflict.what, plain)
    return value_words(
        getattr(event, conflict.what, None), getattr(other.event(), conflict.what, None)
    ) or plain  # fmt: skip


def _part_words(holder: Any, what: str, plain: str = "") -> str:
    """A part of the person in an event or a dossier, in words."""
    whose, _, part = what.partition(".")
    person = getattr(holder, whose, None)
    if person is None:  # the side is itself a choice made earlier
        return plain
    words = {
        "birth": show_date(person.birth) if person.birth else "",
        "sex": sex_label(person.sex),
        "paper": " · ".join(filter(None, (
            id_kind_label(person.id_kind), person.id_number, verified_label(person.verified),
        ))),
    }.get(part, getattr(person, part, ""))  # fmt: skip
    return words or tr("để trống")


def value_words(value: Any, other: Any = None) -> str:
    """A field's value in words; of a draft only what differs from `other`."""
    if isinstance(value, Draft):
        before = other.values if isinstance(other, Draft) else {}
        changed = [text for key, text in value.values.items() if before.get(key) != text]
        return " · ".join(changed or value.values.values())
    if isinstance(value, tuple):
        return "; ".join(_paper(paper) for paper in value)
    return str(value or "")


def _paper(paper: Component) -> str:
    missing = tr("thiếu") if paper.state == "missing" else tr("{count} bản", count=paper.count)
    return f"{paper.name} ({missing})"


def _saw(conflict: Conflict, item: Sealed, order: Ordered) -> str:
    """What the author had before them: the dossier as its causes make it."""
    before = [
        each for each in order.events
        if each.hash != item.hash and is_ancestor(each.hash, item, order.known)
    ]  # fmt: skip
    dossier = fold("", before)
    status = tr("hồ sơ ở «{status}»", status=status_words(dossier.status))
    return " · ".join(filter(None, (status, _field_then(conflict, dossier, item.event()))))


def _field_then(conflict: Conflict, before: Dossier, event: Any) -> str:
    """The field before the author changed it."""
    if conflict.kind == "assignment":
        return before.assignee_name or tr("chưa phân công")
    if conflict.kind != "field":
        return ""
    if "." in conflict.what:
        return _part_words(before, conflict.what)
    old, new = (getattr(state, conflict.what, None) for state in (before, event))
    return value_words(old, new) or tr("chưa có gì")
