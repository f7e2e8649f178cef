"""Việc: every act, those open now as buttons, the others with the reason they are closed."""

from __future__ import annotations

from models.authority import reason_against
from models.words import tr
from models.workflow import Act, act_words
from services.dossiers.view import DossierView
from ui.screens.acts import can_run, run_act
from ui.screens.base import Screen
from ui.screens.dossiers.sections import Section
from ui.widgets import Button, Heading, Label, Quiet, ScrollColumn, clear, row

__all__ = ["ActsSection"]

PER_LINE = 3


class ActsSection(Section):
    """A refused act names the rule, so that nobody has to guess."""

    def __init__(self, screen: Screen) -> None:
        super().__init__(screen)
        self.area = ScrollColumn(gap=8)
        self.box.addWidget(self.area)

    def title(self) -> str:
        """The words of its tab."""
        return tr("Các việc")

    def fill(self, view: DossierView) -> None:
        """Ask the one table of rights about every act."""
        clear(self.area.body)
        staff, dossier = self.screen.desk.office.who.staff, view.dossier
        reasons = {act: reason_against(act, dossier, staff) for act in Act if can_run(act)}
        if all(conflict.resolved for conflict in dossier.conflicts):
            reasons[Act.RESOLVE] = tr("Hồ sơ không có mâu thuẫn nào đang mở.")
        allowed = [act for act, reason in reasons.items() if reason is None]
        self.area.body.addWidget(Heading(tr("Làm được bây giờ")))
        if not allowed:
            self.area.body.addWidget(Quiet(tr("Không có việc nào.")))
        for start in range(0, len(allowed), PER_LINE):
            line = row(gap=8)
            for act in allowed[start : start + PER_LINE]:
                line.addWidget(
                    Button(
                        act_words(act),
                        act=lambda act=act: run_act(self.screen, view.dossier, act),
                    )
                )
            line.addStretch()
            self.area.body.addLayout(line)
        self.area.body.addWidget(Heading(tr("Chưa làm được, vì sao")))
        for act, reason in reasons.items():
            if reason is not None:
                line = row(gap=12)
                line.addWidget(Label(act_words(act)).wrapped(), 2)
                line.addWidget(Quiet(reason).wrapped(), 3)
                self.area.body.addLayout(line)
        self.area.body.addStretch()
