"""How every act on a dossier is done: check the rules, append the event, refold, answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Connection

from models.authority import reason_against, role_for
from models.codec import Event
from models.dossier import Dossier
from models.errors import NotAllowed
from models.fold import fold
from models.staff import first_role
from models.words import tr
from models.workflow import Act
from services.core import Core, SignedIn
from services.dossiers.read_model import dossier_stream
from services.journal.append import ActInProgress
from services.journal.reading import stream_events
from services.people import as_stored

__all__ = ["Step", "load_dossier", "perform", "step"]


@dataclass(frozen=True)
class Step:
    """An act being done: the dossier before it, and how to append its event."""

    act: ActInProgress
    dossier: Dossier

    @property
    def stream(self) -> str:
        """The dossier's stream."""
        return dossier_stream(self.dossier.id)

    def add(self, event: Event, *, event_id: str = "") -> Dossier:
        """Append `event` to the dossier and return the dossier after it."""
        self.act.add(self.stream, event, event_id=event_id)
        return fold(self.dossier.id, self.act.events(self.stream))


def load_dossier(conn: Connection, dossier_id: str) -> Dossier:
    """The dossier as stored; raises `NotAllowed` HS-02 when there is none with this id."""
    events = stream_events(conn, dossier_stream(dossier_id))
    if not events:
        raise NotAllowed(
            "HS-02", tr("Không tìm thấy hồ sơ."), tr("Hãy tìm lại theo mã hoặc tên người nộp.")
        )
    return fold(dossier_id, events)


@contextmanager
def step(core: Core, who: SignedIn, dossier_id: str, *, act: Act) -> Iterator[Step]:
    """One act on one dossier as one transaction, judged by the appointment stored now.

    Raises `NotAllowed` HS-01 with the rule that forbids it, TK-07 for who left since signing in.
    """
    with core.journal.act(who.acting_as(first_role(who.staff))) as writing:
        now = as_stored(writing.tx, who)
        writing.actor = now.acting_as(role_for(act, now.staff) or first_role(now.staff))
        dossier = fold(dossier_id, writing.events(dossier_stream(dossier_id)))
        refuse_unless_allowed(act, dossier, now)
        yield Step(writing, dossier)


def refuse_unless_allowed(act: Act, dossier: Dossier, who: SignedIn) -> None:
    """Raise `NotAllowed` HS-01 with the rule that forbids the act, if one does."""
    reason = reason_against(act, dossier, who.staff)
    if reason is not None:
        raise NotAllowed("HS-01", reason, tr("Không có gì thay đổi."))


def perform(
    core: Core,
    who: SignedIn,
    dossier_id: str,
    *,
    act: Act,
    event: Event | Callable[[Dossier], Event],
    command: str = "",
) -> Dossier:
    """Do a simple act: one event, given or made from the dossier; returns the new state."""
    with step(core, who, dossier_id, act=act) as doing:
        made = event(doing.dossier) if callable(event) else event
        return doing.add(made, event_id=command)
