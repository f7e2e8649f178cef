"""Small readings for the frame: counts beside the places, hits of the search field, last use."""

from __future__ import annotations

from sqlalchemy import Connection

from models.staff import Role, Staff
from services.dossiers.queues import Queue, queue_counts

__all__ = ["place_counts", "recent_procedures"]

_PLACE_OF = {
    Queue.TO_TRANSFER: "mine",
    Queue.TO_ASSIGN: "mine",
    Queue.MINE: "mine",
    Queue.TO_PAY: "mine",
    Queue.TO_APPROVE: "approve",
    Queue.TO_SIGN: "approve",
    Queue.TO_NUMBER: "issue",
    Queue.TO_SEAL: "issue",
    Queue.TO_FINISH: "issue",
    Queue.TO_HAND_OVER: "handover",
}


def place_counts(conn: Connection, staff: Staff) -> dict[str, int]:
    """How many dossiers wait behind each place of this person's rail."""
    counts: dict[str, int] = {}
    for queue, count in queue_counts(conn, staff).items():
        place = _PLACE_OF.get(queue)
        if place is None or (queue is Queue.TO_APPROVE and not staff.has(Role.LEADER)):
            continue
        counts[place] = counts.get(place, 0) + count
    return counts


def recent_procedures(conn: Connection, receiver: str, limit: int = 8) -> tuple[str, ...]:
    """The procedures this receptionist took most often in the last 200 dossiers."""
    rows = conn.exec_driver_sql(
        "SELECT procedure FROM (SELECT procedure FROM dossier WHERE receiver = ? "
        "ORDER BY n DESC LIMIT 200) GROUP BY procedure ORDER BY count(*) DESC LIMIT ?",
        (receiver, limit),
    )
    return tuple(str(row[0]) for row in rows)
