"""Side by side: what is being typed and the open dossiers of the same person and procedure."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QWidget

from models.dossier import Dossier
from models.words import tr
from models.workflow import status_words
from services.dossiers.acts import load_dossier
from ui.screens.base import Screen
from ui.screens.intake.live import Live
from ui.screens.intake.words import day, moment, state_chip
from ui.widgets import Card, Dialog, Facts, Label, Link, ScrollColumn, row

__all__ = ["compare_with_stored", "show_comparison"]


def compare_with_stored(screen: Screen, live: Live) -> None:
    """Read the open dossiers of the same person and procedure, and show them beside the typed."""
    core, ids = screen.desk.office.core, [row.id for row in live.known.same]
    same = {row.procedure for row in live.known.same}
    typed = next(
        e.dossier for e in live.expected
        if e.dossier.intake and e.dossier.intake.procedure in same
    )  # fmt: skip

    def work() -> list[Dossier]:
        with core.store.read() as conn:
            return [load_dossier(conn, dossier_id) for dossier_id in ids]

    def show(stored: Sequence[Dossier]) -> None:
        show_comparison(
            screen.window(), typed, stored, open_dossier=lambda i: screen.desk.go("dossiers", i)
        )

    screen.read("compare", work, show)


def show_comparison(
    parent: QWidget,
    typed: Dossier,
    stored: Sequence[Dossier],
    *,
    open_dossier: Callable[[str], object],
) -> Dialog:
    """Open the comparison; `open_dossier(id)` leads to a stored one."""
    box = Dialog(parent, tr("So sánh với hồ sơ đang mở"), cancel=tr("Đóng"), width=900)
    line = row(gap=12)
    line.addWidget(side(typed, tr("Đang nhập")), 1)
    for dossier in stored[:2]:
        card = side(dossier, dossier.intake.code if dossier.intake else "")
        link = Link(tr("Mở hồ sơ này"))
        link.clicked.connect(lambda _=False, i=dossier.id: (box.reject(), open_dossier(i)))
        card.add(link)
        line.addWidget(card, 1)
    box.body.addLayout(line)
    box.open()
    box.cancel.setFocus()
    return box


def side(dossier: Dossier, heading: str) -> Card:
    """One dossier as facts and papers."""
    card = Card(heading, remark=status_words(dossier.status) if dossier.id else "")
    intake, person = dossier.intake, dossier.applicant
    assert intake is not None and person is not None
    card.add(
        Facts(
            [
                (tr("Thủ tục"), intake.procedure_name),
                (tr("Chủ hồ sơ"), f"{person.name} · {person.id_number}"),
                (tr("Người nộp"), dossier.submitter.name if dossier.submitter else ""),
                (tr("Nhận"), day(intake.received_at)),
                (tr("Hẹn trả"), moment(dossier.due) if dossier.due else "–"),
                (tr("Đang ở"), dossier.assignee_name or dossier.department or "–"),
            ],
            label_width=80,
        ),
        Label(tr("Thành phần hồ sơ"), role="strong"),
    )
    papers = ScrollColumn(gap=4)
    papers.setMinimumHeight(150)
    for paper in dossier.components:
        words = f"{state_chip(paper.state).words} · {paper.name}"
        papers.body.addWidget(Label(words).wrapped())
    papers.body.addStretch()
    card.add(papers)
    return card
