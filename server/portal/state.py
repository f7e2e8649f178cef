"""Where an online submission is: the office's decision, then the board's reading of the dossier."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from models.calendar import VIETNAM
from models.envelope import Sealed
from models.errors import InputError
from models.events.submission import SubmissionAccepted, SubmissionDeclined, submission_stream
from models.words import tr
from models.workflow import Status
from server.board.tables import board_dossier
from server.context import CityContext
from server.portal.messages import StateOut
from server.portal.tables import portal_submission
from server.roster import stream_events

__all__ = ["submission_state"]


def submission_state(city: CityContext, portal: str, submission_id: str) -> StateOut:
    """The state of a submission; raises `InputError` TN-23 for one that is not this portal's."""
    table = portal_submission
    mine = (table.c.id == submission_id) & (table.c.portal == portal)
    with city.database.read_city() as tx:
        row = tx.execute(select(table).where(mine)).first()
        if row is None:
            raise _not_here()
        its = (board_dossier.c.off == row.off) & (board_dossier.c.id == submission_id)
        dossier = tx.execute(select(board_dossier).where(its)).first()
    with city.database.read(row.off) as tx:
        events = stream_events(tx, row.off, submission_stream(submission_id))
    accepted = [e.envelope.wall for e in events if e.envelope.type == SubmissionAccepted.KIND]
    declined = [e for e in events if e.envelope.type == SubmissionDeclined.KIND]
    status, reason = 1, ""
    if accepted:
        status = Status(dossier.status).national if dossier else Status.RECEIVED.national
    elif declined:
        status, reason = Status.NOT_ACCEPTED.national, _reason(declined)
    return StateOut(
        id=row.id, code=row.code, office=row.off, status=status, reason=reason,
        submitted_at=datetime.fromisoformat(row.submitted_at),
        received_at=datetime.fromisoformat(row.received_at),
        accepted_at=_moment(min(accepted)) if accepted else None,
        due_at=_moment(dossier.due_ms) if dossier else None,
        done_at=_moment(dossier.finished_ms) if dossier else None,
    )  # fmt: skip


def _reason(declined: Sequence[Sealed]) -> str:
    """The first words given; whatever else a PC wrote there is none."""
    payload = declined[0].envelope.payload
    words = payload.get("reason", "") if isinstance(payload, dict) else ""
    return words if isinstance(words, str) else ""


def _moment(ms: int | None) -> datetime | None:
    """Milliseconds since 1970 as time; a PC's clock may have said anything."""
    try:
        return None if ms is None else datetime.fromtimestamp(ms / 1000, VIETNAM)
    except (OverflowError, ValueError, OSError):
        return None


def _not_here() -> InputError:
    return InputError(
        "TN-23",
        tr("Cổng này chưa nộp hồ sơ nào có mã đó."),
        tr("Dùng mã «id» trong câu trả lời khi nộp."),
    )
