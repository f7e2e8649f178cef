"""Who numbers in a book: hand it to another machine, or take it over when its machine is lost."""

from __future__ import annotations

from collections.abc import Callable

from models.changed import Changed
from models.errors import OfficeError
from models.words import tr
from services.dossiers.book_export import BookName
from services.dossiers.book_holding import (
    BookHolding,
    Machine,
    hand_book_over,
    other_machines,
    read_holding,
    take_over_together,
)
from ui.screens.base import Screen
from ui.widgets import ComboField, Dialog, Field, Label, Quiet, SecretField

__all__ = ["HoldingBox", "open_holding"]


class HoldingBox(Dialog):
    """The holder of one book, and the one act that is possible here."""

    def __init__(self, screen: Screen, found: BookHolding, machines: tuple[Machine, ...]) -> None:
        act = tr("Bàn giao sổ") if found.mine else tr("Tiếp quản sổ")
        title = tr("Sổ {series} năm {year}", series=found.series, year=found.year)
        super().__init__(screen.window(), title, primary=act, danger=not found.mine, width=560)
        self.screen = screen
        self.found = found
        self.body.addWidget(Label(holder_words(found)).wrapped())
        if found.fenced:
            words = tr(
                "Có {count} số do máy không giữ sổ cấp: vẫn nằm trong sổ, không đánh lại.",
                count=found.fenced,
            )
            self.body.addWidget(Quiet(words).wrapped())
        self.to = ComboField(tr("Bàn giao cho máy"))
        self.last = Field(tr("Số cuối trong sổ in"))
        self.reason = Field(tr("Lý do tiếp quản"))
        self.login = Field(tr("Người thứ hai: tên đăng nhập"))
        self.password = SecretField(tr("Người thứ hai: mật khẩu"))
        if found.mine:
            self.to.set_items([(each.log, each.name) for each in machines])
            self.body.addWidget(self.to)
            self.primary.setEnabled(bool(machines))
            self.on_primary(self.hand_over)
            return
        why = tr(
            "Dùng khi máy giữ sổ hỏng hoặc mất. Cần hai người, trong đó có một lãnh đạo, cùng đọc "
            "số cuối trong sổ in; máy này cấp tiếp sau số đó."
        )
        self.body.addWidget(Quiet(why).wrapped())
        for field in (self.last, self.reason, self.login, self.password):
            self.body.addWidget(field)
        self.on_primary(self.take_over)

    def hand_over(self) -> bool:
        """This machine stops numbering; the dialog closes when that is stored."""
        core, who, found = self.screen.desk.office.core, self.screen.desk.office.who, self.found
        to = str(self.to.value())
        words = tr(
            "Đã bàn giao sổ {series} năm {year} cho máy «{name}»; máy này không cấp số nữa.",
            series=found.series, year=found.year, name=self.to.text(),
        )  # fmt: skip
        self._do(lambda: hand_book_over(core, who, found.year, series=found.series, to=to), words)
        return False

    def take_over(self) -> bool:
        """Two people, one press: the second one's password is checked first."""
        typed = self.last.text().strip()
        if not typed.isascii() or not typed.isdecimal() or len(typed) > 6:
            self.last.set_error(tr("Ghi số thứ tự cuối cùng đọc trong sổ in."))
            return False
        office, found = self.screen.desk.office, self.found
        reason, login, password = self.reason.text(), self.login.text(), self.password.text()
        words = tr(
            "Máy này đã tiếp quản sổ {series} năm {year}; số tiếp theo là {next}.",
            series=found.series, year=found.year, next=int(typed) + 1,
        )  # fmt: skip
        self._do(
            lambda: take_over_together(
                office, found, last=int(typed), reason=reason, login=login, password=password
            ),
            words,
        )
        return False

    def _do(self, act: Callable[[], object], words: str) -> None:
        """Do it, say so in place of an earlier refusal, and let the screens look again."""

        def done(_done: object) -> None:
            self.accept()
            self.screen.desk.messages.done(words)
            self.screen.desk.changes.tell(Changed(queues=True), by=self.screen)
            self.screen.shown()

        self.primary.setEnabled(False)
        self.screen.desk.tasks.run(act, done, failed=self._failed, owner=self)

    def _failed(self, error: BaseException) -> None:
        self.primary.setEnabled(True)
        if not isinstance(error, OfficeError):
            self.screen.desk.tasks.fail(error)
            return
        self.say_problem(error.sentence())


def holder_words(found: BookHolding) -> str:
    """Who numbers in the book now."""
    if not found.holder.log:
        return tr("Chưa máy nào mở sổ này.")
    if found.mine:
        return tr("Máy này đang giữ sổ; số cuối là {last}.", last=found.last)
    return tr(
        "Máy «{name}» đang giữ sổ; số cuối máy này biết là {last}.",
        name=found.holder.name, last=found.last,
    )  # fmt: skip


def open_holding(screen: Screen, name: BookName) -> None:
    """Read who holds the book, then show it."""
    core = screen.desk.office.core

    def work() -> tuple[BookHolding, tuple[Machine, ...]]:
        return read_holding(core, name.year, name.series), other_machines(core)

    def show(read: tuple[BookHolding, tuple[Machine, ...]]) -> None:
        HoldingBox(screen, *read).open()

    screen.desk.tasks.run(work, show, owner=screen)
