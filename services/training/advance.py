"""Takes a few approved training dossiers on with real numbers, signatures and seals."""

from __future__ import annotations

from models.schema.read_models import dossier as table
from models.staff import Role, Staff
from models.workflow import Status
from services.assembly import OpenOffice
from services.core import SignedIn
from services.dossiers import issuing
from services.dossiers.rows import fetch_rows
from services.people import get_staff, staff_rows
from services.signing.keys import open_key
from services.signing.training_pki import SEAL_FILE, key_path
from services.training.accounts import PASSWORD

__all__ = ["advance_some"]

WAITING_AFTER = (Status.NUMBERED, Status.SIGNED, Status.SEALED, Status.NUMBERED, Status.SIGNED)
"""Where the first approved dossiers end, one each: every place then has something to do."""


def advance_some(office: OpenOffice) -> None:
    """Number, sign and seal the first few approved dossiers as their people would."""
    core = office.core
    with core.store.read() as conn:
        approved = fetch_rows(conn, table.c.status == Status.APPROVED, limit=len(WAITING_AFTER))
        clerk = _one(staff_rows(conn, Role.RECORDS_CLERK))
        signers = {row.id: get_staff(conn, row.approver) for row in approved}
    for row, end in zip(approved, WAITING_AFTER, strict=False):
        leader = SignedIn(signers[row.id], "seed")
        issuing.number(core, clerk, row.id)
        if end is Status.NUMBERED:
            continue
        now, keys = core.clock.now(), core.home / "keys"
        own = open_key(key_path(keys, leader.staff.id), PASSWORD, now=now)
        issuing.sign_result(core, leader, row.id, key=own)
        if end is Status.SEALED:
            seal = open_key(keys / SEAL_FILE, PASSWORD, now=now)
            issuing.seal_result(core, clerk, row.id, key=seal)


def _one(people: tuple[Staff, ...]) -> SignedIn:
    return SignedIn(people[0], "seed")
