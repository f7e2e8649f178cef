"""Everything the program says to the person goes through one recorder."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from ui.widgets.chips import Kind

__all__ = ["Message", "Messages"]


@dataclass(frozen=True)
class Message:
    """One thing said: what happened, what to do, the code for the help desk, details to fold."""

    words: str
    kind: Kind = "info"
    next_step: str = ""
    code: str = ""
    details: str = ""

    def sentence(self) -> str:
        """What happened and what to do."""
        return f"{self.words} {self.next_step}".strip()


class Messages(QObject):
    """Says and remembers. Windows listen to `said`; tests read `history`.

    May be called from any thread: the signal carries the message into the UI thread.

    >>> messages.done(tr("Đã tiếp nhận {code}", code=code))
    >>> assert messages.history[-1].kind == "done"
    """

    said = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.history: list[Message] = []

    def say(self, message: Message) -> None:
        """Say `message`."""
        self.history.append(message)
        self.said.emit(message)

    def inform(self, words: str) -> None:
        """Say something neutral."""
        self.say(Message(words))

    def done(self, words: str) -> None:
        """Say that something was done."""
        self.say(Message(words, "done"))

    def warn(self, words: str, next_step: str = "") -> None:
        """Say something that wants attention."""
        self.say(Message(words, "soon", next_step))

    def last(self) -> Message | None:
        """What was said last."""
        return self.history[-1] if self.history else None
