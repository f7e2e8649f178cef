"""The issued document in the layout of NĐ 30/2020/NĐ-CP, with the places of both signatures."""

from __future__ import annotations

import re
from dataclasses import dataclass

from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepTogether, Spacer, Table

from models.errors import InputError
from models.words import tr
from services.documents.data import ResultData
from services.documents.fonts import FontSet
from services.documents.heading import TIGHT, heading, place_and_date
from services.documents.marks import Rule
from services.documents.page import Sheet, build_pdf
from services.documents.templates import (
    DocumentTemplate,
    fill,
    merge_field_labels,
    missing_fields,
)
from services.documents.text import Pen

__all__ = ["LEADER_SIZE", "SEAL_SIZE", "Box", "ResultPdf", "number_line", "result_pdf"]

Box = tuple[float, float, float, float]
"""Left, bottom, right, top on the page in points from its lower left corner, as PDF counts."""

LEADER_SIZE = (48 * mm, 24 * mm)
SEAL_SIZE = (36 * mm, 36 * mm)
# the seal lies over the left third of the leader's signature (NĐ 30, Phụ lục I)
SEAL_OVERLAP = LEADER_SIZE[0] / 3
ARTICLE = re.compile(r"(Điều \d+\.)(.*)", re.DOTALL)
NBSP = "\u00a0"


@dataclass(frozen=True)
class ResultPdf:
    """The document and, on page `page_index` (from 0), where leader and organisation sign."""

    data: bytes
    leader_box: Box
    seal_box: Box
    page_index: int


def number_line(template: DocumentTemplate, data: ResultData) -> str:
    """ "Số: 05/GXN-UBND"; a draft has a gap, to be filled before anyone signs."""
    figures = NBSP * 8 if data.number is None else f"{data.number:02d}"
    return f"Số: {figures}/{template.abbreviation}-{data.unit}"


def result_pdf(template: DocumentTemplate, data: ResultData, *, fonts: FontSet) -> ResultPdf:
    """The document as PDF, the same bytes for the same input.

    Without a number it is a draft and empty merge fields print as dots; with one, number and date
    are drawn and every field must be filled (`InputError` TL-08), because nothing may change once
    it is signed. Raises TL-03 for text the fonts cannot draw.
    """
    if data.number is not None:
        _demand_complete(template, data)
    sheet = Sheet.official()
    pen = Pen(fonts, sheet.letters)
    place = _SignaturePlace()
    *text, last = _body(template, data, pen)
    foot = _foot(template, data, pen, width=sheet.width, place=place)
    # the last paragraph goes along, so that no page carries signatures alone
    story = [
        *_opening(template, data, pen, sheet.width),
        *text,
        KeepTogether([last, Spacer(1, 14), foot]),
    ]
    pdf = build_pdf(
        story,
        sheet,
        fonts=fonts,
        title=f"{template.type_name} {number_line(template, data)[4:].strip()}",
        author=" ".join(data.letterhead.agency),
        training=data.letterhead.training,
    )
    return ResultPdf(pdf, *place.boxes(), page_index=place.page - 1)


def _demand_complete(template: DocumentTemplate, data: ResultData) -> None:
    labels = merge_field_labels()
    missing = [labels[name] for name in missing_fields(template, data.values)]
    if data.issued_on is None:
        missing.append(tr("ngày ban hành"))
    if missing:
        raise InputError(
            "TL-08",
            tr("Văn bản còn thiếu: {fields}.", fields=", ".join(missing)),
            tr("Điền đủ trước khi cấp số và ký."),
        )


