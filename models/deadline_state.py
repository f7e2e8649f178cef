"""How a dossier stands against its due time, in a state and in words for the chip on the screen."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from models.calendar import VIETNAM, WorkCalendar
from models.words import tr
from models.working_time import ONE_DAY, working_minutes_between

__all__ = ["DeadlineState", "remaining_words", "state_of", "state_words"]

SOON = timedelta(hours=24)
"""When "due soon" begins; the law does not say, systems in use take a day."""

FEW_HOURS = 4 * 60


class DeadlineState(StrEnum):
    """The state of a dossier against its due time."""

    WITHIN = "within"
    DUE_SOON = "due_soon"
    TODAY = "today"
    OVERDUE = "overdue"
    PAUSED = "paused"
    EARLY = "early"
    ON_TIME = "on_time"


def state_words(state: DeadlineState) -> str:
    """The name of the state."""
    words = {
        DeadlineState.WITHIN: tr("Trong hạn"),
        DeadlineState.DUE_SOON: tr("Sắp đến hạn"),
        DeadlineState.TODAY: tr("Hạn hôm nay"),
        DeadlineState.OVERDUE: tr("Quá hạn"),
        DeadlineState.PAUSED: tr("Tạm dừng"),
        DeadlineState.EARLY: tr("Trước hạn"),
        DeadlineState.ON_TIME: tr("Đúng hạn"),
    }
    return words[state]


def state_of(
    due: datetime,
    now: datetime,
    *,
    finished_at: datetime | None = None,
    paused: bool = False,
    soon: timedelta = SOON,
) -> DeadlineState:
    """The state at `now`; `finished_at` is when processing ended (status 9), not the handover.

    Finished: late is judged by the moment, early against on time by the date (official forms do
    not say; dates are what the reports print). Unfinished: at the due moment itself it is in time.
    """
    due, now = due.astimezone(VIETNAM), now.astimezone(VIETNAM)
    if finished_at is not None:
        return _finished(due, finished_at.astimezone(VIETNAM))
    if paused:
        return DeadlineState.PAUSED
    if now > due:
        return DeadlineState.OVERDUE
    if now.date() == due.date():
        return DeadlineState.TODAY
    return DeadlineState.DUE_SOON if due - now <= soon else DeadlineState.WITHIN


def _finished(due: datetime, at: datetime) -> DeadlineState:
    if at > due:
        return DeadlineState.OVERDUE
    return DeadlineState.EARLY if at.date() < due.date() else DeadlineState.ON_TIME


def remaining_words(due: datetime, now: datetime, *, calendar: WorkCalendar) -> str:
    """Time left or passed, for a chip: "Còn 3 ngày", "Còn 2 giờ", "Hôm nay", "Quá hạn 1 ngày".

    Days are working days; on the due day itself the last four working hours are told in hours.
    """
    due, now = due.astimezone(VIETNAM), now.astimezone(VIETNAM)
    if now > due:
        return _late_words(due, now, calendar)
    if now.date() < due.date():
        return tr("Còn {days} ngày", days=_working_days(now, due, calendar))
    left = working_minutes_between(now, due, calendar)
    if left > FEW_HOURS:
        return tr("Hôm nay")
    if left >= 60:
        return tr("Còn {hours} giờ", hours=left // 60)
    return tr("Còn {minutes} phút", minutes=left)


def _late_words(due: datetime, now: datetime, calendar: WorkCalendar) -> str:
    if now.date() > due.date():
        return tr("Quá hạn {days} ngày", days=_working_days(due, now, calendar))
    minutes = (now - due) // timedelta(minutes=1)
    if minutes >= 60:
        return tr("Quá hạn {hours} giờ", hours=minutes // 60)
    return tr("Quá hạn {minutes} phút", minutes=minutes)


def _working_days(a: datetime, b: datetime, calendar: WorkCalendar) -> int:
    """Working days after the date of `a` up to the date of `b`, at least one."""
    days = (b.date() - a.date()).days
    dates = (a.date() + ONE_DAY * offset for offset in range(1, days + 1))
    return max(1, sum(calendar.is_working(day) for day in dates))
