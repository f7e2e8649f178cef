"""Online submissions in the intake screen: how many wait, and the list where one is decided."""

from __future__ import annotations

from PySide6.QtCore import QObject

from models.changed import Changed
from models.dossier import Dossier
from models.intake import LimitTaken
from models.words import tr
from services.submissions import (
    Submission,
    accept_submission,
    decline_submission,
    waiting_submissions,
)
from ui.screens.base import Screen
from ui.screens.intake.online_dialog import OnlineDialog
from ui.widgets import Button, ask_reason

__all__ = ["OnlineDesk"]


class OnlineDesk(QObject):
    """`button` is seen only while something waits; `box` is the list while it is open.

    The screen's `show_received(dossiers)` is told what was taken in.
    """

    def __init__(self, screen: Screen) -> None:
        super().__init__(screen)
        self._screen = screen
        self.rows: tuple[Submission, ...] = ()
        self.box: OnlineDialog | None = None
        self.button = Button(
            tr("Hồ sơ trực tuyến chờ tiếp nhận"), key="Ctrl+O", icon_name="download",
            act=self.open,
        )  # fmt: skip
        self.button.hide()

    def look(self) -> None:
        """Read what waits."""
        office = self._screen.desk.office
        core, who = office.core, office.who
        self._screen.read("online", lambda: waiting_submissions(core, who), self._show)

    def open(self) -> None:
        """Open the list."""
        box = OnlineDialog(self._screen)
        box.accept_wanted.connect(self._accept)
        box.decline_wanted.connect(self._ask_reason)
        box.finished.connect(self._closed)
        self.box = box
        box.show_rows(self.rows)
        box.open()
        box.table.setFocus()
        self.look()

    def _closed(self) -> None:
        self.box = None

    def _show(self, rows: tuple[Submission, ...]) -> None:
        self.rows = rows
        words = tr("Hồ sơ trực tuyến chờ tiếp nhận: {count}", count=len(rows))
        self.button.set_text(words)
        self.button.setVisible(bool(rows))
        if self.box is not None:
            self.box.show_rows(rows)

    def _accept(self, submission_id: str, limit: LimitTaken | None) -> None:
        office = self._screen.desk.office
        core, who = office.core, office.who

        def stored(dossier: Dossier) -> None:
            if self.box is not None:
                self.box.accept()
            self._screen.show_received((dossier,))  # type: ignore[attr-defined]
            self.look()

        def refused(error: BaseException) -> None:
            if self.box is None or not self.box.refuse(error):
                self._screen.desk.tasks.fail(error)
            self.look()

        self._screen.write(
            lambda: accept_submission(core, who, submission_id, limit=limit), stored,
            failed=refused,
        )  # fmt: skip

    def _ask_reason(self, row: Submission) -> None:
        ask_reason(
            self.box or self._screen.window(), tr("Không tiếp nhận hồ sơ {code}", code=row.code),
            primary=tr("Không tiếp nhận"), act=lambda reason: self._decline(row, reason),
            text=tr("Người nộp sẽ đọc lý do này trên cổng. Ghi đủ mọi điều thiếu, sai một lần."),
            danger=True,
        )  # fmt: skip

    def _decline(self, row: Submission, reason: str) -> None:
        office = self._screen.desk.office
        core, who = office.core, office.who

        def stored(_nothing: None) -> None:
            self._screen.desk.messages.done(tr("Không tiếp nhận hồ sơ {code}.", code=row.code))
            self._screen.desk.changes.tell(Changed(queues=True), by=self._screen)
            self.look()

        self._screen.write(
            lambda: decline_submission(core, who, row.id, reason=reason), stored
        )  # fmt: skip
