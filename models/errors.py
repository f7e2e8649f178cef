"""The tree of errors a person may meet: what happened, what to do next, a code for the help desk.

Whose fault decides the class: the person's (`InputError`), a rule of the office (`NotAllowed`),
the machine's (`MachineError`), a document or key from outside (`ForeignError`). Anything that is
not an `OfficeError` is our own bug: it goes to the log with a neutral sentence on the screen.

Codes are two capital letters and two digits; the letters name the area:
ND intake, HS dossier, HT deadline and calendar, DM catalogue, SO numbering, KY signing,
TL documents, TK accounts and rights, KH store, NK journal, MA machine, GD windows, DL command line.
"""

from __future__ import annotations

__all__ = [
    "ForeignError",
    "InputError",
    "MachineError",
    "NotAllowed",
    "OfficeError",
    "TooManyTries",
]


class OfficeError(Exception):
    """An error with words for the person in front of the screen.

    `what` and `next_step` are complete sentences in the language in use; `code` is stable.
    """

    def __init__(self, code: str, what: str, next_step: str = "") -> None:
        super().__init__(f"{code}: {what} {next_step}".strip())
        self.code = code
        self.what = what
        self.next_step = next_step

    def sentence(self) -> str:
        """What happened and what to do, without the code."""
        return f"{self.what} {self.next_step}".strip()


class InputError(OfficeError):
    """The person typed or chose something that cannot be right; `field` names where, if known."""

    def __init__(self, code: str, what: str, next_step: str = "", *, field: str = "") -> None:
        super().__init__(code, what, next_step)
        self.field = field


class NotAllowed(OfficeError):
    """A rule of the office forbids this act for this person now."""


class TooManyTries(NotAllowed):
    """Refused for now, after too many wrong passwords; `seconds` until the next try."""

    def __init__(self, code: str, what: str, next_step: str, *, seconds: int) -> None:
        super().__init__(code, what, next_step)
        self.seconds = seconds


class MachineError(OfficeError):
    """The machine failed: disk, memory, fonts, clock, another running copy."""


class ForeignError(OfficeError):
    """A file, key or message from outside cannot be trusted or read."""
