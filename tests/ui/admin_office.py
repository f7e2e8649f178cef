"""A screen of oversight or administration in the real window, its work done inside the call."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication

from tests.support.office import Desk
from tests.ui.desk_window import Window, open_window
from ui.tasks import SerialTasks

__all__ = ["open_place"]


def open_place(qtbot, desk: Desk, place: str, login: str):
    """The window of `login` with `place` in front, and that screen; errors wait in `errors`."""
    errors: list[BaseException] = []
    window: Window = open_window(
        desk, login, SerialTasks(on_failure=errors.append), size=(1366, 768)
    )
    qtbot.addWidget(window.session.shell)
    screen = window.go(place)
    screen.errors = errors
    QApplication.processEvents()
    return screen