class _SignaturePlace(Flowable):  # type: ignore[misc]
    """Keeps the place free where the leader signs and remembers where it came to lie."""

    def __init__(self) -> None:
        super().__init__()
        self.middle = self.base = 0.0
        self.page = 0

    def wrap(self, available: float, _height: float) -> tuple[float, float]:
        self.width, self.height = available, LEADER_SIZE[1] + 5 * mm
        return self.width, self.height

    def draw(self) -> None:
        self.middle, self.base = self.canv.absolutePosition(self.width / 2, self.height / 2)
        self.page = self.canv.getPageNumber()

    def boxes(self) -> tuple[Box, Box]:
        """The leader's box, and the seal's at the same height, overlapping its left third."""
        width, height = LEADER_SIZE
        left = self.middle - width / 2
        leader = (left, self.base - height / 2, left + width, self.base + height / 2)
        right = left + SEAL_OVERLAP
        seal = (
            right - SEAL_SIZE[0],
            self.base - SEAL_SIZE[1] / 2,
            right,
            self.base + SEAL_SIZE[1] / 2,
        )
        return _rounded(leader), _rounded(seal)


def _rounded(box: Box) -> Box:
    left, bottom, right, top = (round(edge, 2) for edge in box)
    return left, bottom, right, top


def _opening(
    template: DocumentTemplate, data: ResultData, pen: Pen, width: float
) -> list[Flowable]:
    number = pen.line("{number}", pen.center, number=number_line(template, data))
    below = (number, place_and_date(data.letterhead, pen, data.issued_on))
    title = pen.style(grow=1, align="center", spaceBefore=14)
    subject = pen.style(grow=0.5, align="center")
    text = fill(template.subject, data.values)
    rule = min(pen.bold_width(text, grow=0.5), width) * 0.4
    story: list[Flowable] = [
        heading(data.letterhead, pen, width=width, below=below),
        pen.line("<b>{text}</b>", title, text=template.type_name.upper()),
        pen.line("<b>{text}</b>", subject, text=text),
        Rule(rule),
        Spacer(1, 8),
    ]
    if template.addressees:
        lines = [fill(text, data.values) for text in template.addressees]
        prefix = "Kính gửi: {text}" if len(lines) == 1 else "{text}"
        if len(lines) > 1:
            story.append(pen.line("Kính gửi:", pen.style(leftIndent=40 * mm)))
        style = pen.center if len(lines) == 1 else pen.style(leftIndent=50 * mm)
        story += [pen.lines(lines, prefix, style), Spacer(1, 6)]
    return story


def _paragraph_style(pen: Pen) -> ParagraphStyle:
    return pen.style(
        grow=0.5, align="justify", firstLineIndent=12.7 * mm, spaceBefore=6, leading=17.5
    )


def _body(template: DocumentTemplate, data: ResultData, pen: Pen) -> list[Flowable]:
    style, center = _paragraph_style(pen), pen.style(grow=0.5, align="center", spaceBefore=8)
    story: list[Flowable] = []
    if template.authority:
        text = fill(template.authority, data.values).upper()
        story.append(pen.line("<b>{text}</b>", center, text=text))
    for basis in template.bases:
        story.append(pen.line("<i>{text}</i>", style, text=fill(basis, data.values)))
    if template.enacting:
        story.append(pen.line("<b>{text}</b>", center, text=template.enacting.upper()))
    for paragraph in template.body:
        story.append(_paragraph(fill(paragraph, data.values), pen, style))
    return story


def _paragraph(text: str, pen: Pen, style: ParagraphStyle) -> Flowable:
    article = ARTICLE.fullmatch(text)
    if article is None:
        return pen.line("{text}", style, text=text)
    return pen.line("<b>{head}</b> {rest}", style, head=article[1], rest=article[2])


def _foot(
    template: DocumentTemplate, data: ResultData, pen: Pen, *, width: float, place: _SignaturePlace
) -> Table:
    """Nơi nhận on the left; capacity, place of the signature and name on the right."""
    label = pen.style(grow=-1)
    small = pen.style(grow=-2)
    strong = pen.style(grow=0.5, align="center")
    left = [
        pen.line("<b><i>Nơi nhận:</i></b>", label),
        *(pen.line("{text}", small, text=fill(line, data.values)) for line in template.recipients),
    ]
    right = [
        pen.lines([line.upper() for line in data.signer.capacity], "<b>{text}</b>", strong),
        place,
        pen.line("<b>{name}</b>", strong, name=data.signer.name),
    ]
    half = width * 0.46
    return pen.table([[left, right]], widths=[half, width - half], style=TIGHT)
