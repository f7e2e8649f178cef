"""Contradictions: both sides beside each other, a person with the right chooses one."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QWidget

from models.changed import Changed
from models.words import tr
from services.dossiers import approval
from services.sync.conflicts import OpenConflict
from services.sync.outbox import SyncView
from services.sync.sides import Side
from ui.screens.base import Screen
from ui.widgets import (
    Button,
    Card,
    Chip,
    ChipText,
    Column,
    DataTable,
    Facts,
    Heading,
    Kind,
    Label,
    Quiet,
    ScrollColumn,
    TextArea,
    clear,
    row,
)

__all__ = ["ConflictsSection"]

LIST_WIDTH = 430


class ConflictsSection(QWidget):
    """The list at the left, the two sides at the right."""

    def __init__(self, screen: Screen) -> None:
        super().__init__()
        self._screen = screen
        self._shown: OpenConflict | None = None
        layout = row(self, gap=12, margin=(0, 10, 0, 0))
        self.table: DataTable[OpenConflict] = DataTable(
            [
                Column(tr("Mâu thuẫn"), kind_cell, 244),
                Column(tr("Mã hồ sơ"), lambda c: c.code, quiet=True,
                       tip=lambda c: f"{c.code}\n{c.words}"),
            ],
            key=lambda c: c.key,
            empty=tr("Không có mâu thuẫn nào. Việc làm cùng lúc trên hai máy sẽ hiện ở đây."),
            name=tr("Danh sách mâu thuẫn"),
        )  # fmt: skip
        self.table.picked.connect(self._picked)
        self.table.opened.connect(self._open)
        listed = Card(margin=0)
        listed.setFixedWidth(LIST_WIDTH)
        listed.add(self.table)
        layout.addWidget(listed)
        self.panel = ScrollColumn(gap=10)
        layout.addWidget(self.panel, 1)
        self.decision = TextArea(tr("Lý do chọn"), lines=2)

    def show_view(self, view: SyncView) -> None:
        """Show what is open; the one being read stays, with what was typed."""
        self.table.show_rows(view.conflicts)
        if self.table.current() is None:
            self.table.pick_first()
        self._picked(self.table.current())

    def pick(self, dossier: str) -> bool:
        """Come to the first contradiction of a dossier; False when it has none."""
        found = next((c for c in self.table.rows() if c.dossier == dossier), None)
        return found is not None and self.table.pick(found.key)

    def choose(self, side: str) -> None:
        """Write the choice down: first or second holds, or "" leaves what stands."""
        picked = self._shown
        reason = self.decision.text()
        if picked is None:
            return
        if not reason:
            self.decision.set_error(tr("Ghi lý do để hai người kia biết vì sao."))
            self.decision.setFocus()
            return
        desk = self._screen.desk
        core, who = desk.office.core, desk.office.who

        def done(_dossier: object) -> None:
            desk.messages.done(tr("Đã ghi quyết định; cả hai bên vẫn còn trong nhật ký."))
            desk.changes.tell(
                Changed(dossiers=frozenset({picked.dossier}), queues=True), by=self._screen
            )

        self._screen.write(
            lambda: approval.resolve_conflict(
                core,
                who,
                picked.dossier,
                conflict=picked.conflict,
                also=picked.also,
                decision=reason,
                side=side,
            ),
            done,
        )

    def _open(self, picked: OpenConflict) -> None:
        if picked.dossier:
            self._screen.desk.go("dossiers", picked.dossier)

    def _picked(self, picked: OpenConflict | None) -> None:
        if picked == self._shown:
            return
        before, self._shown = self._shown, picked
        if before is None or picked is None or before.key != picked.key:
            self.decision.set_text("")
        self.decision.setParent(None)
        clear(self.panel.body)
        if picked is not None:
            self._lay_out(picked)

    def _lay_out(self, picked: OpenConflict) -> None:
        body = self.panel.body
        head = row(gap=10)
        head.addWidget(Heading(f"{picked.title} · {picked.code}").wrapped(), 1)
        if picked.dossier:
            head.addWidget(
                Button(tr("Mở hồ sơ"), icon_name="folder", act=lambda: self._open(picked))
            )
        body.addLayout(head)
        body.addWidget(Label(picked.words).wrapped().selectable())
        both = row(gap=12)
        for number, side in enumerate(picked.sides):
            both.addWidget(self._card(picked, side, number), 1)
        body.addLayout(both)
        body.addWidget(Quiet(tr("Việc cần làm: {step}", step=picked.next_step)).wrapped())
        if picked.conflict:
            self._add_choice(picked)
        body.addStretch()

    def _card(self, picked: OpenConflict, side: Side, number: int) -> Card:
        card = Card()
        line = row(gap=8)
        words, kind = stand_words(picked, side)
        line.addWidget(Chip(words, kind))
        line.addStretch()
        card.body.addLayout(line)
        card.add(Label(side.value, role="strong").wrapped().selectable())
        facts: list[tuple[str, str | ChipText]] = [
            (tr("Ai"), side.who or "–"), (tr("Lúc"), f"{side.when:%H:%M:%S %d/%m/%Y}"),
        ]  # fmt: skip
        if side.pc:
            facts.append((tr("Ở máy"), side.pc))
        if side.saw:
            facts.append((tr("Lúc đó thấy"), side.saw))
        card.add(Facts(facts, label_width=86))
        card.body.addStretch()
        if picked.conflict and not picked.closed:
            name = ("first", "second")[number]
            words = tr("Giữ bên này") if side.stands else tr("Lấy bên này")
            card.add(Button(words, act=lambda: self.choose(name)))
        elif side.dossier and picked.kind == "code":
            other = side.dossier
            card.add(
                Button(tr("Mở hồ sơ này"), act=lambda: self._screen.desk.go("dossiers", other))
            )
        return card

    def _add_choice(self, picked: OpenConflict) -> None:
        body = self.panel.body
        if picked.closed:
            body.addWidget(Quiet(tr("Bạn chỉ xem: {why}", why=picked.closed)).wrapped())
            return
        body.addWidget(self.decision)
        self.decision.show()
        if picked.kind != "decision":
            line: QHBoxLayout = row(gap=8)
            line.addWidget(
                Button(tr("Đã sửa trong hồ sơ: giữ như đang hiện"), act=lambda: self.choose(""))
            )
            line.addStretch()
            body.addLayout(line)


def kind_cell(picked: OpenConflict) -> ChipText:
    """What contradicts, decisions in the strongest colour."""
    kind: Kind = "overdue" if picked.kind in ("decision", "fork") else "soon"
    return ChipText(picked.title, kind)


def stand_words(picked: OpenConflict, side: Side) -> tuple[str, Kind]:
    """Which of the two holds now."""
    if picked.kind == "code":
        return (tr("Nhận trước"), "done") if side.stands else (tr("Nhận sau"), "soon")
    if picked.kind == "stale":
        return (tr("Nội dung hiện nay"), "info") if side.stands else (tr("Đã duyệt"), "paused")
    if side.stands:
        return tr("Đang có hiệu lực"), "info"
    return tr("Bên còn lại"), "paused"
