"""The one owner of threads: a serial lane for data, a free lane for network, PDF and token work.

Workers are plain functions that know nothing of Qt. What they return comes back into the UI
thread through one QObject; the closures that touch widgets never leave the UI thread.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from queue import SimpleQueue
from typing import Any

from PySide6.QtCore import QEventLoop, QObject, QTimer, Signal, Slot
from shiboken6 import isValid

__all__ = ["Done", "Failed", "Lane", "SerialTasks", "Tasks", "Work", "set_thread_hook"]

WAIT_MS = 400
"""The wait indicator comes only after this long: what answers sooner needs no sign."""

Work = Callable[[], Any]
Done = Callable[[Any], None]
Failed = Callable[[BaseException], None]


class Lane(Enum):
    """Where a job runs: DATA keeps the order of clicks, FREE runs several at once."""

    DATA = 1
    FREE = 4


@dataclass(frozen=True)
class Job:
    """One piece of work and what to do with its answer."""

    number: int
    work: Work
    done: Done | None
    failed: Failed | None
    key: str
    owner: QObject | None


@dataclass(frozen=True)
class Answer:
    """What came back from a job: a value or the exception that ended it."""

    number: int
    value: Any = None
    error: BaseException | None = None


class Tasks(QObject):
    """Runs work outside the UI thread and hands the answer back inside it.

    >>> tasks.run(lambda: office.queues.today(), self.show_rows)
    >>> tasks.latest("search", lambda: office.search(text), self.show_hits)   # late answers drop
    >>> tasks.run(lambda: token.sign(pdf), self.signed, lane=Lane.FREE)
    """

    waiting = Signal(bool)
    _arrived = Signal()

    def __init__(self, *, on_failure: Failed, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._on_failure = on_failure
        self._jobs: dict[int, Job] = {}
        self._tickets: dict[str, int] = {}
        self._answers: deque[Answer] = deque()
        self._queues: dict[Lane, SimpleQueue[Job | None]] = {}
        self._threads: list[threading.Thread] = []
        self._last = 0
        self._closed = False
        self._shown_waiting = False
        self._clock = QTimer(self, singleShot=True, interval=WAIT_MS)
        self._clock.timeout.connect(self._say_waiting)
        self._arrived.connect(self._drain)

    def run(
        self,
        work: Work,
        done: Done | None = None,
        failed: Failed | None = None,
        *,
        lane: Lane = Lane.DATA,
        owner: QObject | None = None,
    ) -> None:
        """Run `work`, then `done(result)` or `failed(error)` in the UI thread.

        Without `failed`, an error goes to the program's one failure handler. An answer for an
        `owner` that no longer exists is dropped, its error goes to the failure handler: a write
        that failed is never kept from the person.
        """
        self._begin(work, done, failed, lane=lane, key="", owner=owner)

    def latest(
        self,
        key: str,
        work: Work,
        done: Done,
        failed: Failed | None = None,
        *,
        lane: Lane = Lane.DATA,
        owner: QObject | None = None,
    ) -> None:
        """Like `run`, but only the newest job of `key` is answered. For reading, never writing."""
        self._begin(work, done, failed, lane=lane, key=key, owner=owner)

    def fail(self, error: BaseException) -> None:
        """Hand `error` to the program's one failure handler."""
        self._on_failure(error)

    def idle(self) -> bool:
        """Whether no answer is outstanding."""
        return not self._jobs

    def settle(self, limit_ms: int = 10_000) -> bool:
        """Let the window live until nothing is outstanding; False when `limit_ms` ran out."""
        loop = QEventLoop()
        guard = QTimer(singleShot=True, interval=limit_ms)
        guard.timeout.connect(loop.quit)
        watch = QTimer(interval=2)
        settled = self.idle()

        def look() -> None:
            nonlocal settled
            settled = self.idle()
            if settled:
                loop.quit()

        watch.timeout.connect(look)
        guard.start()
        watch.start()
        if not settled:
            loop.exec()
        return settled  # a timer may have begun something new while the loop was left

    def close(self) -> None:
        """Stop: writes already clicked are finished, waiting free work is dropped, threads end."""
        if self._closed:
            return
        self._closed = True
        self._clock.stop()
        for lane, queue in self._queues.items():
            for _ in range(lane.value):
                queue.put(None)
        for thread in self._threads:
            thread.join()
        while self._answers:
            answer = self._answers.popleft()
            if answer.error is not None:
                self._on_failure(answer.error)
        self._jobs.clear()

    def _begin(
        self,
        work: Work,
        done: Done | None,
        failed: Failed | None,
        *,
        lane: Lane,
        key: str,
        owner: QObject | None,
    ) -> None:
        if self._closed:
            return
        self._last += 1
        job = Job(self._last, work, done, failed, key, owner)
        self._jobs[job.number] = job
        if key:
            self._tickets[key] = job.number
        if not self._clock.isActive():
            self._clock.start()
        self._send(job, lane)

    def _send(self, job: Job, lane: Lane) -> None:
        if lane not in self._queues:
            self._open(lane)
        self._queues[lane].put(job)

    def _open(self, lane: Lane) -> None:
        queue: SimpleQueue[Job | None] = SimpleQueue()
        self._queues[lane] = queue
        for number in range(lane.value):
            thread = threading.Thread(
                target=self._serve, args=(queue, lane), name=f"{lane.name.lower()}-{number}"
            )
            self._threads.append(thread)
            thread.start()

    def _serve(self, queue: SimpleQueue[Job | None], lane: Lane) -> None:
        """The life of one worker thread."""
        while (job := queue.get()) is not None:
            if self._stale(job) or (self._closed and lane is Lane.FREE):
                answer = Answer(job.number)
            else:
                answer = attempt(job)
            # The UI thread must be the last to let go of closures and tracebacks: they hold
            # widgets. So the worker keeps no name for either once the answer is on its way.
            parcel = [answer]
            del job, answer
            self._answers.append(parcel.pop())
            self._arrived.emit()

    def _stale(self, job: Job) -> bool:
        return bool(job.key) and self._tickets.get(job.key) != job.number

    @Slot()
    def _drain(self) -> None:
        while self._answers and not self._closed:
            self._deliver(self._answers.popleft())

    def _deliver(self, answer: Answer) -> None:
        job = self._jobs.pop(answer.number)
        self._calm()
        if self._stale(job):
            return
        if job.owner is not None and not isValid(job.owner):
            self._orphaned(job, answer)
            return
        if answer.error is not None:
            (job.failed or self._on_failure)(answer.error)
        elif job.done is not None:
            job.done(answer.value)

    def _orphaned(self, job: Job, answer: Answer) -> None:
        """Nobody is left to answer; that something was not done must be said all the same."""
        if answer.error is not None and not job.key:
            self._on_failure(answer.error)

    def _calm(self) -> None:
        self._clock.stop()
        if self._jobs:
            self._clock.start()
        elif self._shown_waiting:
            self._shown_waiting = False
            self.waiting.emit(False)

    def _say_waiting(self) -> None:
        if self._jobs and not self._shown_waiting:
            self._shown_waiting = True
            self.waiting.emit(True)


class SerialTasks(Tasks):
    """The same interface without threads: work and answer happen inside the call (for tests)."""

    def _send(self, job: Job, lane: Lane) -> None:
        self._deliver(attempt(job))


def attempt(job: Job) -> Answer:
    """Do the work of `job`; whatever ends it becomes part of the answer."""
    try:
        return Answer(job.number, value=job.work())
    except Exception as error:  # noqa: BLE001 - one of the three places allowed to catch all
        return Answer(job.number, error=error)


def set_thread_hook(show: Failed | None) -> None:
    """Hand what nobody caught in a thread to `show`; None puts Python's own hook back."""
    if show is None:
        threading.excepthook = threading.__excepthook__
        return
    handler = show
    threading.excepthook = lambda args: handler(args.exc_value or RuntimeError("thread"))
