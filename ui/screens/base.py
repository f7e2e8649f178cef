"""What every screen is: a title, one primary act, its keys, and how it hears of changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QSizePolicy, QWidget

from models.changed import Changed
from models.errors import InputError
from services.doing import CommandStored, do_once, new_command
from ui.changes import Changes
from ui.messages import Messages
from ui.tasks import Done, Failed, Lane, Tasks, Work
from ui.theme import GAP, MARGIN
from ui.widgets import Button, Elided, FieldFrame, Title, column, key_words, row

__all__ = ["Desk", "KeyHint", "Screen", "ScreenSpec"]


@dataclass(frozen=True)
class Desk:
    """What a screen is given: the office's services and the ways to reach others.

    `go(name, target)` opens another screen, which receives `target` in `arrive`; the shell fills
    it in with its own. `send_now()` asks the exchange with other machines to begin at once; False
    when there is none. `clock_doubt()` says why a promised date may be wrong, "" when all is well.
    """

    office: Any
    tasks: Tasks
    changes: Changes
    messages: Messages
    go: Callable[[str, object], object] = lambda name, target: None
    send_now: Callable[[], bool] = lambda: False
    clock_doubt: Callable[[], str] = lambda: ""


@dataclass(frozen=True)
class ScreenSpec:
    """How a screen stands in the rail. `section` groups; `key` opens it; `visible` asks the role.

    >>> ScreenSpec("intake", tr("Tiếp nhận"), "receive", IntakeScreen, key="F2")
    """

    name: str
    title: str
    icon: str
    factory: Callable[[Desk], Screen]
    key: str = ""
    section: int = 1
    visible: Callable[[], bool] = lambda: True


@dataclass(frozen=True)
class KeyHint:
    """One line of the sheet of keys."""

    key: str
    words: str


class Screen(QWidget):
    """The base of all screens: a head with title and buttons, a `body` below on the page's grid.

    A subclass sets `name` (also the name of its help page), builds into `self.body`, names the
    widget where work begins in `self.start`, and answers `shown`, `refresh` and, when others may
    lead to it, `arrive`.

    >>> class Today(Screen):
    ...     name = "today"
    ...     def __init__(self, desk):
    ...         super().__init__(desk, tr("Hôm nay"))
    ...         self.primary(PrimaryButton(tr("Tiếp nhận hồ sơ"), act=self.intake))
    ...         self.add_key("Ctrl+P", tr("In danh sách sáng"), self.print_list)
    ...     def shown(self):
    ...         self.read("rows", self.desk.office.queues.today, self.show_rows)
    """

    name = ""

    def __init__(self, desk: Desk, title: str, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self.setProperty("role", "page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.keys: list[KeyHint] = []
        self.primary_action: Button | None = None
        self.start: QWidget | None = None
        self.title = Title(title)
        self.subtitle = Elided("", role="quiet")
        self.subtitle.hide()
        self.setAccessibleName(title)
        outer = column(self, gap=GAP, margin=MARGIN)
        room = QWidget()
        room.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        head = row(room, gap=10)
        words = column(gap=0)
        words.addWidget(self.title)
        words.addWidget(self.subtitle)
        head.addLayout(words, 1)
        self.head = row(gap=10)
        head.addLayout(self.head)
        outer.addWidget(room)
        self.body = column(gap=GAP)
        outer.addLayout(self.body, 1)

    @property
    def help_page(self) -> str:
        """The name of this screen's page in resources/help."""
        return self.name

    def shown(self) -> None:
        """The screen has come to the front: read what it shows."""

    def refresh(self, changed: Changed) -> None:
        """Something changed: by default the screen reads again when lists moved."""
        if changed.queues or changed.dossiers:
            self.shown()

    def take_focus(self) -> None:
        """Put the cursor where work begins: into `start`, if the screen has named a widget."""
        (self.start or self).setFocus()

    def arrive(self, target: object) -> None:
        """Another screen led here with `target` (a dossier's id, say)."""

    def set_subtitle(self, text: str) -> None:
        """The quiet line under the title."""
        self.subtitle.setText(text)
        self.subtitle.setVisible(bool(text))

    def add_button(self, button: Button) -> Button:
        """Put a button at the right of the title; its key joins the sheet of keys."""
        self.head.addWidget(button)
        if button.key:
            self.keys.append(KeyHint(key_words(button.key), button.text()))
        return button

    def primary(self, button: Button) -> Button:
        """Put the one primary button there."""
        self.primary_action = button
        return self.add_button(button)

    def add_key(self, key: str, words: str, act: Callable[[], object]) -> None:
        """Let `key` do `act` while this screen is in front; `words` stand in the sheet of keys."""
        shortcut = QShortcut(QKeySequence(key), self)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(lambda: act())
        self.keys.append(KeyHint(key_words(key), words))

    def read(self, key: str, work: Work, done: Done, *, failed: Failed | None = None) -> None:
        """Read in the data lane; of the jobs with the same `key` only the newest is answered."""
        self.desk.tasks.latest(f"{id(self)}/{key}", work, done, failed, owner=self)

    def write(
        self,
        work: Work,
        done: Done,
        *,
        failed: Failed | None = None,
        lane: Lane = Lane.DATA,
        command: str = "",
    ) -> None:
        """Do something that changes the office; every answer arrives, in the order of clicks.

        `command` is the id of a form's command (`new_command`), so that the form does it once.
        """
        office = self.desk.office
        command_id = command or new_command(office.core)

        def told(error: BaseException) -> None:
            if isinstance(error, CommandStored):
                self.desk.changes.tell(Changed(queues=True, catalogue=True, settings=True))
            (failed or self.desk.tasks.fail)(error)

        self.desk.tasks.run(
            lambda: do_once(office.core, command_id, work), done, told, lane=lane, owner=self
        )

    def blame(self, fields: Mapping[str, FieldFrame]) -> Failed:
        """A `failed` that puts an `InputError` under the field it names; others go on as usual.

        >>> self.write(work, done, failed=self.blame({"full_name": self.name_field}))
        """

        def failed(error: BaseException) -> None:
            field = fields.get(error.field) if isinstance(error, InputError) else None
            if field is None or not isinstance(error, InputError):
                self.desk.tasks.fail(error)
                return
            field.set_error(f"{error.sentence()} ({error.code})")
            field.setFocus()

        return failed
