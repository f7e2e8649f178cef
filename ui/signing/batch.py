"""One listed batch: what will be done, one password, progress, then one result per document."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtWidgets import QProgressBar, QWidget

from models.errors import InputError, OfficeError
from models.words import tr
from services.doing import do_once, new_command
from ui.screens.base import Desk
from ui.widgets import ChipText, Column, DataTable, Dialog, Label, Quiet, SecretField

__all__ = ["BatchBox", "BatchItem", "BatchWords"]


@dataclass(frozen=True)
class BatchItem:
    """One document of the batch, as the list names it."""

    key: str
    title: str
    note: str


@dataclass(frozen=True)
class BatchWords:
    """What the batch is called: its title, its button, its button for what failed, its result."""

    title: str
    act: Callable[[int], str]
    again: Callable[[int], str]
    done: str
    explain: str = ""


class BatchBox(Dialog):
    """Does `act(item, key)` for each document, one after the other, none of them half.

    `opener(password)` opens the key in the data lane; without it no password is asked. The key is
    dropped when the batch has ended, the password as soon as it was tried. `ended(keys done)` is
    called once after each run in which something was done.
    """

    def __init__(
        self,
        parent: QWidget,
        desk: Desk,
        words: BatchWords,
        *,
        items: Sequence[BatchItem],
        act: Callable[[BatchItem, Any], Any],
        ended: Callable[[dict[str, Any]], object],
        opener: Callable[[str], Any] | None = None,
        about_key: str = "",
    ) -> None:
        super().__init__(parent, words.title, primary=words.act(len(items)), width=720)
        self._desk, self._words, self._act = desk, words, self.start
        self._work, self._opener, self._ended = act, opener, ended
        self.items = list(items)
        self.states: dict[str, ChipText | None] = dict.fromkeys(item.key for item in items)
        self.problems: dict[str, str] = {}
        self.results: dict[str, Any] = {}
        self._pending: list[BatchItem] = []
        self._key: Any = None
        self._running = False
        self._stopping = False
        self._lay_out(about_key)

    def _lay_out(self, about_key: str) -> None:
        self.total = Label("", role="strong")
        self.body.addWidget(self.total)
        if self._words.explain:
            self.body.addWidget(Quiet(self._words.explain).wrapped())
        self.table: DataTable[BatchItem] = DataTable(
            [
                Column(tr("Văn bản"), lambda item: item.title, 280, strong=True),
                Column(tr("Nội dung"), lambda item: item.note, quiet=True),
                Column(tr("Kết quả"), self._state, 130, tip=self._why),
            ],
            key=lambda item: item.key,
            empty=tr("Không có văn bản nào."),
            name=tr("Các văn bản trong đợt này"),
        )
        self.table.setMinimumHeight(min(8, len(self.items)) * 38 + 46)
        self.table.show_rows(self.items)
        self.body.addWidget(self.table, 1)
        self.progress = QProgressBar()
        self.progress.setAccessibleName(tr("Tiến độ"))
        self.progress.setRange(0, len(self.items))
        self.progress.hide()
        self.body.addWidget(self.progress)
        self.password = SecretField(tr("Mật khẩu của khóa"), hint=about_key)
        self.password.setVisible(self._opener is not None)
        self.password.on_enter(self.start)
        self.body.addWidget(self.password)
        self.total.setText(tr("Tổng số: {count} văn bản", count=len(self.items)))
        if self._opener is not None:
            self.password.setFocus()

    def waiting(self) -> list[BatchItem]:
        """The documents not yet done."""
        return [item for item in self.items if item.key not in self.results]

    def is_running(self) -> bool:
        """Whether documents are being worked on."""
        return self._running

    def start(self) -> bool:
        """Begin with what is not done yet; always keeps the dialog open."""
        if self._running or not self.waiting():
            return False
        self.say_problem("")
        if self._opener is None:
            self._begin(None)
            return False
        password = self.password.text()
        if not password:
            self.password.set_error(tr("Nhập mật khẩu của khóa."))
            self.password.setFocus()
            return False
        self.password.set_text("")
        self._set_running(True)
        opener = self._opener
        self._desk.tasks.run(lambda: opener(password), self._begin, self._not_opened, owner=self)
        return False

    def reject(self) -> None:
        """Leave; while documents are being worked on, stop after the one in hand."""
        if not self._running:
            super().reject()
            return
        self._stopping = True
        self.say_problem(tr("Sẽ dừng sau văn bản đang làm."))

    def _not_opened(self, error: BaseException) -> None:
        self._set_running(False)
        if isinstance(error, InputError) and error.field == "password":
            self.password.set_error(error.sentence())
        elif isinstance(error, OfficeError):
            self.say_problem(f"{error.sentence()} {tr('Mã hỗ trợ: {code}', code=error.code)}")
        else:
            self._desk.tasks.fail(error)
        self.password.setFocus()

    def _begin(self, key: Any) -> None:
        self._key = key
        self._stopping = False
        self._pending = self.waiting()
        for item in self._pending:
            self.states[item.key] = ChipText(tr("chờ"), "neutral")
            self.problems.pop(item.key, None)
        self._set_running(True)
        self.progress.show()
        self._next()

    def _next(self) -> None:
        self.progress.setValue(len(self.results))
        if not self._pending or self._stopping:
            self._end()
            return
        item, key, work = self._pending.pop(0), self._key, self._work
        core = self._desk.office.core
        command = new_command(core)
        self.states[item.key] = ChipText(tr("đang làm"), "info")
        self.table.show_rows(self.items)
        self._desk.tasks.run(
            lambda: do_once(core, command, lambda: work(item, key)),
            lambda result: self._did(item, result),
            lambda error: self._failed(item, error),
            owner=self,
        )

    def _did(self, item: BatchItem, result: Any) -> None:
        self.results[item.key] = result
        self.states[item.key] = ChipText(self._words.done, "done")
        self._next()

    def _failed(self, item: BatchItem, error: BaseException) -> None:
        if isinstance(error, OfficeError):
            words = f"{error.sentence()} {tr('Mã hỗ trợ: {code}', code=error.code)}"
        else:
            words = tr("Lỗi ngoài dự tính; văn bản này chưa thay đổi.")
            self._desk.tasks.fail(error)
        self.problems[item.key] = words
        self.states[item.key] = ChipText(tr("lỗi"), "overdue")
        self._next()

    def _end(self) -> None:
        self._key = None
        for item in self._pending:
            self.states[item.key] = ChipText(tr("chưa làm"), "paused")
        self._pending = []
        self._set_running(False)
        self.table.show_rows(self.items)
        left = len(self.waiting())
        done = len(self.results)
        self.total.setText(tr("Xong {done} · còn lại {left}", done=done, left=left))
        first = next((self.problems[i.key] for i in self.items if i.key in self.problems), "")
        self.say_problem(first)
        self.primary.setVisible(bool(left))
        self.password.setVisible(bool(left) and self._opener is not None)
        self.primary.set_text(self._words.again(left))
        self.cancel.set_text(tr("Đóng"))
        if done:
            self._ended(dict(self.results))
        if not left and len(self.items) == 1:
            self.accept()
        elif not left:
            self.cancel.setFocus()

    def _set_running(self, on: bool) -> None:
        self._running = on
        self.primary.setEnabled(not on)
        self.password.setEnabled(not on)

    def _state(self, item: BatchItem) -> str | ChipText:
        return self.states[item.key] or ""

    def _why(self, item: BatchItem) -> str:
        state = self.states[item.key]
        return self.problems.get(item.key) or (state.words if state else "")
