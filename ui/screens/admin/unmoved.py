"""Promises counted with an older calendar: told above the days off, looked at, then moved."""

from __future__ import annotations

from collections.abc import Callable

from models.changed import Changed
from models.staff import Role
from models.words import tr
from services.administration import MovedDossier
from services.calendars.unmoved import move_promises, reason_words, unmoved_promises
from ui.screens.admin.notice_dialog import moved_table
from ui.screens.base import Screen
from ui.widgets import Button, Card, Dialog, Label, row

__all__ = ["UnmovedCard", "UnmovedDialog"]


class UnmovedCard(Card):
    """Shown only while open dossiers carry dates that the calendar of today would not give."""

    def __init__(self, screen: Screen, *, done: Callable[[], object]) -> None:
        super().__init__(margin=10)
        self._screen, self._done = screen, done
        self.waiting: tuple[MovedDossier, ...] = ()
        self.words = Label("", role="strong").wrapped()
        line = row(gap=10)
        line.addWidget(self.words, 1)
        self.look = Button(tr("Xem và dời ngày hẹn"), act=self.ask)
        self.look.setVisible(screen.desk.office.who.staff.has(Role.BUSINESS_ADMIN))
        line.addWidget(self.look)
        self.body.addLayout(line)
        self.hide()

    def shown(self) -> None:
        """Count again which dates are those of an older calendar."""
        core = self._screen.desk.office.core
        self._screen.read("unmoved", lambda: unmoved_promises(core), self._show)

    def ask(self) -> None:
        """Old and new dates beside each other, before anything moves."""
        self.dialog = UnmovedDialog(self._screen, self.waiting, done=self._done)
        self.dialog.open()

    def _show(self, waiting: tuple[MovedDossier, ...]) -> None:
        self.waiting = waiting
        self.words.setText(tr(
            "{count} hồ sơ còn ngày hẹn tính theo lịch cũ, trước khi có thông báo mới.",
            count=len(waiting),
        ))  # fmt: skip
        self.setVisible(bool(waiting))


class UnmovedDialog(Dialog):
    """The list of dates that would move; the yes moves them, each with the reason."""

    def __init__(
        self, screen: Screen, waiting: tuple[MovedDossier, ...], *, done: Callable[[], object]
    ) -> None:
        count = sum(each.moved is not None for each in waiting)
        super().__init__(
            screen, tr("Ngày hẹn tính theo lịch cũ"), width=760,
            primary=tr("Dời {count} ngày hẹn", count=count) if count else "",
        )  # fmt: skip
        self._screen, self._done = screen, done
        words = tr("Giấy hẹn đã in giữ ngày cũ: hãy báo người dân.")
        if count < len(waiting):
            rest = tr("{count} hồ sơ không tính được ngày mới: hãy xem từng hồ sơ.",
                      count=len(waiting) - count)  # fmt: skip
            words = f"{words} {rest}"
        self.body.addWidget(Label(words, role="strong").wrapped())
        self.table = moved_table()
        self.table.setMinimumHeight(240)
        self.table.show_rows(waiting)
        self.body.addWidget(self.table, 1)
        self.on_primary(self.press)

    def press(self) -> bool:
        """Move what can be counted."""
        core, who = self._screen.desk.office.core, self._screen.desk.office.who
        self._screen.write(
            lambda: move_promises(core, who, reason=reason_words(core)), self._moved
        )
        return False

    def _moved(self, moved: tuple[MovedDossier, ...]) -> None:
        desk = self._screen.desk
        self.accept()
        ids = frozenset(each.dossier.id for each in moved if each.moved)
        desk.messages.done(tr("Đã dời {count} ngày hẹn.", count=len(ids)))
        desk.changes.tell(Changed(dossiers=ids, queues=True), by=self._screen)
        self._done()
