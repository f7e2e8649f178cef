"""An act of a log that was written twice, kept in the log of who held it, for those who did not.

A log has one event of each number; of a log written twice every machine keeps the version it met
first. So that no act waits for one that stands in the other version, whoever holds it writes it
down, as it was signed, in the stream it belongs to (design notes: sync §4.9).
"""

from __future__ import annotations

from models.codec import Event, event

__all__ = ["EventKept"]


@event("branch.event_kept")
class EventKept(Event):
    """The first of `bodies` is the event kept; the others follow it up to the end of its act.

    `signature` is that of its device over the last of them: it vouches for all.
    """

    bodies: tuple[bytes, ...]
    signature: bytes
