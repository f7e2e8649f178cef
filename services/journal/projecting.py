"""Projectors: what turns a touched stream into rows of the read models, in the same transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from sqlalchemy import Connection

from models.envelope import Sealed

__all__ = ["Projector", "project"]

Projector = Callable[[Connection, str, Sequence[Sealed]], None]
"""Called with (transaction, stream id, events); writes rows, never acts.

The events are the whole stream; when this PC adds to a book it holds, they are the last one and
the new ones. Rows must come out alike in whatever order the events arrived.
"""


def project(
    tx: Connection,
    projectors: Mapping[str, Projector],
    *,
    streams: Mapping[str, Sequence[Sealed]],
) -> None:
    """Refresh the rows of every touched stream; the part before "/" names the projector."""
    for stream, events in streams.items():
        projector = projectors.get(stream.partition("/")[0])
        if projector is not None:
            projector(tx, stream, events)
