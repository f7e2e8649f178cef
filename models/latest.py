"""What holds when several PCs wrote the same thing: the newest in canonical order, rivals named.

For streams whose events state a whole value (a setting, a template, a day of the calendar). Both
writings stay in the journal; whoever writes the value again, having seen both, settles it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from models.envelope import Sealed
from models.order import Ordered, is_ancestor

__all__ = ["Latest", "latest"]

Reading = Callable[[Sealed], tuple[str, Any] | None]
"""The key and the value an event states, or None when it states none."""


@dataclass(frozen=True, slots=True)
class Latest:
    """The value in force and the event that stated it.

    `rivals` are the hashes of events that stated different values without knowing of each other,
    that of `item` among them; empty when all agree.
    """

    value: Any
    item: Sealed
    rivals: tuple[bytes, ...] = ()


def latest(order: Ordered, read: Reading) -> dict[str, Latest]:
    """For every key what holds after all events of the stream; a revoked device's word does not."""
    ends: dict[str, list[tuple[Sealed, Any]]] = {}
    for item in order.events:
        stated = None if item.outlawed else read(item)
        if stated is None:
            continue
        key, value = stated
        unseen = [] if order.linear else _unseen(ends.get(key, []), item, order)
        ends[key] = [*unseen, (item, value)]
    return {key: _holding(found) for key, found in ends.items()}


def _unseen(
    ends: list[tuple[Sealed, Any]], item: Sealed, order: Ordered
) -> list[tuple[Sealed, Any]]:
    """Those of `ends` that the author of `item` had not seen."""
    return [end for end in ends if not is_ancestor(end[0].hash, item, order.known)]


def _holding(ends: list[tuple[Sealed, Any]]) -> Latest:
    item, value = ends[-1]
    agreed = all(other == value for _, other in ends)
    rivals = () if agreed else tuple(sorted(end.hash for end, _ in ends))
    return Latest(value, item, rivals)
