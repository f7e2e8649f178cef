"""Turns away whoever fails too often, before anything costly is done for them; in memory.

To check a signature or a token the server looks into its database and counts; sending a wrong one
costs its sender nothing. So each try takes a token before it and gives it back once it is
believed: who is right is never held up by it, who is wrong again and again waits at the door and
not even its body is read. An address has a bucket, and a smaller one for each key it names; a key
has none of its own, else anybody could lock a PC out by failing in its name. Each worker counts
for itself.

    with strangers.trial(source, key, guilty=ForeignError):
        ...                           # raises TooMany first, `guilty` when it is not believed
"""

from __future__ import annotations

import ipaddress
import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from fastapi import Request

from server.answers import TooMany
from server.budgets import Bucket

__all__ = ["ADDRESS", "KEY", "Strangers", "source_of"]

ADDRESS = Bucket(50, 500)
"""Failures of one address: several offices may share one, and a whole office may be unknown after
the city lost its newest data."""
KEY = Bucket(1, 60)
"""Failures of one address under one name: a PC with a wrong clock tries every few seconds."""
MOST = 20_000
"""Buckets kept; the ones not touched for longest go first."""


def source_of(request: Request) -> str:
    """Whom to count a request's address as: an IPv6 customer has a whole /64."""
    host = request.client.host if request.client else ""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host or "?"
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ipaddress.IPv6Interface((address, 64)).network)
    return str(address)


class Strangers:
    """The failures of a worker's visitors; any thread may use it."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        """`now` gives seconds that never go back."""
        self._now = now
        self._lock = threading.Lock()
        self._spent: OrderedDict[tuple[str, str], tuple[float, float]] = OrderedDict()

    def wait_ms(self, source: str, key: str) -> int:
        """Milliseconds until the address may try in this name again; 0 when it may now."""
        with self._lock:
            return self._wait(source, key)

    @contextmanager
    def trial(self, source: str, key: str, *, guilty: type[Exception]) -> Iterator[None]:
        """A try that costs something unless it ends well or for other reasons than `guilty`.

        Raises `TooMany` before anything is done when the address has failed too often.
        """
        with self._lock:
            if wait := self._wait(source, key):
                raise TooMany(wait)
            self._add(source, key, 1)
        try:
            yield
        except guilty:
            raise
        except BaseException:
            self._forgive(source, key)
            raise
        self._forgive(source, key)

    def _forgive(self, source: str, key: str) -> None:
        with self._lock:
            self._add(source, key, -1)

    def _wait(self, source: str, key: str) -> int:
        waits = (
            (self._left(name) + 1 - bucket.burst) / bucket.per_second
            for name, bucket in _buckets(source, key)
        )
        return max(0, *(math.ceil(1000 * wait) for wait in waits))

    def _add(self, source: str, key: str, tries: int) -> None:
        now = self._now()
        for name, _bucket in _buckets(source, key):
            self._spent[name] = (max(0.0, self._left(name) + tries), now)
            self._spent.move_to_end(name)
        while len(self._spent) > MOST:
            self._spent.popitem(last=False)

    def _left(self, name: tuple[str, str]) -> float:
        """Failures that still count: they wear off at the bucket's rate."""
        spent, at = self._spent.get(name, (0.0, 0.0))
        rate = (KEY if name[1] else ADDRESS).per_second
        return max(0.0, spent - (self._now() - at) * rate)


def _buckets(source: str, key: str) -> tuple[tuple[tuple[str, str], Bucket], ...]:
    return (((source, ""), ADDRESS), ((source, key or "?"), KEY))
