"""How a dossier's state is said everywhere: deadline chip, due time, where it is now."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from models.calendar import VIETNAM, WorkCalendar
from models.deadline_state import DeadlineState, remaining_words, state_of, state_words
from models.dossier import Dossier
from models.words import tr
from models.workflow import CLOSED, Status, status_words
from services.dossiers.rows import DossierRow
from ui.widgets import ChipText, Kind

__all__ = [
    "HasState", "deadline_chip", "due_words", "moment_of", "status_chip", "weekday_words",
    "where_words",
]  # fmt: skip

KINDS: dict[DeadlineState, Kind] = {
    DeadlineState.OVERDUE: "overdue",
    DeadlineState.TODAY: "soon",
    DeadlineState.DUE_SOON: "soon",
    DeadlineState.PAUSED: "paused",
}


class HasState(Protocol):
    """What a chip needs to know; rows of lists and whole dossiers both have it."""

    @property
    def status(self) -> Status: ...
    @property
    def due(self) -> str: ...
    @property
    def done_at(self) -> str: ...


def deadline_chip(dossier: HasState, now: datetime, calendar: WorkCalendar) -> ChipText:
    """How the dossier stands against its promise, in words and colour."""
    if not dossier.due:
        return ChipText(tr("Chưa hẹn"), "neutral")
    if dossier.status in CLOSED and not dossier.done_at:
        return ChipText(tr("Đã kết thúc"), "neutral")
    due = datetime.fromisoformat(dossier.due)
    if dossier.done_at:
        state = state_of(due, now, finished_at=datetime.fromisoformat(dossier.done_at))
        return ChipText(state_words(state), KINDS.get(state, "done"))
    state = state_of(due, now, paused=dossier.status is Status.SUPPLEMENT)
    if state is DeadlineState.PAUSED:
        return ChipText(state_words(state), "paused")
    return ChipText(remaining_words(due, now, calendar=calendar), KINDS.get(state, "done"))


def status_chip(dossier: HasState) -> ChipText:
    """The status in the words officials know."""
    kinds: dict[Status, Kind] = {
        Status.SUPPLEMENT: "paused", Status.PAYMENT: "paused", Status.REFUSAL_PROPOSED: "soon",
        Status.SUBMITTED: "soon", Status.DONE: "done", Status.HANDED_OVER: "done",
    }  # fmt: skip
    ended = "neutral" if dossier.status in CLOSED else "info"
    return ChipText(status_words(dossier.status), kinds.get(dossier.status, ended))


def weekday_words(day: datetime) -> str:
    """The weekday in two letters or so."""
    names = (
        tr("T2"), tr("T3"), tr("T4"), tr("T5"), tr("T6"), tr("T7"), tr("CN"),
    )  # fmt: skip
    return names[day.weekday()]


def due_words(due: str, now: datetime) -> str:
    """A due time for a column: "Hôm nay 16:30", "T6 20/11 17:30"; the year when another one."""
    if not due:
        return "–"
    at = datetime.fromisoformat(due).astimezone(VIETNAM)
    if at.date() == now.astimezone(VIETNAM).date():
        return tr("Hôm nay {time}", time=f"{at:%H:%M}")
    day = f"{at:%d/%m}" if at.year == now.year else f"{at:%d/%m/%Y}"
    return f"{weekday_words(at)} {day} {at:%H:%M}"


def moment_of(stored: str) -> str:
    """A stored ISO time as 09:30 21/11/2026; "" stays ""."""
    if not stored:
        return ""
    return f"{datetime.fromisoformat(stored).astimezone(VIETNAM):%H:%M %d/%m/%Y}"


def where_words(dossier: DossierRow | Dossier) -> str:
    """Where the dossier is now: the officer who has it, else the status in words."""
    if dossier.status is Status.PROCESSING and dossier.assignee_name:
        return dossier.assignee_name
    return status_words(dossier.status)
