"""Quá trình and Nhật ký: the way of a dossier for people, and its raw events."""

from __future__ import annotations

from models.words import tr
from services.dossiers.timeline import TimelineLine
from services.dossiers.view import DossierView
from ui.screens.base import Screen
from ui.screens.dossiers.sections import Section
from ui.widgets import Column, DataTable, Kind, ScrollColumn, Step, Timeline

__all__ = ["JournalSection", "WaySection", "step_of"]

HASH_SHOWN = 12


class WaySection(Section):
    """The control slip as a timeline, oldest first."""

    def __init__(self, screen: Screen) -> None:
        super().__init__(screen)
        self.timeline = Timeline()
        area = ScrollColumn()
        area.body.addWidget(self.timeline)
        self.box.addWidget(area)

    def title(self) -> str:
        """The words of its tab."""
        return tr("Quá trình")

    def fill(self, view: DossierView) -> None:
        """Show every act with its effect on the date."""
        self.timeline.show_steps([step_of(line) for line in view.lines])


def step_of(line: TimelineLine) -> Step:
    """One line of the way: act, time, who and where, what it did to the date."""
    device = "" if line.here else tr("từ máy khác")
    who = " · ".join(part for part in (line.who, line.place, device) if part)
    kind: Kind = "info"
    if line.trouble:
        kind = "overdue"
    elif line.effect:
        kind = "soon" if line.kind == "dossier.supplement_requested" else "done"
    effect = "\n".join(part for part in (line.detail, line.effect, line.trouble) if part)
    return Step(line.act, f"{line.at:%H:%M %d/%m/%Y}", who, effect, kind)


class JournalSection(Section):
    """The events as stored: kind, time, hash, who."""

    def __init__(self, screen: Screen) -> None:
        super().__init__(screen)
        self.table: DataTable[TimelineLine] = DataTable(
            [
                Column(tr("Lúc"), lambda line: f"{line.at:%d/%m/%Y %H:%M:%S}", 160),
                Column(tr("Loại"), lambda line: line.kind),
                Column(tr("Mã băm"), lambda line: line.hash[:HASH_SHOWN], 120,
                       tip=lambda line: line.hash),
                Column(tr("Người"), lambda line: line.login, 120,
                       tip=lambda line: f"{line.who} · {line.role}"),
            ],
            key=lambda line: line.hash,
            empty=tr("Hồ sơ chưa có sự kiện nào."),
            name=tr("Nhật ký của hồ sơ"),
        )  # fmt: skip
        self.box.addWidget(self.table)

    def title(self) -> str:
        """The words of its tab."""
        return tr("Nhật ký")

    def fill(self, view: DossierView) -> None:
        """List the events."""
        self.table.show_rows(view.lines)
