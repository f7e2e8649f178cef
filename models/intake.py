"""What is taken down at the desk: persons, papers, fees, the limit used and the promise made."""

from __future__ import annotations

from dataclasses import dataclass

from models.party import Person

__all__ = [
    "Attachment", "Component", "FeeLine", "LimitTaken", "Promise", "Representative", "Step",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file kept encrypted in the office: its content's SHA-256, its name as given, its size."""

    sha256: str
    name: str
    size: int
    media: str = ""


@dataclass(frozen=True, slots=True)
class Representative:
    """Who acts for the applicant, on what paper."""

    person: Person
    authority: str = ""


@dataclass(frozen=True, slots=True)
class Component:
    """One paper of the dossier.

    `state` is one of given, missing, not_needed, not_applicable, reused; `kind` one of original,
    certified_copy, photocopy, electronic.
    """

    name: str
    state: str = "given"
    kind: str = "photocopy"
    count: int = 1
    note: str = ""
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True)
class FeeLine:
    """One fee: unit amount in đồng times quantity; `support` is what the city pays of it."""

    name: str
    amount: int
    quantity: int = 1
    support: int = 0

    @property
    def payable(self) -> int:
        """What the citizen pays, in đồng."""
        return max(0, self.amount * self.quantity - self.support)


@dataclass(frozen=True, slots=True)
class LimitTaken:
    """The processing limit that was applied, and where it comes from.

    `value` is a decimal number as text ("" for none), `unit` and `mode` the values of
    `models.deadline`. `source` is catalogue or clerk; a limit typed by the clerk names its legal
    basis and says so on the dossier.
    """

    value: str
    unit: str
    mode: str = "whole_days"
    cutoff_15h: bool = False
    source: str = "catalogue"
    legal_basis: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the explanation of a date."""

    start: str
    end: str
    effect: str
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Promise:
    """The date promised, the calendar it was computed with, and why it is that date."""

    due: str
    calendar: str
    explanation: tuple[Step, ...] = ()
