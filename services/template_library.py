"""Templates of result documents as the editor shows them: ours and the office's own, as text."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from services.core import Core
from services.documents.templates import FOLDER, parse_template
from services.papers import sample_paper

__all__ = ["TemplateText", "sample_pdf", "template_texts"]

SAMPLE = {
    "agency": "Ủy ban nhân dân phường Mẫu",
    "applicant": "Nguyễn Thị Ánh Nguyệt",
    "applicant_address": "12 ngõ 99 Định Công Hạ, phường Định Công, thành phố Hà Nội",
    "applicant_birth": "12/08/1994",
    "applicant_id": "001194012345",
    "attachments": "01 tờ khai, 01 bản sao trích lục",
    "content": "Đủ điều kiện theo quy định.",
    "department": "Phòng Văn hóa - Xã hội",
    "dossier_code": "H26.00000-261121-0001",
    "legal_basis": "Luật Hộ tịch năm 2014",
    "officer": "Lê Minh Đức",
    "phone": "1022",
    "place": "Hà Nội",
    "procedure": "Cấp Giấy xác nhận tình trạng hôn nhân",
    "procedure_code": "1.004873",
    "purpose": "Đăng ký kết hôn",
    "reason": "Thành phần hồ sơ chưa đúng quy định.",
    "received_date": "16/11/2026",
    "submitter": "Nguyễn Thị Ánh Nguyệt",
}
"""Made-up values for every merge field; nobody of this name is meant."""


@dataclass(frozen=True)
class TemplateText:
    """One template: `own` is the office's version, `saved` when it was kept (ISO; "" for ours)."""

    code: str
    type_name: str
    effective_from: date
    source: str
    confidence: str
    own: bool
    saved: str
    text: str


def template_texts(core: Core) -> tuple[TemplateText, ...]:
    """Every template in use, by code: the office's newest version, else the one we ship."""
    with core.store.read() as conn:
        rows = conn.exec_driver_sql(
            "SELECT name, body, added_at FROM template ORDER BY place, added_at"
        )
        own = {str(name): (str(body), str(added)) for name, body, added in rows}
    texts = {path.stem: (path.read_text("utf-8"), "") for path in FOLDER.glob("*.toml")}
    texts |= own
    return tuple(_read(code, *texts[code]) for code in sorted(texts))


def _read(code: str, text: str, saved: str) -> TemplateText:
    template = parse_template(text, code)
    return TemplateText(
        template.code, template.type_name, template.effective_from, template.source,
        template.confidence, bool(saved), saved, text,
    )  # fmt: skip


def sample_pdf(core: Core, text: str) -> bytes:
    """The template in `text` printed with made-up values; raises `InputError` TL-07 for a fault."""
    return sample_paper(core, parse_template(text, "…"), SAMPLE)
