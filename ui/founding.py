"""Makes the office that the first run asked for: new, joined, or put back from a backup."""

from __future__ import annotations

from pathlib import Path

from models.names import normalise_name
from models.staff import Role, Staff
from models.unit import Unit
from services.assembly import Account, OpenOffice, create_office, open_office, secrets_for
from services.backups.restoring import restore_backup
from services.clock import Clock, new_id
from services.office_file import Mode
from services.sync.enrolment import read_code
from services.sync.inviting import is_invitation
from services.sync.joining import Tell, join_by_invitation, join_office
from services.training.accounts import PASSWORD
from services.training.office import create_training_office
from services.training.sample import fill_office
from ui.shell.first_run import FirstRunAnswer

__all__ = ["make_office"]

TRAINING_DOSSIERS = 240
"""A new training office has something in every queue from the first minute."""


def make_office(
    home: Path, answer: FirstRunAnswer, clock: Clock, *, tell: Tell = lambda _done, _all: None
) -> OpenOffice:
    """Make the office the first run asked for; `tell` hears how much of a journal has come."""
    if answer.mode == "join":
        return _join(home, answer, clock, tell=tell)
    if answer.mode == "restore":
        return _restore(home, answer, clock)
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
        clock=clock, name=answer.machine,
    )  # fmt: skip


def _join(home: Path, answer: FirstRunAnswer, clock: Clock, *, tell: Tell) -> OpenOffice:
    """Make this folder a PC of an office that exists; pressed again it goes on where it was."""
    if is_invitation(answer.code):
        join_by_invitation(
            home, answer.code, answer.login, password=answer.password, peer=answer.server,
            clock=clock, tell=tell, name=answer.machine,
        )  # fmt: skip
    else:
        join_office(
            home, read_code(answer.code), answer.login, password=answer.password,
            server=answer.server, clock=clock, tell=tell, name=answer.machine,
        )  # fmt: skip
    return open_office(home, answer.login, answer.password, clock=clock)


def _restore(home: Path, answer: FirstRunAnswer, clock: Clock) -> OpenOffice:
    """Put a backup back into this folder, as the command `restore` does, and open it."""
    restore_backup(
        Path(answer.file), home, answer.login, password=answer.password, clock=clock,
        secrets=secrets_for, name=answer.machine,
    )  # fmt: skip
    return open_office(home, answer.login, answer.password, clock=clock)
