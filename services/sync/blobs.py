"""Attachments between machines, beside the exchange of events and never in its way.

    blobs = BlobSync(core, shelf, busy=..., changed=...)
    blobs.add(place, caller)     # a thread and a connection of its own for each peer
    blobs.stop()

Every peer's thread fetches what events name and this PC lacks, newest dossiers first, then gives
what the peer lacks. Machines of the office are asked first; the city gets a few seconds later what
nobody in the office has. Only the way to the city is under the budget.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from models.changed import Changed
from services.core import Core
from services.store.blob_refs import BlobRef
from services.sync.blob_way import BlobWay
from services.sync.budget import Budget, in_office_hours, line_rate
from services.sync.client import Caller
from services.sync.link import PeerPlace
from services.sync.office_shelf import OfficeShelf

__all__ = ["BlobSync"]

LAN_FIRST_S = 3.0
"""So long after an attachment became known here only the office's own machines are asked for it."""
COURTESY_S = 2.0
"""A piece waits at most so long for events to go first."""


class BlobSync:
    """The transfers of one open office; `poke` it after each commit. Safe from any thread."""

    def __init__(
        self,
        core: Core,
        shelf: OfficeShelf,
        *,
        busy: Callable[[bytes], bool] = lambda _log: False,
        changed: Callable[[Changed], None] = lambda _changed: None,
        monotonic: Callable[[], float] = time.monotonic,
        lan_first_s: float = LAN_FIRST_S,
    ) -> None:
        """`busy` says whether events wait to go to a peer; `changed` hears what arrived."""
        self.core = core
        self.shelf = shelf
        self.budget = Budget(self._rate, monotonic=monotonic)
        self._busy = busy
        self._changed = changed
        self._lan_first_s = lan_first_s
        self._ways: dict[bytes, BlobWay] = {}
        self._claimed: dict[str, bytes] = {}
        self._first_seen: dict[str, float] = {}
        self._lock = threading.Lock()
        self._news = threading.Condition()
        self._version = 0
        self.stopped = False

    def add(self, place: PeerPlace, caller: Caller) -> None:
        """Exchange attachments with a peer, or go on at its new address."""
        self.remove(place.log)
        with self._lock:
            if self.stopped:
                return
            way = self._ways[place.log] = BlobWay(self, place, caller)
        way.start()

    def remove(self, peer: bytes) -> None:
        """Exchange no more with a peer."""
        with self._lock:
            way = self._ways.pop(peer, None)
        if way is not None:
            way.stop()
            self.poke()

    def found(self, peer: bytes) -> None:
        """A silent peer is back."""
        with self._lock:
            way = self._ways.get(peer)
        if way is not None:
            way.rested()
            self.poke()

    def poke(self) -> None:
        """Something was stored: there may be new names."""
        with self._news:
            self._version += 1
            self._news.notify_all()

    def stop(self) -> None:
        """End all threads; a piece under way is broken off."""
        with self._lock:
            self.stopped = True
            ways = list(self._ways.values())
        for way in ways:
            way.stop()
        self.poke()
        for way in ways:
            way.join(5)

    def settle(self, seconds: float) -> None:
        """Exchange in the calling thread until nothing moves any more: for `sync --once`."""
        end = time.monotonic() + seconds
        self._lan_first_s = 0.0
        moved = True
        with self._lock:
            ways = sorted(self._ways.values(), key=lambda way: way.place.kind == "city")
        for way in ways:
            way.rested()
        while moved and time.monotonic() < end and not self.stopped:
            moved = False
            for way in ways:
                moved = way.exchange() or moved

    # For the ways

    def version(self) -> int:
        """Counts the news; see `wait`."""
        return self._version

    def wait(self, seen: int, seconds: float) -> None:
        """Wait for news after version `seen`."""
        with self._news:
            self._news.wait_for(lambda: self.stopped or self._version != seen, seconds)

    def claim(self, name: str, peer: bytes) -> bool:
        """Fetch `name` from `peer` alone, until `free`."""
        with self._lock:
            return self._claimed.setdefault(name, peer) == peer

    def free(self, name: str) -> None:
        """The fetching of `name` is over, done or not."""
        with self._lock:
            self._claimed.pop(name, None)

    def age_s(self, name: str) -> float:
        """For how long this process has known of an attachment."""
        now = time.monotonic()
        with self._lock:
            return now - self._first_seen.setdefault(name, now)

    def is_turn(self, way: BlobWay, name: str) -> bool:
        """Whether `way` may be asked for `name` now: the office's machines come first."""
        with self._lock:
            neighbours = any(
                each.place.kind != "city" and not each.silent for each in self._ways.values()
            )
        age = self.age_s(name)
        return way.place.kind != "city" or not neighbours or age >= self._lan_first_s

    def before_piece(self, way: BlobWay, size: int) -> bool:
        """Let events go first and keep to the budget; False when the way was stopped meanwhile."""
        end = time.monotonic() + COURTESY_S
        while not way.stopped and self._busy(way.place.log) and time.monotonic() < end:
            time.sleep(0.02)
        if way.place.kind == "city":
            way.ended.wait(self.budget.take(size))
        return not way.stopped

    def arrived(self, named: BlobRef) -> None:
        """An attachment is whole: dossiers that show it are shown anew."""
        kinds = (stream.partition("/") for stream in named.streams)
        self._changed(Changed(frozenset(key for kind, _, key in kinds if kind == "dossier")))

    def _rate(self) -> float | None:
        core = self.core
        if not in_office_hours(core.calendar, core.clock.now()):
            return None
        return line_rate(core.settings["line_mbit"], core.settings["attachment_share"])
