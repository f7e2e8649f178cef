"""Thành phần: the persons, the request, and every paper with its files."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from models.changed import Changed
from models.dates import show_date
from models.deadline import limit_words
from models.dossier import Dossier
from models.intake import Attachment, Component
from models.lookup import lookup_secret
from models.party import Person
from models.words import tr
from services.dossiers.promise import as_limit
from services.dossiers.view import DossierView, take_out
from ui.screens.base import Screen
from ui.screens.dossiers.sections import Section
from ui.screens.parts.attached import attached_line, save_attached
from ui.widgets import (
    ChipText,
    Facts,
    Heading,
    Label,
    Quiet,
    ScrollColumn,
    clear,
    column,
)

__all__ = ["FactsSection"]


class FactsSection(Section):
    """Foreign files are never opened here: a copy is saved outside, and that is recorded."""

    def __init__(self, screen: Screen) -> None:
        super().__init__(screen)
        self.area = ScrollColumn(gap=8)
        self.box.addWidget(self.area)

    def title(self) -> str:
        """The words of its tab."""
        return tr("Thành phần")

    def fill(self, view: DossierView) -> None:
        """Show persons and papers."""
        dossier = view.dossier
        clear(self.area.body)
        self.area.body.addWidget(Facts(facts_of(view), label_width=130))
        self.area.body.addWidget(Heading(tr("Giấy tờ trong hồ sơ")))
        if not dossier.components:
            self.area.body.addWidget(Quiet(tr("Hồ sơ không có giấy tờ nào kèm theo.")))
        for paper in dossier.components:
            self.area.body.addWidget(self._paper(paper, view))
        self.area.body.addStretch()

    def _paper(self, paper: Component, view: DossierView) -> QWidget:
        dossier = view.dossier
        holder = QWidget()
        lines = column(holder, gap=1)
        lines.addWidget(Label(paper.name).wrapped())
        details = [state_words(paper), kind_words(paper), paper.note]
        lines.addWidget(Quiet(" · ".join(part for part in details if part)).wrapped())
        for file in paper.attachments:
            lines.addLayout(
                attached_line(
                    file, coming=file.sha256 in view.coming,
                    save=lambda file: self._save(file, dossier),
                )
            )  # fmt: skip
        return holder

    def _save(self, file: Attachment, dossier: Dossier) -> None:
        desk = self.screen.desk

        def done(name: str) -> None:
            desk.messages.done(tr("Đã lưu {name}; việc này được ghi vào hồ sơ.", name=name))
            desk.changes.tell(Changed(frozenset({dossier.id})), by=self.screen)

        save_attached(
            self.screen, file,
            lambda: take_out(desk.office.core, desk.office.who, dossier.id, attachment=file),
            over=self.screen.window(), done=done,
        )  # fmt: skip


def facts_of(view: DossierView) -> list[tuple[str, str | ChipText]]:
    """Who asked for what, who has it, by which limit."""
    dossier = view.dossier
    intake = dossier.intake
    assert intake is not None and dossier.applicant is not None and dossier.submitter is not None
    limit = limit_words(as_limit(intake.limit))
    facts: list[tuple[str, str | ChipText]] = [(tr("Chủ hồ sơ"), person_words(dossier.applicant))]
    if dossier.submitter != dossier.applicant:
        facts.append((tr("Người nộp"), person_words(dossier.submitter)))
    facts += [
        (tr("Thủ tục"), f"{intake.procedure} · {intake.procedure_name}"),
        (tr("Yêu cầu"), dossier.request),
        (tr("Thời hạn"), limit),
        (tr("Mã tra cứu"), lookup_secret(dossier.id)),
        (tr("Người tiếp nhận"), view.name_of(dossier.receiver)),
        (tr("Phòng xử lý"), dossier.department),
        (tr("Công chức xử lý"), dossier.assignee_name),
        (tr("Lý do kết thúc"), dossier.closed_reason),
        (tr("Ghi chú khi nhận"), intake.note),
    ]
    if dossier.returned is not None:
        facts.append((tr("Lãnh đạo trả lại"), dossier.returned.reason))
    return [(name, value) for name, value in facts if value]


def person_words(person: Person) -> str:
    """A person on as few lines as possible."""
    where = person.address or person.address_on_card
    parts = [person.name, show_date(person.birth), person.id_number, person.phone, where]
    return " · ".join(part for part in parts if part)


def state_words(paper: Component) -> str:
    """Whether the paper is here."""
    return {
        "given": tr("đã nộp"),
        "missing": tr("còn thiếu"),
        "not_needed": tr("không cần"),
        "not_applicable": tr("không áp dụng"),
        "reused": tr("dùng lại bản đã có"),
    }.get(paper.state, paper.state)


def kind_words(paper: Component) -> str:
    """Which kind of copy and how many."""
    kind = {
        "original": tr("bản chính"),
        "certified_copy": tr("bản sao chứng thực"),
        "photocopy": tr("bản chụp"),
        "electronic": tr("bản điện tử"),
    }.get(paper.kind, paper.kind)
    return f"{paper.count} {kind}" if paper.state in ("given", "reused") else ""
