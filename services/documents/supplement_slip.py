"""Form 02, Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ (TT 03/2025/TT-VPCP, Phụ lục I)."""

from __future__ import annotations

from reportlab.platypus import Flowable, KeepTogether, Spacer

from models.errors import InputError
from models.words import tr
from services.documents.data import SupplementSlipData
from services.documents.fonts import FontSet
from services.documents.heading import (
    heading,
    party_lines,
    place_and_date,
    signature_row,
    title_block,
)
from services.documents.page import Paper, Sheet, build_pdf
from services.documents.slip import agency_name, code_block, copies_table, framed
from services.documents.text import Pen
from services.documents.words import moment_words

__all__ = ["supplement_slip_pdf"]

TITLE = "PHIẾU YÊU CẦU BỔ SUNG, HOÀN THIỆN HỒ SƠ"


def supplement_slip_pdf(
    data: SupplementSlipData, fonts: FontSet, *, paper: Paper = Paper.A4
) -> bytes:
    """The slip as PDF, the same bytes for the same data.

    Raises `InputError` TL-09 when nothing is asked for or no reason is given (both are compulsory
    by NĐ 61/2018 Art. 17), TL-03/TL-04 for text that cannot be drawn.
    """
    if not data.items or not data.reason.strip():
        raise InputError(
            "TL-09",
            tr("Phiếu yêu cầu bổ sung phải ghi giấy tờ cần bổ sung và lý do."),
            tr("Thêm giấy tờ và lý do rồi in lại."),
        )
    sheet = Sheet.slip(paper)
    pen = Pen(fonts, sheet.letters)
    return build_pdf(
        [
            *_opening(data, pen, sheet.width),
            *_request(data, pen, sheet.width),
            *_terms(data, pen, sheet.width),
            *_closing(data, pen, sheet.width),
        ],
        sheet,
        fonts=fonts,
        title=f"Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ {data.code}",
        author=agency_name(data.letterhead),
        training=data.letterhead.training,
    )


def _opening(data: SupplementSlipData, pen: Pen, width: float) -> list[Flowable]:
    number = pen.line(
        "Số: {number}<br/><font size='{size}'><i>(Mẫu số 02)</i></font>",
        pen.center,
        number=data.number,
        size=str(pen.size - 2),
    )
    below = (number, place_and_date(data.letterhead, pen, data.issued_on))
    return [
        heading(data.letterhead, pen, width=width, below=below),
        *title_block(pen, TITLE),
        code_block(pen, data.code, "Mã hồ sơ", width=width),
        Spacer(1, pen.size * 0.4),
    ]


def _request(data: SupplementSlipData, pen: Pen, width: float) -> list[Flowable]:
    stage = [pen.line("Giai đoạn: {value}", value=data.stage)] if data.stage else []
    return [
        pen.line("Đơn vị: {office}", pen.justified, office=data.office),
        pen.line("Hồ sơ của: <b>{name}</b>", pen.justified, name=data.submitter.name),
        *party_lines(pen, data.submitter),
        pen.line("Nội dung yêu cầu giải quyết: <b>{name}</b>", pen.justified, name=data.procedure),
        *stage,
        pen.line("Yêu cầu bổ sung, hoàn thiện hồ sơ gồm những nội dung sau:"),
        Spacer(1, pen.size * 0.3),
        copies_table(pen, data.items, [item.what for item in data.items], width),
        Spacer(1, pen.size * 0.3),
    ]


def _terms(data: SupplementSlipData, pen: Pen, width: float) -> list[Flowable]:
    story: list[Flowable] = [pen.line("<b>Lý do:</b> {reason}", pen.justified, reason=data.reason)]
    if data.legal_basis:
        story.append(pen.line("<b>Căn cứ:</b> {basis}", pen.justified, basis=data.legal_basis))
    if data.answer_by is not None:
        moment = pen.line("<b>{moment}</b>", pen.center, moment=moment_words(data.answer_by))
        head = pen.line("<b>Bổ sung trước:</b>", pen.center)
        story += [Spacer(1, pen.size * 0.4), framed(pen, [head, moment], width)]
    return [*story, Spacer(1, pen.size * 0.4)]


def _closing(data: SupplementSlipData, pen: Pen, width: float) -> list[Flowable]:
    ask = ["liên hệ {contact}"] if data.contact else []
    ask += ["số điện thoại {phone}"] if data.phone else []
    ask += ["xem tại {website}"] if data.website else []
    story: list[Flowable] = []
    if ask:
        markup = f"Nếu chưa rõ, đề nghị ông/bà {', '.join(ask)}."
        story.append(
            pen.line(
                markup,
                pen.justified,
                contact=data.contact,
                phone=data.phone,
                website=data.website,
            )
        )
    guide = ("NGƯỜI HƯỚNG DẪN", data.guide)
    signers = (("NGƯỜI DUYỆT", data.approver), guide) if data.approver else (("", ""), guide)
    return [
        *story,
        Spacer(1, pen.size * 0.6),
        KeepTogether([signature_row(pen, signers, width=width)]),
    ]
