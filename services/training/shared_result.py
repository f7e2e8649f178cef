"""One really signed and sealed sample document, shared by finished training dossiers."""

from __future__ import annotations

from datetime import date

from models.staff import Role
from services.core import Core
from services.documents import data as d
from services.documents.result_document import result_pdf
from services.documents.stamps import leader_stamp, seal_stamp
from services.documents.templates import get_template
from services.papers import fonts, seal_face
from services.people import staff_rows
from services.signing.keys import open_key
from services.signing.stages import LEADER_FIELD, SEAL_FIELD, FieldBox, digest_of, prepare, sign
from services.signing.training_pki import SEAL_FILE, key_path
from services.training.accounts import PASSWORD
from services.training.course import Files

__all__ = ["make_shared_result"]

PDF = "application/pdf"


def make_shared_result(core: Core) -> Files:
    """Sign, seal and keep the sample; it says itself that it stands for many dossiers."""
    now = core.clock.now()
    with core.store.read() as conn:
        leader = next(s for s in staff_rows(conn, Role.LEADER) if s.login == "lanhdao")
    template = get_template("confirmation", now.date())
    values = dict.fromkeys(template.fields(), "(hồ sơ tập huấn)")
    values["content"] = "Đây là văn bản mẫu dùng chung cho các hồ sơ tập huấn đã giải quyết xong."
    head = d.Letterhead(
        ("ỦY BAN NHÂN DÂN", core.office.unit_name.upper()), core.office.short_name, training=True
    )
    made = result_pdf(
        template,
        d.ResultData(
            head, d.Signer(("KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"), leader.name), "UBND", values, 1,
            date(now.year, 1, 1),
        ),
        fonts=fonts(),
    )  # fmt: skip
    fields = (
        FieldBox(LEADER_FIELD, made.leader_box, made.page_index),
        FieldBox(SEAL_FIELD, made.seal_box, made.page_index),
    )
    base = prepare(made.data, fields)
    keys = core.home / "keys"
    signed = sign(
        base, open_key(key_path(keys, leader.id), PASSWORD, now=now), field=LEADER_FIELD, at=now,
        stamp_pdf=leader_stamp(leader.name, fonts()), expected_digest=digest_of(base),
    )  # fmt: skip
    sealed = sign(
        signed.pdf, open_key(keys / SEAL_FILE, PASSWORD, now=now), field=SEAL_FIELD, at=now,
        stamp_pdf=seal_stamp(seal_face(core), fonts()), expected_digest=signed.sha256,
    )  # fmt: skip
    with core.store.write() as tx:
        stored = [core.blobs.put(tx, pdf, media=PDF) for pdf in (base, signed.pdf, sealed.pdf)]
    return Files(*(blob.hash for blob in stored))
