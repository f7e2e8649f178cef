"""Tables made anew from the journal while people work, a little at a time, told in words."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer

from models.changed import Changed
from models.words import tr
from services.core import Core
from services.rebuilding import Progress, kind_words, rebuild_step
from ui.shell.shell import Shell

__all__ = ["Rebuilding"]

BETWEEN_MS = 20
"""Between two batches: what a person clicked meanwhile goes first."""

PART = "rebuild"


class Rebuilding(QObject):
    """Looks once whether anything is outdated, and works until nothing is or the person leaves.

    In the data lane, so it never meets the closing of the store.
    """

    def __init__(self, core: Core, shell: Shell, *, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._core = core
        self._shell = shell
        self._worked = False
        self._next = QTimer(self, interval=BETWEEN_MS, singleShot=True)
        self._next.timeout.connect(self._go_on)

    def start(self) -> None:
        """Begin, or go on where the last session stopped."""
        self._next.start()

    def stop(self) -> None:
        """Leave the rest to the next session."""
        self._next.stop()

    def _go_on(self) -> None:
        core = self._core

        def work() -> Progress | None:
            return rebuild_step(core.store, core.journal.projectors)

        self._shell.desk.tasks.run(work, self._told, owner=self)

    def _told(self, progress: Progress | None) -> None:
        if progress is None:
            self._shell.say_status(PART, "")
            if self._worked:
                self._shell.desk.changes.tell(Changed(queues=True, catalogue=True, settings=True))
            return
        self._worked = True
        words = tr(
            "Đang dựng lại bảng {kind}: {percent} %", kind=kind_words(progress.kind),
            percent=progress.percent,
        )  # fmt: skip
        note = tr("Chạy nền sau khi cập nhật; vẫn làm việc bình thường.")
        self._shell.say_status(PART, words, note=note)
        self._next.start()
