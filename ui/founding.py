"""Makes the office that the first run asked for: a training one with dossiers, or a real one."""

from __future__ import annotations

from pathlib import Path

from models.names import normalise_name
from models.staff import Role, Staff
from models.unit import Unit
from services.assembly import Account, OpenOffice, create_office
from services.clock import Clock, new_id
from services.office_file import Mode
from services.training.accounts import PASSWORD
from services.training.office import create_training_office
from services.training.sample import fill_office
from ui.shell.first_run import FirstRunAnswer

__all__ = ["make_office"]

TRAINING_DOSSIERS = 240
"""A new training office has something in every queue from the first minute."""


def make_office(home: Path, answer: FirstRunAnswer, clock: Clock) -> OpenOffice:
    """Make the office the first run asked for."""
    assert isinstance(answer.unit, Unit)
    if answer.mode == "training":
        office = create_training_office(home, answer.unit, clock=clock)
        fill_office(office, TRAINING_DOSSIERS)
        office.switch_user("tiepnhan", PASSWORD)
        return office
    person = Staff(
        new_id(clock), answer.login, normalise_name(answer.full_name),
        frozenset({Role.BUSINESS_ADMIN}), organisation=f"UBND {answer.unit.name}",
    )  # fmt: skip
    return create_office(
        home, mode=Mode.REAL, unit=answer.unit, accounts=(Account(person, answer.password),),
        clock=clock,
    )  # fmt: skip
