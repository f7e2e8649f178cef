"""No text of the domain reaches a paper as markup (rule F9, proof R32)."""

from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reportlab.platypus import Paragraph

from models.errors import InputError
from services.clock import VIETNAM
from services.documents.control_slip import control_slip_pdf
from services.documents.data import (
    ComponentLine,
    ControlRow,
    ControlSlipData,
    FeeLine,
    Letterhead,
    Party,
    ResultData,
    Signer,
    SupplementItem,
    SupplementSlipData,
)
from services.documents.fonts import FontSet
from services.documents.receipt import receipt_pdf
from services.documents.result_document import result_pdf
from services.documents.supplement_slip import supplement_slip_pdf
from services.documents.templates import FIELD_NAMES, builtin_templates
from services.documents.text import Pen
from tests.documents.conftest import dossier, receipt

AT = datetime(2026, 11, 20, 9, 5, tzinfo=VIETNAM)
DAY = date(2026, 11, 20)
CODE = "H26.103.25-261120-0001"
KEPT = {"code", "result"}
Make = Callable[[Any, FontSet], bytes]

WORD = "x"
HEAD = Letterhead((WORD,), WORD, WORD)
PARTY = Party(WORD, WORD, WORD, WORD, WORD)
PAPERS: dict[str, tuple[Make, Any]] = {
    "receipt": (
        receipt_pdf,
        receipt(
            dossier(
                applicant=Party("other", WORD, "o", WORD, WORD),
                components=(ComponentLine(WORD, 1),),
                fees=(FeeLine(WORD, 1, WORD),),
                limit_basis=WORD,
                ledger_book=WORD,
                ledger_number=WORD,
                procedure_code=WORD,
            ),
            letterhead=HEAD,
            submitter=PARTY,
            lookup=WORD,
            phone=WORD,
        ),
    ),
    "supplement": (
        supplement_slip_pdf,
        SupplementSlipData(
            HEAD, WORD, WORD, CODE, WORD, PARTY, (SupplementItem(WORD, WORD, 1),), WORD, DAY, WORD,
            WORD, WORD, AT, WORD, WORD, WORD, WORD,
        ),
    ),
    "control": (
        control_slip_pdf,
        ControlSlipData(
            HEAD, CODE, WORD, WORD, WORD, AT, AT,
            (ControlRow(WORD, WORD, AT, WORD, WORD, "late", WORD),), WORD,
        ),
    ),
    "result": (
        lambda data, fonts: b"".join(
            result_pdf(template, data, fonts=fonts).data for template in builtin_templates()[:1]
        ),
        ResultData(
            HEAD, Signer((WORD,), WORD), WORD, dict.fromkeys(FIELD_NAMES, WORD), 5, DAY
        ),
    ),
}  # fmt: skip
NASTY = [
    '<img src="file:///etc/passwd"/>',
    "<b>đậm",
    "</para></font>",
    "&amp; & && &#60;",
    "{0} {name} %(x)s ${y}",
    '<a href="http://x">y</a>',
    "<!-- ẩn --> <![CDATA[x]]>",
    "<onDraw name='x' label='y'/>",
    "<?xml?> <br/> <br>",
    "\\n \\u0041 \\x41",
]


def with_every_text(value: Any, text: str) -> Any:
    """`value` with each of its texts replaced, codes apart."""
    if isinstance(value, str):
        return text
    if isinstance(value, tuple):
        return tuple(with_every_text(item, text) for item in value)
    if isinstance(value, dict):
        return dict.fromkeys(value, text)
    if is_dataclass(value) and not isinstance(value, type):
        changes = {
            item.name: with_every_text(getattr(value, item.name), text)
            for item in fields(value)
            if item.name not in KEPT
        }
        return replace(value, **changes)
    return value


def plain(text: str) -> str:
    return "".join(text.split()).upper()


@pytest.mark.parametrize("paper", list(PAPERS))
@pytest.mark.parametrize("nasty", NASTY)
def test_every_field_prints_what_was_written(fonts: FontSet, paper: str, nasty: str) -> None:
    make, data = PAPERS[paper]
    document = pypdfium2.PdfDocument(make(with_every_text(data, nasty), fonts))
    pages = [document[index] for index in range(len(document))]
    printed = plain("".join(page.get_textpage().get_text_range() for page in pages))
    kinds = {item.type for page in pages for item in page.get_objects()}
    document.close()
    # 8 texts and more on every paper; hyphenation and line ends are taken out on both sides
    assert printed.count(plain(nasty)) >= 8
    assert pypdfium2.raw.FPDF_PAGEOBJ_IMAGE not in kinds


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(text=st.text(max_size=60))
def test_any_text_prints_or_is_refused_in_words(fonts: FontSet, text: str) -> None:
    pen = Pen(fonts, 11)
    try:
        made = pen.line("<b>{value}</b>", value=text)
    except InputError as error:
        assert error.code == "TL-03"
        return
    assert isinstance(made, Paragraph)
    made.wrap(200, 1_000)
    assert not made.getPlainText().count("\x00")


def test_paragraphs_are_made_in_one_place_only() -> None:
    """Whoever builds a Paragraph elsewhere could forget to escape."""
    folder = Path(__file__).resolve().parents[2] / "services"
    makers = {file.name for file in folder.rglob("*.py") if "Paragraph(" in file.read_text("utf-8")}
    assert makers == {"text.py"}
