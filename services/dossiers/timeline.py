"""The way a dossier went: one line per event, who, when, where, and what it did to the date."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from models.calendar import VIETNAM
from models.codec import from_payload
from models.deadline_state import state_of, state_words
from models.deadline_words import moment_words
from models.dossier import Dossier, conflict_words, void_words
from models.envelope import Sealed
from models.fold import fold
from models.order import canonical
from models.staff import Staff
from models.words import tr
from models.workflow import Act, act_words
from services.dossiers.event_words import detail_of

__all__ = ["TimelineLine", "timeline_of"]


@dataclass(frozen=True, slots=True)
class TimelineLine:
    """One event of a dossier, ready to be shown.

    `kind` is the stored event type, `act` its words; `trouble` says why it had no effect or what
    it contradicts; `here` is False when it was written on another device.
    """

    hash: str
    kind: str
    act: str
    at: datetime
    login: str
    who: str
    place: str
    detail: str
    effect: str
    trouble: str = ""
    here: bool = True
    role: str = ""


def timeline_of(
    dossier: Dossier, stored: tuple[Sealed, ...], people: Mapping[str, Staff], *, log: bytes
) -> tuple[TimelineLine, ...]:
    """The lines of `dossier`, oldest first, then events that wait for data of another device.

    `people` are the staff by id, `log` the log of this device.
    """
    order = canonical(stored)
    troubles = _troubles(dossier)
    lines = []
    before = Dossier(dossier.id)
    for count, item in enumerate(order.events, start=1):
        after = fold(dossier.id, order.events[:count])
        trouble = troubles.get(item.hash.hex(), "")
        effect = "" if trouble else _effect(before, after)
        lines.append(_line(item, people, effect, log=log, trouble=trouble))
        before = after
    waits = tr("Chờ dữ liệu từ máy khác, chưa có hiệu lực.")
    lines += [_line(item, people, "", log=log, trouble=waits) for item in order.waiting]
    return tuple(lines)


def _line(
    item: Sealed, people: Mapping[str, Staff], effect: str, *, log: bytes, trouble: str
) -> TimelineLine:
    e = item.envelope
    person = people.get(e.actor.staff)
    name = e.type.partition(".")[2]
    known = name in tuple(Act)
    event = from_payload(e.type, e.type_version, e.payload)
    return TimelineLine(
        item.hash.hex(), e.type, act_words(Act(name)) if known else e.type,
        datetime.fromtimestamp(e.wall / 1000, VIETNAM), person.login if person else e.actor.staff,
        person.name if person else e.actor.staff,
        (person.department or person.organisation) if person else "",
        detail_of(event), effect, trouble, e.log == log, e.actor.role,
    )  # fmt: skip


def _troubles(dossier: Dossier) -> dict[str, str]:
    """Event hash -> why it stands beside the others."""
    found = {void.event.hex(): void_words(void) for void in dossier.voids}
    for conflict in dossier.conflicts:
        words = conflict_words(conflict)
        if conflict.resolved:
            words = tr("{words} Đã giải quyết.", words=words)
        event = conflict.second.hex()
        found[event] = " ".join(filter(None, (found.get(event), words)))
    return found


def _effect(before: Dossier, after: Dossier) -> str:
    """What the event did to the promised date, in one sentence; "" when nothing."""
    if after.due and not before.due:
        return tr("Hẹn trả {due}.", due=_moment(after.due))
    if after.due != before.due:
        return tr(
            "Hẹn lại {due} thay cho {before}; ngày hẹn đầu {first} được giữ lại.",
            due=_moment(after.due), before=_moment(before.due), first=_moment(after.original_due),
        )  # fmt: skip
    if len(after.marks) > len(before.marks):
        if after.marks[-1].kind == "supplement_requested":
            return tr("Dừng tính thời hạn cho đến khi người dân bổ sung đủ.")
        return tr("Tính lại thời hạn từ đầu, ngày hẹn không đổi.")
    if after.done_at and not before.done_at and after.due:
        state = state_of(
            datetime.fromisoformat(after.due), datetime.fromisoformat(after.done_at),
            finished_at=datetime.fromisoformat(after.done_at),
        )  # fmt: skip
        return tr("Xử lý xong: {state}.", state=state_words(state).lower())
    return ""


def _moment(stored: str) -> str:
    return moment_words(datetime.fromisoformat(stored))
