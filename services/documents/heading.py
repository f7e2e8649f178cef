"""The head and foot shared by all papers: agency, national motto, place and date, signers."""

from __future__ import annotations

from datetime import date
from typing import Any

from reportlab.platypus import Flowable, Spacer, Table

from services.documents.data import Letterhead, Party
from services.documents.marks import Rule
from services.documents.text import Pen
from services.documents.words import date_words

__all__ = ["TIGHT", "heading", "party_lines", "place_and_date", "signature_row", "title_block"]

NBSP = "\u00a0"
NATION = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
OPEN_DATE = f"ngày{NBSP * 7}tháng{NBSP * 7}năm ……"
MOTTO = "Độc lập - Tự do - Hạnh phúc"
TIGHT: list[tuple[Any, ...]] = [
    ("LEFTPADDING", (0, 0), (-1, -1), 0),
    ("RIGHTPADDING", (0, 0), (-1, -1), 0),
    ("TOPPADDING", (0, 0), (-1, -1), 0),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 0),
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
]


def heading(
    letterhead: Letterhead, pen: Pen, *, width: float, below: tuple[Flowable, Flowable]
) -> Table:
    """Agency left, national name and motto right, `below` them one cell each (NĐ 30, ô 1-4).

    The right column is as wide as the national name in bold, so that it never breaks.
    """
    small = pen.style(grow=-0.5, align="center")
    right = pen.bold_width(NATION, grow=-0.5) + 6
    left = width - right
    agency_width = max(pen.bold_width(name.upper(), grow=-0.5) for name in letterhead.agency)
    superior = [letterhead.superior.upper()] if letterhead.superior else []
    return pen.table(
        [
            [
                [
                    *(pen.line("{text}", small, text=name) for name in superior),
                    pen.lines([name.upper() for name in letterhead.agency], "<b>{text}</b>", small),
                    Rule(min(agency_width, left) * 0.42),
                ],
                [
                    pen.line("<b>{text}</b>", small, text=NATION),
                    pen.line("<b>{text}</b>", pen.style(grow=0.5, align="center"), text=MOTTO),
                    Rule(pen.bold_width(MOTTO, grow=0.5)),
                ],
            ],
            list(below),
        ],
        widths=[left, right],
        style=[*TIGHT, ("TOPPADDING", (0, 1), (-1, 1), pen.size * 0.35)],
    )


def place_and_date(letterhead: Letterhead, pen: Pen, day: date | None) -> Flowable:
    """ "Hoàn Kiếm, ngày 05 tháng 02 năm 2026" in italics; a draft leaves the figures open."""
    words = date_words(day) if day else OPEN_DATE
    return pen.line("<i>{place}, {words}</i>", pen.center, place=letterhead.place, words=words)


def title_block(pen: Pen, title: str, *, grow: float = 2.5) -> list[Flowable]:
    """The name of the paper in bold capitals with air around it."""
    style = pen.style(grow=grow, align="center")
    return [Spacer(1, pen.size * 0.7), pen.line("<b>{title}</b>", style, title=title),
            Spacer(1, pen.size * 0.5)]  # fmt: skip


def party_lines(pen: Pen, party: Party) -> list[Flowable]:
    """Identity number, address, phone and e-mail of `party`; what is empty is left out."""
    lines: list[Flowable] = []
    if party.id_number:
        lines.append(
            pen.line("Số định danh cá nhân/Hộ chiếu/Mã số thuế: {value}", value=party.id_number)
        )
    if party.address:
        lines.append(pen.line("Địa chỉ: {value}", pen.justified, value=party.address))
    contact = []
    if party.phone:
        contact.append("Số điện thoại: {phone}")
    if party.email:
        contact.append("Email: {email}")
    if contact:
        markup = "&nbsp;&nbsp;&nbsp;&nbsp;&nbsp;".join(contact)
        lines.append(pen.line(markup, phone=party.phone, email=party.email))
    return lines


def signature_row(pen: Pen, signers: tuple[tuple[str, str], ...], *, width: float) -> Table:
    """Places to sign side by side: (capacity in capitals, printed name or ""); ("", "") is none."""
    space = pen.size * 3.4
    cells = [
        [
            pen.line("<b>{who}</b>", pen.center, who=who),
            pen.line("<i>(Ký, ghi rõ họ tên)</i>", pen.style(grow=-1, align="center")),
            Spacer(1, space),
            pen.line("<b>{name}</b>", pen.center, name=name),
        ]
        if who
        else []
        for who, name in signers
    ]
    return pen.table([cells], widths=[width / len(signers)] * len(signers), style=TIGHT)
