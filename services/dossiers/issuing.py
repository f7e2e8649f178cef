"""Issuing: reserve the number and draw it, sign exactly those bytes, seal, finish, hand over."""

from __future__ import annotations

from dataclasses import replace

from models.dossier import Dossier
from models.errors import ForeignError, NotAllowed
from models.events import issuing as events
from models.typed_text import clean_line
from models.words import tr
from models.workflow import Act
from services.core import Core, SignedIn
from services.documents.stamps import leader_stamp, seal_stamp
from services.dossiers.acts import load_dossier, perform, refuse_unless_allowed, step
from services.dossiers.books import reserve, void_in_book
from services.dossiers.handling import said
from services.papers import fonts, result_paper, seal_face, template_of
from services.people import get_staff
from services.signers import (
    demand_own_key,
    demand_seal_key,
    demand_valid,
    expected_signers,
    judge,
)
from services.signing.keys import SigningKey
from services.signing.stages import LEADER_FIELD, SEAL_FIELD, FieldBox, digest_of, prepare, sign
from services.signing.verdict import State

__all__ = [
    "finish", "hand_over", "number", "result_bytes", "revoke_signature", "seal_result",
    "sign_result", "void_number",
]  # fmt: skip

PDF = "application/pdf"


def number(core: Core, who: SignedIn, dossier_id: str) -> Dossier:
    """Reserve the next number, draw it into the document and fix the bytes to be signed.

    The document carries the name of the leader who approved. Both signature fields are made now,
    so that the leader's signature stays valid when the seal follows.
    """
    with step(core, who, dossier_id, act=Act.NUMBER) as doing:
        dossier = doing.dossier
        assert dossier.approval is not None
        signer = get_staff(doing.act.tx, dossier.approval.by)
        taken = reserve(
            core, doing.act, dossier, abbreviation=template_of(core, dossier).abbreviation
        )
        paper = result_paper(core, dossier, signer=signer, number=taken.number, dated=taken.dated)
        fields = (
            FieldBox(LEADER_FIELD, paper.leader_box, paper.page_index),
            FieldBox(SEAL_FIELD, paper.seal_box, paper.page_index),
        )
        base = core.blobs.put(doing.act.tx, prepare(paper.data, fields), media=PDF)
        return doing.add(
            events.Numbered(
                taken.book, taken.number, taken.notation, taken.dated.isoformat(),
                dossier.approval.basis, bytes.fromhex(base.hash),
            )
        )  # fmt: skip


def void_number(core: Core, who: SignedIn, dossier_id: str, *, reason: str) -> Dossier:
    """Give the number up before signing; it stays in the book as void with its reason."""
    with step(core, who, dossier_id, act=Act.VOID_NUMBER) as doing:
        return doing.add(void_in_book(doing.act, doing.dossier, said(reason, tr("Lý do hủy số"))))


def sign_result(
    core: Core, who: SignedIn, dossier_id: str, *, key: SigningKey, seen: str = ""
) -> Dossier:
    """The leader signs the numbered bytes with his own key; nothing is half-signed.

    `seen` is the SHA-256 of the document the leader looked at. Raises `NotAllowed` KY-50 when the
    key is not this person's, KY-53 when the document is no longer the one that was seen, KY-54
    when our own verifier would not accept the signature; nothing is stored then.
    """
    with core.store.read() as conn:
        dossier = load_dossier(conn, dossier_id)
        refuse_unless_allowed(Act.SIGN, dossier, who)
        assert dossier.number is not None
        _demand_seen(dossier.number.base.hex(), seen)
        base = core.blobs.get(conn, dossier.number.base.hex())
    demand_own_key(core, key, who.staff)
    now = core.clock.now()
    signed = sign(
        base, key, field=LEADER_FIELD, at=now, expected_digest=dossier.number.base.hex(),
        stamp_pdf=leader_stamp(who.staff.name, fonts()),
    )  # fmt: skip
    event = events.Signed(
        dossier.number.base, digest_of(signed.pdf), who.staff.id, key.holder.fingerprint,
        now.isoformat(),
    )  # fmt: skip
    demand_valid(core, signed.pdf, expected_signers(replace(dossier, signed=event)))
    with step(core, who, dossier_id, act=Act.SIGN) as doing:
        _demand_same_number(doing.dossier, dossier)
        core.blobs.put(doing.act.tx, signed.pdf, media=PDF)
        return doing.add(event)


