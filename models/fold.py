"""The fold: events of a dossier in canonical order to its present state, pure and order-free."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

from models import fold_steps
from models.codec import UnknownEvent
from models.dossier import Approval, Conflict, Dossier, Void, content_digest
from models.envelope import Sealed
from models.events.handling import ConflictResolved
from models.order import Ordered, canonical, is_ancestor
from models.settling import apart_from_rivals, settle
from models.workflow import FINAL_ACTS, RULES, Act, Status, next_status

__all__ = ["FOLD_VERSION", "fold"]

FOLD_VERSION = 3
"""Raised when the same events would give another state; read models are then rebuilt."""

_FIELDS = tuple(Dossier.__dataclass_fields__)
_ACTS = {f"dossier.{act.value}": act for act in Act}
_DECIDERS = {Act.APPROVE, Act.REFUSE, Act.SIGN}


def fold(dossier_id: str, stored: Iterable[Sealed]) -> Dossier:
    """The state of the dossier `dossier_id` from its events, in any order of delivery."""
    order = canonical(stored)
    overruled: dict[bytes, Conflict] = {}
    while True:
        work = _run(order, overruled)
        more = _overruled(work, overruled)
        if not more:
            return Dossier(dossier_id, *[work[name] for name in _BLANK])
        overruled |= more


def _overruled(work: dict[str, Any], known: dict[bytes, Conflict]) -> dict[bytes, Conflict]:
    """Decisions that stood until a person chose the other side; what left the building stays."""
    return {
        c.first: c
        for c in work["conflicts"]
        if c.kind == "decision" and c.side == "second" and c.first not in known
        and Act(c.first_value) not in FINAL_ACTS
    }  # fmt: skip


def _run(order: Ordered, overruled: dict[bytes, Conflict]) -> dict[str, Any]:
    """Fold once, as though the acts in `overruled` had had no effect."""
    work = dict(_BLANK)
    work["overruled"] = overruled
    work["conflicts"] = tuple(overruled.values())
    work["settled"] = {}
    work["last_move"] = (b"", "")
    work["seen_ids"] = set()
    work["writers"] = {}
    heads: dict[bytes, None] = {}
    for item in order.events:
        for parent in item.envelope.parents:
            heads.pop(parent, None)
        heads[item.hash] = None
        if item.envelope.id not in work["seen_ids"]:
            work["seen_ids"].add(item.envelope.id)
            _take(work, item, order)
    work["heads"] = tuple(sorted(heads))
    work["waiting"] = len(order.waiting)
    work["events"] = len(order.events)
    _mark_stale(work)
    return work


_EMPTY = Dossier("")
_BLANK: dict[str, Any] = {name: getattr(_EMPTY, name) for name in _FIELDS if name != "id"}
"""Every field but the id as a new dossier has it, in the order of the constructor."""


def _take(work: dict[str, Any], item: Sealed, order: Ordered) -> None:
    """Let one event act on the state, or list it as void or as a conflict."""
    e = item.envelope
    event = item.event()
    act = _ACTS.get(e.type)
    if isinstance(event, UnknownEvent) or act is None:
        work["read_only"] = work["read_only"] or not item.outlawed
        return
    if item.outlawed:
        _void(work, item, act, reason="revoked")
        return
    if work["overruled"] and _is_done_with(work["overruled"], event, item):
        return
    before = work["status"]
    target = next_status(before, act)
    reason = _missing_right(work, act, item)
    if reason and act not in FINAL_ACTS:
        _void(work, item, act, reason=reason)
        return
    rival = _concurrent_move(work, act, item, order)
    if rival:
        _conflict(work, "decision", item, first=rival[0], values=(rival[1], act.value))
        if act not in FINAL_ACTS:
            return
    elif target is None and act not in FINAL_ACTS:
        _void(work, item, act, reason="status")
        return
    if not order.linear:
        event = apart_from_rivals(work, event, item, order, _conflict)
        if event is None:
            return
    if isinstance(event, ConflictResolved) and not settle(work, event, item, order, _conflict):
        _void(work, item, act, reason="settled")
        return
    fold_steps.STEPS[act](work, event, item)
    work["touched"] = max(work["touched"], e.wall)
    target = target or next(iter(RULES[act].moves.values())) or before
    if act is Act.RECEIVE_SUPPLEMENT and not work["department"]:
        target = Status.RECEIVED  # asked for at the desk: the dossier was never passed on
    if target is not before:
        work["status"] = target
        work["last_move"] = (item.hash, act.value)


def _is_done_with(overruled: dict[bytes, Conflict], event: Any, item: Sealed) -> bool:
    """Whether the act was overruled, or is the choice that overruled one."""
    if isinstance(event, ConflictResolved):
        return any(c.id == event.conflict for c in overruled.values())
    return item.hash in overruled


def _concurrent_move(
    work: dict[str, Any], act: Act, item: Sealed, order: Ordered
) -> tuple[bytes, str] | None:
    """The last change of status, when this act would change it too without having seen that."""
    last: tuple[bytes, str] = work["last_move"]
    moves = RULES[act].moves.values()
    if order.linear or not last[0] or all(target is None for target in moves):
        return None
    return None if is_ancestor(last[0], item, order.known) else last


def _missing_right(work: dict[str, Any], act: Act, item: Sealed) -> str:
    """Which rule the actor broke: a key of `void_words`, or "" when all is well."""
    actor = item.envelope.actor
    if actor.role not in RULES[act].roles:
        return "role"
    if act in _DECIDERS and actor.staff == work["receiver"]:
        return "receiver"
    if act in _DECIDERS and act is not Act.REFUSE and actor.staff == work["drafter"]:
        return "drafter"
    approval: Approval | None = work["approval"]
    if act is Act.NUMBER and approval is not None and approval.by == actor.staff:
        return "approver"
    return ""


def _void(work: dict[str, Any], item: Sealed, act: Act, *, reason: str) -> None:
    void = Void(item.hash, act.value, work["status"].value, reason, item.envelope.actor.staff)
    work["voids"] = (*work["voids"], void)


def _conflict(
    work: dict[str, Any],
    kind: str,
    item: Sealed,
    *,
    first: bytes,
    values: tuple[str, str],
    what: str = "",
) -> None:
    digest = hashlib.sha256(first + item.hash + what.encode()).hexdigest()[:24]
    made = Conflict(digest, kind, first, item.hash, what, values[0], values[1])
    work["conflicts"] = (*work["conflicts"], made)


def _mark_stale(work: dict[str, Any]) -> None:
    """Compare the approval with the content as it is after all events."""
    approval: Approval | None = work["approval"]
    if approval is not None:
        stale = approval.basis != content_digest(work)
        work["approval"] = Approval(approval.basis, approval.by, approval.at, approval.event, stale)
