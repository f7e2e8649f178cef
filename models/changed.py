"""What an act changed: screens that show none of it stay as they are."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Changed"]


@dataclass(frozen=True, slots=True)
class Changed:
    """The dossiers touched, and whether queues, the catalogue or settings may look different."""

    dossiers: frozenset[str] = frozenset()
    queues: bool = False
    catalogue: bool = False
    settings: bool = False
