"""Who may sign here: which certificate belongs to whom, and the verdict on what they signed.

No authority writes our staff ids into its certificates. An administrator binds a certificate to a
person or to the seal when its key is brought in; the journal keeps that binding by fingerprint.
"""

from __future__ import annotations

from sqlalchemy import Connection

from models.dossier import Dossier
from models.errors import NotAllowed
from models.events.administration import KeyAdded
from models.order import canonical
from models.staff import Staff
from models.words import tr
from services.core import Core
from services.journal.reading import stream_events
from services.signing.expected import Expected, ExpectedSigner
from services.signing.keys import SigningKey
from services.signing.roots import load_trust
from services.signing.slots import LEADER_FIELD, SEAL_FIELD
from services.signing.verdict import State, Verdict, verify

__all__ = [
    "KEY_STREAM", "SEAL", "bound_owner", "demand_own_key", "demand_seal_key", "demand_valid",
    "expected_signers", "judge", "seal_names",
]  # fmt: skip

KEY_STREAM = "key/office"
"""Where keys and roots that came in are recorded."""

SEAL = "seal"
"""The owner of the organisation's key, where others have a staff id."""


def bound_owner(conn: Connection, fingerprint: str) -> str:
    """The staff id (or `SEAL`) a certificate was last bound to; "" when nobody bound it."""
    owner = ""
    for item in canonical(stream_events(conn, KEY_STREAM)).events:
        event = item.event()
        if item.outlawed:
            continue
        if isinstance(event, KeyAdded) and event.fingerprint == fingerprint:
            owner = event.owner
    return owner


def seal_names(core: Core) -> tuple[str, ...]:
    """The names a seal's certificate may be made out to: the setting's lines, then the unit's."""
    unit = core.office.unit_name
    told = [line.strip() for line in core.settings["seal_organisation"].splitlines()]
    return (*filter(None, told), f"Ủy ban nhân dân {unit}", f"UBND {unit}", unit)


def demand_own_key(core: Core, key: SigningKey, staff: Staff) -> None:
    """A person signs with the key that is theirs; raises `NotAllowed` KY-50.

    A training certificate carries the staff id itself and is believed in a training office only.
    """
    holder = key.holder
    if core.office.training and holder.training and holder.identity == staff.id:
        return
    with core.store.read() as conn:
        owner = bound_owner(conn, holder.fingerprint)
    if owner != staff.id:
        raise NotAllowed(
            "KY-50",
            tr("Khóa đã mở là của {holder}, chưa được gắn với bạn.", holder=holder.name),
            tr("Chọn tệp khóa của bạn, hoặc nhờ quản trị nhập khóa này cho bạn ở mục Khóa ký."),
        )


def demand_seal_key(core: Core, key: SigningKey) -> None:
    """The seal is put on with this organisation's key; raises `NotAllowed` KY-51."""
    if not any(key.holder.is_named(name) for name in seal_names(core)):
        raise NotAllowed(
            "KY-51",
            tr("Khóa đã mở là của {holder}, không phải con dấu của {unit}.",
               holder=key.holder.name, unit=core.office.unit_name),
            tr("Chọn tệp khóa con dấu; nếu chứng thư ghi tên khác, khai ở Quản trị › Cài đặt."),
        )  # fmt: skip


def expected_signers(dossier: Dossier) -> Expected:
    """The certificates that our journal says signed the newest file of `dossier`."""
    signers = []
    if dossier.signed is not None:
        signers.append(ExpectedSigner(LEADER_FIELD, certificate=dossier.signed.certificate))
    if dossier.sealed is not None:
        signers.append(ExpectedSigner(SEAL_FIELD, certificate=dossier.sealed.certificate))
    return Expected(tuple(signers), dossier.result_file)


def judge(core: Core, pdf: bytes, expected: Expected) -> Verdict:
    """The verdict on `pdf` by the roots accepted here; raises KY-30..KY-32 without any root."""
    trust = load_trust(core.home / "keys" / "roots")
    return verify(pdf, trust, now=core.clock.now(), expected=expected)


def demand_valid(core: Core, pdf: bytes, expected: Expected) -> None:
    """Raise `NotAllowed` KY-54 with the verdict's own reason unless the signatures are valid."""
    verdict = judge(core, pdf, expected)
    if verdict.state is not State.VALID:
        raise NotAllowed(
            "KY-54",
            " ".join(verdict.reasons),
            tr("Chưa có gì được lưu. Dùng khóa khác, hoặc nhờ quản trị nhập chứng thư gốc."),
        )
