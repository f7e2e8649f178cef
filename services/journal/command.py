"""The command a person gave, carried to the act it leads to: its id becomes the event's id.

So the journal itself answers "was it stored?", and a command given twice is done once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

__all__ = ["Command", "current_command", "under"]


class Command:
    """One command; `last` is the id of its newest act, empty before the first."""

    def __init__(self, command_id: str) -> None:
        self.id = command_id
        self.last = ""
        self._acts = 0

    def next_id(self) -> str:
        """The id of the next act: the command's own, then others that follow from it."""
        self._acts += 1
        self.last = self.id
        if self._acts > 1:
            tail = hashlib.sha256(f"{self.id}/{self._acts}".encode()).hexdigest()[:12]
            self.last = self.id[:24] + tail
        return self.last


_current: ContextVar[Command | None] = ContextVar("command", default=None)


def current_command() -> Command | None:
    """The command this thread is carrying out."""
    return _current.get()


@contextmanager
def under(command: Command) -> Iterator[Command]:
    """Let the acts of the block be those of `command`."""
    token = _current.set(command)
    try:
        yield command
    finally:
        _current.reset(token)
