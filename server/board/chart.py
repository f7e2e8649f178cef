"""The bars of an office's days as plain rectangles for an SVG in the page."""

from __future__ import annotations

from dataclasses import dataclass

from models.words import tr
from server.board.drill import DayRow

__all__ = ["Chart", "draw_days"]

STEP, BAR, TOP, BASE, BELOW, SIDE = 48, 18, 16, 116, 28, 16


@dataclass(frozen=True, slots=True)
class Bar:
    """One rectangle; `css` names what it counts."""

    css: str
    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Mark:
    """A word or number at a place."""

    css: str
    x: int
    y: int
    text: str


@dataclass(frozen=True, slots=True)
class Chart:
    """The drawing, and what it says to whoever cannot see it."""

    width: int
    height: int
    base: int
    bars: tuple[Bar, ...]
    marks: tuple[Mark, ...]
    words: str


def draw_days(days: list[DayRow]) -> Chart:
    """Two bars a day: received; and finished, the late part on top."""
    most = max((max(day.received, day.done) for day in days), default=0) or 1
    scale = (BASE - TOP) / most
    bars: list[Bar] = []
    marks: list[Mark] = []
    for place, day in enumerate(days):
        x = place * STEP + 4
        late, on_time = round(day.late * scale), round((day.done - day.late) * scale)
        came = round(day.received * scale)
        bars += [
            Bar("came", x, BASE - came, BAR, came),
            Bar("went", x + BAR + 2, BASE - on_time, BAR, on_time),
            Bar("slow", x + BAR + 2, BASE - on_time - late, BAR, late),
        ]
        for left, count, height in (
            (x, day.received, came),
            (x + BAR + 2, day.done, late + on_time),
        ):
            if count:
                marks.append(Mark("count", left + BAR // 2, BASE - height - 4, str(count)))
        css = "day" if place % 2 else "day odd"  # a phone has room for every other one
        marks.append(Mark(css, x + BAR, BASE + BELOW - 5, f"{day.day:%d/%m}"))
    words = tr(
        "Mỗi ngày: hồ sơ nhận và hồ sơ xong trong {days} ngày; tổng nhận {received}, xong {done}, "
        "trong đó trễ {late}.",
        days=len(days),
        received=sum(day.received for day in days),
        done=sum(day.done for day in days),
        late=sum(day.late for day in days),
    )
    visible = tuple(bar for bar in bars if bar.height)
    return Chart(len(days) * STEP + SIDE, BASE + BELOW, BASE, visible, tuple(marks), words)
