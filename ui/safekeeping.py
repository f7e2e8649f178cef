"""Backups beside the daily work: looks each minute, begins when nobody types, warns when old."""

from __future__ import annotations

import logging
import time

from PySide6.QtCore import QObject, QTimer

from models.errors import OfficeError
from models.staff import Role
from models.words import tr
from services.assembly import OpenOffice
from services.backups.schedule import Last, back_up_now, is_due
from services.backups.standing import Standing, read_standing
from services.sync.blob_care import look_after
from ui.failure import unless_closed
from ui.screens.base import Desk
from ui.shell.shell import Shell
from ui.tasks import Lane

__all__ = ["Safekeeping", "back_up_at_closing"]

LOOK_MS = 60_000
QUIET_S = 120.0
"""Nobody touched keys or mouse for so long: the desk is free."""
LATEST_S = 3600.0
"""Begun at the latest so long after it was due: somebody who types all day gets it too."""
AT_ONCE = 20
"""Attachments read in one quiet minute."""
PART = "backup"
log = logging.getLogger(__name__)


class Safekeeping(QObject):
    """Keeps the ordered backups coming while somebody is signed in."""

    def __init__(self, office: OpenOffice, desk: Desk, shell: Shell, *, parent: QObject) -> None:
        super().__init__(parent)
        self._office, self._desk, self._shell = office, desk, shell
        self.running = False
        self._touched = self._due_since = time.monotonic()
        self._was_due = False
        self._place = ""
        self._timer = QTimer(self, interval=LOOK_MS)
        self._timer.timeout.connect(self.look)
        shell.status_pressed.connect(self._open_part)

    def start(self) -> None:
        """Look now and every minute."""
        self._timer.start()
        self.look()

    def stop(self) -> None:
        """Nobody works here any more."""
        self._timer.stop()

    def touched(self) -> None:
        """A key was pressed or the mouse moved."""
        self._touched = time.monotonic()

    def look(self) -> None:
        """Say how things stand, and make a backup if one is due and the desk is free."""
        core, tasks = self._office.core, self._desk.tasks
        failed = unless_closed(tasks.fail)
        tasks.latest("safekeeping", lambda: read_standing(core), self._see, failed, owner=self)

    def make(self) -> None:
        """Make the ordered backup now, beside the daily work."""
        if self.running:
            return
        self.running = True
        office = self._office
        failed = unless_closed(self._desk.tasks.fail)

        def ended(error: BaseException) -> None:
            self.running = False
            failed(error)

        self._desk.tasks.run(
            lambda: back_up_now(office), self._made, ended, lane=Lane.FREE, owner=self
        )

    def _see(self, standing: Standing) -> None:
        self._say(standing)
        now, plan = time.monotonic(), standing.plan
        due = plan is not None and is_due(plan, standing.last, self._office.core.clock.now())
        if due and not self._was_due:
            self._due_since = now
        self._was_due = due
        free = now - self._touched >= QUIET_S or now - self._due_since >= LATEST_S
        if due and free:
            self.make()
        elif now - self._touched >= QUIET_S:
            self._look_after()

    def _look_after(self) -> None:
        """Read a few attachments: what the disk damaged is fetched again from another PC."""
        core, place = self._office.core, self._place
        failed = unless_closed(self._desk.tasks.fail)

        def read_on(place: str) -> None:
            self._place = place

        self._desk.tasks.latest(
            "safekeeping/files", lambda: look_after(core, place, most=AT_ONCE), read_on, failed,
            lane=Lane.FREE, owner=self,
        )  # fmt: skip

    def _made(self, _last: Last) -> None:
        self.running = False
        self.look()

    def _say(self, standing: Standing) -> None:
        """The warning; that nothing is ordered yet is told to those who can order it."""
        staff = self._office.who.staff
        may = staff.has(Role.BUSINESS_ADMIN, Role.TECHNICAL_ADMIN)
        words = standing.warning if standing.plan is not None or may else ""
        note = standing.note if may else f"{standing.note} {tr('Báo người quản trị.')}".strip()
        self._shell.say_status(PART, words, note=note)

    def _open_part(self, name: str) -> None:
        if name == PART:
            self._shell.go("admin", "machines")


def back_up_at_closing(office: OpenOffice) -> None:
    """The program ends: make the backup that is due before the store is closed; never raises."""
    core = office.core
    try:
        standing = read_standing(core)
        now, plan = core.clock.now(), standing.plan
        if plan is not None and is_due(plan, standing.last, now, closing=True):
            back_up_now(office)
    except OfficeError as error:
        log.warning("no backup at closing: %s", error.code)
