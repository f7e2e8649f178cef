"""From dossiers to printed papers: fills the forms' data and calls the document makers."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache

from models.dates import show_date
from models.deadline import limit_words
from models.dossier import Dossier
from models.errors import InputError
from models.events.handling import Draft, SupplementRequested
from models.intake import Component, LimitTaken
from models.lookup import lookup_secret
from models.party import Person
from models.staff import Staff
from models.words import in_vietnamese, tr
from services.core import Core
from services.document_templates import template_for
from services.documents import data as d
from services.documents.control_slip import control_slip_pdf
from services.documents.fonts import FontSet, font_folders, load_fonts
from services.documents.page import Paper
from services.documents.receipt import receipt_pdf
from services.documents.result_document import ResultPdf, result_pdf
from services.documents.stamps import SealFace
from services.documents.supplement_slip import supplement_slip_pdf
from services.documents.templates import DocumentTemplate
from services.dossiers.promise import as_limit

__all__ = [
    "CHANNELS", "control_paper", "draft_values", "fonts", "receipt_paper", "result_paper",
    "sample_paper", "seal_face", "supplement_paper", "template_of",
]  # fmt: skip

CHANNELS = {1: "trực tiếp", 2: "trực tuyến", 3: "qua bưu chính công ích"}
NOT_YET = "…"
"""Stands for the secret of a dossier that is only being previewed and has no id."""
RETURN = {
    "desk": "Tại nơi tiếp nhận",
    "postal": "Qua bưu chính công ích",
    "online": "Trực tuyến",
}


@lru_cache(maxsize=1)
def fonts() -> FontSet:
    """The fonts of this machine, checked for Vietnamese once."""
    return load_fonts(font_folders(os.environ))


def _party(person: Person) -> d.Party:
    return d.Party(
        person.name, person.id_number, person.address or person.address_on_card, person.phone,
        person.email,
    )  # fmt: skip


def _letterhead(core: Core) -> d.Letterhead:
    """The People's Committee's own head, for documents it issues."""
    kind, _, name = core.office.unit_name.partition(" ")
    agency = ("ỦY BAN NHÂN DÂN", f"{kind} {name}".upper())
    return d.Letterhead(agency, place=name, training=core.office.training)


def _desk_letterhead(core: Core) -> d.Letterhead:
    """The receiving desk's head: the city Centre above, the desk below (domain §1.1.3)."""
    desk = core.settings["desk"] or f"ĐIỂM TIẾP NHẬN {core.office.unit_name}"
    return d.Letterhead(
        (desk.upper(),), place=core.office.short_name,
        superior=" ".join(core.settings["centre"].split("\n")), training=core.office.training,
    )  # fmt: skip


def seal_face(core: Core) -> SealFace:
    """What the drawn seal says; in training it says so in its middle."""
    centre = ("TẬP", "HUẤN") if core.office.training else ()
    return SealFace(f"UBND {core.office.unit_name}".upper(), "THÀNH PHỐ HÀ NỘI", centre)


def _copies(component: Component) -> d.ComponentLine:
    kinds = {
        "original": "originals", "certified_copy": "certified_copies",
        "photocopy": "photocopies", "electronic": "electronic",
    }  # fmt: skip
    return d.ComponentLine(component.name, **{kinds[component.kind]: component.count})


def _basis(limit: LimitTaken) -> str:
    if limit.source == "clerk":
        return limit.legal_basis
    return ""


def _limit_words(limit: LimitTaken) -> str:
    with in_vietnamese():
        return limit_words(as_limit(limit))


def _receipt_dossier(dossier: Dossier) -> d.ReceiptDossier:
    intake = dossier.intake
    assert intake is not None and dossier.applicant is not None and dossier.submitter is not None
    given = [c for c in dossier.components if c.state in ("given", "reused")]
    different = dossier.applicant != dossier.submitter
    return d.ReceiptDossier(
        code=intake.code,
        procedure=intake.procedure_name,
        components=tuple(_copies(c) for c in given),
        limit=_limit_words(intake.limit),
        received_at=datetime.fromisoformat(intake.received_at),
        promised_at=datetime.fromisoformat(dossier.due),
        applicant=_party(dossier.applicant) if different else None,
        procedure_code=intake.procedure,
        sets=intake.sets,
        limit_basis=_basis(intake.limit),
        limit_typed=intake.limit.source == "clerk",
        fees=tuple(d.FeeLine(f.name, f.payable) for f in intake.fees),
        secret=lookup_secret(dossier.id) if dossier.id else NOT_YET,
    )


def receipt_paper(core: Core, dossiers: Sequence[Dossier], receiver: str) -> bytes:
    """Form 01 for the dossiers of one visit."""
    first = dossiers[0]
    intake = first.intake
    assert intake is not None and first.submitter is not None
    where = RETURN.get(intake.return_method, RETURN["desk"])
    if intake.return_address:
        where = f"{where}: {intake.return_address}"
    data = d.ReceiptData(
        letterhead=_desk_letterhead(core),
        office=core.settings["desk"] or f"Điểm tiếp nhận {core.office.unit_name}",
        submitter=_party(first.submitter),
        dossiers=tuple(_receipt_dossier(x) for x in dossiers),
        channel=CHANNELS.get(intake.channel, CHANNELS[1]),
        return_at=where,
        receiver=receiver,
        issued_on=datetime.fromisoformat(intake.received_at).date(),
        lookup=core.settings["lookup"],
        status_page=core.settings["status_page"],
        phone=core.settings["desk_phone"],
        signed_by_submitter=intake.channel != 2,
    )
    return receipt_pdf(data, fonts(), paper=Paper[core.settings["receipt_page"]])


