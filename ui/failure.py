"""Every error ends here: known ones in their own words, our own mistakes in a neutral sentence.

An exception in a Qt slot never reaches the code that emitted the signal; it arrives at
`sys.excepthook`. The three hooks of Python and the task runner all lead to one `Failures`.
"""

from __future__ import annotations

import hashlib
import logging
import sys
import traceback
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType
from typing import Any

from models.errors import InputError, NotAllowed, OfficeError
from models.words import tr
from ui.messages import Message, Messages
from ui.tasks import Failed, set_thread_hook
from ui.widgets.chips import Kind

__all__ = ["Failures", "explain", "noted", "open_log", "unless_closed"]

LOG = logging.getLogger("motcua")
LOG_BYTES, LOG_FILES = 1_000_000, 5
STORE_CLOSED = "KHO-22"


class Failures:
    """The one handler of errors; `install` puts it behind Python's hooks."""

    def __init__(self, messages: Messages) -> None:
        self._messages = messages
        self._before: tuple[Any, Any] | None = None

    def show(self, error: BaseException) -> None:
        """Tell the person about `error`, and the log when it is our own mistake."""
        self._messages.say(noted(error))

    def install(self) -> None:
        """Catch what nobody caught: in slots, in threads, in destructors."""
        self._before = (sys.excepthook, sys.unraisablehook)
        sys.excepthook = self._uncaught
        set_thread_hook(self.show)
        sys.unraisablehook = lambda args: self.show(args.exc_value or RuntimeError("unraisable"))

    def uninstall(self) -> None:
        """Put Python's hooks back."""
        if self._before is not None:
            sys.excepthook, sys.unraisablehook = self._before
            set_thread_hook(None)
            self._before = None

    def _uncaught(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if isinstance(error, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        self.show(error)


def unless_closed(fail: Failed) -> Failed:
    """`fail` for a reading that a timer began: that the office was left meanwhile is no fault."""

    def failed(error: BaseException) -> None:
        if not (isinstance(error, OfficeError) and error.code == STORE_CLOSED):
            fail(error)

    return failed


def noted(error: BaseException) -> Message:
    """The words for `error`, which is written into the log when it is our own mistake."""
    message = explain(error)
    if not isinstance(error, OfficeError):
        LOG.error("%s\n%s", message.code, message.details)
    return message


def explain(error: BaseException) -> Message:
    """The words for `error`. Details never hold values: they may be a citizen's."""
    if isinstance(error, OfficeError):
        kind: Kind = "soon" if isinstance(error, InputError | NotAllowed) else "overdue"
        return Message(error.what, kind, error.next_step, error.code)
    frames = traceback.extract_tb(error.__traceback__)
    lines = [f"{Path(f.filename).name}:{f.lineno} {f.name}" for f in frames]
    details = "\n".join([type(error).__name__, *lines])
    mark = hashlib.sha256(details.encode()).hexdigest()[:6].upper()
    return Message(
        tr("Chương trình gặp một lỗi ngoài dự tính; việc đang làm được giữ nguyên."),
        "overdue",
        tr("Hãy làm lại; nếu vẫn lỗi, gọi hỗ trợ và đọc mã này."),
        f"GD-99-{mark}",
        details,
    )


def open_log(folder: Path) -> logging.Handler:
    """Write the program's log into `folder`, a few files of limited size."""
    folder.mkdir(parents=True, exist_ok=True)
    handler = RotatingFileHandler(
        folder / "motcua.log", maxBytes=LOG_BYTES, backupCount=LOG_FILES, encoding="utf-8"
    )
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.getLogger("motcua").addHandler(handler)
    return handler
