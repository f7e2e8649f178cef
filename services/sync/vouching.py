"""Which PCs a PC that registers brings along: whose work it holds and the city may not know.

An office founded without the city may come to it by another PC than the founding one: that one
broke and its backup was put back elsewhere, or a PC that was only invited is enrolled before it.
The code is the office's, so the city lists them too, provisionally; without that it would take
nothing of what they wrote. Whom the city admitted or revoked before is not touched.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from services.store.statement import rows_of
from services.sync.enrolled import former_logs

__all__ = ["others_brought"]

_OTHERS = (
    "SELECT log, public_key, incarnation, slot, name FROM device WHERE kind <> 'city' "
    "AND state IN ('own', 'provisional') AND last_seq IS NULL AND slot >= 0 "
    "ORDER BY slot, incarnation"
)


def others_brought(conn: Connection, own: bytes) -> list[dict[str, Any]]:
    """The other logs of this office that no city has admitted, as the request names them.

    `own` is the log that this PC writes.
    """
    mine = former_logs(conn, own)
    return [
        {
            "log": bytes(log).hex(), "public_key": bytes(key).hex(), "incarnation": number,
            "slot": slot, "name": name[:200] or "PC",
        }
        for log, key, number, slot, name in rows_of(conn, _OTHERS)
        if bytes(log) not in mine
    ]  # fmt: skip
