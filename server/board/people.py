"""The one place of the board that reads a person: by reason, written down before it is shown."""

from __future__ import annotations

from models.errors import InputError, NotAllowed
from models.fold import fold
from models.words import tr
from server.board.operators import Operator, audit
from server.board.readings import events_of
from server.store.unit import CityDatabase
from services.clock import Clock

__all__ = ["look_up_person"]

SHORTEST_REASON = 5


def look_up_person(
    database: CityDatabase, operator: Operator, office: str, *, dossier_id: str, reason: str,
    clock: Clock,
) -> list[tuple[str, str]]:  # fmt: skip
    """Label and value of who handed a dossier in, to call them.

    Raises `InputError` MC-70 without a reason, `NotAllowed` MC-69 for a dossier the office lacks.
    """
    why = " ".join(reason.split())[:200]
    if len(why) < SHORTEST_REASON:
        raise InputError(
            "MC-70", tr("Cần ghi lý do xem dữ liệu cá nhân."), tr("Viết vài chữ về việc đang làm."),
            field="reason",
        )  # fmt: skip
    stream = f"dossier/{dossier_id}"
    with database.write(office) as tx:
        dossier = fold(dossier_id, events_of(tx, office, [stream])[stream])
        if dossier.submitter is None or dossier.applicant is None:
            raise NotAllowed(
                "MC-69", tr("Đơn vị không có hồ sơ này."), tr("Tải lại trang của đơn vị.")
            )
        audit(
            tx, operator.login, "person", office=office, subject=dossier_id, reason=why, clock=clock
        )
    lines = [
        (tr("Chủ hồ sơ"), dossier.applicant.name),
        (tr("Người nộp"), dossier.submitter.name),
        (tr("Điện thoại"), dossier.submitter.phone),
    ]
    return [(name, value) for name, value in lines if value]
