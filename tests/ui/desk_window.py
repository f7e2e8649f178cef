"""The real window on the real training office, for tests of the daily screens."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtWidgets import QApplication
from shiboken6 import isValid

from tests.support.office import Desk
from ui.messages import Messages
from ui.screens.base import Screen
from ui.session import Session
from ui.tasks import Tasks
from ui.widgets import Dialog

__all__ = ["Window", "dialogs", "open_window"]

PATIENCE_MS = 120_000
"""A crowded machine may be slow; only a lost answer takes this long."""


@dataclass
class Window:
    """One signed-in person's window."""

    session: Session
    tasks: Tasks

    def go(self, place: str, target: object = None) -> Screen:
        """Bring a place to the front and wait until it has read what it shows."""
        screen = self.session.shell.go(place, target)
        assert screen is not None, place
        if not self.session.shell.isVisible():
            self.session.shell.show()
            self.session.shell.activateWindow()
        self.settle()
        return screen

    def settle(self) -> None:
        """Wait until every answer is there and painted."""
        for _ in range(3):
            assert self.tasks.settle(PATIENCE_MS)
            QApplication.processEvents()

    def said(self) -> str:
        """The last sentence in the banner."""
        last = self.session.desk.messages.last()
        return last.sentence() if last else ""

    def close(self) -> None:
        """Let the window go; the office stays open for the test to look into."""
        if not isValid(self.session):
            return
        for box in dialogs():
            box.reject()
        self.session.shell.close()
        self.session.shell.deleteLater()
        self.session.deleteLater()
        QApplication.processEvents()


def open_window(
    desk: Desk, login: str, tasks: Tasks, *, size: tuple[int, int] = (1366, 740)
) -> Window:
    """The window of `login` on the office of `desk`."""
    desk.office.who = desk.as_(login)
    session = Session(desk.office, tasks, Messages())
    session.shell.resize(*size)
    return Window(session, tasks)


def dialogs() -> list[Dialog]:
    """The dialogs in front, newest last."""
    return [w for w in QApplication.topLevelWidgets() if isinstance(w, Dialog) and w.isVisible()]
