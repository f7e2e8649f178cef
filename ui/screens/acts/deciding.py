"""Ending or moving a case: refusal, withdrawal, stopping, a new date, a voided number."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from models.dossier import Dossier, conflict_words, open_contradictions
from models.intake import Promise
from models.words import tr
from services.dossiers import approval, handling, issuing
from services.dossiers.extension import extension_date
from ui.screens.acts.form import ActForm
from ui.screens.base import Screen
from ui.screens.parts.state import moment_of
from ui.widgets import ComboField, Field, Label, Quiet, TextArea

__all__ = [
    "ask_extend", "ask_propose_refusal", "ask_refuse", "ask_require_payment", "ask_resolve",
    "ask_revoke_signature", "ask_stop", "ask_void_number", "ask_withdraw",
]  # fmt: skip

MOST_DAYS = 60


def ask_propose_refusal(screen: Screen, dossier: Dossier) -> None:
    """Why should the application be refused, on what basis? A leader decides."""
    box = ActForm(screen, dossier, title=tr("Trình từ chối"), primary=tr("Trình lãnh đạo"))
    reason = box.ask("reason", TextArea(tr("Lý do từ chối"), lines=4))
    basis = box.ask("legal_basis", Field(tr("Căn cứ pháp lý"), placeholder=tr("Điều, luật")))

    box.decide(
        (reason, basis),
        lambda why, law: handling.propose_refusal(
            box.core, box.who, dossier.id, reason=why, legal_basis=law
        ),
        tr("Đã trình lãnh đạo quyết định từ chối."),
    )


def ask_refuse(screen: Screen, dossier: Dossier) -> None:
    """The leader confirms the proposal, its words open to change."""
    box = ActForm(
        screen, dossier, title=tr("Từ chối giải quyết"), primary=tr("Từ chối"), danger=True
    )
    reason = box.ask("reason", TextArea(tr("Lý do từ chối"), lines=4))
    basis = box.ask("legal_basis", Field(tr("Căn cứ pháp lý")))
    if dossier.refusal is not None:
        reason.set_text(dossier.refusal.reason)
        basis.set_text(dossier.refusal.legal_basis)

    box.decide(
        (reason, basis),
        lambda why, law: approval.refuse(
            box.core, box.who, dossier.id, reason=why, legal_basis=law
        ),
        tr("Đã từ chối giải quyết hồ sơ."),
    )


def ask_withdraw(screen: Screen, dossier: Dossier) -> None:
    """The citizen takes the application back: why?"""
    box = ActForm(screen, dossier, title=tr("Rút hồ sơ"), primary=tr("Rút hồ sơ"), danger=True)
    reason = box.ask("reason", TextArea(tr("Lý do rút"), lines=3))
    box.decide(
        (reason,),
        lambda why: handling.withdraw(box.core, box.who, dossier.id, reason=why),
        tr("Đã ghi nhận công dân rút hồ sơ."),
    )


def ask_stop(screen: Screen, dossier: Dossier) -> None:
    """The office stops the case: why, on what basis?"""
    box = ActForm(
        screen, dossier, title=tr("Dừng giải quyết"), primary=tr("Dừng giải quyết"), danger=True
    )
    reason = box.ask("reason", TextArea(tr("Lý do dừng"), lines=4))
    basis = box.ask("legal_basis", Field(tr("Căn cứ pháp lý"), optional=True))
    box.decide(
        (reason, basis),
        lambda why, law: handling.stop(box.core, box.who, dossier.id, reason=why, legal_basis=law),
        tr("Đã dừng giải quyết hồ sơ."),
    )


def ask_void_number(screen: Screen, dossier: Dossier) -> None:
    """Give the number up before signing: why?"""
    box = ActForm(screen, dossier, title=tr("Hủy số"), primary=tr("Hủy số"), danger=True)
    reason = box.ask("reason", TextArea(tr("Lý do hủy số"), lines=3))
    box.decide(
        (reason,),
        lambda why: issuing.void_number(box.core, box.who, dossier.id, reason=why),
        tr("Đã hủy số; số cũ không dùng lại."),
    )


def ask_revoke_signature(screen: Screen, dossier: Dossier) -> None:
    """Give a signed or sealed document up: why?"""
    title = tr("Hủy văn bản đã ký")
    box = ActForm(screen, dossier, title=title, primary=title, danger=True)
    said = tr("Số của văn bản này bị hủy; hồ sơ trở về chờ cấp số và phải ký lại.")
    box.body.addWidget(Quiet(said).wrapped())
    reason = box.ask("reason", TextArea(tr("Lý do hủy văn bản"), lines=3))
    box.decide(
        (reason,),
        lambda why: issuing.revoke_signature(box.core, box.who, dossier.id, reason=why),
        tr("Đã hủy văn bản đã ký; hồ sơ chờ cấp số mới."),
    )


def ask_require_payment(screen: Screen, dossier: Dossier) -> None:
    """What must the citizen pay first?"""
    box = ActForm(
        screen, dossier, title=tr("Yêu cầu nghĩa vụ tài chính"), primary=tr("Gửi yêu cầu")
    )
    reason = box.ask("reason", TextArea(tr("Lý do"), lines=3))
    amount = box.ask("amount", Field(tr("Số tiền (đồng)"), optional=True, limit=15))

    def act() -> bool:
        why, digits = reason.text(), amount.text().replace(".", "")
        if digits and not digits.isdecimal():
            amount.set_error(tr("Chỉ nhập chữ số, ví dụ 8000."))
            return False
        return box.carry_out(
            lambda: handling.require_payment(
                box.core, box.who, dossier.id, reason=why, amount=int(digits or 0)
            ),
            tr("Hồ sơ chờ người dân nộp tiền."),
        )

    box.on_primary(act)
    box.start()


def ask_extend(screen: Screen, dossier: Dossier) -> None:
    """Apologise and promise one new date, counted in working days; the first one is kept."""
    box = ActForm(screen, dossier, title=tr("Xin lỗi và gia hạn"), primary=tr("Gia hạn"), width=560)
    kept = tr("Ngày hẹn đầu {due} được giữ lại.", due=moment_of(dossier.original_due))
    box.body.addWidget(Quiet(kept).wrapped())
    days = box.ask("days", Field(tr("Thêm bao nhiêu ngày làm việc"), limit=2))
    promised = Label("", role="strong").wrapped()
    box.body.addWidget(promised)
    reason = box.ask("reason", TextArea(tr("Lý do chậm"), lines=3))
    found: list[Promise] = []

    def count() -> None:
        text = days.text()
        found.clear()
        promised.setText("")
        if text.isdecimal() and 1 <= int(text) <= MOST_DAYS:
            found.append(extension_date(box.core, dossier.due, days=int(text)))
            promised.setText(tr("Hẹn mới: {due}", due=moment_of(found[0].due)))

    def act() -> bool:
        count()
        if not found:
            days.set_error(tr("Nhập số ngày từ 1 đến {most}.", most=MOST_DAYS))
            return False
        why, due = reason.text(), datetime.fromisoformat(found[0].due)
        return box.carry_out(
            lambda: approval.extend(box.core, box.who, dossier.id, reason=why, new_due=due),
            tr("Đã gia hạn; hẹn mới {due}.", due=moment_of(found[0].due)),
        )

    days.edited.connect(lambda _text: count())
    days.set_text("3")
    count()
    box.on_primary(act)
    box.start()


def ask_resolve(screen: Screen, dossier: Dossier) -> None:
    """Which contradiction is settled, and how?"""
    box = ActForm(
        screen, dossier, title=tr("Giải quyết mâu thuẫn"), primary=tr("Ghi quyết định"), width=560
    )
    items: list[tuple[object, str]] = [
        (tuple(c.id for c in each), conflict_words(*each))
        for each in open_contradictions(dossier.conflicts)
    ]
    if not items:
        box.body.addWidget(Label(tr("Hồ sơ không có mâu thuẫn nào đang mở.")).wrapped())
        box.primary.setEnabled(False)
        box.open()
        return
    which = box.ask("conflict", ComboField(tr("Mâu thuẫn"), items))
    sides: list[tuple[object, str]] = [
        ("first", tr("Giữ bên đang có hiệu lực")), ("second", tr("Lấy bên còn lại")),
    ]  # fmt: skip
    side = box.ask("side", ComboField(tr("Bên được chọn"), sides))
    decision = box.ask("reason", TextArea(tr("Quyết định"), lines=4))

    def act() -> bool:
        conflict, *also = cast(tuple[str, ...], which.value())
        words, chosen = decision.text(), str(side.value())
        return box.carry_out(
            lambda: approval.resolve_conflict(
                box.core,
                box.who,
                dossier.id,
                conflict=conflict,
                also=tuple(also),
                decision=words,
                side=chosen,
            ),
            tr("Đã ghi quyết định; cả hai bên vẫn còn trong nhật ký."),
        )

    box.on_primary(act)
    box.start()
