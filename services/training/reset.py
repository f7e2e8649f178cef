"""Begins a training office anew; everything of the old one is set aside, nothing is deleted."""

from __future__ import annotations

from pathlib import Path

from models.errors import MachineError, NotAllowed
from models.staff import Role
from models.words import tr
from services.assembly import OpenOffice
from services.catalogue.catalogue import bundled_catalogue
from services.people import demand_role
from services.training.office import create_training_office

__all__ = ["reset_training"]

KEPT = ("logs", "before-reset-", "after-reset-")
"""What stays where it is: the program's log, and what earlier resets set aside."""


def reset_training(office: OpenOffice) -> Path:
    """Close the office, set its files aside and make a new one; returns where the old one lies.

    The new office is complete before the old one moves, and both only by renaming within the
    folder: after a power cut in between, every file of both is still there. Raises `NotAllowed`
    TK-30 for a real office, `MachineError` TK-31 when the folder cannot be changed.
    """
    demand_role(office.who, Role.BUSINESS_ADMIN, Role.TECHNICAL_ADMIN)
    core = office.core
    if not core.office.training:
        raise NotAllowed(
            "TK-30", tr("Chỉ bản tập huấn mới làm lại được."), tr("Không có gì thay đổi.")
        )
    unit = bundled_catalogue().get_unit(core.office.unit_code)
    stamp = f"{core.clock.now():%Y%m%d-%H%M%S}"
    aside, fresh = core.home / f"before-reset-{stamp}", core.home / f"after-reset-{stamp}"
    try:
        create_training_office(fresh, unit, clock=core.clock).close()
        office.close()
        aside.mkdir()
        _move(core.home, aside)
        _move(fresh, core.home)
        fresh.rmdir()
    except OSError as error:
        raise MachineError(
            "TK-31",
            tr("Không thay được thư mục dữ liệu tập huấn."),
            tr("Đóng chương trình khác đang mở thư mục này rồi làm lại."),
        ) from error
    return aside


def _move(source: Path, target: Path) -> None:
    for path in sorted(source.iterdir()):
        if not path.name.startswith(KEPT):
            path.rename(target / path.name)
