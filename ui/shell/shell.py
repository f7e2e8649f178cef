"""The main window: rail, top bar, the screen in front, status line, lock."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QMainWindow,
    QScrollArea,
    QStackedWidget,
    QWidget,
)

from models.changed import Changed
from models.words import tr
from ui.messages import Message
from ui.screens.base import Desk, Screen, ScreenSpec
from ui.shell.help import open_help, open_keys
from ui.shell.login import LockScreen
from ui.shell.rail import Rail
from ui.shell.topbar import TopBar
from ui.theme import MARGIN
from ui.widgets import Banner, Finder, Kind, StatusLine, column, row

__all__ = ["Person", "Shell"]

DONE_MS = 6_000
"""How long a banner that only says "done" stays."""

NARROW_WINDOW = 1100
"""Below this width (1366 pixels at 150 % are 911) the rail folds to icons by itself."""

Counter = Callable[[Callable[[Mapping[str, int]], None]], None]
"""counter(answer): read the true counts of all places once, then answer({name: count})."""


@dataclass(frozen=True)
class Person:
    """Who works here, as the frame shows it."""

    name: str
    role: str
    office: str

    def place(self) -> str:
        """Role and office on one line."""
        return f"{self.role} · {self.office}"


class Shell(QMainWindow):
    """The frame. It knows screens only by their `ScreenSpec` and makes each when first needed.

    Its screens receive `desk` with `go` filled in.

    >>> shell = Shell(specs, desk, finder=find, counter=count)
    >>> shell.say_user(Person("Nguyễn Thị Hồng Hạnh", "Tiếp nhận", "Phường Định Công"))
    >>> shell.go("today"); shell.show()
    """

    found = Signal(object)
    network_pressed = Signal()
    status_pressed = Signal(str)
    lock_asked = Signal()
    unlock_asked = Signal(str)
    leave_asked = Signal()
    closing = Signal()

    def __init__(
        self,
        specs: Sequence[ScreenSpec],
        desk: Desk,
        *,
        finder: Finder,
        counter: Counter,
        training: bool = False,
    ) -> None:
        super().__init__()
        self.desk = replace(desk, go=self.go)
        self.specs = {spec.name: spec for spec in specs if spec.visible()}
        self.screens: dict[str, Screen] = {}
        self._pages: dict[str, QScrollArea] = {}
        self._stale: dict[str, Changed] = {}
        self._counter = counter
        self._hidden: list[QDialog] = []
        self._narrow = False
        self.person = Person("", "", "")
        self.setWindowTitle(tr("Một Cửa"))
        self.resize(1366, 740)
        self.setMinimumSize(860, 480)
        self.top = TopBar(finder)
        self.rail = Rail(list(self.specs.values()))
        self.banner = Banner()
        self.stack = QStackedWidget()
        self.status = StatusLine()
        self.lock = LockScreen()
        self._banner_clock = QTimer(self, singleShot=True, interval=DONE_MS)
        self._lay_out()
        self._connect()
        self._add_keys()
        self.top.training.setVisible(training)
        self.say_network(
            tr("Chưa nối với thành phố"), "neutral", tr("Mọi việc được lưu đầy đủ trên máy này.")
        )
        self.count()

    def say_user(self, person: Person) -> None:
        """Show who works here."""
        self.person = person
        self.top.say_user(person.name, person.place())

    def say_network(self, words: str, kind: Kind, note: str = "", *, short: str = "") -> None:
        """Show how this machine stands to the others; `short` is for a narrow window."""
        self.top.say_network(words, kind, note, short=short)

    def say_status(self, name: str, words: str, *, note: str = "", right: bool = False) -> None:
        """Show `words` in one part of the bottom line."""
        self.status.say(name, words, note=note, right=right)

    def go(self, name: str, target: object = None) -> Screen | None:
        """Bring the screen `name` to the front; None when this person has no such place."""
        if name not in self.specs:
            return None
        screen = self.screens.get(name) or self._make(name)
        self.stack.setCurrentWidget(self._pages[name])
        self.rail.mark(name)
        self.setWindowTitle(f"{self.specs[name].title} · {tr('Một Cửa')}")
        changed = self._stale.pop(name, None)
        if changed is not None:
            screen.refresh(changed)
        screen.shown()
        screen.take_focus()
        if target is not None:
            screen.arrive(target)
        return screen

    def front(self) -> Screen | None:
        """The screen in front."""
        page = self.stack.currentWidget()
        widget = page.widget() if isinstance(page, QScrollArea) else None
        return widget if isinstance(widget, Screen) else None

    def count(self) -> None:
        """Read the counts of the rail again."""
        self._counter(self.rail.show_counts)

    def lock_now(self) -> None:
        """Cover everything; dialogs wait behind the cover and come back after it."""
        windows = QApplication.topLevelWidgets()
        self._hidden = [w for w in windows if isinstance(w, QDialog) and w.isVisible()]
        for dialog in self._hidden:
            dialog.hide()
        self._layers.setCurrentWidget(self.lock)
        self.lock.show_for(self.person.name, self.person.place())

    def unlock(self) -> None:
        """Uncover; everything is as it was left."""
        self._layers.setCurrentWidget(self._frame)
        for dialog in self._hidden:
            dialog.show()
        self._hidden = []
        if (screen := self.front()) is not None:
            screen.take_focus()

    def is_locked(self) -> bool:
        """Whether the cover is on."""
        return self._layers.currentWidget() is self.lock

    def hear(self, changed: Changed, _by: object = None) -> None:
        """Pass a change to the screen in front, and keep it for those behind."""
        front = self.front()
        for name, screen in self.screens.items():
            if screen is front:
                screen.refresh(changed)
            else:
                before = self._stale.get(name, Changed())
                self._stale[name] = merge(before, changed)
        if changed.queues or changed.dossiers:
            self.count()

    def show_message(self, message: Message) -> None:
        """Say `message` in the banner above the screen; what is merely done goes by itself."""
        words = message.sentence()
        if message.code:
            words = f"{words} {tr('Mã hỗ trợ: {code}', code=message.code)}"
        self._banner_room.show()
        self.banner.say(words, kind=message.kind, details=message.details)
        if message.kind in ("done", "info"):
            self._banner_clock.start()
        else:
            self._banner_clock.stop()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = event.size().width() < NARROW_WINDOW
        if narrow != self._narrow:
            self._narrow = narrow
            self.rail.set_narrow(narrow)
            self.top.fold(narrow)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.closing.emit()
        super().closeEvent(event)

    def _make(self, name: str) -> Screen:
        screen = self.specs[name].factory(self.desk)
        page = QScrollArea()
        page.setWidgetResizable(True)
        page.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        page.setWidget(screen)
        self.screens[name], self._pages[name] = screen, page
        self.stack.addWidget(page)
        return screen

    def _lay_out(self) -> None:
        self._frame = QWidget()
        outer = column(self._frame, gap=0)
        outer.addWidget(self.top)
        middle = row(gap=0)
        middle.addWidget(self.rail)
        page = QWidget()
        page.setProperty("role", "page")
        page.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        inner = column(page, gap=0)
        holder = column(margin=(MARGIN, 10, MARGIN, 0))
        holder.addWidget(self.banner)
        self._banner_room = QWidget()
        self._banner_room.setLayout(holder)
        self._banner_room.hide()
        inner.addWidget(self._banner_room)
        inner.addWidget(self.stack, 1)
        middle.addWidget(page, 1)
        outer.addLayout(middle, 1)
        outer.addWidget(self.status)
        self._layers = QStackedWidget()
        self._layers.addWidget(self._frame)
        self._layers.addWidget(self.lock)
        self.setCentralWidget(self._layers)

    def _connect(self) -> None:
        self.rail.chosen.connect(self.go)
        self.top.found.connect(self.found.emit)
        self.top.network_pressed.connect(self.network_pressed.emit)
        self.top.lock_pressed.connect(self.lock_asked.emit)
        self.status.pressed.connect(self.status_pressed.emit)
        self.lock.asked.connect(self.unlock_asked.emit)
        self.lock.leave_asked.connect(self.leave_asked.emit)
        self.desk.changes.told.connect(self.hear)
        self.desk.messages.said.connect(self.show_message)
        self.desk.tasks.waiting.connect(self.top.busy.setVisible)
        self.banner.closed.connect(self._banner_room.hide)
        self._banner_clock.timeout.connect(self.banner.dismiss)

    def _add_keys(self) -> None:
        keys: list[tuple[str, Callable[[], object]]] = [
            ("Ctrl+K", self.top.focus_search),
            ("Ctrl+L", self.lock_asked.emit),
            ("F1", self.show_help),
            ("?", self.show_keys),
            ("Ctrl+B", self.rail.toggle),
        ]
        for name, spec in self.specs.items():
            if spec.key:
                keys.append((spec.key, partial(self.go, name)))
        for key, act in keys:
            QShortcut(QKeySequence(key), self._frame).activated.connect(partial(call, act))

    def show_help(self) -> None:
        """Open the help page of the screen in front."""
        if (screen := self.front()) is not None:
            title = screen.accessibleName()
            open_help(self, title, page=screen.help_page, keys=screen.keys)

    def show_keys(self) -> None:
        """Open the sheet of keys of the screen in front."""
        if (screen := self.front()) is not None:
            open_keys(self, screen.accessibleName(), screen.keys)


def call(act: Callable[[], object]) -> None:
    """Do `act`; Qt's slots want no result."""
    act()


def merge(first: Changed, second: Changed) -> Changed:
    """Both changes in one."""
    return Changed(
        first.dossiers | second.dossiers,
        first.queues or second.queues,
        first.catalogue or second.catalogue,
        first.settings or second.settings,
    )
