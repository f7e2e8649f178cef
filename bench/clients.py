"""Light clients: one thread per office pushes what was made before, signed anew, until it is taken.

They do what the engine of a PC does on the wire: the next run after the acknowledgement of the one
before, waiting as told when busy, the same run again over a new connection when one is lost.
"""

from __future__ import annotations

import http.client
import os
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bench.queues import Queued
from services.sync.protocol import Ack, Busy
from services.sync.requests import sign_request
from services.sync.wire import decode_answer

PATH = "/sync/v1/push"
BOUND = 3600.0
"""Seconds a client goes on trying; a storm on a busy machine takes its time."""


@dataclass
class Drained:
    """How it went for one office; times in seconds, from the common start."""

    office: str
    events: int
    seconds: float = 0.0
    requests: list[float] = field(default_factory=list)
    busy: int = 0
    lost: int = 0
    fault: str = ""


class Progress:
    """How many events were acknowledged so far, by all threads."""

    def __init__(self) -> None:
        self.events = 0
        self._lock = threading.Lock()

    def add(self, count: int) -> None:
        """So many more."""
        with self._lock:
            self.events += count


def drain(
    queues: Iterable[Queued], port: int, *, watch: Callable[[Progress], None] | None = None
) -> list[Drained]:
    """Push everything, all offices at once; `watch` runs beside and is told the progress."""
    progress, start = Progress(), threading.Event()
    clients = [_Client(each, port, progress) for each in queues]
    threads = [threading.Thread(target=each.run, args=(start,)) for each in clients]
    if watch is not None:
        threads.append(threading.Thread(target=watch, args=(progress,), daemon=True))
    for thread in threads:
        thread.start()
    start.set()
    for thread in threads:
        thread.join()
    for each in clients:
        if each.told.fault:
            raise RuntimeError(f"{each.told.office}: {each.told.fault}")
    return [each.told for each in clients]


class _Client:
    def __init__(self, queue: Queued, port: int, progress: Progress) -> None:
        self.told = Drained(queue.office, queue.events)
        self._queue = queue
        self._progress = progress
        self._key = Ed25519PrivateKey.from_private_bytes(queue.seed)
        self._http = http.client.HTTPConnection("127.0.0.1", port, timeout=BOUND)

    def run(self, start: threading.Event) -> None:
        start.wait()
        begun, end = time.monotonic(), 0
        try:
            for body, count in zip(self._queue.bodies, self._queue.counts, strict=True):
                end += count
                self._push(body, end, until=begun + BOUND)
                self._progress.add(count)
        except Exception as error:  # noqa: BLE001 - told in the main thread
            self.told.fault = repr(error)
        finally:
            self._http.close()
        self.told.seconds = time.monotonic() - begun

    def _push(self, body: bytes, end: int, *, until: float) -> None:
        """One run until it is acknowledged; the time counts from the first attempt."""
        first = time.monotonic()
        while time.monotonic() < until:
            try:
                said = self._ask(body)
            except (OSError, http.client.HTTPException):
                self.told.lost += 1
                self._http.close()
                time.sleep(0.05)
                continue
            if isinstance(said, Busy):
                self.told.busy += 1
                time.sleep(said.retry_ms / 1000)
            elif isinstance(said, Ack) and said.head.seq == end:
                self.told.requests.append(time.monotonic() - first)
                return
            else:
                raise RuntimeError(f"instead of an acknowledgement: {said}")
        raise TimeoutError("not drained in time")

    def _ask(self, body: bytes) -> object:
        headers = sign_request(
            "POST", PATH, body, log=self._queue.log, time_ms=int(time.time() * 1000),
            nonce=os.urandom(16), sign=self._key.sign,
        )  # fmt: skip
        self._http.request("POST", PATH, body, headers)
        return decode_answer(self._http.getresponse().read())
