"""How every measurement is taken: ours and the raw engine in turn, percentiles, one figure."""

from __future__ import annotations

import gc
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

Work = Callable[[], object]


@dataclass(frozen=True)
class Sample:
    """Durations of one piece of work, in milliseconds."""

    milliseconds: tuple[float, ...]

    def percentile(self, share: float) -> float:
        """The smallest duration that `share` of all do not exceed."""
        ordered = sorted(self.milliseconds)
        return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


@dataclass(frozen=True)
class Figure:
    """One line of the table: what was measured, how often, ours and the raw engine beside it."""

    name: str
    ours: Sample
    raw: Sample
    raw_is: str
    most_ratio: float | None = None
    most_p95: float | None = None
    note: str = ""

    @property
    def ratio(self) -> float:
        """Median of ours to median of the raw engine, from the same run."""
        return self.ours.percentile(0.5) / self.raw.percentile(0.5)

    @property
    def aim(self) -> str:
        """The aim in words; empty when there is none."""
        ratio = f"<= {self.most_ratio}x" if self.most_ratio is not None else ""
        limit = f"p95 < {self.most_p95:.0f} ms" if self.most_p95 is not None else ""
        return ratio or limit

    @property
    def met(self) -> bool:
        """Whether the aim is reached; true where there is none."""
        ratio = self.most_ratio is None or self.ratio <= self.most_ratio
        return ratio and (self.most_p95 is None or self.ours.percentile(0.95) < self.most_p95)

    def record(self) -> dict[str, object]:
        """The figure as plain data, for JSON lines."""
        return {
            "name": self.name, "n": len(self.ours.milliseconds),
            "ours_p50_ms": round(self.ours.percentile(0.5), 3),
            "ours_p95_ms": round(self.ours.percentile(0.95), 3),
            "raw_p50_ms": round(self.raw.percentile(0.5), 3),
            "raw_p95_ms": round(self.raw.percentile(0.95), 3),
            "ratio": round(self.ratio, 2), "aim": self.aim, "met": self.met,
            "raw": self.raw_is, "note": self.note,
        }  # fmt: skip


def timed(work: Work) -> float:
    """How long `work` took, in milliseconds."""
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


def interleaved(
    pairs: Sequence[tuple[Work, Work]], *, warm_up: int = 1
) -> tuple[Sample, Sample]:
    """Time each pair (ours, raw) one after the other, changing who goes first.

    Whatever else the machine does meets both sides alike. The first `warm_up` pairs do not count.
    """
    ours: list[float] = []
    raw: list[float] = []
    gc.collect()
    for number, (our_work, raw_work) in enumerate(pairs):
        if number % 2:
            raw_time, our_time = timed(raw_work), timed(our_work)
        else:
            our_time, raw_time = timed(our_work), timed(raw_work)
        if number >= warm_up:
            ours.append(our_time)
            raw.append(raw_time)
    return Sample(tuple(ours)), Sample(tuple(raw))


def table(figures: Sequence[Figure]) -> str:
    """All figures as one table of text."""
    head = ("name", "n", "ours p50", "p95", "raw p50", "p95", "ratio", "aim", "met", "raw engine")
    lines = [head]
    for figure in figures:
        r = figure.record()
        lines.append((
            figure.name, str(r["n"]), f"{r['ours_p50_ms']}", f"{r['ours_p95_ms']}",
            f"{r['raw_p50_ms']}", f"{r['raw_p95_ms']}", f"{r['ratio']}x", figure.aim or "-",
            "yes" if figure.met else "NO", f"{figure.raw_is}; {figure.note}".removesuffix("; "),
        ))  # fmt: skip
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    texts = ["  ".join(cell.ljust(w) for cell, w in zip(line, widths, strict=True)).rstrip()
             for line in lines]  # fmt: skip
    return "\n".join([*texts, "", "Times in milliseconds; ratio of medians, same run."])