def supplement_paper(
    core: Core, dossier: Dossier, request: SupplementRequested, *, guide: str, number: int
) -> bytes:
    """Form 02 for a supplement request."""
    intake = dossier.intake
    assert intake is not None and dossier.submitter is not None
    data = d.SupplementSlipData(
        letterhead=_desk_letterhead(core),
        number=f"{number:02d}/HDHS",
        office=core.office.unit_name,
        code=intake.code,
        procedure=intake.procedure_name,
        submitter=_party(dossier.submitter),
        items=tuple(d.SupplementItem(name) for name in request.items),
        reason=request.reason,
        issued_on=datetime.fromisoformat(request.at).date(),
        guide=guide,
        legal_basis=request.legal_basis,
        answer_by=datetime.fromisoformat(request.respond_by) if request.respond_by else None,
        phone=core.settings["desk_phone"],
        website=core.settings["lookup"],
    )
    return supplement_slip_pdf(data, fonts())


def control_paper(core: Core, dossier: Dossier, rows: Sequence[d.ControlRow]) -> bytes:
    """Form 06, the control slip, with the handovers so far."""
    intake = dossier.intake
    assert intake is not None and dossier.applicant is not None
    data = d.ControlSlipData(
        letterhead=_desk_letterhead(core),
        code=intake.code,
        procedure=intake.procedure_name,
        applicant=dossier.applicant.name,
        handling_agency=", ".join(x for x in (dossier.department, core.office.unit_name) if x),
        received_at=datetime.fromisoformat(intake.received_at),
        promised_at=datetime.fromisoformat(dossier.due),
        rows=tuple(rows),
    )
    return control_slip_pdf(data, fonts())


def template_of(core: Core, dossier: Dossier) -> DocumentTemplate:
    """The template of the dossier's draft; raises `InputError` HS-08 when nothing is drafted."""
    if dossier.draft is None:
        raise InputError(
            "HS-08", tr("Hồ sơ chưa có dự thảo văn bản."), tr("Soạn dự thảo rồi trình duyệt.")
        )
    return template_for(core, dossier.draft)


def matter_of(procedure_name: str) -> str:
    """What a procedure is about, as it stands after "Về việc": without the word "Thủ tục"."""
    bare = procedure_name.removeprefix("Thủ tục ")
    return bare if bare == procedure_name else bare[:1].lower() + bare[1:]


def draft_values(core: Core, dossier: Dossier, officer: str) -> dict[str, str]:
    """What the program already knows for the merge fields of a draft."""
    intake, person = dossier.intake, dossier.applicant
    assert intake is not None and person is not None and dossier.submitter is not None
    return {
        "agency": f"Ủy ban nhân dân {core.office.unit_name.lower()[:1]}{core.office.unit_name[1:]}",
        "applicant": person.name,
        "applicant_address": person.address or person.address_on_card,
        "applicant_birth": show_date(person.birth) if person.birth else "",
        "applicant_id": person.id_number,
        "department": dossier.department,
        "dossier_code": intake.code,
        "officer": officer,
        "phone": core.settings["desk_phone"],
        "place": core.office.short_name,
        "procedure": matter_of(intake.procedure_name),
        "procedure_code": intake.procedure,
        "received_date": f"{datetime.fromisoformat(intake.received_at):%d/%m/%Y}",
        "submitter": dossier.submitter.name,
    }


def result_paper(
    core: Core,
    dossier: Dossier,
    *,
    signer: Staff | None,
    draft: Draft | None = None,
    number: int | None = None,
    dated: date | None = None,
) -> ResultPdf:
    """The result document: a draft without number, or the final bytes with number and date."""
    used = draft or dossier.draft
    template = template_of(core, dossier) if draft is None else template_for(core, draft)
    values: Mapping[str, str] = used.values if used else {}
    capacity = _capacity(signer) if signer else ("CHỦ TỊCH",)
    data = d.ResultData(
        letterhead=_letterhead(core),
        signer=d.Signer(capacity, signer.name if signer else ""),
        unit=core.settings["agency_abbreviation"],
        values=values,
        number=number,
        issued_on=dated,
    )
    return result_pdf(template, data, fonts=fonts())


def sample_paper(core: Core, template: DocumentTemplate, values: Mapping[str, str]) -> bytes:
    """A draft of `template` with made-up values, for the editor of templates."""
    data = d.ResultData(
        letterhead=_letterhead(core),
        signer=d.Signer(("CHỦ TỊCH",), "Nguyễn Văn Mẫu"),
        unit=core.settings["agency_abbreviation"],
        values=values,
    )
    return result_pdf(template, data, fonts=fonts()).data


def _capacity(signer: Staff) -> tuple[str, ...]:
    """How a leader signs: the chairman for the committee, a deputy for the chairman (NĐ 30)."""
    position = signer.position.upper() or "CHỦ TỊCH"
    if position.startswith("PHÓ"):
        return ("KT. CHỦ TỊCH", position)
    return (position,)
