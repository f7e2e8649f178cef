"""The receipt and the signature, against reportlab and pyHanko used bare."""

from __future__ import annotations

import shutil
import tempfile
from datetime import datetime
from functools import partial
from io import BytesIO
from pathlib import Path

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from reportlab.pdfgen.canvas import Canvas

from bench.desk import CITIZEN, LIMIT, PROCEDURE
from bench.measure import Figure, Work, interleaved
from bench.offices import opened, person, seeded_home
from models.intake import Component
from services.assembly import OpenOffice
from services.documents.stamps import leader_stamp
from services.dossiers import intake
from services.papers import fonts, receipt_paper
from services.signing.keys import SigningKey, open_key
from services.signing.pades import CachedKeySigner
from services.signing.stages import LEADER_FIELD, RESERVE, FieldBox, digest_of, prepare, sign
from services.signing.training_pki import key_path
from services.training.accounts import PASSWORD

BOX = FieldBox(LEADER_FIELD, (300.0, 100.0, 500.0, 180.0), 0)
STRINGS = 60
"""About as many lines of text as the receipt of one dossier draws."""


def measure(quick: bool) -> list[Figure]:
    """Receipts of one dossier, and a leader's signatures on one page with a key already open."""
    count = 10 if quick else 60
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        shutil.copytree(seeded_home(5_000), home)
        office = opened(home)
        try:
            printed = interleaved([(_receipt(office), bare_page)] * count)
            signed = interleaved([_signatures(office)] * count)
        finally:
            office.close()
    same = f"reportlab page, {STRINGS} strings, embedded font"
    return [
        Figure("receipt", *printed, same, note="codes, table, checks included"),
        Figure("sign", *signed, "pyHanko, same cached key", note="stamp and guard included"),
    ]


def _receipt(office: OpenOffice) -> Work:
    paper = intake.PaperGiven(Component("Tờ khai đăng ký kết hôn", kind="original"))
    visit = intake.Visit(CITIZEN, (intake.Application(PROCEDURE, (paper,), limit=LIMIT),))
    clerk = person(office, "tiepnhan")
    made = intake.receive(office.core, clerk, visit)
    return partial(receipt_paper, office.core, made, clerk.staff.name)


def bare_page() -> bytes:
    """A page with as many strings in the same face, by reportlab alone."""
    out = BytesIO()
    canvas = Canvas(out, invariant=True)
    canvas.setFont(fonts().regular, 12)
    for line in range(STRINGS):
        canvas.drawString(60, 800 - 12 * line, f"Giấy tiếp nhận hồ sơ và hẹn trả kết quả {line}")
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def _signatures(office: OpenOffice) -> tuple[Work, Work]:
    """Our signature with stamp and checks, and pyHanko's on the same bytes with the same key."""
    now = office.core.clock.now()
    leader = person(office, "lanhdao").staff
    key = open_key(key_path(office.core.home / "keys", leader.id), PASSWORD, now=now)
    base = prepare(bare_page(), (BOX,))
    stamp = leader_stamp(leader.name, fonts())
    return partial(_ours, base, key, stamp, now), partial(_pyhanko, base, CachedKeySigner(key))


def _ours(base: bytes, key: SigningKey, stamp: bytes, now: datetime) -> None:
    digest = digest_of(base)
    sign(base, key, field=LEADER_FIELD, stamp_pdf=stamp, at=now, expected_digest=digest)


def _pyhanko(base: bytes, signer: CachedKeySigner) -> None:
    wanted = signers.PdfSignatureMetadata(field_name=LEADER_FIELD, md_algorithm="sha256")
    writer = IncrementalPdfFileWriter(BytesIO(base))
    signers.sign_pdf(writer, wanted, signer=signer, bytes_reserved=RESERVE)
