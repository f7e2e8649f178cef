"""Asking the citizen for what is missing (form 02), and taking it in again."""

from __future__ import annotations

from dataclasses import replace

from models.dossier import Dossier
from models.intake import Component
from models.words import tr
from services.dossiers import handling
from services.papers import supplement_paper
from ui.screens.acts.form import ActForm
from ui.screens.base import Screen
from ui.screens.parts.paper import open_paper
from ui.screens.parts.state import moment_of
from ui.widgets import CheckField, DateField, Field, Label, Quiet, ScrollColumn, TextArea

__all__ = ["ask_receive_supplement", "ask_request_supplement", "open_supplement_paper"]

LIST_HEIGHT = 150


def tick_list(box: ActForm, names: list[str], *, ticked: set[str]) -> dict[str, CheckField]:
    """Check marks for papers by name, in a list that scrolls when it is long."""
    marks: dict[str, CheckField] = {}
    area = ScrollColumn(gap=0)
    area.setMaximumHeight(min(LIST_HEIGHT, 28 * max(1, len(names)) + 4))
    area.setMinimumHeight(min(LIST_HEIGHT, 28 * max(1, len(names)) + 4))
    for name in names:
        short = name if len(name) <= 70 else name[:69] + "…"
        mark = CheckField(short)
        mark.setToolTip(name.replace("<", "‹"))
        mark.setChecked(name in ticked)
        marks[name] = mark
        area.body.addWidget(mark)
    area.body.addStretch()
    box.body.addWidget(area)
    return marks


def ask_request_supplement(screen: Screen, dossier: Dossier) -> None:
    """What is missing, why, on what basis; afterwards form 02 is there to print."""
    box = ActForm(
        screen, dossier, title=tr("Yêu cầu bổ sung"), primary=tr("Yêu cầu và in phiếu"), width=620
    )
    words = tr("Ghi đủ mọi giấy tờ trong một lần. Thời hạn dừng từ lúc này.")
    box.body.addWidget(Quiet(words).wrapped())
    wanted = {c.name for c in dossier.components if c.state == "missing"}
    names = [c.name for c in dossier.components]
    marks = tick_list(box, names, ticked=wanted) if names else {}
    items = box.ask("items", TextArea(tr("Giấy tờ khác, mỗi dòng một giấy tờ"), lines=3))
    reason = box.ask("reason", TextArea(tr("Lý do"), lines=2))
    basis = box.ask("legal_basis", Field(tr("Căn cứ pháp lý"), optional=True))
    answer = box.ask("respond_by", DateField(tr("Trả lời trước ngày"), optional=True))

    def act() -> bool:
        if not answer.check():
            return False
        ticked = [name for name, mark in marks.items() if mark.isChecked()]
        listed = (*ticked, *items.text().splitlines())
        why, law, day = reason.text(), basis.text(), answer.value()
        return box.carry_out(
            lambda: handling.request_supplement(
                box.core, box.who, dossier.id, items=listed, reason=why, legal_basis=law,
                respond_by=day.isoformat() if day else "",
            ),
            tr("Đã yêu cầu bổ sung; thời hạn tạm dừng."),
            then=lambda after: open_supplement_paper(screen, after),
        )  # fmt: skip

    box.on_primary(act)
    box.start()


def open_supplement_paper(screen: Screen, dossier: Dossier) -> None:
    """Form 02 of the open request, to look at and print."""
    request, intake = dossier.supplement, dossier.intake
    if request is None or intake is None:
        return
    core, guide = screen.desk.office.core, screen.desk.office.who.staff.name
    open_paper(
        screen,
        tr("Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ"),
        lambda: supplement_paper(
            core, dossier, request, guide=guide, number=dossier.supplement_count
        ),
        file_name=f"{intake.code}-02.pdf",
    )


def ask_receive_supplement(screen: Screen, dossier: Dossier) -> None:
    """What was brought? Only with everything, or a word why not, does the clock start again."""
    box = ActForm(
        screen, dossier, title=tr("Nhận bổ sung"), primary=tr("Nhận và tính lại hạn"), width=620
    )
    asked = list(dossier.supplement.items) if dossier.supplement else []
    box.body.addWidget(Quiet(tr("Đánh dấu giấy tờ người dân đã nộp.")).wrapped())
    marks = tick_list(box, asked, ticked=set(asked))
    note = box.ask("note", Field(tr("Ghi chú"), optional=True, limit=1000))
    due = Label(tr("Hẹn cũ: {due}", due=moment_of(dossier.due))).wrapped()
    box.body.addWidget(due)

    def act() -> bool:
        brought = {name for name, mark in marks.items() if mark.isChecked()}
        text = note.text()
        if len(brought) < len(asked) and not text:
            note.set_error(tr("Chưa đủ giấy tờ đã yêu cầu: ghi vì sao không cần nữa."))
            note.setFocus()
            return False
        papers = with_brought(dossier.components, brought)
        return box.carry_out(
            lambda: handling.receive_supplement(
                box.core, box.who, dossier.id, components=papers, note=text
            ),
            tr("Đã nhận bổ sung; thời hạn tính lại từ đầu."),
        )

    box.on_primary(act)
    box.start()


def with_brought(papers: tuple[Component, ...], brought: set[str]) -> tuple[Component, ...]:
    """The components after the supplement: those brought are given, unknown ones are added."""
    known = {c.name for c in papers}
    given = tuple(replace(c, state="given") if c.name in brought else c for c in papers)
    added = tuple(Component(name) for name in sorted(brought - known))
    return (*given, *added)
