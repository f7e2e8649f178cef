"""The made-up office of training mode: fixed accounts for every role, keys from a training CA."""

from __future__ import annotations

from pathlib import Path

from models.staff import Role
from models.unit import Unit
from services.assembly import Account, OpenOffice, create_office
from services.clock import Clock, SystemClock
from services.key_store import tell_training_root
from services.office_file import Mode
from services.people import system_actor
from services.signing.training_pki import create_training_pki
from services.store.wraps import Kdf
from services.training.accounts import PASSWORD, training_staff

__all__ = ["create_training_office"]

TRAINING_KDF = Kdf(memory_kib=8 * 1024, passes=1, lanes=1)


def create_training_office(home: Path, unit: Unit, *, clock: Clock | None = None) -> OpenOffice:
    """Make a training office with every account and key, opened by its business administrator."""
    clock = clock or SystemClock()
    staff = training_staff(unit.name)
    first = [p for p in staff if Role.BUSINESS_ADMIN in p.roles]
    others = [p for p in staff if Role.BUSINESS_ADMIN not in p.roles]
    office = create_office(
        home,
        mode=Mode.TRAINING,
        unit=unit,
        accounts=tuple(Account(p, PASSWORD) for p in (*first, *others)),
        clock=clock,
        kdf=TRAINING_KDF,
    )
    leaders = [(p.id, p.name, p.position) for p in staff if Role.LEADER in p.roles]
    create_training_pki(
        home / "keys", unit_name=unit.name, people=leaders, now=clock.now(), password=PASSWORD
    )
    tell_training_root(office.core, system_actor(office.who.session))
    return office
