"""How acts that did not know of each other meet in a fold, and how a person's choice settles it.

A correction loses only the fields, and of a person only the parts, that another PC set to
something else at the same time. A settlement names a side: for a field the value of that side
holds from then on; for a decision see `models.fold`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Protocol

from models.dossier import Conflict
from models.envelope import Sealed
from models.events import handling, intake
from models.events.handling import SIDES, ConflictResolved
from models.order import Ordered, is_ancestor
from models.person_parts import part_text, with_part

__all__ = ["apart_from_rivals", "settle"]

Work = dict[str, Any]


class OpenConflict(Protocol):
    """How a step reports two acts that did not know of each other."""

    def __call__(
        self, work: Work, kind: str, item: Sealed, *, first: bytes, values: tuple[str, str],
        what: str = "",
    ) -> None: ...  # fmt: skip


def apart_from_rivals(
    work: Work, event: Any, item: Sealed, order: Ordered, report: OpenConflict
) -> Any:
    """The event without what a concurrent act already set; None when nothing of it is left."""
    lost = []
    for kind, what, value in _sets(event):
        rival = _rival(work, what, value, item=item, order=order)
        if rival:
            report(work, kind, item, first=rival[0], values=(rival[1], value), what=what)
            lost.append(what)
        else:
            _wrote(work, what, value, item=item, order=order)
    if not lost:
        return event
    return None if isinstance(event, handling.Assigned) else _without(event, lost)


def _without(event: Any, lost: list[str]) -> Any:
    """The event without the fields and the parts of persons that are lost."""
    whole: dict[str, Any] = {what: None for what in lost if "." not in what}
    if isinstance(event, intake.Corrected):
        rest = tuple(what for what in event.parts() if what not in lost)
        return replace(event, changed=rest, **whole)
    return replace(event, **whole)


def _rival(
    work: Work, what: str, value: str, *, item: Sealed, order: Ordered
) -> tuple[bytes, str] | None:
    """Whoever set the field to something else, unknown to the author of `item`."""
    for writer in work["writers"].get(what, ()):
        same = writer[1] == value and _is_whole_value(what)
        if not same and not is_ancestor(writer[0], item, order.known):
            return (writer[0], writer[1])
    return None


def _wrote(work: Work, what: str, value: str, *, item: Sealed, order: Ordered) -> None:
    """Note who set the field; those who set the same unknown to each other all count."""
    others = [
        writer for writer in work["writers"].get(what, ())
        if not is_ancestor(writer[0], item, order.known)
    ]  # fmt: skip
    work["writers"][what] = (*others, (item.hash, value))


def _is_whole_value(what: str) -> bool:
    """Whether the noted value is the field itself; of a list or a draft it is only a hint."""
    return "." in what


def _sets(event: object) -> list[tuple[str, str, str]]:
    """The (conflict kind, field, value) an event sets that another PC may set at the same time."""
    if isinstance(event, handling.Assigned):
        return [("assignment", "assignee", event.assignee_name)]
    if isinstance(event, intake.Corrected):
        found = [("field", what, _part_of(event, what)) for what in event.parts()]
        if event.components is not None:
            found.append(("field", "components", str(len(event.components))))
        if event.request is not None:
            found.append(("field", "request", event.request))
        return found
    if isinstance(event, handling.Handled) and event.draft:
        return [("field", "draft", event.draft.template)]
    return []


def _part_of(event: intake.Corrected, what: str) -> str:
    whose, _, part = what.partition(".")
    return part_text(getattr(event, whose), part)


def settle(
    work: Work, event: ConflictResolved, item: Sealed, order: Ordered, report: OpenConflict
) -> bool:
    """Mark the conflict as settled and let the chosen value hold.

    False when another PC settled it the other way at the same time: that one came first and stands.
    """
    found: Conflict | None = _conflict_of(work, event)
    if found is None:
        return True
    earlier = work["settled"].get(found.id)
    if earlier and earlier[1] != event.side and not is_ancestor(earlier[0], item, order.known):
        return False
    side = event.side if event.side in SIDES else ""
    work["settled"][found.id] = (item.hash, event.side)
    work["conflicts"] = tuple(
        replace(c, resolved=True, side=side) if c.id == found.id else c for c in work["conflicts"]
    )
    if side and found.kind != "decision":
        _let_hold(work, found, side, item=item, order=order, report=report)
    return True


def _conflict_of(work: Work, event: ConflictResolved) -> Conflict | None:
    return next((c for c in work["conflicts"] if c.id == event.conflict), None)


def _let_hold(
    work: Work, conflict: Conflict, side: str, *, item: Sealed, order: Ordered, report: OpenConflict
) -> None:
    """Set the field again as the chosen side had it, unless somebody else set it meanwhile."""
    what = conflict.what
    value = conflict.first_value if side == "first" else conflict.second_value
    rivals = [
        writer for writer in work["writers"][what]
        if writer[1] != value and not is_ancestor(writer[0], item, order.known)
    ]  # fmt: skip
    if rivals:
        first, standing = rivals[0]
        report(work, conflict.kind, item, first=first, values=(standing, value), what=what)
        return
    _wrote(work, what, value, item=item, order=order)
    source = _source(work, conflict, side, order=order)
    event = source.event()
    if isinstance(event, handling.Assigned):
        work["assignee"], work["assignee_name"] = event.assignee, event.assignee_name
    elif isinstance(event, handling.Handled):
        work["draft"], work["drafter"] = event.draft, source.envelope.actor.staff
    elif "." in what:
        whose, _, part = what.partition(".")
        work[whose] = with_part(work[whose], part, getattr(event, whose))
    else:
        work[what] = getattr(event, what)


def _source(work: Work, conflict: Conflict, side: str, *, order: Ordered) -> Sealed:
    """The act that wrote the chosen value; a side may itself be a choice made earlier."""
    while True:
        item = order.known[conflict.first if side == "first" else conflict.second]
        event = item.event()
        before = _conflict_of(work, event) if isinstance(event, ConflictResolved) else None
        if before is None:
            return item
        conflict, side = before, event.side
