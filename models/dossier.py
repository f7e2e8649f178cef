"""A dossier: what it is now, as a pure fold of its events in canonical order.

Same events, same dossier, on every device and in the city. An act that is impossible where it
lands stays in the journal as a `Void`; two acts that did not know of each other and cannot both
hold open a `Conflict` that a person settles. Acts that left the building are never undone.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from models.codec import to_payload
from models.events.handling import Draft, RefusalProposed, Returned, SupplementRequested
from models.events.intake import Received
from models.events.issuing import HandedOver, Numbered, Sealed, Signed
from models.intake import Component, FeeLine, Promise
from models.party import Person
from models.person_parts import PARTS, part_label
from models.words import tr
from models.workflow import Act, Status, act_words, status_words

__all__ = [
    "Approval", "ClockMark", "Conflict", "Dossier", "Void", "conflict_field", "conflict_words",
    "content_digest", "field_words", "open_contradictions", "void_words",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class ClockMark:
    """Something that moved the legal clock: kind as in the deadline rules, ISO times."""

    kind: str
    at: str
    new_due: str = ""


@dataclass(frozen=True, slots=True)
class Approval:
    """A leader's approval; `stale` when the content is no longer what was approved."""

    basis: bytes
    by: str
    at: int
    event: bytes
    stale: bool = False


@dataclass(frozen=True, slots=True)
class Void:
    """An act that had no effect: the event's hash, the act, the status it met, and why."""

    event: bytes
    act: str
    status: str
    reason: str
    by: str


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two acts that did not know of each other; `kind` is decision, assignment or field.

    `side` is the one a person chose, first or second; "" while open or when what stood was kept.
    """

    id: str
    kind: str
    first: bytes
    second: bytes
    what: str
    first_value: str = ""
    second_value: str = ""
    resolved: bool = False
    side: str = ""


@dataclass(frozen=True, slots=True)
class Dossier:
    """The present state of one dossier; times in events are ISO texts with offset."""

    id: str
    status: Status = Status.NEW
    intake: Received | None = None
    submitter: Person | None = None
    applicant: Person | None = None
    components: tuple[Component, ...] = ()
    request: str = ""
    receiver: str = ""
    department: str = ""
    assignee: str = ""
    assignee_name: str = ""
    promise: Promise | None = None
    original_due: str = ""
    extended: bool = False
    marks: tuple[ClockMark, ...] = ()
    supplement: SupplementRequested | None = None
    supplement_count: int = 0
    draft: Draft | None = None
    drafter: str = ""
    refusal: RefusalProposed | None = None
    returned: Returned | None = None
    approval: Approval | None = None
    number: Numbered | None = None
    numberer: str = ""
    signed: Signed | None = None
    signer: str = ""
    sealed: Sealed | None = None
    done_at: str = ""
    handed_over: HandedOver | None = None
    closed_reason: str = ""
    fees_paid: tuple[FeeLine, ...] = ()
    voids: tuple[Void, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    waiting: int = 0
    read_only: bool = False
    heads: tuple[bytes, ...] = ()
    touched: int = 0
    events: int = field(default=0, compare=False)

    @property
    def due(self) -> str:
        """The promised time now in force, ISO; "" when nothing was promised."""
        return self.promise.due if self.promise else ""

    @property
    def blocked(self) -> bool:
        """Whether two decisions contradict each other and a person must settle it."""
        return any(c.kind == "decision" and not c.resolved for c in self.conflicts)

    @property
    def stale(self) -> bool:
        """Whether the approval was given on another content ("phê duyệt trên bản cũ")."""
        return self.approval is not None and self.approval.stale

    @property
    def result_file(self) -> str:
        """SHA-256 of the newest issued PDF; "" before signing."""
        if self.sealed:
            return self.sealed.file
        return self.signed.file if self.signed else ""


def content_digest(d: Dossier | dict[str, Any]) -> bytes:
    """SHA-256 over exactly what an approver sees and approves: persons, papers, request, draft."""
    get = d.get if isinstance(d, dict) else lambda name: getattr(d, name)
    intake = get("intake")
    seen = {
        "code": intake.code if intake else "",
        "procedure": intake.procedure if intake else "",
        "submitter": to_payload(get("submitter")) if get("submitter") else None,
        "applicant": to_payload(get("applicant")) if get("applicant") else None,
        "components": [to_payload(c) for c in get("components") or ()],
        "request": get("request"),
        "draft": to_payload(get("draft")) if get("draft") else None,
    }
    text = json.dumps(seen, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).digest()


def void_words(void: Void) -> str:
    """Why an act had no effect, in one sentence."""
    act, status = act_words(Act(void.act)), status_words(Status(void.status))
    if void.reason == "status":
        return tr("«{act}» không có hiệu lực: hồ sơ đang ở «{status}».", act=act, status=status)
    if void.reason == "receiver":
        return tr("«{act}» không có hiệu lực: người tiếp nhận không được quyết định.", act=act)
    if void.reason == "drafter":
        return tr("«{act}» không có hiệu lực: người soạn thảo không được ký duyệt.", act=act)
    if void.reason == "settled":
        return tr("«{act}» không có hiệu lực: máy khác đã chọn bên kia cùng lúc.", act=act)
    if void.reason == "approver":
        return tr("«{act}» không có hiệu lực: người phê duyệt không được cấp số.", act=act)
    if void.reason == "revoked":
        return tr("«{act}» không có hiệu lực: ghi trên máy đã bị thu hồi.", act=act)
    return tr("«{act}» không có hiệu lực: không đủ quyền.", act=act)


def conflict_words(conflict: Conflict, *twins: Conflict) -> str:
    """What contradicts what, in one sentence; `twins` are settled with it."""
    if conflict.kind == "decision":
        return tr(
            "Mâu thuẫn quyết định: «{a}» và «{b}» cùng lúc trên hai máy.",
            a=act_words(Act(conflict.first_value)),
            b=act_words(Act(conflict.second_value)),
        )
    if conflict.kind == "assignment":
        return tr(
            "Hai phân công cùng lúc: {a} và {b}.", a=conflict.first_value, b=conflict.second_value
        )
    return tr("Hai người sửa cùng lúc mục «{what}».", what=conflict_field(conflict, *twins))


def open_contradictions(conflicts: Iterable[Conflict]) -> tuple[tuple[Conflict, ...], ...]:
    """What is open, each as one choice: the correction of a submitter who is the owner is one."""
    found: dict[tuple[object, ...], tuple[Conflict, ...]] = {}
    for c in conflicts:
        if not c.resolved:
            part = c.what.partition(".")[2] or c.what
            key = (c.kind, c.first, c.second, part, c.first_value, c.second_value)
            found[key] = (*found.get(key, ()), c)
    return tuple(found.values())


def conflict_field(conflict: Conflict, *twins: Conflict) -> str:
    """What the field of a conflict, or of it and its twins, is called on the screens."""
    part = conflict.what.partition(".")[2]
    if twins and part in PARTS:
        return tr("{part} của người nộp và chủ hồ sơ", part=part_label(part))
    return field_words(conflict.what)


def field_words(what: str) -> str:
    """What a field that two people may change is called on the screens."""
    whose, _, part = what.partition(".")
    if part in PARTS:
        return tr("{part} của {whose}", part=part_label(part), whose=field_words(whose).lower())
    return {
        "submitter": tr("Người nộp"),
        "applicant": tr("Chủ hồ sơ"),
        "components": tr("Thành phần hồ sơ"),
        "request": tr("Nội dung đề nghị"),
        "draft": tr("Dự thảo văn bản"),
        "assignee": tr("Người thụ lý"),
    }.get(what, what)
