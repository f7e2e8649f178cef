"""Building blocks of the slips of the one-stop: component tables, framed lines, final assembly."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from reportlab.lib.colors import Color, black
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Table

from services.documents.data import Letterhead
from services.documents.marks import Bars, QrSquare
from services.documents.text import Pen

__all__ = ["agency_name", "code_block", "copies_table", "framed", "grid"]

HEAD_SHADE = Color(0.94, 0.94, 0.94)
EDGES = ("LEFT", "RIGHT", "TOP", "BOTTOM")
COPIES = ("Bản chính", "Bản sao chứng thực", "Bản chụp", "Bản điện tử")


class _Copies(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def originals(self) -> int: ...
    @property
    def certified_copies(self) -> int: ...
    @property
    def photocopies(self) -> int: ...
    @property
    def electronic(self) -> int: ...


def grid(
    pen: Pen, head: Sequence[str], rows: list[list[Flowable]], *, widths: list[float]
) -> Table:
    """A ruled table with a shaded head that is repeated on each page; rows may split."""
    center = pen.style(grow=-1, align="center")
    return pen.table(
        [[pen.line("<b>{text}</b>", center, text=text) for text in head], *rows],
        widths=widths,
        repeat_rows=1,
        style=[
            ("GRID", (0, 0), (-1, -1), 0.5, black),
            ("BACKGROUND", (0, 0), (-1, 0), HEAD_SHADE),
            ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
            ("LEFTPADDING", (0, 0), (-1, -1), 3),
            ("RIGHTPADDING", (0, 0), (-1, -1), 3),
            ("TOPPADDING", (0, 0), (-1, -1), 1.5),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 2.5),
        ],
    )


def copies_table(pen: Pen, items: Sequence[_Copies], notes: Sequence[str], width: float) -> Table:
    """TT, name of the paper (its note below), and the number of each kind of copy."""
    number, copies = width * 0.06, width * 0.105
    center = pen.style(align="center")
    rows: list[list[Flowable]] = []
    for index, (item, note) in enumerate(zip(items, notes, strict=True), start=1):
        markup = "{name}<br/><i>{note}</i>" if note else "{name}"
        counts = (item.originals, item.certified_copies, item.photocopies, item.electronic)
        rows.append(
            [
                pen.line("{n}", center, n=str(index)),
                pen.line(markup, name=item.name, note=note),
                *(pen.line("{n}", center, n=f"{count:02d}" if count else "") for count in counts),
            ]
        )
    widths = [number, width - number - 4 * copies, *[copies] * 4]
    return grid(pen, ("TT", "Tên giấy tờ", *COPIES), rows, widths=widths)


def framed(pen: Pen, content: list[Flowable], width: float) -> Table:
    """`content` in a heavy frame: what the citizen must not overlook."""
    air = pen.size * 0.45
    return pen.table(
        [[content]],
        widths=[width],
        style=[
            ("BOX", (0, 0), (-1, -1), 1.2, black),
            ("LEFTPADDING", (0, 0), (-1, -1), air),
            ("RIGHTPADDING", (0, 0), (-1, -1), air),
            ("TOPPADDING", (0, 0), (-1, -1), air * 0.6),
            ("BOTTOMPADDING", (0, 0), (-1, -1), air),
        ],
    )


def code_block(
    pen: Pen, code: str, label: str, *, width: float, below: Sequence[Flowable] = ()
) -> Table:
    """The code in letters and bars, `below` them, and as a QR square on the right."""
    side = min(24 * mm, width * 0.17)
    bars = width - side
    return pen.table(
        [
            [
                [
                    Bars(code, width=bars, height=side * 0.42),
                    pen.line(
                        "{label}: <b>{code}</b>", pen.style(align="center", grow=1),
                        label=label, code=code,
                    ),
                    *below,
                ],
                QrSquare(code, side=side),
            ]
        ],
        widths=[bars, side],
        style=[
            ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
            *((f"{edge}PADDING", (0, 0), (-1, -1), 0) for edge in EDGES),
        ],
    )  # fmt: skip


def agency_name(letterhead: Letterhead) -> str:
    """The agency on one line."""
    return " ".join(letterhead.agency)
