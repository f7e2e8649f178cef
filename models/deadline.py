"""When a dossier is due, and why: one pure function over a limit, a calendar and the acts so far.

The rules, with their sources:
- the first day is not counted, the last one ends at close of business and rolls off days off
  (Civil Code 2015 art. 147, 148);
- a supplement stops the clock, and the limit is counted again from the beginning once the full
  dossier arrives (Decree 61/2018 art. 19.4);
- a date is re-promised once, at the latest the day before it expires, and the first promise is
  kept (Decree 61/2018 art. 19.9);
- no promise lies outside office hours.

Decree 61/2018 gave way to Decree 118/2025 on 1 July 2025. The articles above were read in the
former; procedures published under the latter repeat both rules, so the sentences for people name
the decree in force without an article number.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime

from models.calendar import VIETNAM, WorkCalendar
from models.deadline_count import count_leg
from models.deadline_terms import (
    ClockEvent,
    CountMode,
    Deadline,
    Effect,
    EventKind,
    Limit,
    LimitUnit,
    Step,
    effect_words,
    limit_words,
)
from models.deadline_words import leg_steps, moment_words
from models.errors import InputError, NotAllowed
from models.words import tr
from models.working_time import settle

__all__ = [
    "ClockEvent",
    "CountMode",
    "Deadline",
    "Effect",
    "EventKind",
    "Limit",
    "LimitUnit",
    "Step",
    "check_event",
    "compute_deadline",
    "effect_words",
    "limit_words",
]


def compute_deadline(
    received: datetime,
    limit: Limit,
    *,
    calendar: WorkCalendar,
    history: Sequence[ClockEvent] = (),
) -> Deadline:
    """The due time of a dossier received at `received`, after the acts of `history` in order.

    Times must carry an offset (`ValueError` otherwise: that is a bug of ours). `NotAllowed` HT-06
    (supplement received but none requested), HT-07 (requested twice), HT-08 (second extension),
    HT-11 (act after the end), HT-12 (extended while waiting); `InputError` HT-05 (acts out of
    order), HT-01 (a date outside the calendar), HT-13 (extension without a new date).
    Whether an extension came in time is judged by `check_event` when it happens, not here: a
    calendar corrected later must not make a recorded act impossible.
    """
    course = _Course(_local(received), limit, calendar)
    for event in history:
        course.apply(event)
    return course.deadline()


def check_event(
    event: ClockEvent,
    received: datetime,
    limit: Limit,
    *,
    calendar: WorkCalendar,
    history: Sequence[ClockEvent] = (),
) -> Deadline:
    """The deadline after `event`, or a refusal; to be asked before the act is recorded.

    Beyond `compute_deadline`: `NotAllowed` HT-09 if an extension comes later than the day before
    the due date, `InputError` HT-10 if its new date is not later than the due time.
    """
    now = compute_deadline(received, limit, calendar=calendar, history=history)
    after = compute_deadline(received, limit, calendar=calendar, history=(*history, event))
    if event.kind is EventKind.EXTENDED:
        if _local(event.at).date() >= now.due.date():
            raise NotAllowed(
                "HT-09",
                tr("Đã quá muộn để gia hạn hồ sơ hẹn trả {due}.", due=moment_words(now.due)),
                tr("Văn bản xin lỗi và gia hạn phải có chậm nhất 1 ngày trước ngày hết hạn."),
            )
        if after.due <= now.due:
            raise InputError(
                "HT-10",
                tr("Ngày hẹn lại phải sau hạn hiện tại {due}.", due=moment_words(now.due)),
                tr("Hãy chọn ngày muộn hơn."),
                field="new_due",
            )
    return after


def _local(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError(f"a time without an offset: {moment.isoformat()}")
    return moment.astimezone(VIETNAM)


class _Course:
    """The clock of one dossier while its acts are read one after the other."""

    def __init__(self, received: datetime, limit: Limit, calendar: WorkCalendar) -> None:
        self.limit = limit
        self.calendar = calendar
        self.steps: list[Step] = []
        self.at = received
        self.paused_since: datetime | None = None
        self.stopped = False
        self.restarts = 0
        self.extended = False
        self.unconfirmed: set[date] = set()
        self._begin(received)
        self.original_due = self.due

    def _begin(self, moment: datetime) -> None:
        self.leg = count_leg(moment, self.limit, self.calendar)
        self.due = self.leg.due
        self.extension: ClockEvent | None = None
        self.unconfirmed |= {p.day.date for p in self.leg.pieces if not p.day.confirmed}

    def apply(self, event: ClockEvent) -> None:
        at = _local(event.at)
        if at < self.at:
            raise InputError(
                "HT-05",
                tr("Việc lúc {at} được ghi sau một việc muộn hơn.", at=moment_words(at)),
                tr("Hãy kiểm tra lại giờ của các việc."),
                field="event",
            )
        if self.stopped:
            raise NotAllowed(
                "HT-11",
                tr("Hồ sơ đã dừng giải quyết."),
                tr("Hồ sơ đã dừng thì không gia hạn hay yêu cầu bổ sung nữa."),
            )
        acts: dict[EventKind, Callable[[datetime, ClockEvent], None]] = {
            EventKind.SUPPLEMENT_REQUESTED: self._pause,
            EventKind.SUPPLEMENT_RECEIVED: self._restart,
            EventKind.EXTENDED: self._extend,
            EventKind.STOPPED: self._stop,
        }
        acts[event.kind](at, event)
        self.at = at

    def _pause(self, at: datetime, event: ClockEvent) -> None:
        if self.paused_since:
            raise NotAllowed(
                "HT-07",
                tr("Hồ sơ đang chờ bổ sung."),
                tr("Hãy ghi nhận hồ sơ bổ sung trước khi yêu cầu lần nữa."),
            )
        self._close_leg(at)
        self.paused_since = at

    def _restart(self, at: datetime, event: ClockEvent) -> None:
        if not self.paused_since:
            raise NotAllowed(
                "HT-06",
                tr("Hồ sơ không có yêu cầu bổ sung nào đang chờ."),
                tr("Hãy ghi yêu cầu bổ sung trước."),
            )
        self._end_pause(at)
        rule = tr(
            "Nhận đủ hồ sơ lúc {at}: thời hạn tính lại từ đầu (NĐ 118/2025/NĐ-CP)",
            at=moment_words(at),
        )
        self.steps.append(Step(at, at, Effect.RESTARTED, rule))
        self.restarts += 1
        self._begin(at)

    def _extend(self, at: datetime, event: ClockEvent) -> None:
        if self.extended:
            raise NotAllowed(
                "HT-08",
                tr("Hồ sơ này đã được gia hạn một lần."),
                tr("Chỉ được hẹn lại một lần; hãy trả kết quả sớm nhất có thể."),
            )
        if self.paused_since:
            raise NotAllowed(
                "HT-12",
                tr("Hồ sơ đang chờ bổ sung nên thời hạn không chạy."),
                tr("Khi nhận đủ hồ sơ, thời hạn được tính lại từ đầu."),
            )
        if event.new_due is None:
            raise InputError(
                "HT-13",
                tr("Gia hạn cần có ngày hẹn lại."),
                tr("Hãy nhập ngày hẹn lại."),
                field="new_due",
            )
        self.extended = True
        self.extension = event
        self.due = max(self.due, settle(_local(event.new_due), self.calendar))

    def _stop(self, at: datetime, event: ClockEvent) -> None:
        if self.paused_since:
            self._end_pause(at)
        else:
            self._close_leg(at)
        rule = tr("Dừng giải quyết lúc {at}: thời hạn kết thúc", at=moment_words(at))
        self.steps.append(Step(at, at, Effect.STOPPED, rule))
        self.stopped = True

    def _end_pause(self, at: datetime) -> None:
        since = self.paused_since or at
        rule = tr("Chờ bổ sung từ {since}: thời hạn không chạy", since=moment_words(since))
        self.steps.append(Step(since, at, Effect.PAUSED, rule))
        self.paused_since = None

    def _close_leg(self, until: datetime) -> None:
        """Write the lines of the run that `until` ends; overdue time gets its own line."""
        self._write_leg(until)
        if until > self.due:
            rule = tr("Quá hạn từ {due}", due=moment_words(self.due))
            self.steps.append(Step(self.due, until, Effect.OVERDUE, rule))

    def _write_leg(self, until: datetime) -> None:
        self.steps += leg_steps(self.leg, self.limit, self.calendar, until=until)
        if self.extension:
            rule = tr(
                "Gia hạn một lần từ {old} đến {new} (NĐ 118/2025/NĐ-CP)",
                old=moment_words(self.leg.due),
                new=moment_words(self.due),
            )
            start, end = min(self.leg.due, until), min(self.due, until)
            self.steps.append(Step(start, end, Effect.EXTENDED, rule))

    def deadline(self) -> Deadline:
        """The answer, with the lines of the last run closed off."""
        if self.paused_since:
            rule = tr(
                "Chờ bổ sung từ {since}: khi nhận đủ hồ sơ, thời hạn tính lại từ đầu",
                since=moment_words(self.paused_since),
            )
            self.steps.append(Step(self.paused_since, self.paused_since, Effect.PAUSED, rule))
        elif not self.stopped:
            self._write_leg(self.due)
            rule = tr("Hạn trả: {due}", due=moment_words(self.due))
            self.steps.append(Step(self.due, self.due, Effect.DUE, rule))
        return Deadline(
            due=self.due,
            original_due=self.original_due,
            paused=self.paused_since is not None,
            explanation=tuple(self.steps),
            extended=self.extended,
            stopped=self.stopped,
            restarts=self.restarts,
            unconfirmed=tuple(sorted(self.unconfirmed)),
            calendar_version=self.calendar.version,
        )
