"""May this person do this now? One question for buttons, keys, import, sync and the server.

Separation of duties (design notes: domain §5.3): the receiver does not decide on the same dossier,
the drafter does not approve or sign, who approved neither numbers nor seals.
"""

from __future__ import annotations

from models.dossier import Dossier
from models.staff import Role, Staff, role_words
from models.words import tr
from models.workflow import ACTIVE, CLOSED, RULES, Act, act_words, next_status, status_words

__all__ = ["allowed_acts", "reason_against", "role_for"]

_DECISIONS = {Act.APPROVE, Act.SIGN, Act.REFUSE}
_ISSUING = {Act.NUMBER, Act.SIGN, Act.SEAL, Act.FINISH}
_OWN_WORK = {
    Act.HANDLE, Act.SUBMIT, Act.PROPOSE_REFUSAL, Act.REQUEST_SUPPLEMENT, Act.REQUIRE_PAYMENT,
}  # fmt: skip
_HARMLESS = {Act.NOTE, Act.RESOLVE, Act.RETURN}


def role_for(act: Act, staff: Staff) -> Role | None:
    """The role the person uses for this act, or None when none of theirs allows it."""
    usable = RULES[act].roles & staff.roles
    return min(usable, key=list(Role).index) if usable else None


def reason_against(act: Act, dossier: Dossier, staff: Staff) -> str | None:
    """Why this person may not do this act on this dossier now, in words; None when they may."""
    return (
        _wrong_person(act, staff)
        or _wrong_state(act, dossier)
        or _wrong_duty(act, dossier, staff)
        or _not_theirs(act, dossier, staff)
    )


def allowed_acts(dossier: Dossier, staff: Staff) -> tuple[Act, ...]:
    """Every act the person may do on the dossier now."""
    return tuple(act for act in Act if reason_against(act, dossier, staff) is None)


def _wrong_person(act: Act, staff: Staff) -> str | None:
    if not staff.active:
        return tr("Tài khoản này đã ngừng hoạt động.")
    if role_for(act, staff) is None:
        names = ", ".join(role_words(r) for r in Role if r in RULES[act].roles)
        return tr("Việc này của: {roles}.", roles=names)
    return None


def _wrong_state(act: Act, dossier: Dossier) -> str | None:
    if dossier.read_only:
        return tr("Hồ sơ có dữ liệu của bản phần mềm mới hơn; hãy cập nhật phần mềm trên máy này.")
    if dossier.waiting and act not in _HARMLESS:
        return tr("Hồ sơ đang chờ dữ liệu từ máy khác.")
    if dossier.blocked and act not in _HARMLESS:
        return tr("Hồ sơ có mâu thuẫn quyết định, cần lãnh đạo giải quyết trước.")
    if next_status(dossier.status, act) is None:
        if dossier.status in CLOSED:
            return tr("Hồ sơ đã kết thúc ({status}).", status=status_words(dossier.status))
        return tr(
            "Không «{act}» được khi hồ sơ ở «{status}».",
            act=act_words(act),
            status=status_words(dossier.status),
        )
    if act in _ISSUING and dossier.stale:
        return tr("Phê duyệt trên bản cũ: nội dung đã đổi, cần lãnh đạo duyệt lại.")
    if act is Act.EXTEND and dossier.extended:
        return tr("Ngày hẹn chỉ được gia hạn một lần.")
    if act is Act.HAND_OVER and dossier.status not in ACTIVE and dossier.sealed is None:
        return tr("Chưa có văn bản đã đóng dấu để trả.")
    return None


def _wrong_duty(act: Act, dossier: Dossier, staff: Staff) -> str | None:
    if act in _DECISIONS and dossier.receiver == staff.id:
        return tr("Người tiếp nhận không được phê duyệt hay ký chính hồ sơ đó.")
    if act in _DECISIONS and dossier.drafter == staff.id:
        return tr("Người soạn thảo không được phê duyệt hay ký văn bản của mình.")
    approver = dossier.approval.by if dossier.approval else ""
    if act in {Act.NUMBER, Act.SEAL} and approver == staff.id:
        return tr("Người phê duyệt không được cấp số, đóng dấu.")
    if act is Act.SIGN and approver != staff.id:
        return tr("Văn bản này do lãnh đạo khác phê duyệt; người phê duyệt ký.")
    return None


def _not_theirs(act: Act, dossier: Dossier, staff: Staff) -> str | None:
    if act not in _OWN_WORK:
        return None
    role = role_for(act, staff)
    if act is Act.REQUEST_SUPPLEMENT:
        senior = staff.has(Role.DEPARTMENT_HEAD, Role.LEADER)
        if dossier.supplement_count and not senior:
            return tr("Đã yêu cầu bổ sung một lần; lần nữa phải do lãnh đạo phòng hoặc UBND.")
        if senior:
            return None
        if not dossier.assignee:
            return None if staff.has(Role.RECEPTIONIST) else tr("Hồ sơ chưa được phân công.")
    if role is not None and dossier.assignee != staff.id:
        return tr("Hồ sơ được phân công cho {name}.", name=dossier.assignee_name or "…")
    return None
