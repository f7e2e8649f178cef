"""Why a dossier is promised for its date, in the panel beside it."""

from __future__ import annotations

from datetime import datetime

from models.calendar import WorkCalendar
from models.dossier import Dossier
from models.words import tr
from services.dossiers.promise import spoken_explanation
from ui.screens.parts.state import moment_of
from ui.widgets import WhyPanel

__all__ = ["explain_due"]


def explain_due(panel: WhyPanel, dossier: Dossier, calendar: WorkCalendar) -> None:
    """Show the lines of the date in force, where the limit is from, the first date."""
    promise, intake = dossier.promise, dossier.intake
    if promise is None or intake is None:
        panel.explain(tr("Hồ sơ chưa có ngày hẹn"), [])
        return
    due = datetime.fromisoformat(promise.due)
    lines = [tr("Nhận {at}", at=moment_of(intake.received_at))]
    lines += spoken_explanation(dossier, calendar)
    remark = ""
    if dossier.original_due and dossier.original_due != promise.due:
        remark = tr("Ngày hẹn đầu {due} được giữ lại.", due=moment_of(dossier.original_due))
    if intake.limit.source == "clerk":
        basis = tr(
            "Thời hạn do cán bộ nhập theo {basis}; danh mục chưa có.",
            basis=intake.limit.legal_basis,
        )
        remark = f"{remark} {basis}".strip()
    panel.explain(tr("Vì sao hẹn {day}?", day=f"{due:%d/%m}"), lines, remark=remark)
