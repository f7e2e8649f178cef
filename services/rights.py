"""Who may look at dossiers at all: asked by every reading a screen or a command starts."""

from __future__ import annotations

from models.errors import NotAllowed
from models.staff import Staff
from models.words import tr

__all__ = ["demand_sees_dossiers"]


def demand_sees_dossiers(staff: Staff) -> None:
    """Raise `NotAllowed` TK-07 for somebody who left, TK-08 for who has no access to dossiers.

    A technical administrator keeps the machine running and sees no dossier (domain §5.3). A window
    that offers no such place is a convenience; this is the rule.
    """
    if not staff.active:
        raise NotAllowed(
            "TK-07", tr("Tài khoản này đã ngừng hoạt động."), tr("Hãy hỏi quản trị nghiệp vụ.")
        )
    if not staff.sees_dossiers:
        raise NotAllowed(
            "TK-08", tr("Quản trị kỹ thuật không được xem hồ sơ."), tr("Dùng tài khoản nghiệp vụ.")
        )
