"""The life of a dossier as data: statuses, acts, and the table (status, act) -> status.

Buttons, keys, import, sync and the fold all ask this one table. National status codes 1-10 are
those of the national portal; the promise is kept or broken at code 9 (design notes: domain §3.1).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from models.staff import Role
from models.words import tr

__all__ = [
    "ACTIVE", "CLOSED", "FINAL_ACTS", "RULES", "Act", "Rule", "Status", "act_words",
    "next_status", "status_words",
]  # fmt: skip


class Status(StrEnum):
    """Where a dossier stands inside the office; the values are stored and never renamed.

    REGISTERED and NOT_ACCEPTED belong to online registrations, which arrive from the city.
    """

    NEW = "new"
    REGISTERED = "registered"
    NOT_ACCEPTED = "not_accepted"
    RECEIVED = "received"
    TRANSFERRED = "transferred"
    PROCESSING = "processing"
    SUPPLEMENT = "supplement"
    PAYMENT = "payment"
    SUBMITTED = "submitted"
    REFUSAL_PROPOSED = "refusal_proposed"
    APPROVED = "approved"
    NUMBERED = "numbered"
    SIGNED = "signed"
    SEALED = "sealed"
    DONE = "done"
    HANDED_OVER = "handed_over"
    WITHDRAWN = "withdrawn"
    STOPPED = "stopped"
    REFUSED = "refused"

    @property
    def national(self) -> int:
        """The status code of the national public service portal (1-10)."""
        return _NATIONAL.get(self, 4)


class Act(StrEnum):
    """What a person does to a dossier; stored as the event kind `dossier.<value>`."""

    RECEIVE = "received"
    TRANSFER = "transferred"
    ASSIGN = "assigned"
    HANDLE = "handled"
    CORRECT = "corrected"
    NOTE = "noted"
    REQUEST_SUPPLEMENT = "supplement_requested"
    RECEIVE_SUPPLEMENT = "supplement_received"
    REQUIRE_PAYMENT = "payment_required"
    COLLECT_FEE = "fee_collected"
    SUBMIT = "submitted"
    PROPOSE_REFUSAL = "refusal_proposed"
    RETURN = "returned"
    APPROVE = "approved"
    NUMBER = "numbered"
    VOID_NUMBER = "number_voided"
    SIGN = "signed"
    SEAL = "sealed"
    REVOKE_SIGNATURE = "signature_revoked"
    FINISH = "done"
    HAND_OVER = "handed_over"
    REFUSE = "refused"
    WITHDRAW = "withdrawn"
    STOP = "stopped"
    EXTEND = "extended"
    RESCHEDULE = "rescheduled"
    RESOLVE = "conflict_resolved"


@dataclass(frozen=True, slots=True)
class Rule:
    """Who may do an act, and where it leads from each status (None: the status stays)."""

    roles: frozenset[Role]
    moves: Mapping[Status, Status | None]


_NATIONAL = {
    Status.NEW: 1, Status.REGISTERED: 1, Status.RECEIVED: 2, Status.NOT_ACCEPTED: 3,
    Status.SUPPLEMENT: 5, Status.PAYMENT: 6, Status.WITHDRAWN: 7, Status.STOPPED: 8,
    Status.REFUSED: 8, Status.DONE: 9, Status.HANDED_OVER: 10,
}  # fmt: skip

CLOSED = frozenset(
    {Status.NOT_ACCEPTED, Status.HANDED_OVER, Status.WITHDRAWN, Status.STOPPED, Status.REFUSED}
)
"""Nothing but notes may follow."""

ACTIVE = frozenset(Status) - CLOSED - {Status.NEW, Status.REGISTERED, Status.DONE}
"""The office still owes the citizen an answer."""

_BEFORE_SIGNING = ACTIVE - {Status.SIGNED, Status.SEALED}
_EVERYONE = frozenset(Role) - {Role.TECHNICAL_ADMIN, Role.INSPECTOR}


def _rule(*roles: Role, **moves: Status | None) -> Rule:
    return Rule(frozenset(roles), {Status(name): target for name, target in moves.items()})


def _same(statuses: frozenset[Status]) -> dict[Status, Status | None]:
    return dict.fromkeys(statuses)


S = Status
R = Role
RULES: Mapping[Act, Rule] = {
    Act.RECEIVE: _rule(R.RECEPTIONIST, new=S.RECEIVED, registered=S.RECEIVED),
    Act.TRANSFER: _rule(R.RECEPTIONIST, received=S.TRANSFERRED),
    Act.ASSIGN: _rule(
        R.DEPARTMENT_HEAD, R.LEADER, transferred=S.PROCESSING, processing=None, supplement=None
    ),
    Act.HANDLE: _rule(R.OFFICER, processing=None),
    Act.CORRECT: _rule(R.RECEPTIONIST, R.OFFICER, received=None, transferred=None, processing=None),
    Act.NOTE: Rule(_EVERYONE, _same(frozenset(Status) - {S.NEW})),
    Act.REQUEST_SUPPLEMENT: _rule(
        R.OFFICER, R.RECEPTIONIST, R.DEPARTMENT_HEAD, R.LEADER,
        received=S.SUPPLEMENT, processing=S.SUPPLEMENT,
    ),
    Act.RECEIVE_SUPPLEMENT: _rule(R.RECEPTIONIST, supplement=S.PROCESSING),
    Act.REQUIRE_PAYMENT: _rule(R.OFFICER, processing=S.PAYMENT),
    Act.COLLECT_FEE: Rule(
        frozenset({R.CASHIER, R.RECEPTIONIST}),
        {**_same(ACTIVE | {S.DONE}), S.PAYMENT: S.PROCESSING},
    ),
    Act.SUBMIT: _rule(R.OFFICER, processing=S.SUBMITTED),
    Act.PROPOSE_REFUSAL: _rule(R.OFFICER, processing=S.REFUSAL_PROPOSED),
    Act.RETURN: _rule(
        R.LEADER, R.DEPARTMENT_HEAD, submitted=S.PROCESSING, refusal_proposed=S.PROCESSING,
        approved=S.PROCESSING, numbered=S.PROCESSING,
    ),
    Act.APPROVE: _rule(R.LEADER, submitted=S.APPROVED),
    Act.NUMBER: _rule(R.RECORDS_CLERK, approved=S.NUMBERED),
    Act.VOID_NUMBER: _rule(R.RECORDS_CLERK, numbered=S.APPROVED),
    Act.SIGN: _rule(R.LEADER, numbered=S.SIGNED),
    Act.SEAL: _rule(R.RECORDS_CLERK, signed=S.SEALED),
    Act.REVOKE_SIGNATURE: _rule(
        R.LEADER, R.RECORDS_CLERK, signed=S.APPROVED, sealed=S.APPROVED
    ),
    Act.FINISH: _rule(R.RECORDS_CLERK, R.OFFICER, sealed=S.DONE),
    Act.HAND_OVER: _rule(R.RECEPTIONIST, done=S.HANDED_OVER),
    Act.REFUSE: _rule(R.LEADER, refusal_proposed=S.REFUSED),
    Act.WITHDRAW: Rule(frozenset({R.RECEPTIONIST}), dict.fromkeys(_BEFORE_SIGNING, S.WITHDRAWN)),
    Act.STOP: Rule(frozenset({R.LEADER}), dict.fromkeys(_BEFORE_SIGNING, S.STOPPED)),
    Act.EXTEND: Rule(frozenset({R.LEADER}), _same(ACTIVE)),
    Act.RESCHEDULE: Rule(frozenset({R.BUSINESS_ADMIN}), _same(ACTIVE)),
    Act.RESOLVE: Rule(frozenset({R.LEADER, R.DEPARTMENT_HEAD}), _same(ACTIVE | {S.DONE})),
}  # fmt: skip

FINAL_ACTS = frozenset({Act.NUMBER, Act.SIGN, Act.SEAL, Act.FINISH, Act.HAND_OVER})
"""Acts that leave the building: a fold may question them but never undo them."""


def next_status(status: Status, act: Act) -> Status | None:
    """The status after `act` in `status`, or None when the act is impossible there."""
    moves = RULES[act].moves
    if status not in moves:
        return None
    return moves[status] or status


def status_words(status: Status) -> str:
    """The status in the words officials already know."""
    return {
        S.NEW: tr("Đang nhập"),
        S.REGISTERED: tr("Chờ tiếp nhận"),
        S.NOT_ACCEPTED: tr("Không được tiếp nhận"),
        S.RECEIVED: tr("Đã tiếp nhận"),
        S.TRANSFERRED: tr("Chờ phân công"),
        S.PROCESSING: tr("Đang xử lý"),
        S.SUPPLEMENT: tr("Chờ bổ sung"),
        S.PAYMENT: tr("Chờ nghĩa vụ tài chính"),
        S.SUBMITTED: tr("Chờ duyệt"),
        S.REFUSAL_PROPOSED: tr("Chờ duyệt từ chối"),
        S.APPROVED: tr("Đã duyệt, chờ cấp số"),
        S.NUMBERED: tr("Chờ ký"),
        S.SIGNED: tr("Đã ký, chờ đóng dấu"),
        S.SEALED: tr("Đã đóng dấu"),
        S.DONE: tr("Đã xử lý xong, chờ trả"),
        S.HANDED_OVER: tr("Đã trả kết quả"),
        S.WITHDRAWN: tr("Công dân rút hồ sơ"),
        S.STOPPED: tr("Dừng xử lý"),
        S.REFUSED: tr("Đã từ chối"),
    }[status]


def act_words(act: Act) -> str:
    """The act as a button says it."""
    return {
        Act.RECEIVE: tr("Tiếp nhận"),
        Act.TRANSFER: tr("Chuyển phòng chuyên môn"),
        Act.ASSIGN: tr("Phân công"),
        Act.HANDLE: tr("Ghi kết quả thẩm định"),
        Act.CORRECT: tr("Sửa thông tin"),
        Act.NOTE: tr("Ghi chú"),
        Act.REQUEST_SUPPLEMENT: tr("Yêu cầu bổ sung"),
        Act.RECEIVE_SUPPLEMENT: tr("Nhận bổ sung"),
        Act.REQUIRE_PAYMENT: tr("Yêu cầu nghĩa vụ tài chính"),
        Act.COLLECT_FEE: tr("Thu tiền"),
        Act.SUBMIT: tr("Trình duyệt"),
        Act.PROPOSE_REFUSAL: tr("Trình từ chối"),
        Act.RETURN: tr("Trả lại"),
        Act.APPROVE: tr("Phê duyệt"),
        Act.NUMBER: tr("Cấp số"),
        Act.VOID_NUMBER: tr("Hủy số"),
        Act.SIGN: tr("Ký"),
        Act.SEAL: tr("Đóng dấu"),
        Act.REVOKE_SIGNATURE: tr("Hủy văn bản đã ký"),
        Act.FINISH: tr("Chuyển kết quả về một cửa"),
        Act.HAND_OVER: tr("Trả kết quả"),
        Act.REFUSE: tr("Từ chối giải quyết"),
        Act.WITHDRAW: tr("Rút hồ sơ"),
        Act.STOP: tr("Dừng giải quyết"),
        Act.EXTEND: tr("Xin lỗi và gia hạn"),
        Act.RESCHEDULE: tr("Tính lại ngày hẹn"),
        Act.RESOLVE: tr("Giải quyết mâu thuẫn"),
    }[act]
