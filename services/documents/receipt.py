"""Form 01, Giấy tiếp nhận hồ sơ và hẹn trả kết quả (TT 03/2025/TT-VPCP, Phụ lục I)."""

from __future__ import annotations

from reportlab.platypus import Flowable, KeepTogether, PageBreak, Spacer

from models.errors import InputError
from models.words import tr
from services.documents.data import Party, ReceiptData, ReceiptDossier
from services.documents.fonts import FontSet
from services.documents.heading import (
    heading,
    party_lines,
    place_and_date,
    signature_row,
    title_block,
)
from services.documents.page import Paper, Sheet, build_pdf
from services.documents.slip import agency_name, code_block, copies_table, framed, grid
from services.documents.text import Pen
from services.documents.words import (
    amount_words,
    local,
    moment_words,
    money,
    time_words,
    weekday,
)

__all__ = ["receipt_pdf"]

TITLE = "GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ"
TYPED = "(thời hạn do cán bộ nhập theo {basis}, chưa có trong danh mục)"


def receipt_pdf(data: ReceiptData, fonts: FontSet, *, paper: Paper = Paper.A4) -> bytes:
    """The receipt as PDF, the same bytes for the same data.

    One dossier fills the form itself; several get a list, then one annex page each with its
    components. Raises `InputError` TL-03/TL-04 for text that cannot be drawn, TL-05 for none.
    """
    if not data.dossiers:
        raise InputError(
            "TL-05", tr("Chưa có hồ sơ nào để in giấy tiếp nhận."), tr("Chọn ít nhất một hồ sơ.")
        )
    sheet = Sheet.slip(paper)
    pen = Pen(fonts, sheet.letters)
    body = _single(data, pen, sheet.width) if len(data.dossiers) == 1 else _several(
        data, pen, sheet.width
    )  # fmt: skip
    return build_pdf(
        [*_opening(data, pen, sheet.width), *body],
        sheet,
        fonts=fonts,
        title=f"Giấy tiếp nhận hồ sơ và hẹn trả kết quả {data.dossiers[0].code}",
        author=agency_name(data.letterhead),
        training=data.letterhead.training,
    )


def _opening(data: ReceiptData, pen: Pen, width: float) -> list[Flowable]:
    form = pen.line("<i>(Mẫu số 01)</i>", pen.style(grow=-2, align="center"))
    below = (form, place_and_date(data.letterhead, pen, data.issued_on))
    return [
        heading(data.letterhead, pen, width=width, below=below),
        *title_block(pen, TITLE),
    ]


def _single(data: ReceiptData, pen: Pen, width: float) -> list[Flowable]:
    dossier = data.dossiers[0]
    return [
        _code(data, dossier, pen, width),
        Spacer(1, pen.size * 0.4),
        *_who(data, pen),
        *_what(dossier, pen),
        *_applicant(dossier.applicant, data.submitter, pen),
        *_components(dossier, pen, width),
        *_times(dossier, pen, width),
        *_return_and_fees(data, dossier, pen),
        *_closing(data, pen, width),
    ]


def _several(data: ReceiptData, pen: Pen, width: float) -> list[Flowable]:
    story: list[Flowable] = [
        *_who(data, pen),
        pen.line("Số hồ sơ tiếp nhận trong lần nộp này: <b>{n}</b>", n=f"{len(data.dossiers):02d}"),
        Spacer(1, pen.size * 0.4),
        _dossier_list(data, pen, width),
        Spacer(1, pen.size * 0.4),
        pen.line("Đăng ký nhận kết quả tại: {value}", pen.justified, value=data.return_at),
        pen.line("<i>Thành phần và thời hạn từng hồ sơ: xem các trang phụ lục kèm theo.</i>"),
        *_closing(data, pen, width),
    ]
    for index, dossier in enumerate(data.dossiers, start=1):
        story += [PageBreak(), *_annex(data, dossier, pen, index=index, width=width)]
    return story


def _annex(
    data: ReceiptData, dossier: ReceiptDossier, pen: Pen, *, index: int, width: float
) -> list[Flowable]:
    name = f"PHỤ LỤC {index:02d}"
    return [
        *title_block(pen, name, grow=1.5),
        _code(data, dossier, pen, width),
        Spacer(1, pen.size * 0.4),
        *_what(dossier, pen),
        *_applicant(dossier.applicant, data.submitter, pen),
        *_components(dossier, pen, width),
        *_times(dossier, pen, width),
        *_fees(dossier, pen, 6),
    ]


