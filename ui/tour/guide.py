"""The guide of the tour: who sits at the desk, what time it is, how each step ends."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QSize
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from models.dossier import Dossier
from models.errors import OfficeError
from models.words import tr
from models.workflow import Status, status_words
from services.assembly import OpenOffice
from services.clock import VIETNAM, FixedClock
from services.core import Core
from services.dossiers.acts import load_dossier
from services.dossiers.search import search_dossiers
from services.training.accounts import PASSWORD
from ui.app import App
from ui.messages import Message
from ui.screens.base import Screen
from ui.session import Session
from ui.shell.login import LoginWindow
from ui.shell.shell import Shell
from ui.tour.camera import open_dialogs, photograph
from ui.tour.hands import NotSeen, click, expect, fill, gets_keys, pausing, press, until

__all__ = ["Guide", "Step", "Taken"]

MOST_FAILURES = 3
"""After so many failed steps the tour stops: what follows would only fail for the same cause."""

REST_ROUNDS = 3


@dataclass(frozen=True)
class Step:
    """One thing done in the windows. `at` sets the clock first; `login` seats the person."""

    slug: str
    name: Callable[[], str]
    act: Callable[[Guide], object]
    at: str = ""
    login: str = ""


@dataclass(frozen=True)
class Taken:
    """How a step went; `problem` is a sentence when it did not happen."""

    name: str
    ok: bool
    screenshot: str
    problem: str = ""


@dataclass
class Guide:
    """Leads through the steps. `ids` remembers the dossiers of the tour by a short name."""

    app: App
    clock: FixedClock
    out: Path
    size: QSize
    ids: dict[str, str] = field(default_factory=dict)
    notes: dict[str, Any] = field(default_factory=dict)
    taken: list[Taken] = field(default_factory=list)
    mishaps: list[Message] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._ear = QObject()
        self.app.messages.said.connect(self._hear)

    def lead(self, steps: Sequence[Step]) -> bool:
        """Take the steps in order; True when every one happened."""
        failures = 0
        for number, step in enumerate(steps, 1):
            picture = f"{number:02d}-{step.slug}.png"
            if failures >= MOST_FAILURES:
                words = tr("Chưa đến: các bước trước không xong.")
                self.taken.append(Taken(step.name(), False, "", words))
                continue
            problem = self._take(step)
            failures += bool(problem)
            self._picture(picture)
            self.taken.append(Taken(step.name(), not problem, picture, problem))
            if problem:
                self._tidy()
        return failures == 0

    @property
    def session(self) -> Session:
        """The session of the person at the desk."""
        if self.app.session is None:
            raise NotSeen(tr("Chưa ai đăng nhập."))
        return self.app.session

    @property
    def shell(self) -> Shell:
        """The window of the person at the desk."""
        return self.session.shell

    @property
    def office(self) -> OpenOffice:
        """The opened office, for reading what the windows have done."""
        return self.session.office

    @property
    def core(self) -> Core:
        """The opened office's store, catalogue and clock."""
        return self.office.core

    def window(self) -> QWidget:
        """The window in front."""
        assert self.app.window is not None
        return self.app.window if self.app.session is None else self.shell

    def rest(self) -> None:
        """Wait until no work is outstanding, no pause in typing is running, the keys are here."""
        still = 0

        def at_rest() -> bool:
            nonlocal still
            quiet = self.app.tasks.idle() and not pausing(self.window())
            still = still + 1 if quiet and self._has_keys() else 0
            return still >= REST_ROUNDS

        until(at_rest, tr("Chương trình vẫn đang làm việc sau 60 giây."))

    def _has_keys(self) -> bool:
        """Whether the window in front, or a dialog over it, gets the keys; asks for them if not."""
        return gets_keys(QApplication.activeModalWidget() or self.window())

    def go(self, place: str) -> Any:
        """Open a place with its key and wait until it has read what it shows."""
        spec = self.shell.specs.get(place)
        expect(spec, tr("Người này không có nơi làm việc «{place}».", place=place))
        assert spec is not None
        self.front()
        press(spec.key)
        self.rest()
        return self.screen(place)

    def first_place(self) -> str:
        """The place this person's window opens with."""
        return next(iter(self.shell.specs))

    def screen(self, place: str) -> Any:
        """The screen in front, which must be `place`."""
        front: Screen | None = self.shell.front()
        expect(front is not None and front.name == place,
               tr("Màn hình «{place}» không mở.", place=place))  # fmt: skip
        return front

    def front(self) -> None:
        """Make the window in front the one that gets the keys."""
        window = self.window()
        if window.size() != self.size:
            window.resize(self.size)
        until(self._has_keys, tr("Cửa sổ không nhận phím."))

    def seat(self, login: str) -> None:
        """Let another person sign in, through the lock and the sign-in window."""
        if self.app.session is not None and self.office.who.staff.login == login:
            return
        if self.app.session is not None:
            self.close_dialogs()
            self.front()
            press("Ctrl+L")
            until(self.shell.is_locked, tr("Màn hình không khóa."))
            click(self.shell.lock.leave)
        self.sign_in(login)

    def close_dialogs(self) -> None:
        """Leave every open dialog with Esc."""
        for _ in open_dialogs():
            press("Escape")
        until(lambda: QApplication.activeModalWidget() is None, tr("Hộp thoại không đóng."))

    def sign_in(self, login: str) -> None:
        """Type name and password into the sign-in window."""
        until(lambda: isinstance(self.app.window, LoginWindow), tr("Cửa sổ đăng nhập không mở."))
        window = self.app.window
        assert isinstance(window, LoginWindow)
        self.front()
        fill(window.card.login, login)
        press("Return")
        fill(window.card.password, PASSWORD)
        press("Return")
        until(lambda: self.app.session is not None, tr("{login} không vào được.", login=login))
        self.front()
        self.rest()
        expect(self.office.who.staff.login == login, tr("{login} không vào được.", login=login))

    def read(self, work: Callable[[Any], Any]) -> Any:
        """Read from the store the way screens do, outside the window's thread."""
        answers: list[Any] = []
        errors: list[BaseException] = []
        core = self.core

        def ask() -> Any:
            with core.store.read() as conn:
                return work(conn)

        self.app.tasks.run(ask, answers.append, errors.append)
        until(lambda: answers or errors, tr("Kho dữ liệu không trả lời."))
        if errors:
            raise errors[0]
        return answers[0]

    def dossier(self, name: str) -> Dossier:
        """One of the tour's dossiers as it stands in the store."""
        dossier_id = self.ids[name]
        found = self.read(lambda conn: load_dossier(conn, dossier_id))
        assert isinstance(found, Dossier)
        return found

    def find_newest(self, person: str) -> str:
        """The id of the newest dossier of a person."""
        found = self.read(lambda conn: search_dossiers(conn, person, limit=1))
        expect(found.rows, tr("Không có hồ sơ nào của {name}.", name=person))
        return str(found.rows[0].id)

    def expect_status(self, name: str, status: Status) -> Dossier:
        """Go on only when the dossier has reached `status` in the store."""
        self.rest()
        dossier = self.dossier(name)
        words = tr("Hồ sơ đang ở «{status}», không phải «{wanted}».",
                   status=status_words(dossier.status), wanted=status_words(status))  # fmt: skip
        expect(dossier.status is status, words)
        return dossier

    def _take(self, step: Step) -> str:
        """Take one step; what went wrong as a sentence, or an empty text."""
        self.mishaps.clear()
        if step.at:
            self.clock.set(datetime.fromisoformat(step.at).replace(tzinfo=VIETNAM))
        try:
            if step.login:
                self.seat(step.login)
            if QApplication.activeModalWidget() is None:
                self.front()
                self._clear_banner()
            step.act(self)
            self.rest()
        except NotSeen as missing:
            return f"{missing} {self._said()}".strip()
        except OfficeError as error:
            return f"{error.sentence()} ({error.code})"
        except (AttributeError, LookupError, TypeError, RuntimeError, AssertionError) as error:
            return f"{type(error).__name__}: {error}"
        return self._said()

    def _clear_banner(self) -> None:
        """Close what the step before was told, so that pictures show only their own news."""
        if self.app.session is not None and self.shell.banner.close_button.isVisible():
            click(self.shell.banner.close_button)

    def _hear(self, message: Message) -> None:
        if message.kind in ("overdue", "soon"):
            self.mishaps.append(message)

    def _said(self) -> str:
        """What the program complained about during the step."""
        return " ".join(f"{m.sentence()} {m.code}".strip() for m in self.mishaps)

    def _picture(self, name: str) -> None:
        photograph(self.window(), self.out / name, self.size)

    def _tidy(self) -> None:
        """Close what a failed step left open, so that the next one begins at a bare window."""
        for box in reversed(open_dialogs()):
            box.reject()
        QTest.qWait(1)