def seal_result(core: Core, who: SignedIn, dossier_id: str, *, key: SigningKey) -> Dossier:
    """The records clerk puts the organisation's seal on the leader-signed file (NĐ 30 Art. 32).

    Raises `NotAllowed` KY-51 when the key is not the office's, KY-54 when our own verifier would
    not accept the sealed file; nothing is stored then.
    """
    with core.store.read() as conn:
        dossier = load_dossier(conn, dossier_id)
        refuse_unless_allowed(Act.SEAL, dossier, who)
        assert dossier.signed is not None
        signed_file = core.blobs.get(conn, dossier.signed.file)
    demand_seal_key(core, key)
    now = core.clock.now()
    done = sign(
        signed_file, key, field=SEAL_FIELD, at=now, expected_digest=dossier.signed.file,
        stamp_pdf=seal_stamp(seal_face(core), fonts()),
    )  # fmt: skip
    event = events.Sealed(
        dossier.signed.file, digest_of(done.pdf), key.holder.fingerprint, now.isoformat()
    )
    demand_valid(core, done.pdf, expected_signers(replace(dossier, sealed=event)))
    with step(core, who, dossier_id, act=Act.SEAL) as doing:
        _demand_same_file(doing.dossier, dossier)
        core.blobs.put(doing.act.tx, done.pdf, media=PDF)
        return doing.add(event)


def revoke_signature(core: Core, who: SignedIn, dossier_id: str, *, reason: str) -> Dossier:
    """Give up a signed or sealed document that must not leave; its number is void for ever.

    The dossier is approved as before and may be numbered again or returned.
    """
    with step(core, who, dossier_id, act=Act.REVOKE_SIGNATURE) as doing:
        void = void_in_book(doing.act, doing.dossier, said(reason, tr("Lý do hủy văn bản")))
        return doing.add(events.SignatureRevoked(void.book, void.number, void.reason))


def finish(core: Core, who: SignedIn, dossier_id: str, *, note: str = "") -> Dossier:
    """The result goes back to the desk: status 9, the time that decides about on-time.

    Raises `NotAllowed` KY-56 unless the signatures of the sealed file are valid.
    """
    text = clean_line(note, tr("Ghi chú"), limit=1000)
    with core.store.read() as conn:
        dossier = load_dossier(conn, dossier_id)
        refuse_unless_allowed(Act.FINISH, dossier, who)
        sealed_file = core.blobs.get(conn, dossier.result_file)
    verdict = judge(core, sealed_file, expected_signers(dossier))
    if verdict.state is not State.VALID:
        raise NotAllowed(
            "KY-56", " ".join(verdict.reasons), tr("Hủy văn bản đã ký rồi cấp số và ký lại.")
        )
    with step(core, who, dossier_id, act=Act.FINISH) as doing:
        _demand_same_file(doing.dossier, dossier)
        return doing.add(events.Done(core.clock.now().isoformat(), text))


def hand_over(
    core: Core,
    who: SignedIn,
    dossier_id: str,
    *,
    receiver: str,
    id_number: str = "",
    method: str = "desk",
    note: str = "",
) -> Dossier:
    """The citizen, or whoever may collect for him, has the result: status 10."""
    event = events.HandedOver(
        core.clock.now().isoformat(), said(receiver, tr("Người nhận"), field="receiver", limit=200),
        clean_line(id_number, tr("Số giấy tờ"), limit=30), method,
        clean_line(note, tr("Ghi chú"), limit=1000),
    )  # fmt: skip
    return perform(core, who, dossier_id, act=Act.HAND_OVER, event=event)


def result_bytes(core: Core, dossier: Dossier) -> bytes:
    """The newest file of the result: sealed, else signed, else the numbered draft to be signed."""
    name = dossier.result_file or (dossier.number.base.hex() if dossier.number else "")
    if not name:
        raise ForeignError(
            "TL-30",
            tr("Hồ sơ chưa có văn bản kết quả."),
            tr("Xem lại sau khi văn bản được cấp số."),
        )
    with core.store.read() as conn:
        return core.blobs.get(conn, name)


def _demand_seen(base: str, seen: str) -> None:
    if seen and seen != base:
        raise NotAllowed(
            "KY-53",
            tr("Văn bản đã khác bản bạn vừa xem nên chưa ký."),
            tr("Mở lại văn bản, xem rồi ký."),
        )


def _demand_same_number(now: Dossier, before: Dossier) -> None:
    """The number must not have been voided and reserved anew while the key was at work."""
    if now.number != before.number:
        raise NotAllowed(
            "KY-52", tr("Số văn bản đã thay đổi trong lúc ký."), tr("Mở lại hồ sơ rồi ký.")
        )


def _demand_same_file(now: Dossier, before: Dossier) -> None:
    """The file must not have been given up and signed anew meanwhile."""
    if now.result_file != before.result_file:
        raise NotAllowed(
            "KY-55", tr("Văn bản đã được thay trong lúc xử lý."), tr("Mở lại hồ sơ rồi làm lại.")
        )
