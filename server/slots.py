"""Which slot a PC works in: its dossier codes bear it, so no two PCs ever share one.

The city gives 1 to 5 first (0 to the founding PC); 6 to 9 are for PCs that one of the office lets
in while the city is away, so the two can never give the same. Such a PC moves to a slot of the city
when it is enrolled or confirmed. An eleventh machine takes the slot of a revoked one.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Connection, Row, text

from models.errors import NotAllowed
from models.numbering import HUB_SLOT
from models.roster import INVITED_SLOTS, NO_SLOT
from models.words import tr

__all__ = ["office_devices", "settled_slot"]

_CITYS = range(INVITED_SLOTS.start)
_ORDER: tuple[int, ...] = (*_CITYS[1:], *reversed(INVITED_SLOTS), HUB_SLOT)
_DEVICES = text(
    "SELECT log, public_key, slot, name, kind, state, last_seq, priority FROM device "
    "WHERE off = :off AND kind <> 'city' ORDER BY incarnation"
)


def office_devices(tx: Connection, office: str) -> Sequence[Row[Any]]:
    """The logs of an office's PCs, the city's left out, oldest incarnations first."""
    return tx.execute(_DEVICES, {"off": office}).all()


def settled_slot(
    listed: Sequence[Row[Any]], key: bytes, wanted: int | None = None,
    *, taken: Collection[int | None] = (),
) -> int:  # fmt: skip
    """The slot of a PC from now on: the one it has if it may stay there, else one nobody has.

    `wanted` is the one it works with so far, `taken` are given out in the same moment. Raises
    `NotAllowed` MC-22 when there is none left.
    """
    mine = [row for row in listed if bytes(row.public_key) == key]
    has = int(mine[-1].slot) if mine else NO_SLOT
    if has in _CITYS or (has != NO_SLOT and mine[-1].state == "admitted"):
        return has
    others = [row for row in listed if bytes(row.public_key) != key]
    used = {row.slot for row in others} | set(taken)
    if wanted is not None and wanted in _CITYS and wanted not in used:
        return wanted
    first: tuple[int, ...] = (HUB_SLOT,) if not used and wanted is None else ()
    working = {row.slot for row in others if row.last_seq is None} | set(taken)
    for gone in (used, working):  # the last code of a revoked PC may be of today
        for slot in (*first, *_ORDER):
            if slot not in gone:
                return slot
    raise NotAllowed(
        "MC-22",
        tr("Cơ quan đã có đủ mười máy nên không còn số máy."),
        tr("Thu hồi một máy không dùng nữa rồi ghi danh lại."),
    )
