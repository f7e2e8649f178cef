"""What must be right before a visit can be stored; the first fault gets the cursor."""

from __future__ import annotations

from datetime import date

from models.party import check_person
from models.words import tr
from ui.messages import Messages
from ui.screens.intake.desk_view import DeskView
from ui.screens.intake.forms import ApplicationForm, VisitForm, whole_number

__all__ = ["check_persons", "first_fault", "show_fault"]


def check_persons(view: DeskView, form: VisitForm, today: date, *, everything: bool) -> bool:
    """Errors under the person's fields, doubts with the field for a reason.

    With `everything` also what was not typed yet counts, and the first fault gets the cursor.
    Returns whether the persons can be stored.
    """
    person = view.person
    problems = person.fields.check(today, everything=everything)
    others = check_person(form.other.person, today) if form.other else ()
    doubts = [p for p in (*problems, *others) if p.severity == "supervised"]
    person.say_doubts(doubts)
    errors = [p for p in problems if p.severity == "error"]
    if not everything:
        return not errors
    if errors:
        person.fields.field_of(errors[0]).setFocus()
        return False
    if doubts and not form.doubts:
        person.reason.set_error(tr("Ghi lý do để vẫn nhận."))
        person.reason.setFocus()
        return False
    return True


def first_fault(form: ApplicationForm) -> str:
    """What is missing in one dossier, by a name `show_fault` knows; "" when nothing is."""
    limit = form.limit
    faults = {
        "procedure": not form.procedure,
        "limit": limit.own and limit.taken() is None,
        "legal_basis": limit.own and not limit.basis,
        "papers": any(not paper.state for paper in form.papers),
        "fees": any(not fee.untouched() and fee.line() is None for fee in form.fees),
        "sets": not whole_number(form.sets),
    }
    return next((name for name, missing in faults.items() if missing), "")


def show_fault(view: DeskView, form: VisitForm, fault: str, *, messages: Messages) -> None:
    """Say what is missing in the dossier in front and put the cursor there."""
    if fault == "procedure":
        view.procedure.picker.set_error(
            tr("Chọn thủ tục, hoặc bỏ hồ sơ này khỏi lượt.")
            if len(form.applications) > 1
            else tr("Chọn thủ tục.")
        )
        view.procedure.picker.setFocus()
    elif fault == "limit":
        view.promise.refuse("limit", tr("Nhập thời hạn, ví dụ 3 hoặc 17,5."))
    elif fault == "legal_basis":
        view.promise.refuse("legal_basis", tr("Ghi văn bản và điều khoản quy định thời hạn."))
    elif fault == "papers":
        messages.warn(
            tr("Còn {count} giấy tờ chưa kiểm.", count=len(view.checklist.unchecked())),
            tr("Bấm Space để đổi tình trạng từng dòng, hoặc Alt+A nếu đủ tất cả."),
        )
        view.checklist.go_to_unchecked()
    elif fault == "fees":
        view.fees.wrong()
    else:
        view.handing.wrong()
