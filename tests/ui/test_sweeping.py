"""Circles of widgets are taken apart in the window's thread, whoever allocates meanwhile."""

from __future__ import annotations

import gc
import threading
import weakref

import pytest
from PySide6.QtCore import QObject, QTimer

from ui.sweeping import Sweeping


@pytest.fixture(autouse=True, scope="module")
def swept():
    """Here the collector is what is tested: nobody else works for it."""


@pytest.fixture
def sweeping(qapp):
    made = Sweeping()
    yield made
    made.end()


class Circle(QObject):
    """An object that holds itself, with a timer that may only be stopped in its own thread."""

    def __init__(self) -> None:
        super().__init__()
        self.me = self
        self.timer = QTimer(self, interval=1000)
        self.timer.start()


def allocate_a_lot() -> None:
    for _ in range(20):
        kept = [[n] for n in range(5_000)]
        del kept


def test_a_worker_never_sweeps_circles_of_the_window(sweeping):
    died = []
    for _ in range(20):
        weakref.finalize(Circle(), lambda: died.append(threading.get_ident()))
    worker = threading.Thread(target=allocate_a_lot)
    worker.start()
    worker.join()
    assert died == []
    sweeping.end()
    assert died == [threading.get_ident()] * 20


def test_sweeping_takes_out_what_is_due(sweeping):
    gc.collect()
    circle = Circle()
    gone = weakref.ref(circle)
    del circle
    kept = [[n] for n in range(5_000)]
    assert sweeping.sweep() > 0
    assert gone() is None and len(kept) == 5_000


def test_afterwards_python_collects_again(qapp):
    made = Sweeping()
    assert not gc.isenabled()
    made.end()
    assert gc.isenabled()
