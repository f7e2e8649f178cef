"""Queues: what waits for whom, by role; each queue is one condition over the read model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, Connection, and_, or_, select

from models.schema.read_models import dossier as d
from models.schema.read_models import staff as s
from models.staff import Role, Staff
from models.words import tr
from models.workflow import Status
from services.dossiers.rows import BY_DUE, Order, Page, count_rows, fetch_page
from services.rights import demand_sees_dossiers

__all__ = ["Queue", "queue_counts", "queue_page", "queue_words", "queues_for"]


class Queue(StrEnum):
    """A list of dossiers that wait for the same kind of act."""

    TO_TRANSFER = "to_transfer"
    TO_ASSIGN = "to_assign"
    MINE = "mine"
    WAITING_CITIZEN = "waiting_citizen"
    TO_APPROVE = "to_approve"
    TO_NUMBER = "to_number"
    TO_SIGN = "to_sign"
    TO_SEAL = "to_seal"
    TO_FINISH = "to_finish"
    TO_HAND_OVER = "to_hand_over"
    TO_PAY = "to_pay"
    STALE = "stale"
    CONFLICTS = "conflicts"


@dataclass(frozen=True)
class _Condition:
    where: Callable[[Staff], ColumnElement[bool]]
    roles: frozenset[Role]
    order: Order = BY_DUE


def _in(*statuses: Status) -> Callable[[Staff], ColumnElement[bool]]:
    values = [status.value for status in statuses]
    return lambda staff: d.c.status.in_(values)


def _of(*roles: Role) -> frozenset[Role]:
    return frozenset(roles)


def _at_work(column: ColumnElement[str], role: Role) -> ColumnElement[bool]:
    """The person in `column` still works here in `role`: nobody's work may wait for who left."""
    holds = ("," + s.c.roles + ",").contains(f",{role.value},")
    return column.in_(select(s.c.id).where(s.c.active == 1, holds))


_RECEPTION = _of(Role.RECEPTIONIST)
_CONDITIONS: dict[Queue, _Condition] = {
    Queue.TO_TRANSFER: _Condition(_in(Status.RECEIVED), _RECEPTION),
    Queue.TO_ASSIGN: _Condition(
        lambda who: or_(
            d.c.status == Status.TRANSFERRED,
            and_(d.c.status == Status.PROCESSING, ~_at_work(d.c.assignee, Role.OFFICER)),
        ),
        _of(Role.DEPARTMENT_HEAD, Role.LEADER),
    ),
    Queue.MINE: _Condition(
        lambda who: and_(d.c.assignee == who.id, d.c.status == Status.PROCESSING),
        _of(Role.OFFICER),
    ),
    Queue.WAITING_CITIZEN: _Condition(
        _in(Status.SUPPLEMENT), _of(Role.RECEPTIONIST, Role.OFFICER, Role.DEPARTMENT_HEAD)
    ),
    Queue.TO_APPROVE: _Condition(
        _in(Status.SUBMITTED, Status.REFUSAL_PROPOSED), _of(Role.LEADER, Role.DEPARTMENT_HEAD)
    ),
    Queue.TO_NUMBER: _Condition(
        lambda who: and_(d.c.status == Status.APPROVED, d.c.stale == 0), _of(Role.RECORDS_CLERK)
    ),
    Queue.TO_SIGN: _Condition(
        lambda who: and_(
            d.c.status == Status.NUMBERED,
            or_(d.c.approver == who.id, ~_at_work(d.c.approver, Role.LEADER)),
        ),
        _of(Role.LEADER),
    ),
    Queue.TO_SEAL: _Condition(_in(Status.SIGNED), _of(Role.RECORDS_CLERK)),
    Queue.TO_FINISH: _Condition(_in(Status.SEALED), _of(Role.RECORDS_CLERK)),
    Queue.TO_HAND_OVER: _Condition(_in(Status.DONE), _RECEPTION, order=(d.c.done_at, d.c.n)),
    Queue.TO_PAY: _Condition(_in(Status.PAYMENT), _of(Role.CASHIER, Role.RECEPTIONIST)),
    Queue.STALE: _Condition(
        lambda who: and_(d.c.stale == 1, d.c.closed == 0),
        _of(Role.LEADER, Role.OFFICER, Role.RECORDS_CLERK),
    ),
    Queue.CONFLICTS: _Condition(
        lambda who: and_(d.c.conflicts > 0, d.c.closed == 0), _of(Role.LEADER, Role.DEPARTMENT_HEAD)
    ),
}


def queue_words(queue: Queue) -> str:
    """The queue's name on screen."""
    return {
        Queue.TO_TRANSFER: tr("Chờ chuyển phòng"),
        Queue.TO_ASSIGN: tr("Chờ phân công"),
        Queue.MINE: tr("Đang xử lý"),
        Queue.WAITING_CITIZEN: tr("Chờ người dân bổ sung"),
        Queue.TO_APPROVE: tr("Chờ duyệt"),
        Queue.TO_NUMBER: tr("Chờ cấp số"),
        Queue.TO_SIGN: tr("Chờ ký"),
        Queue.TO_SEAL: tr("Chờ đóng dấu"),
        Queue.TO_FINISH: tr("Chờ chuyển về một cửa"),
        Queue.TO_HAND_OVER: tr("Chờ trả kết quả"),
        Queue.TO_PAY: tr("Chờ nộp tiền"),
        Queue.STALE: tr("Phê duyệt trên bản cũ"),
        Queue.CONFLICTS: tr("Mâu thuẫn cần giải quyết"),
    }[queue]


def queues_for(staff: Staff) -> tuple[Queue, ...]:
    """The queues this person works from."""
    return tuple(q for q, condition in _CONDITIONS.items() if condition.roles & staff.roles)


def queue_page(
    conn: Connection, queue: Queue, staff: Staff, *, limit: int = 500, offset: int = 0
) -> Page:
    """The dossiers of a queue as this person sees them, the most urgent first; raises TK-08."""
    demand_sees_dossiers(staff)
    condition = _CONDITIONS[queue]
    return fetch_page(
        conn, condition.where(staff), order=condition.order, limit=limit, offset=offset
    )


def queue_counts(conn: Connection, staff: Staff) -> dict[Queue, int]:
    """How many wait in each of the person's queues."""
    counts = {}
    for queue in queues_for(staff):
        condition = _CONDITIONS[queue]
        counts[queue] = count_rows(conn, condition.where(staff))
    return counts
