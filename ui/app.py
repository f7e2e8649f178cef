"""Starts the desktop: first run, sign-in, then the window; one program per data folder.

The first window appears before the database, report and screen libraries are read: they are
loaded behind it, in the lanes, while a name is typed (`_services`, `_session_module`).
"""

from __future__ import annotations

import argparse
import importlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QWidget

from models.errors import OfficeError, TooManyTries
from models.passwords import REAL_OFFICE, refuse_weak_password
from models.staff import first_role, role_words
from models.words import tr
from services.clock import Clock, SystemClock
from services.commands.outcome import home_of
from services.office_file import OfficeFile, find_office
from services.training.accounts import PASSWORD, training_staff
from ui.failure import Failures, noted, open_log
from ui.messages import Messages
from ui.qtwords import install_qt_words
from ui.shell.login import LoginWindow, TrainingAccount
from ui.sweeping import Sweeping
from ui.tasks import Lane, Tasks
from ui.theme import apply_theme, system_theme

if TYPE_CHECKING:
    from services.assembly import OpenOffice
    from ui.session import Session
    from ui.shell.first_run import FirstRunAnswer, FirstRunWindow
    from ui.widgets import Choice

__all__ = ["App", "make_qt", "run"]


def make_qt(arguments: Sequence[str] = ()) -> QApplication:
    """The Qt application with our theme and Vietnamese words for Qt's own strings."""
    existing = QApplication.instance()
    app = existing if isinstance(existing, QApplication) else QApplication(list(arguments))
    app.setApplicationName(tr("Một Cửa"))
    apply_theme(app, system_theme(app))
    app.setProperty("words", install_qt_words(app))
    return app


class App(QObject):
    """The windows of the program, one in front at a time."""

    def __init__(
        self, home: Path, *, clock: Clock | None = None, tasks: Tasks | None = None
    ) -> None:
        super().__init__()
        self.home = home
        self.clock = clock or SystemClock()
        self.messages = Messages()
        self.failures = Failures(self.messages)
        self.sweeping = Sweeping(self)
        self.tasks = tasks or Tasks(on_failure=self.failures.show)
        self.window: QWidget | None = None
        self.session: Session | None = None

    def start(self) -> None:
        """Show the window this folder needs: first run or sign-in."""
        office = find_office(self.home)
        if office is None:
            self._first_run()
        else:
            self._sign_in(office)

    def close(self) -> None:
        """Finish what is being written, then close the store."""
        self.tasks.close()
        if self.session is not None:
            self.session.end_program()
        self.sweeping.end()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if self.session is not None and event.type() in (
            QEvent.Type.KeyPress, QEvent.Type.MouseButtonPress, QEvent.Type.Wheel,
        ):  # fmt: skip
            self.session.active()
        return False

    def _front(self, window: QWidget) -> None:
        before, self.window = self.window, window
        window.show()
        if before is not None:
            before.close()
            before.deleteLater()

    def _first_run(self) -> None:
        from ui.shell.first_run import FirstRunWindow  # lazy: slow  # noqa: PLC0415

        window = FirstRunWindow(
            find_units,
            password_rule=password_problem,
            rules=tr("Ít nhất {count} ký tự, không dùng từ dễ đoán.", count=REAL_OFFICE.shortest),
        )
        window.answered.connect(lambda answer: self._create(window, answer))
        self._front(window)
        self.tasks.run(_founding, None, lane=Lane.FREE)

    def _create(self, window: FirstRunWindow, answer: FirstRunAnswer) -> None:
        window.busy()
        self.tasks.run(
            lambda: _founding().make_office(
                self.home, answer, self.clock, tell=window.progressed.emit
            ),
            self._enter,
            lambda error: window.refuse(said(error)),
            owner=window,
        )

    def _sign_in(self, office: OfficeFile) -> None:
        window = LoginWindow(office.unit_name, accounts=training_accounts(office))
        window.asked.connect(lambda login, password: self._unlock(window, login, password))
        self._front(window)
        # in the data lane, before any password: the probe and the opening must not meet
        self.tasks.run(
            lambda: _services().demand_free_folder(self.home),
            None,
            lambda error: window.refuse(said(error)),
            owner=window,
        )
        self.tasks.run(_session_module, None, lane=Lane.FREE)

    def _unlock(self, window: LoginWindow, login: str, password: str) -> None:
        window.busy()
        self.tasks.run(
            lambda: _services().open_office(self.home, login, password, clock=self.clock),
            self._enter,
            lambda error: refuse_entry(window, error),
            owner=window,
        )

    def _enter(self, office: OpenOffice) -> None:
        self.session = _session_module().Session(office, self.tasks, self.messages)
        assert self.session is not None
        self.session.left.connect(self._leave)
        before, self.window = self.window, self.session.shell
        self.session.open()
        if before is not None:
            before.close()
            before.deleteLater()

    def _leave(self) -> None:
        """Somebody else signs in: everything is closed first, the key with it."""
        session = self.session
        assert session is not None
        self.session = None
        session.end()
        self.tasks.run(
            session.close_office, lambda _none: self._sign_in(session.office.core.office)
        )


def _services() -> Any:
    """The assembly, with the database libraries behind it."""
    return importlib.import_module("services.assembly")


def _founding() -> Any:
    """What makes a new office, with the report and signing libraries behind it."""
    return importlib.import_module("ui.founding")


def _session_module() -> Any:
    """The working window and what its places need."""
    return importlib.import_module("ui.session")


def said(error: BaseException) -> str:
    """The words of an error for the window it happened in; our own mistakes go to the log too.

    Never raises: the window waits for these words to be free again.
    """
    message = noted(error)
    return f"{message.sentence()} ({message.code})"


def refuse_entry(window: LoginWindow, error: BaseException) -> None:
    """Say why nobody got in, or count down after too many wrong passwords."""
    if isinstance(error, TooManyTries):
        window.wait(error.seconds)
    else:
        window.refuse(said(error))


def find_units(text: str, answer: Callable[[Sequence[Choice]], None]) -> None:
    """The units whose name matches, for the first run."""
    from ui.widgets import Choice  # lazy: slow  # noqa: PLC0415

    catalogue = importlib.import_module("services.catalogue.catalogue").bundled_catalogue()
    units = catalogue.search_units(text, limit=12)
    answer([Choice(unit, unit.name, unit.code) for unit in units])


def password_problem(password: str, login: str) -> str:
    """What is wrong with a password for a real office, or an empty text."""
    try:
        refuse_weak_password(password, login, policy=REAL_OFFICE)
    except OfficeError as error:
        return error.sentence()
    return ""


def training_accounts(office: OfficeFile) -> tuple[TrainingAccount, ...]:
    """The printed accounts of a training office; a real one shows none."""
    if not office.training:
        return ()
    return tuple(
        TrainingAccount(p.login, PASSWORD, p.name, role_words(first_role(p)))
        for p in training_staff(office.unit_name)
    )


def run(args: argparse.Namespace) -> int:
    """Open the desktop on the data folder of `args` and stay until it is closed."""
    app = make_qt(["mot-cua"])
    home = home_of(args)
    home.mkdir(parents=True, exist_ok=True)
    open_log(home / "logs")
    desktop = App(home)
    desktop.failures.install()
    app.installEventFilter(desktop)
    try:
        desktop.start()
        return int(app.exec())
    finally:
        desktop.close()
        desktop.failures.uninstall()
