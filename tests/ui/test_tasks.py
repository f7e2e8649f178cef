"""Jobs run in threads, answers arrive in the UI thread, in order, once, or not at all."""

from __future__ import annotations

import gc
import threading
import weakref

from PySide6.QtCore import QCoreApplication, QEvent, QObject
from PySide6.QtWidgets import QWidget

from models.errors import MachineError
from ui.tasks import Lane, SerialTasks, Tasks


def wait_for(condition) -> None:
    """Sleep in small steps until `condition` holds."""
    while not condition():
        threading.Event().wait(0.002)


def test_answers_come_in_the_order_of_clicks_and_in_the_ui_thread(tasks):
    seen = []
    for number in range(50):
        tasks.run(
            lambda n=number: (n, threading.get_ident()),
            lambda answer: seen.append((answer, threading.get_ident())),
        )
    assert tasks.settle()
    assert [answer[0] for answer, _ in seen] == list(range(50))
    here = threading.get_ident()
    assert {worker == here for (_, worker), _ in seen} == {False}
    assert {ui for _, ui in seen} == {here}


def test_three_thousand_jobs_with_forced_garbage_collection(tasks):
    got = []
    for number in range(3000):
        lane = Lane.FREE if number % 3 else Lane.DATA
        tasks.run(lambda n=number: [n], lambda answer: got.append(answer[0]), lane=lane)
        if number % 100 == 0:
            gc.collect()
    assert tasks.settle(60_000)
    assert sorted(got) == list(range(3000))


def test_a_widget_held_only_by_its_closure_dies_in_the_ui_thread(tasks):
    died = []
    for _ in range(200):
        widget = QWidget()
        weakref.finalize(widget, lambda: died.append(threading.get_ident()))
        tasks.run(lambda w=widget: bool(w), lambda _answer, w=widget: None, lane=Lane.FREE)
        tasks.run(lambda w=widget: 1 / 0, failed=lambda _error, w=widget: None, lane=Lane.FREE)
        del widget
    assert tasks.settle()
    gc.collect()
    assert died == [threading.get_ident()] * 200


def test_only_the_newest_answer_of_a_key_arrives(tasks):
    gate, seen = threading.Event(), []
    tasks.latest("search", lambda: gate.wait(5) and "old", seen.append, lane=Lane.FREE)
    tasks.latest("search", lambda: "new", seen.append, lane=Lane.FREE)
    tasks.latest("other", lambda: "other", seen.append, lane=Lane.FREE)
    gate.set()
    assert tasks.settle()
    assert sorted(seen) == ["new", "other"]


def test_a_stale_job_is_not_even_started(tasks):
    gate, started = threading.Event(), []
    tasks.run(lambda: gate.wait(5))
    for word in ("a", "ab", "abc"):
        tasks.latest("search", lambda w=word: started.append(w), lambda _answer: None)
    gate.set()
    assert tasks.settle()
    assert started == ["abc"]


def test_an_error_goes_to_failed_or_else_to_the_one_handler(qapp):
    told, handled = [], []
    tasks = Tasks(on_failure=handled.append)

    def full():
        raise MachineError("MA-01", "Ổ đĩa đầy.")

    tasks.run(full, failed=told.append)
    tasks.run(lambda: 1 / 0)
    assert tasks.settle()
    tasks.close()
    assert [type(e) for e in told] == [MachineError]
    assert [type(e) for e in handled] == [ZeroDivisionError]


def test_closing_while_busy_finishes_writes_and_drops_waiting_free_work(qapp):
    handled, written, drawn, answered = [], [], [], []
    tasks = Tasks(on_failure=handled.append)
    gate = threading.Event()
    for number in range(20):
        tasks.run(lambda n=number: (gate.wait(5), written.append(n)), answered.append)
    tasks.run(lambda: 1 / 0)
    for _ in range(4):
        tasks.run(lambda: gate.wait(5), lane=Lane.FREE)
    for number in range(20):
        tasks.run(lambda n=number: drawn.append(n), lane=Lane.FREE)
    opener = threading.Thread(target=lambda: (wait_for(lambda: tasks._closed), gate.set()))
    opener.start()
    tasks.close()
    opener.join()
    assert written == list(range(20))
    assert drawn == [] and answered == []
    assert [type(e) for e in handled] == [ZeroDivisionError]
    assert not [t for t in threading.enumerate() if t.name.startswith(("data-", "free-"))]
    tasks.run(lambda: written.append("late"))
    tasks.close()
    assert "late" not in written


def test_an_answer_for_a_destroyed_owner_is_dropped(tasks, qtbot):
    owner, seen, gate = QObject(), [], threading.Event()
    tasks.run(lambda: gate.wait(5), seen.append, owner=owner)
    owner.deleteLater()
    qtbot.waitSignal(owner.destroyed, timeout=1000).wait()
    gate.set()
    assert tasks.settle()
    assert seen == []


def test_the_wait_sign_comes_only_for_slow_work(tasks):
    signs, gate = [], threading.Event()
    tasks.waiting.connect(signs.append)
    tasks.run(lambda: gate.wait(10))
    assert tasks._clock.isActive() and tasks._clock.interval() == 400
    tasks._clock.timeout.emit()
    assert signs == [True]
    gate.set()
    assert tasks.settle()
    assert signs == [True, False] and not tasks._clock.isActive()
    tasks._clock.timeout.emit()
    assert signs == [True, False]


def test_serial_tasks_answer_inside_the_call(qapp):
    handled, seen = [], []
    tasks = SerialTasks(on_failure=handled.append)
    tasks.run(lambda: 7, seen.append)
    tasks.latest("k", lambda: 8, seen.append)
    tasks.run(lambda: 1 / 0)
    assert seen == [7, 8] and tasks.idle()
    assert [type(e) for e in handled] == [ZeroDivisionError]
    tasks.close()


def test_the_failure_of_a_write_is_said_though_its_window_is_gone(qapp):
    failures, answers = [], []
    runner = Tasks(on_failure=failures.append)
    may_end = threading.Event()

    def work() -> None:
        may_end.wait()
        raise MachineError("XX-01", "đĩa đầy")

    owner = QWidget()
    runner.run(work, answers.append, answers.append, owner=owner)
    runner.latest("list", work, answers.append, owner=owner)
    owner.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    may_end.set()
    assert runner.settle()
    assert [error.code for error in failures] == ["XX-01"] and not answers
    runner.close()
