"""Form 06, Phiếu kiểm soát quá trình giải quyết hồ sơ (TT 03/2025/TT-VPCP, Phụ lục I)."""

from __future__ import annotations

from reportlab.platypus import Flowable, Spacer

from services.documents.data import ControlRow, ControlSlipData
from services.documents.fonts import FontSet
from services.documents.heading import heading, title_block
from services.documents.marks import TickLine
from services.documents.page import Paper, Sheet, build_pdf
from services.documents.slip import agency_name, code_block, grid
from services.documents.text import Pen
from services.documents.words import date_words, local, moment_words, time_words

__all__ = ["control_slip_pdf"]

TITLE = "PHIẾU KIỂM SOÁT QUÁ TRÌNH GIẢI QUYẾT HỒ SƠ"
HEAD = ("TT", "Tên cơ quan", "Thời gian giao, nhận hồ sơ", "Kết quả giải quyết", "Ghi chú")
SHARES = (0.06, 0.30, 0.29, 0.155, 0.195)
RESULTS = (("early", "Trước hạn"), ("on_time", "Đúng hạn"), ("late", "Quá hạn"))


def control_slip_pdf(data: ControlSlipData, fonts: FontSet, *, paper: Paper = Paper.A4) -> bytes:
    """The slip as PDF with all handovers so far, the same bytes for the same data.

    Raises `InputError` TL-03/TL-04 for text that cannot be drawn.
    """
    sheet = Sheet.slip(paper)
    pen = Pen(fonts, sheet.letters)
    rows = [_row(row, pen, index) for index, row in enumerate(data.rows, start=1)]
    widths = [sheet.width * share for share in SHARES]
    return build_pdf(
        [*_opening(data, pen, sheet.width), grid(pen, HEAD, rows, widths=widths), *_note(pen)],
        sheet,
        fonts=fonts,
        title=f"Phiếu kiểm soát quá trình giải quyết hồ sơ {data.code}",
        author=agency_name(data.letterhead),
        training=data.letterhead.training,
    )


def _opening(data: ControlSlipData, pen: Pen, width: float) -> list[Flowable]:
    form = pen.line("<i>(Mẫu số 06)</i>", pen.style(grow=-2, align="center"))
    story: list[Flowable] = [
        heading(data.letterhead, pen, width=width, below=(form, Spacer(1, 1))),
        *title_block(pen, TITLE),
        code_block(pen, data.code, "Mã hồ sơ", width=width),
        Spacer(1, pen.size * 0.4),
        pen.line("Thủ tục: <b>{name}</b>", pen.justified, name=data.procedure),
        pen.line("Chủ hồ sơ: <b>{name}</b>", pen.justified, name=data.applicant),
        pen.line(
            "Cơ quan (bộ phận) giải quyết hồ sơ: {name}", pen.justified, name=data.handling_agency
        ),
    ]
    if data.coordinating_agency:
        story.append(
            pen.line(
                "Cơ quan phối hợp giải quyết hồ sơ: {name}",
                pen.justified,
                name=data.coordinating_agency,
            )
        )
    return [
        *story,
        pen.line("Thời gian nhận hồ sơ: {moment}", moment=moment_words(data.received_at)),
        pen.line(
            "Thời gian hẹn trả kết quả: <b>{moment}</b>", moment=moment_words(data.promised_at)
        ),
        Spacer(1, pen.size * 0.5),
    ]


def _row(row: ControlRow, pen: Pen, index: int) -> list[Flowable]:
    small = pen.style(grow=-1)
    there = local(row.at)
    ticks = tuple((words, row.result == key) for key, words in RESULTS)
    return [
        pen.line("{n}", pen.center, n=str(index)),
        pen.line(
            "1. Giao: <b>{giver}</b><br/>2. Nhận: <b>{receiver}</b>",
            small,
            giver=row.giver,
            receiver=row.receiver,
        ),
        pen.line(
            "{time}, {day}<br/>Người giao: {given_by}<br/>Người nhận: {received_by}",
            small,
            time=time_words(there),
            day=date_words(there.date()),
            given_by=row.given_by,
            received_by=row.received_by,
        ),
        TickLine(ticks, font=pen.fonts.regular, size=pen.size - 1),
        pen.line("{note}", small, note=row.note),
    ]


def _note(pen: Pen) -> list[Flowable]:
    return [
        Spacer(1, pen.size * 0.4),
        pen.line(
            "<i>Phiếu lập theo nhật ký của hệ thống; dòng đã ghi không sửa, đính chính bằng "
            "dòng mới.</i>",
            pen.style(grow=-1, align="justify"),
        ),
    ]
