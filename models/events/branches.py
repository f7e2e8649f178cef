"""Events of a log that was written twice, kept in the log of who held them, for who did not.

A log has one event of each number; of a log written twice every machine keeps the version it met
first. So that no act waits for one that stands in the other version, whoever holds it writes it
down, as it was signed, in each stream it belongs to (design notes: sync §4.9).
"""

from __future__ import annotations

from models.codec import Event, event

__all__ = ["EventsKept"]


@event("branch.events_kept")
class EventsKept(Event):
    """A piece of a log: `bodies` as they were hashed; those of this stream are what is kept.

    `signature` is that of the log's device over the last of them: it vouches for all.
    """

    bodies: tuple[bytes, ...]
    signature: bytes
