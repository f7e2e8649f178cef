"""The list for the morning meeting: counts and the most urgent dossiers on one A4 page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.platypus import Flowable, Spacer

from services.documents.fonts import FontSet
from services.documents.page import Sheet, build_pdf
from services.documents.slip import grid
from services.documents.text import Pen, printable
from services.documents.words import date_words, local, time_words, weekday

__all__ = ["MOST_ROWS", "MorningList", "MorningRow", "morning_list_pdf"]

MOST_ROWS = 33
"""What fits on one page with the counts above and the people below."""

MOST_HOLDERS = 6
SHEET = Sheet((A4[1], A4[0]), (12 * mm, 12 * mm, 10 * mm, 10 * mm), 8.5)
HEAD = ("TT", "Thời hạn", "Mã hồ sơ", "Chủ hồ sơ", "Thủ tục", "Hẹn trả", "Đang ở")
SHARES = (0.035, 0.10, 0.135, 0.17, 0.29, 0.12, 0.15)
PADDING = 7


@dataclass(frozen=True)
class MorningRow:
    """One dossier: how it stands, code, applicant, procedure, promised time, where it is."""

    state: str
    code: str
    applicant: str
    procedure: str
    due: datetime
    where: str


@dataclass(frozen=True)
class MorningList:
    """What the page says. `scope` names whose dossiers; `rest` counts those left out."""

    office: str
    scope: str
    at: datetime
    counts: tuple[tuple[str, int], ...]
    rows: tuple[MorningRow, ...]
    rest: int
    holders: tuple[tuple[str, int, int], ...]
    training: bool = False


def morning_list_pdf(data: MorningList, fonts: FontSet) -> bytes:
    """One page whatever the names: every cell is cut to one line.

    Raises `InputError` TL-03 for letters that the fonts cannot draw.
    """
    pen = Pen(fonts, SHEET.letters)
    there = local(data.at)
    widths = [SHEET.width * share for share in SHARES]
    rows = [_row(row, pen, number, widths=widths) for number, row in enumerate(data.rows, start=1)]
    counts = " · ".join(f"{name}: {count}" for name, count in data.counts)
    moment = f"{weekday(there)}, {date_words(there.date())}, {time_words(there)}"
    story: list[Flowable] = [
        pen.line("<b>DANH SÁCH CẦN LÀM TRƯỚC</b>", pen.style(grow=4)),
        pen.line("{office} · {scope} · {moment}", office=data.office, scope=data.scope,
                 moment=moment),
        Spacer(1, 3),
        pen.line("<b>{counts}</b>", counts=counts),
        Spacer(1, 4),
        grid(pen, HEAD, rows, widths=widths),
        Spacer(1, 3),
        *_foot(data, pen),
    ]  # fmt: skip
    return build_pdf(
        story, SHEET, fonts=fonts, title="Danh sách cần làm trước", author=data.office,
        training=data.training,
    )  # fmt: skip


def _row(row: MorningRow, pen: Pen, number: int, *, widths: Sequence[float]) -> list[Flowable]:
    small = pen.style(grow=-0.5, leading=pen.size * 1.08)
    due = f"{local(row.due):%H:%M %d/%m/%Y}"
    texts = (str(number), row.state, row.code, row.applicant, row.procedure, due, row.where)
    return [
        pen.line("{text}", small, text=_cut(text, pen, width - PADDING))
        for text, width in zip(texts, widths, strict=True)
    ]


def _cut(text: str, pen: Pen, room: float) -> str:
    """`text` on one line of `room` points, ended by an ellipsis when it is longer."""
    line = " ".join(printable(text, pen.fonts).split())
    if stringWidth(line, pen.fonts.regular, pen.size) <= room:
        return line
    while line and stringWidth(line + "…", pen.fonts.regular, pen.size) > room:
        line = line[:-1]
    return line.rstrip() + "…"


def _foot(data: MorningList, pen: Pen) -> list[Flowable]:
    lines: list[Flowable] = []
    if data.rest:
        lines.append(pen.line("<i>Còn {n} hồ sơ nữa, xem trên máy.</i>", n=str(data.rest)))
    if data.holders:
        people = "; ".join(
            f"{name} {total} ({late} quá hạn)" if late else f"{name} {total}"
            for name, total, late in data.holders[:MOST_HOLDERS]
        )
        text = _cut(people, pen, SHEET.width - 70)
        lines.append(pen.line("<b>Đang ở ai:</b> {people}", people=text))
    return lines
