"""Looks after attachments: reads a few at a time and notes the ones this disk has damaged."""

from __future__ import annotations

from services.core import Core
from services.store.blob_faults import note_damage
from services.store.statement import rows_of

__all__ = ["look_after", "note_suspects"]

_NEXT = (
    "SELECT hash, cipher_hash FROM blob b WHERE hash > ? AND NOT EXISTS "
    "(SELECT 1 FROM blob_fault f WHERE f.hash = b.hash AND f.peer = x'') ORDER BY hash LIMIT ?"
)


def look_after(core: Core, after: str, *, most: int) -> str:
    """Read the next `most` attachments; returns where to go on, empty at the end of the round.

    What is damaged is noted, so that it is fetched again and listed.
    """
    note_suspects(core)
    with core.store.read() as conn:
        rows = [(str(name), str(file)) for name, file in rows_of(conn, _NEXT, (after, most))]
    _note(core, [name for name, file in rows if not core.blobs.is_whole(file)])
    return rows[-1][0] if len(rows) == most else ""


def note_suspects(core: Core) -> None:
    """Note what somebody tried to open or to send in vain."""
    _note(core, sorted(core.blobs.take_suspects()))


def _note(core: Core, names: list[str]) -> None:
    if names:
        with core.store.write() as tx:
            note_damage(tx, names, now_ms=int(core.clock.now().timestamp() * 1000))