def _code(data: ReceiptData, dossier: ReceiptDossier, pen: Pen, width: float) -> Flowable:
    label = "Mã tạm" if dossier.provisional else "Mã hồ sơ"
    below: list[Flowable] = []
    if dossier.secret:
        markup = "Mã tra cứu: <b>{secret}</b>"
        if data.status_page:
            markup = "Tra cứu: {page} · mã <b>{secret}</b>"
        style = pen.style(align="center")
        below = [pen.line(markup, style, page=data.status_page, secret=dossier.secret)]
    return code_block(pen, dossier.code, label, width=width, below=below)


def _who(data: ReceiptData, pen: Pen) -> list[Flowable]:
    return [
        pen.line("Đơn vị tiếp nhận: {office}", pen.justified, office=data.office),
        pen.line(
            "Tiếp nhận hồ sơ của: <b>{name}</b> (nộp {channel})",
            pen.justified,
            name=data.submitter.name,
            channel=data.channel,
        ),
        *party_lines(pen, data.submitter),
    ]


def _what(dossier: ReceiptDossier, pen: Pen) -> list[Flowable]:
    markup = "Nội dung yêu cầu giải quyết: <b>{name}</b>"
    if dossier.procedure_code:
        markup += " (mã&nbsp;thủ&nbsp;tục&nbsp;{code})"
    return [
        pen.line(markup, pen.justified, name=dossier.procedure, code=dossier.procedure_code),
    ]


def _applicant(applicant: Party | None, submitter: Party, pen: Pen) -> list[Flowable]:
    """The owner of the dossier, printed when somebody else handed it in."""
    if applicant is None or applicant == submitter:
        return []
    lines: list[Flowable] = [
        pen.line("Chủ hồ sơ: <b>{name}</b>", pen.justified, name=applicant.name)
    ]
    if applicant.address:
        lines.append(pen.line("Địa chỉ chủ hồ sơ: {value}", pen.justified, value=applicant.address))
    return lines


def _components(dossier: ReceiptDossier, pen: Pen, width: float) -> list[Flowable]:
    return [
        pen.line("<b>1.</b> Thành phần hồ sơ nộp gồm:"),
        Spacer(1, pen.size * 0.3),
        copies_table(pen, dossier.components, [""] * len(dossier.components), width),
        Spacer(1, pen.size * 0.3),
        pen.line("<b>2.</b> Số lượng hồ sơ: <b>{sets}</b> bộ", sets=f"{dossier.sets:02d}"),
    ]


def _times(dossier: ReceiptDossier, pen: Pen, width: float) -> list[Flowable]:
    markup = "<b>3.</b> Thời gian giải quyết hồ sơ theo quy định: <b>{limit}</b>"
    if dossier.limit_typed:
        markup += " " + TYPED
    elif dossier.limit_basis:
        markup += " (theo {basis})"
    promise = pen.style(grow=1.5, align="center")
    return [
        pen.line(markup, pen.justified, limit=dossier.limit, basis=dossier.limit_basis),
        pen.line(
            "<b>4.</b> Thời gian nhận hồ sơ: {moment}", moment=moment_words(dossier.received_at)
        ),
        Spacer(1, pen.size * 0.3),
        framed(
            pen,
            [
                pen.line("<b>5. Thời gian trả kết quả giải quyết hồ sơ:</b>", pen.center),
                pen.line("<b>{moment}</b>", promise, moment=moment_words(dossier.promised_at)),
            ],
            width,
        ),
        Spacer(1, pen.size * 0.3),
    ]


def _return_and_fees(data: ReceiptData, dossier: ReceiptDossier, pen: Pen) -> list[Flowable]:
    return [
        pen.line(
            "<b>6.</b> Đăng ký nhận kết quả tại: {value}", pen.justified, value=data.return_at
        ),
        *_fees(dossier, pen, 7),
        *_ledger(dossier, pen),
    ]


