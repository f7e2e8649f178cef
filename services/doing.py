"""Doing what a person asked for, once: after a disk error looks whether it was stored, and says so.

A COMMIT may fail although the act is in the file (docs/decisions/0007). Then the store is opened
anew, the command's id is looked up, and the person hears which of the two happened.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from models.errors import MachineError
from models.words import tr
from services.clock import new_id
from services.core import Core
from services.journal.command import Command, under
from services.journal.reading import find_event
from services.store.troubles import CommitUncertain

__all__ = ["CommandLost", "CommandStored", "do_once", "new_command"]

T = TypeVar("T")


class CommandStored(MachineError):
    """The disk reported an error, and the act is in the journal all the same."""


class CommandLost(MachineError):
    """The disk reported an error, and the act is not in the journal."""


def new_command(core: Core) -> str:
    """The id of a command about to be given; a form takes one when it opens."""
    return new_id(core.clock)


def do_once(core: Core, command_id: str, work: Callable[[], T]) -> T:
    """Carry out `work`, whose acts get their ids from the command.

    Raises `CommandStored` KHO-23 or `CommandLost` KHO-24 after a disk error in COMMIT, `NotAllowed`
    NK-31 when the command was carried out before, and whatever `work` raises.
    """
    with under(Command(command_id)) as command:
        try:
            return work()
        except CommitUncertain as error:
            raise _fate(core, command.last) from error


def _fate(core: Core, event_id: str) -> MachineError:
    """What became of the act; the store may write again. Raises when it cannot be opened."""
    core.store.reopen()
    with core.store.read() as conn:
        stored = bool(event_id) and find_event(conn, event_id) is not None
    if stored:
        return CommandStored(
            "KHO-23",
            tr("Đĩa báo lỗi lúc lưu. Đã kiểm tra lại: việc vừa làm ĐÃ vào sổ, đừng làm lại."),
            tr("Báo kỹ thuật kiểm tra ổ đĩa và dung lượng rồi làm tiếp."),
        )
    return CommandLost(
        "KHO-24",
        tr("Đĩa báo lỗi lúc lưu. Đã kiểm tra lại: việc vừa làm CHƯA vào sổ."),
        tr("Kiểm tra dung lượng đĩa rồi làm lại việc này."),
    )
