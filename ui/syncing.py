"""The network chip and the exchange behind it: looks at the state, tells screens what arrived."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

from models.changed import Changed
from models.words import tr
from services.core import Core
from services.sync.outbox import read_standing
from services.sync.standing import ASK_SKEW_MS, Reach, Standing, clock_words, standing_of
from services.sync.status import SyncStatus
from ui.failure import unless_closed
from ui.screens.base import Desk
from ui.shell.shell import Shell
from ui.widgets import Kind

__all__ = ["Syncing"]

LOOK_MS = 15_000
"""How often the chip is looked at when nothing happens: ages grow, peers fall silent."""

SOON_MS = 300
"""After a change the chip follows this much later; many changes make one look."""

KINDS: dict[Reach, Kind] = {
    Reach.CITY: "done",
    Reach.OFFICE: "soon",
    Reach.ALONE: "soon",
    Reach.PORTAL: "overdue",
    Reach.REVOKED: "overdue",
    Reach.UNENROLLED: "neutral",
}


class Syncing(QObject):
    """Keeps the chip, the status line and the count in the rail true while somebody works."""

    def __init__(self, core: Core, desk: Desk, shell: Shell, *, parent: QObject) -> None:
        super().__init__(parent)
        self._core, self._desk, self._shell = core, desk, shell
        self.clock_doubt = ""
        self._timer = QTimer(self, interval=LOOK_MS)
        self._timer.timeout.connect(self.look)
        self._soon = QTimer(self, interval=SOON_MS, singleShot=True)
        self._soon.timeout.connect(self.look)
        desk.changes.told.connect(self._hear)
        shell.network_pressed.connect(lambda: shell.go("sync"))
        shell.status_pressed.connect(self._open_part)

    def start(self) -> None:
        """Look now, and again from time to time."""
        self._timer.start()
        self.look()

    def stop(self) -> None:
        """Nobody works here any more."""
        self._timer.stop()
        self._soon.stop()

    def look(self) -> None:
        """Read how this PC stands and say it."""
        core = self._core

        def work() -> tuple[SyncStatus, int, Standing]:
            status, conflicts = read_standing(core)
            return status, conflicts, standing_of(status, core.clock.now())

        tasks = self._desk.tasks
        failed = unless_closed(tasks.fail)
        tasks.latest("syncing/look", work, self._say, failed, owner=self)

    def look_soon(self) -> None:
        """Look a moment later; many calls make one look."""
        if self._timer.isActive():
            self._soon.start()

    def _hear(self, _changed: Changed, _by: object) -> None:
        self.look_soon()

    def _open_part(self, name: str) -> None:
        target: dict[str, Callable[[], object]] = {
            "conflicts": lambda: self._shell.go("sync", "conflicts"),
            "clock": lambda: self._shell.go("sync", "machines"),
        }
        if name in target:
            target[name]()

    def _say(self, answer: tuple[SyncStatus, int, Standing]) -> None:
        status, conflicts, standing = answer
        kind = KINDS[standing.reach]
        self.clock_doubt = clock_words(status, above=ASK_SKEW_MS)
        self._shell.say_network(standing.words, kind, standing.note, short=standing.short)
        self._shell.say_status("clock", clock_words(status), note=tr("Bấm để xem từng máy."))
        open_ = tr("Mâu thuẫn cần giải quyết: {count}", count=conflicts) if conflicts else ""
        self._shell.say_status("conflicts", open_, note=tr("Bấm để xem hai bên và chọn."))