def _fees(dossier: ReceiptDossier, pen: Pen, number: int) -> list[Flowable]:
    if not dossier.fees:
        # nothing was entered: that is no statement that the procedure is free
        return [pen.line(f"<b>{number}.</b> Phí, lệ phí: chưa thu khi tiếp nhận")]
    lines: list[Flowable] = []
    for fee in dossier.fees:
        markup = "- {name}: <b>{amount}</b>" + (" ({note})" if fee.note else "")
        lines.append(
            pen.line(markup, pen.justified, name=fee.name, amount=money(fee.amount), note=fee.note)
        )
    total = sum(fee.amount for fee in dossier.fees)
    if not total:
        return [pen.line(f"<b>{number}.</b> Phí, lệ phí: không thu"), *lines]
    head = f"<b>{number}.</b> Phí, lệ phí: " + "<b>{amount}</b> <i>(bằng chữ: {words})</i>"
    words = amount_words(total)
    return [pen.line(head, pen.justified, amount=money(total), words=words), *lines]


def _ledger(dossier: ReceiptDossier, pen: Pen) -> list[Flowable]:
    if not dossier.ledger_number:
        return []
    markup = "Vào Sổ theo dõi hồ sơ, quyển số: {book}; số thứ tự: {number}"
    return [pen.line(markup, book=dossier.ledger_book, number=dossier.ledger_number)]


def _closing(data: ReceiptData, pen: Pen, width: float) -> list[Flowable]:
    small = pen.style(grow=-1, align="justify")
    notes: list[Flowable] = [
        pen.line(
            "<i>Ghi chú: Kết quả có sớm hơn ngày hẹn được báo qua tin nhắn, điện thoại hoặc thư "
            "điện tử. Khi nhận kết quả, mang theo giấy này và giấy tờ tùy thân.</i>",
            small,
        )
    ]
    ask = ["Tra cứu hồ sơ tại: {lookup}"] if data.lookup else []
    ask += ["Điện thoại liên hệ: {phone}"] if data.phone else []
    if ask:
        markup = f"<i>{'. '.join(ask)}.</i>"
        notes.append(pen.line(markup, small, lookup=data.lookup, phone=data.phone))
    notes.append(
        pen.line(
            "<i>Giấy này được lập thành 02 liên: 01 liên giao người nộp hồ sơ, 01 liên lưu tại "
            "đơn vị tiếp nhận.</i>",
            small,
        )
    )
    receiver = ("NGƯỜI TIẾP NHẬN HỒ SƠ", data.receiver)
    submitter = ("NGƯỜI NỘP HỒ SƠ", data.submitter.name)
    signers = (submitter, receiver) if data.signed_by_submitter else (("", ""), receiver)
    return [
        Spacer(1, pen.size * 0.3),
        *notes,
        Spacer(1, pen.size * 0.4),
        KeepTogether([signature_row(pen, signers, width=width)]),
    ]


def _dossier_list(data: ReceiptData, pen: Pen, width: float) -> Flowable:
    """The annexed list of TD's practice: code, content, received, promised, limit, sets, owner."""
    cell, center = pen.style(grow=-1), pen.style(grow=-1, align="center")
    rows: list[list[Flowable]] = []
    for index, dossier in enumerate(data.dossiers, start=1):
        owner = dossier.applicant or data.submitter
        promised = local(dossier.promised_at)
        rows.append(
            [
                pen.line("{n}", center, n=str(index)),
                pen.line(
                    "<b>{code}</b><br/>{name}", cell, code=dossier.code, name=dossier.procedure
                ),
                pen.line("{name}", cell, name=owner.name),
                pen.line("{limit}", center, limit=dossier.limit),
                pen.line("{n}", center, n=f"{dossier.sets:02d}"),
                pen.line(
                    "<b>{hour}<br/>{day}<br/>{date}</b>",
                    center,
                    hour=time_words(promised),
                    day=weekday(promised),
                    date=f"{promised:%d/%m/%Y}",
                ),
            ]
        )
    head = ("TT", "Mã hồ sơ, nội dung", "Chủ hồ sơ", "Thời hạn", "Số bộ", "Hẹn trả kết quả")
    shares = (0.06, 0.34, 0.19, 0.12, 0.08, 0.21)
    return grid(pen, head, rows, widths=[width * share for share in shares])
