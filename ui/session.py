"""One person's time at the window: the shell with its places, search, counts, lock and status."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QObject, QTimer, Signal

from models.changed import Changed
from models.errors import NotAllowed, OfficeError
from models.folding import vn_fold
from models.staff import first_role, role_words
from models.words import tr
from services.administration import use_catalogue_of_today
from services.assembly import OpenOffice
from services.dossiers.overview import place_counts
from services.dossiers.search import find_dossiers
from services.sync.conflicts import count_conflicts
from ui.changes import Changes
from ui.exchange import Exchange
from ui.messages import Messages
from ui.password import open_password
from ui.places import specs_for
from ui.rebuilding import Rebuilding
from ui.safekeeping import Safekeeping, back_up_at_closing
from ui.screens.base import Desk
from ui.shell.shell import Person, Shell
from ui.syncing import Syncing
from ui.tasks import Tasks
from ui.verify import open_verify
from ui.widgets import Choice

__all__ = ["Session"]

COMMAND_VERIFY = "command/verify"
"""What the search field finds besides dossiers: the window that checks signatures."""

COMMAND_PASSWORD = "command/password"
"""Changing one's own password, found the same way and behind the key in the top bar."""

IDLE_MS = 240_000
"""Locks itself after this long without a key or a click."""


DAY_LOOK_MS = 60_000
"""How often the date is looked at: an office left open overnight takes up what begins today."""


