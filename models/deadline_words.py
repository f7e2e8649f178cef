"""Turns the pieces of a count into the lines of its explanation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from itertools import groupby

from models.calendar import DayInfo, DayKind, WorkCalendar
from models.deadline_count import (
    MINUTES_PER_DAY,
    Leg,
    Piece,
    is_elapsed,
    limit_minutes,
    whole,
)
from models.deadline_terms import Effect, Limit, LimitUnit, Step, number_words
from models.words import tr
from models.working_time import office_minutes, working_minutes_between

__all__ = ["leg_steps", "minutes_words", "moment_words"]


def moment_words(moment: datetime) -> str:
    """A moment as it is printed: 17:30 ngày 23/11/2026; seconds only when there are any."""
    clock = f"{moment:%H:%M:%S}" if moment.second else f"{moment:%H:%M}"
    return tr("{clock} ngày {day}", clock=clock, day=f"{moment:%d/%m/%Y}")


def minutes_words(minutes: int) -> str:
    """Working time as hours and minutes: 90 is "1 giờ 30 phút"."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return tr("{minutes} phút", minutes=rest)
    if not rest:
        return tr("{hours} giờ", hours=hours)
    return tr("{hours} giờ {minutes} phút", hours=hours, minutes=rest)


def leg_steps(leg: Leg, limit: Limit, calendar: WorkCalendar, *, until: datetime) -> list[Step]:
    """The lines of one run of the clock, cut off at `until` when an act ended it early."""
    steps = [
        Step(leg.asked, leg.asked, Effect.NOTED, rule) for rule in _notes(leg, limit, calendar)
    ]
    if leg.start > leg.asked:
        steps.append(Step(leg.asked, min(leg.start, until), Effect.WAITED, _waited(leg)))
    cut = [replace(p, end=min(p.end, until)) for p in leg.pieces if p.start < until]
    for _, run in groupby(cut, key=_kind_of_line):
        pieces = list(run)
        rule = _Line(pieces, limit, calendar).sentence()
        steps.append(Step(pieces[0].start, pieces[-1].end, pieces[0].effect, rule))
    return steps


def _kind_of_line(piece: Piece) -> tuple[Effect, DayKind | None, str, bool]:
    """Neighbouring pieces with the same key share a line; a roll-off to the end is one line."""
    if piece.effect is Effect.MOVED:
        return piece.effect, None, "", True
    return piece.effect, piece.day.kind, piece.day.label, piece.day.confirmed


def _waited(leg: Leg) -> str:
    return tr(
        "Nhận lúc {asked}, ngoài giờ làm việc: tính từ giờ mở cửa tiếp theo {start}",
        asked=moment_words(leg.asked),
        start=moment_words(leg.start),
    )


def _notes(leg: Leg, limit: Limit, calendar: WorkCalendar) -> Iterator[str]:
    if limit.unit is LimitUnit.WORKING_DAY and is_elapsed(limit):
        yield tr(
            "{days} ngày làm việc = {minutes} phút (1 ngày = 8 giờ làm việc)",
            days=number_words(limit.amount),
            minutes=limit_minutes(limit),
        )
        usual = office_minutes(leg.start.date(), calendar)
        if usual != MINUTES_PER_DAY:
            yield tr(
                "Ngày {day} đơn vị mở cửa {minutes} phút: vẫn quy đổi 1 ngày = 480 phút",
                day=_day(leg.start.date()),
                minutes=usual,
            )
    elif not is_elapsed(limit) and limit.amount != whole(limit.amount):
        yield tr(
            "{days} ngày làm tròn lên {whole} ngày, vì hạn kết thúc vào cuối ngày",
            days=number_words(limit.amount),
            whole=whole(limit.amount),
        )


def _day(day: date) -> str:
    return f"{day:%d/%m}"


class _Line:
    """One line about a run of neighbouring pieces of the same kind."""

    def __init__(self, pieces: list[Piece], limit: Limit, calendar: WorkCalendar) -> None:
        self.pieces = pieces
        self.first, self.last = pieces[0], pieces[-1]
        self.limit = limit
        self.calendar = calendar

    def sentence(self) -> str:
        """The whole sentence with the rule it follows."""
        by_effect = {
            Effect.FIRST_DAY: self.first_day,
            Effect.COUNTED: self.counted,
            Effect.SKIPPED: self.skipped,
            Effect.MOVED: self.moved,
        }
        return by_effect[self.first.effect]()

    def days(self) -> str:
        """The dates of the run: 24/11, or 21/11–22/11."""
        first, last = _day(self.first.day.date), _day(self.last.day.date)
        return first if first == last else f"{first}–{last}"

    def first_day(self) -> str:
        if self.limit.unit is LimitUnit.SAME_DAY:
            return tr(
                "{day} nhận sau 15:00: trả trong ngày làm việc tiếp theo (Điều 7 NĐ 23/2015/NĐ-CP)",
                day=self.days(),
            )
        return tr("{day} ngày đầu không tính (Điều 147 BLDS 2015)", day=self.days())

    def skipped(self) -> str:
        return tr("{days} nghỉ {name}", days=self.days(), name=day_words(self.first.day))

    def moved(self) -> str:
        return tr(
            "Ngày cuối {last} là {name}: dời đến hết ngày làm việc tiếp theo {due}"
            " (Điều 148 BLDS 2015)",
            last=_day(self.first.day.date),
            name=day_words(self.first.day),
            due=_day(self.last.day.date),
        )

    def counted(self) -> str:
        text = self.counted_minutes() if is_elapsed(self.limit) else self.counted_days()
        info = self.first.day
        special = info.kind is DayKind.MAKEUP_WORKING or (info.kind.counts and info.label)
        return f"{text} – {day_words(info)}" if special else text

    def counted_days(self) -> str:
        if self.limit.unit is LimitUnit.MONTH:
            return tr("{days} tính theo tháng dương lịch", days=self.days())
        first, last = self.first.number, self.last.number
        if first == last:
            return tr("{days} ngày thứ {number}", days=self.days(), number=first)
        return tr("{days} ngày thứ {first}–{last}", days=self.days(), first=first, last=last)

    def counted_minutes(self) -> str:
        worked = working_minutes_between(self.first.start, self.last.end, self.calendar)
        return tr("{days} tính {time} làm việc", days=self.days(), time=minutes_words(worked))


def day_words(info: DayInfo) -> str:
    """The name of a day with its source, and a warning when no notice confirms it."""
    usual = {
        DayKind.WEEKEND: tr("cuối tuần"),
        DayKind.HOLIDAY: tr("lễ"),
        DayKind.COMPENSATORY_OFF: tr("bù"),
        DayKind.MAKEUP_WORKING: tr("ngày làm bù"),
        DayKind.WORKING: tr("ngày làm việc"),
    }
    name = info.label or usual[info.kind]
    if not info.confirmed:
        return tr("{name} (dự kiến, chưa có thông báo chính thức)", name=name)
    return f"{name} ({info.source})" if info.source else name
