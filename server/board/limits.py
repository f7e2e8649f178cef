"""How often a page may be tried: counts in the database, so every worker counts the same.

Who tries stands there only as an HMAC under a random key of this database, until the window ends.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass

from sqlalchemy import Connection, delete, select, text, update

from server.board.tables import board_setting, web_tries
from services.clock import Clock

__all__ = ["Budget", "allow", "forgive"]

_SALT = "tries_key"
_PUT_SALT = text(
    "INSERT INTO board_setting (name, value) VALUES (:name, :value) ON CONFLICT (name) DO NOTHING"
)
_COUNT = text(
    "INSERT INTO web_tries (bucket, began_ms, count) VALUES (:bucket, :now, :weight) "
    "ON CONFLICT (bucket) DO UPDATE SET count = web_tries.count + :weight "
    "RETURNING began_ms, count"
)


@dataclass(frozen=True, slots=True)
class Budget:
    """At most `most` tries of one kind within `window_s` seconds."""

    kind: str
    most: int
    window_s: int


def allow(tx: Connection, budget: Budget, who: str, *, clock: Clock, weight: int = 1) -> int:
    """Count a try of `who`; 0 when it is within the budget, else the seconds to wait.

    A try of `weight` 0 is only asked about.
    """
    bucket = _bucket(tx, budget, who, clock)
    now = int(clock.now().timestamp() * 1000)
    window = budget.window_s * 1000
    began, count = tx.execute(_COUNT, {"bucket": bucket, "now": now, "weight": weight}).one()
    if not 0 <= now - began < window:
        began, count = now, weight
        mine = web_tries.c.bucket == bucket
        tx.execute(update(web_tries).where(mine).values(began_ms=now, count=weight))
        tx.execute(delete(web_tries).where(web_tries.c.began_ms < now - 10 * window))
    if count <= budget.most:
        return 0
    return max(1, -(-(int(began) + window - now) // 1000))


def forgive(tx: Connection, budget: Budget, who: str, *, clock: Clock) -> None:
    """Forget the tries of `who`: the last one was right."""
    tx.execute(delete(web_tries).where(web_tries.c.bucket == _bucket(tx, budget, who, clock)))


def _bucket(tx: Connection, budget: Budget, who: str, clock: Clock) -> str:
    key = tx.execute(select(board_setting.c.value).where(board_setting.c.name == _SALT)).scalar()
    if key is None:
        tx.execute(_PUT_SALT, {"name": _SALT, "value": clock.random(32).hex()})
        key = tx.execute(
            select(board_setting.c.value).where(board_setting.c.name == _SALT)
        ).scalar_one()
    digest = hmac.new(bytes.fromhex(key), f"{budget.kind}\0{who}".encode(), hashlib.sha256)
    return digest.hexdigest()