class Session(QObject):
    """Owns the shell of one signed-in person; `left` says that somebody else wants to sign in."""

    left = Signal()

    def __init__(
        self, office: OpenOffice, tasks: Tasks, messages: Messages, *, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.office = office
        self.desk = Desk(
            office, tasks, Changes(), messages, self._go,
            send_now=lambda: self.exchange.send_now(),
            clock_doubt=lambda: self.syncing.clock_doubt,
        )  # fmt: skip
        self.exchange = Exchange(office, tasks, self.desk.changes)
        self.shell = Shell(
            specs_for(office.who.staff),
            self.desk,
            finder=self._find,
            counter=self._count,
            training=office.core.office.training,
        )
        staff = office.who.staff
        role = role_words(first_role(staff))
        self.shell.say_user(
            Person(staff.name, staff.position or role, office.core.office.unit_name)
        )
        self.shell.found.connect(self._open_found)
        self.shell.lock_asked.connect(self.shell.lock_now)
        self.shell.top.user_pressed.connect(self.ask_password)
        self.shell.unlock_asked.connect(self._unlock)
        self.shell.leave_asked.connect(self.left.emit)
        self._idle = QTimer(self, interval=IDLE_MS, singleShot=True)
        self._idle.timeout.connect(self.shell.lock_now)
        self._day = office.core.clock.now().date()
        self._midnight = QTimer(self, interval=DAY_LOOK_MS)
        self._midnight.timeout.connect(self.look_at_the_date)
        self._midnight.start()
        self._rebuilding = Rebuilding(office.core, self.shell, parent=self)
        self.syncing = Syncing(office.core, self.desk, self.shell, parent=self)
        self.syncing.start()
        self.exchange.noted.connect(self.syncing.look_soon)
        self.safekeeping = Safekeeping(office, self.desk, self.shell, parent=self)
        self._say_status()

    def open(self, place: str = "") -> None:
        """Show the window with its first place in front."""
        self.shell.go(place or next(iter(self.shell.specs)))
        self.shell.show()
        self._idle.start()
        self.exchange.start()
        self._rebuilding.start()
        self.safekeeping.start()
        self._say_standing_of_pc()

    def _say_standing_of_pc(self) -> None:
        """Whoever works on a restored or revoked PC must know it before the first act."""
        words, next_step = self.office.notice()
        if words:
            self.desk.messages.warn(words, next_step)

    def end(self) -> None:
        """The person has left: nothing of this session looks into the closed store any more."""
        self._idle.stop()
        self._midnight.stop()
        self._rebuilding.stop()
        self.syncing.stop()
        self.safekeeping.stop()
        self.deleteLater()

    def close_office(self) -> None:
        """End the exchange, then close the store; runs where the store is written."""
        self.exchange.stop()
        self.office.close()

    def end_program(self) -> None:
        """The window is closed: what is due for safety is made first. Runs as `close_office`."""
        self.exchange.stop()
        back_up_at_closing(self.office)
        self.close_office()

    def active(self) -> None:
        """A key was pressed or the mouse moved: the lock waits again."""
        self.safekeeping.touched()
        if not self.shell.is_locked():
            self._idle.start()

    def ask_password(self) -> None:
        """Let the person change their own password."""
        open_password(self.shell, self.desk)

    def look_at_the_date(self) -> None:
        """On a new day use the version of the catalogue that begins with it."""
        core = self.office.core
        today = core.clock.now().date()
        if today == self._day:
            return
        self._day = today

        def done(changed: bool) -> None:
            self._say_status()
            self.desk.changes.tell(Changed(queues=True, catalogue=changed))

        self.desk.tasks.run(lambda: use_catalogue_of_today(core), done, owner=self)

    def _go(self, name: str, target: object = None) -> None:
        self.shell.go(name, target)

    def _find(self, text: str, answer: Callable[[Sequence[Choice]], None]) -> None:
        staff = self.office.who.staff
        commands = [
            Choice(COMMAND_PASSWORD, tr("Đổi mật khẩu của tôi"), tr("Cần mật khẩu đang dùng")),
        ]
        if staff.sees_dossiers:
            words = tr("Mở cửa sổ kiểm tra tệp PDF")
            commands.append(Choice(COMMAND_VERIFY, tr("Kiểm tra chữ ký"), words))
        meant = [c for c in commands if len(text) > 2 and vn_fold(text) in vn_fold(c.title)]
        if not staff.sees_dossiers:
            answer(meant)
            return

        def work() -> list[Choice]:
            with self.office.core.store.read() as conn:
                found = find_dossiers(conn, staff, text, limit=20)
            return [
                *meant,
                *(
                    Choice(row.id, f"{row.code} · {row.applicant}", row.procedure_name)
                    for row in found.rows
                ),
            ]

        self.desk.tasks.latest("shell/find", work, answer, owner=self.shell)

    def _open_found(self, choice: Choice) -> None:
        if choice.key == COMMAND_VERIFY:
            open_verify(self.shell, self.desk)
            return
        if choice.key == COMMAND_PASSWORD:
            self.ask_password()
            return
        self.shell.go("dossiers", choice.key)

    def _count(self, answer: Callable[[Mapping[str, int]], None]) -> None:
        def work() -> dict[str, int]:
            with self.office.core.store.read() as conn:
                counts = place_counts(conn, self.office.who.staff)
                return counts | {"sync": count_conflicts(conn)}

        self.desk.tasks.latest("shell/counts", work, answer, owner=self)

    def _unlock(self, password: str) -> None:
        login = self.office.who.staff.login
        self.shell.lock.card.busy()

        def done(_who: object) -> None:
            self.shell.lock.card.ready()
            self.shell.unlock()
            self._idle.start()

        def failed(error: BaseException) -> None:
            words = error.sentence() if isinstance(error, OfficeError) else str(type(error))
            self.shell.lock.card.refuse(words)
            if not isinstance(error, OfficeError | NotAllowed):
                raise error

        self.desk.tasks.run(
            lambda: self.office.switch_user(login, password), done, failed, owner=self
        )

    def _say_status(self) -> None:
        core = self.office.core
        self.shell.say_status(
            "saved", tr("Dữ liệu mã hóa trên máy này, lưu ngay khi bấm"), note=str(core.home)
        )
        coverage = core.catalogue.coverage(core.clock.now().date())
        self.shell.say_status(
            "catalogue",
            tr("Danh mục {loaded}/559 · bản {version}", loaded=coverage.loaded,
               version=core.catalogue.bundle.version),
            right=True,
        )  # fmt: skip
