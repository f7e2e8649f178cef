"""Errors from slots, threads and destructors end in one place, in words, without values."""

from __future__ import annotations

import logging
import sys
import threading

import pytest
from PySide6.QtCore import QObject, Signal

from models.errors import InputError, MachineError
from ui.failure import Failures, explain, open_log
from ui.messages import Messages

SECRET = "001194012345"


class Bell(QObject):
    rung = Signal()


@pytest.fixture
def messages(qapp):
    return Messages()


@pytest.fixture
def failures(messages):
    made = Failures(messages)
    made.install()
    yield made
    made.uninstall()


def broken():
    raise ValueError(SECRET)


def test_an_exception_in_a_slot_is_said(messages, failures, announce_log):
    announce_log("GD-99")
    bell = Bell()
    bell.rung.connect(broken)
    bell.rung.emit()
    message = messages.last()
    assert message.kind == "overdue" and message.code.startswith("GD-99-")
    assert "broken" in message.details and "ValueError" in message.details
    assert SECRET not in message.details + message.sentence()


def test_an_exception_in_a_thread_is_said(messages, failures, announce_log):
    announce_log("GD-99")
    thread = threading.Thread(target=broken)
    thread.start()
    thread.join()
    assert messages.last().code.startswith("GD-99-")


def test_an_exception_nobody_can_raise_is_said(messages, failures, announce_log):
    announce_log("GD-99")

    class Bad:
        def __del__(self):
            broken()

    Bad()
    assert messages.last().code.startswith("GD-99-")


def test_a_known_error_speaks_for_itself_and_is_not_logged(messages, failures):
    failures.show(MachineError("MA-01", "Ổ đĩa đầy.", "Xoá bớt tệp."))
    assert messages.last().sentence() == "Ổ đĩa đầy. Xoá bớt tệp."
    assert (messages.last().code, messages.last().kind) == ("MA-01", "overdue")
    assert explain(InputError("ND-01", "Thiếu tên.")).kind == "soon"


def test_the_same_mistake_has_the_same_code():
    codes = set()
    for text in ("a", "b"):
        try:
            int(text)
        except ValueError as error:
            codes.add(explain(error).code)
    assert len(codes) == 1


def test_hooks_are_put_back(messages):
    before = sys.excepthook, sys.unraisablehook, threading.excepthook
    failures = Failures(messages)
    failures.install()
    assert sys.excepthook != before[0]
    failures.uninstall()
    assert (sys.excepthook, sys.unraisablehook) == before[:2]
    assert threading.excepthook is threading.__excepthook__
    threading.excepthook = before[2]


def test_the_log_file_holds_the_place_but_no_value(messages, tmp_path, announce_log):
    announce_log("GD-99")
    handler = open_log(tmp_path / "logs")
    try:
        broken()
    except ValueError as error:
        Failures(messages).show(error)
    handler.flush()
    logging.getLogger("motcua").removeHandler(handler)
    handler.close()
    text = (tmp_path / "logs" / "motcua.log").read_text("utf-8")
    assert messages.last().code in text and "broken" in text and SECRET not in text
