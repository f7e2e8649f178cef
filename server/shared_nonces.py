"""Which requests were answered lately, in the database: a replay is known to every worker."""

from __future__ import annotations

from sqlalchemy import Connection, text

from services.sync.requests import WINDOW_MS, Nonces

__all__ = ["SharedNonces", "forget_old"]

_FRESH = text(
    "INSERT INTO nonce (off, log, nonce, at_ms) VALUES (:off, :log, :nonce, :now) "
    "ON CONFLICT DO NOTHING RETURNING 1"
)
_OLD = text("DELETE FROM nonce WHERE off = :off AND at_ms < :before")


class SharedNonces(Nonces):
    """The nonces of one office within one transaction."""

    def __init__(self, tx: Connection, office: str) -> None:
        super().__init__()
        self._tx = tx
        self._office = office

    def fresh(self, log: bytes, nonce: bytes, now_ms: int) -> bool:
        """Remember a nonce; False when it was seen within the window."""
        values = {"off": self._office, "log": log, "nonce": nonce, "now": now_ms}
        return self._tx.execute(_FRESH, values).first() is not None


def forget_old(tx: Connection, office: str, now_ms: int) -> None:
    """Drop nonces whose requests are too old to be believed anyway."""
    tx.execute(_OLD, {"off": office, "before": now_ms - 3 * WINDOW_MS})
