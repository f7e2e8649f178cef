"""One act on many dossiers: each is its own transaction, each row has its own result."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from models.dossier import Dossier
from models.errors import OfficeError
from services.store.troubles import CommitUncertain

__all__ = ["BULK_LIMIT", "RowResult", "each_dossier"]

BULK_LIMIT = 100
"""At most so many at once: a person can still read the results."""


@dataclass(frozen=True, slots=True)
class RowResult:
    """What became of one dossier; `problem` is empty when the act was done."""

    dossier_id: str
    problem: str = ""

    @property
    def done(self) -> bool:
        """Whether the act was done."""
        return not self.problem


def each_dossier(
    dossier_ids: Sequence[str], act: Callable[[str], Dossier]
) -> tuple[RowResult, ...]:
    """Do `act(dossier_id)` one by one; a refusal of one does not stop the others.

    A disk error whose outcome is open (`CommitUncertain`) does: the store must be looked at first.
    """
    results = []
    for dossier_id in dossier_ids[:BULK_LIMIT]:
        try:
            act(dossier_id)
            results.append(RowResult(dossier_id))
        except CommitUncertain:
            raise
        except OfficeError as error:
            results.append(RowResult(dossier_id, f"{error.sentence()} ({error.code})"))
    return tuple(results)
