"""What waits to be sent: act, dossier, author, age, why, and whose move it is."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from models.words import tr
from services.sync.outbox import SyncView, UnsentRow
from ui.screens.base import Screen
from ui.widgets import Button, Card, ChipText, Column, DataTable, Label, Quiet, column, row

__all__ = ["QueueSection"]


class QueueSection(QWidget):
    """A list, oldest first; Enter opens the dossier."""

    def __init__(self, screen: Screen) -> None:
        super().__init__()
        self._screen = screen
        layout = column(self, gap=10, margin=(0, 10, 0, 0))
        self.people = Quiet("").wrapped()
        layout.addWidget(self.people)
        self.table: DataTable[UnsentRow] = DataTable(
            [
                Column(tr("Đang ở đâu"), place_cell, 128),
                Column(tr("Việc"), lambda r: r.what, 0, strong=True),
                Column(tr("Mã hồ sơ"), lambda r: r.code or "–", 176, quiet=True),
                Column(tr("Người làm"), lambda r: r.who or "–", 160),
                Column(tr("Đã chờ"), lambda r: r.age, 124, sort=lambda r: r.when,
                       tip=lambda r: f"{r.when:%H:%M:%S %d/%m/%Y}"),
                Column(tr("Vì sao"), short_reason, 190, tip=lambda r: r.words),
                Column(tr("Đến lượt"), lambda r: r.turn, 104),
            ],
            key=lambda r: r.key,
            empty=tr("Không còn gì chờ gửi."),
            name=tr("Việc chờ gửi"),
        )  # fmt: skip
        self.table.opened.connect(self._open)
        self.table.picked.connect(self._picked)
        card = Card(margin=0)
        card.add(self.table)
        layout.addWidget(card, 1)
        foot = row(gap=10)
        self.words = Label("").wrapped().selectable()
        foot.addWidget(self.words, 1)
        self.open_button = Button(tr("Mở hồ sơ"), icon_name="folder", act=self._open_current)
        self.open_button.hide()
        foot.addWidget(self.open_button)
        layout.addLayout(foot)

    def show_view(self, view: SyncView) -> None:
        """Show the queue; the row somebody is on stays."""
        self.people.setText(people_words(view))
        self.table.set_empty(
            tr("Không còn gì chờ gửi: thành phố đã nhận mọi việc của máy này.")
            if view.status.enrolled
            else tr("Chưa nối với thành phố nên chưa có gì chờ gửi.")
        )
        self.table.show_rows(view.unsent)
        if self.table.current() is None:
            self.table.pick_first()
        self._picked(self.table.current())

    def _picked(self, picked: UnsentRow | None) -> None:
        self.words.setText(whole_words(picked) if picked else "")
        self.open_button.setVisible(bool(picked and picked.dossier))

    def _open(self, picked: UnsentRow) -> None:
        if picked.dossier:
            self._screen.desk.go("dossiers", picked.dossier)

    def _open_current(self) -> None:
        picked = self.table.current()
        if picked is not None:
            self._open(picked)


def place_cell(picked: UnsentRow) -> ChipText:
    """Whether a second machine holds it."""
    if picked.reason in ("refused", "forked", "revoked"):
        return ChipText(tr("bị từ chối"), "overdue")
    if picked.here_only:
        return ChipText(tr("chỉ ở đây"), "soon")
    return ChipText(tr("máy khác có"), "info")


def short_reason(picked: UnsentRow) -> str:
    """Why it waits, in a few words; the whole sentence stands below the list."""
    return {
        "refused": tr("Bị từ chối"),
        "forked": tr("Nhật ký ghi hai lần"),
        "revoked": tr("Máy đã bị thu hồi"),
        "fault": tr("Chưa gặp thành phố"),
    }.get(picked.reason, tr("Đang chờ gửi"))


def whole_words(picked: UnsentRow) -> str:
    """Everything about the act in the list, to be read without pointing at a cell."""
    parts = (picked.what, picked.code, picked.who, tr("đã chờ {age}", age=picked.age))
    head = " · ".join(part for part in parts if part)
    words = picked.words
    if picked.reason == "fault":
        words = tr("Đường tới thành phố: {words}", words=words)
    return f"{head}\n{words}"


def people_words(view: SyncView) -> str:
    """Whose acts wait, and that they leave under their own names."""
    if not view.unsent:
        return ""
    who = ", ".join(f"{name} ({count})" for name, count in view.people)
    own = tr("Mỗi việc được gửi dưới tên người đã làm, dù ai đang đăng nhập.")
    lines = [tr("Của ai: {who}.", who=who), own] if who else [own]
    if view.cut:
        lines.insert(0, tr("Đang xem {count} việc cũ nhất.", count=len(view.unsent)))
    if view.status.relayed:
        relayed = f"{view.status.relayed:,}".replace(",", ".")
        lines.append(tr("Máy này còn giữ hộ máy khác {count} việc chưa tới thành phố.",
                        count=relayed))  # fmt: skip
    return " ".join(lines)
