"""Fills the page for the morning meeting from the board of today."""

from __future__ import annotations

from datetime import datetime

from models.deadline_state import remaining_words
from models.words import in_vietnamese
from models.workflow import Status, status_words
from services.core import Core, SignedIn
from services.documents.morning_list import MOST_ROWS, MorningList, MorningRow, morning_list_pdf
from services.dossiers.rows import DossierRow
from services.dossiers.today import read_today
from services.papers import fonts
from services.rights import demand_sees_dossiers

__all__ = ["morning_paper"]

COUNTS = {
    "overdue": "Quá hạn", "today": "Hôm nay", "tomorrow": "Ngày làm việc tới",
    "soon": "2–3 ngày", "later": "Còn xa", "paused": "Tạm dừng",
}  # fmt: skip


def morning_paper(core: Core, who: SignedIn, *, assignee: str = "", name: str = "") -> bytes:
    """One page with the most urgent dossiers of the office, or of the person `assignee`.

    Printed words: Vietnamese whatever the language of the window. Raises `InputError` TL-03,
    `NotAllowed` TK-08 for who may see no dossier.
    """
    demand_sees_dossiers(who.staff)
    now = core.clock.now()
    with core.store.read() as conn:
        today = read_today(
            conn, who.staff, now, calendar=core.calendar, assignee=assignee, limit=MOST_ROWS
        )  # fmt: skip
    data = MorningList(
        office=core.office.unit_name,
        scope=name or "Toàn đơn vị",
        at=now,
        counts=tuple((COUNTS[b.name], b.count) for b in today.buckets),
        rows=tuple(_row(core, row, now) for row in today.first),
        rest=today.open - len(today.first),
        holders=tuple((h.name, h.total, h.overdue) for h in today.holders),
        training=core.office.training,
    )
    return morning_list_pdf(data, fonts())


@in_vietnamese()
def _row(core: Core, row: DossierRow, now: datetime) -> MorningRow:
    due = datetime.fromisoformat(row.due)
    state = (
        "Tạm dừng" if row.paused else remaining_words(due, now, calendar=core.calendar)
    )  # fmt: skip
    held = row.assignee_name if row.status is Status.PROCESSING else ""
    return MorningRow(
        state, row.code, row.applicant, row.procedure_name, due, held or status_words(row.status)
    )
