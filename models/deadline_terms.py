"""The vocabulary of deadlines: a limit, the acts that move the clock, the answer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from models.errors import InputError
from models.words import tr

__all__ = [
    "ClockEvent",
    "CountMode",
    "Deadline",
    "Effect",
    "EventKind",
    "Limit",
    "LimitUnit",
    "Step",
    "effect_words",
    "limit_words",
    "number_words",
]

LONGEST = Decimal(1000)


class LimitUnit(StrEnum):
    """In what a procedure's limit is given; names as in the catalogue."""

    WORKING_DAY = "working_day"
    CALENDAR_DAY = "calendar_day"
    WORKING_HOUR = "working_hour"
    SAME_DAY = "same_day"
    MONTH = "month"


class CountMode(StrEnum):
    """How working days are counted; the other units have only one way.

    WHOLE_DAYS: the first day is not counted, the limit ends at close of business (Civil Code
    art. 147.2, 148.2). ELAPSED: to the minute from reception, 8 working hours to a day, as the
    provincial systems do.
    """

    WHOLE_DAYS = "whole_days"
    ELAPSED = "elapsed"


@dataclass(frozen=True)
class Limit:
    """A processing limit; `value` is None only for SAME_DAY.

    `cutoff_15h` is the flag of the procedure's own text (Decree 23/2015 art. 7): it matters for
    SAME_DAY only. `InputError` HT-03 for a value that is not above zero, is above 1000, or is not
    whole for MONTH.
    """

    value: Decimal | None
    unit: LimitUnit
    mode: CountMode = CountMode.WHOLE_DAYS
    cutoff_15h: bool = False

    def __post_init__(self) -> None:
        if self.unit is LimitUnit.SAME_DAY:
            return
        value = self.value
        good = value is not None and value.is_finite() and 0 < value <= LONGEST
        if good and self.unit is LimitUnit.MONTH:
            good = value == int(value or 0)
        if not good:
            raise InputError(
                "HT-03",
                tr("Thời hạn giải quyết “{value}” không hợp lệ.", value=value),
                tr("Hãy nhập số lớn hơn 0 và không quá 1000; số tháng phải là số nguyên."),
                field="limit",
            )

    @property
    def amount(self) -> Decimal:
        """The value; zero for SAME_DAY."""
        return self.value if self.value is not None else Decimal(0)


class EventKind(StrEnum):
    """Acts that move the clock of a dossier."""

    SUPPLEMENT_REQUESTED = "supplement_requested"
    SUPPLEMENT_RECEIVED = "supplement_received"
    EXTENDED = "extended"
    STOPPED = "stopped"


@dataclass(frozen=True)
class ClockEvent:
    """One such act; `new_due` is the re-promised time and belongs to EXTENDED only."""

    kind: EventKind
    at: datetime
    new_due: datetime | None = None


class Effect(StrEnum):
    """What a stretch of time does to the deadline; stable names for machines."""

    WAITED = "waited"
    FIRST_DAY = "first_day"
    COUNTED = "counted"
    SKIPPED = "skipped"
    MOVED = "moved"
    PAUSED = "paused"
    RESTARTED = "restarted"
    OVERDUE = "overdue"
    EXTENDED = "extended"
    STOPPED = "stopped"
    NOTED = "noted"
    DUE = "due"


def effect_words(effect: Effect) -> str:
    """The effect in one or two words, for a column of a table."""
    words = {
        Effect.WAITED: tr("chờ mở cửa"),
        Effect.FIRST_DAY: tr("không tính"),
        Effect.COUNTED: tr("tính"),
        Effect.SKIPPED: tr("nghỉ"),
        Effect.MOVED: tr("dời"),
        Effect.PAUSED: tr("tạm dừng"),
        Effect.RESTARTED: tr("tính lại"),
        Effect.OVERDUE: tr("quá hạn"),
        Effect.EXTENDED: tr("gia hạn"),
        Effect.STOPPED: tr("kết thúc"),
        Effect.NOTED: tr("ghi chú"),
        Effect.DUE: tr("hạn trả"),
    }
    return words[effect]


@dataclass(frozen=True)
class Step:
    """One line of the explanation: from `start` to `end` the clock did `effect`, by `rule`.

    `rule` is a whole sentence in the language in use when the deadline was computed.
    """

    start: datetime
    end: datetime
    effect: Effect
    rule: str


@dataclass(frozen=True)
class Deadline:
    """When a dossier is due, and why.

    `due` is the promise in force; while `paused` it is the last promise made, and it will be
    counted anew when the full dossier arrives. `original_due` is the first promise and never
    changes. `unconfirmed` lists the days off the count relied on without an official notice.
    """

    due: datetime
    original_due: datetime
    paused: bool
    explanation: tuple[Step, ...]
    extended: bool = False
    stopped: bool = False
    restarts: int = 0
    unconfirmed: tuple[date, ...] = ()
    calendar_version: str = ""

    def lines(self) -> Iterable[str]:
        """The explanation as sentences, one per line."""
        return (step.rule for step in self.explanation)


def number_words(value: Decimal) -> str:
    """A number as people write it: 3, or 17,5 with a comma in Vietnamese."""
    whole, point, part = f"{value.normalize():f}".partition(".")
    return tr("{whole},{part}", whole=whole, part=part) if point else whole


def limit_words(limit: Limit) -> str:
    """The limit in words: "3 ngày làm việc", "2 giờ làm việc", "trong ngày"."""
    value = number_words(limit.amount)
    if limit.unit is LimitUnit.SAME_DAY and limit.cutoff_15h:
        return tr("trong ngày, sau 15 giờ thì ngày làm việc tiếp theo")
    words = {
        LimitUnit.WORKING_DAY: tr("{value} ngày làm việc", value=value),
        LimitUnit.CALENDAR_DAY: tr("{value} ngày", value=value),
        LimitUnit.WORKING_HOUR: tr("{value} giờ làm việc", value=value),
        LimitUnit.MONTH: tr("{value} tháng", value=value),
        LimitUnit.SAME_DAY: tr("trong ngày làm việc"),
    }
    return words[limit.unit]
