"""The new date of an apology: so many working days after the promise or after today."""

from __future__ import annotations

from datetime import datetime

from models.intake import LimitTaken, Promise
from services.core import Core
from services.dossiers.promise import promise_for

__all__ = ["extension_date"]


def extension_date(core: Core, due: str, *, days: int) -> Promise:
    """The promise `days` working days after the later of `due` (ISO) and now, with its lines."""
    start = max(datetime.fromisoformat(due), core.clock.now())
    return promise_for(start, LimitTaken(str(days), "working_day"), calendar=core.calendar)
