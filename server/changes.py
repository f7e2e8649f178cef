"""Wakes the long polls of an office when something was stored for it, in whichever worker.

Inside a worker the waiters are woken at once. For the other workers the offices that changed within
20 ms are told in one NOTIFY: PostgreSQL lets only one transaction with a NOTIFY commit at a time,
so it stands in none that an office waits for. A lost one costs nothing but time: whoever waits
looks again every few seconds. An embedded database has one worker and no NOTIFY.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import psycopg
from sqlalchemy import text
from sqlalchemy.engine import URL

from server.store.unit import CityDatabase

__all__ = ["CHANNEL", "Changes"]

CHANNEL = "motcua_changed"
GATHER_S = 0.02
AGAIN_S = 1.0
AT_ONCE = 500
"""Offices in one NOTIFY, whose text holds 8000 bytes."""
_NOTIFY = text("SELECT pg_notify(:channel, :offices)")
_LISTEN = f"LISTEN {CHANNEL}"
_log = logging.getLogger("mot-cua.city")


class Changes:
    """Who waits for news of which office; `tell` may be called from any thread."""

    def __init__(self, database: CityDatabase, listen_url: URL | None) -> None:
        """`listen_url` leads to PostgreSQL itself: a pooler between would swallow LISTEN."""
        self._database = database
        self._listen_url = listen_url
        self._loop: asyncio.AbstractEventLoop | None = None
        self._versions: dict[str, int] = {}
        self._events: dict[str, asyncio.Event] = {}
        self._untold: set[str] = set()
        self.closing = False

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Tell and listen during the block."""
        self._loop = asyncio.get_running_loop()
        tasks = []
        if self._database.is_postgres and self._listen_url is not None:
            tasks = [
                asyncio.create_task(self._tell_others()),
                asyncio.create_task(self._listen(self._listen_url)),
            ]
        try:
            yield
        finally:
            self._loop = None
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def tell(self, office: str) -> None:
        """Something was stored for the office."""
        loop = self._loop
        if loop is not None:
            with contextlib.suppress(RuntimeError):  # the loop was closed meanwhile
                loop.call_soon_threadsafe(self._told_here, office)

    def close(self) -> None:
        """Wake everybody who waits, for good: the worker ends."""
        self.closing = True
        self._wake_all()

    def version(self, office: str) -> int:
        """A number that grows with every change of the office that this worker heard of."""
        return self._versions.get(office, 0)

    async def wait(self, office: str, seen: int, seconds: float) -> bool:
        """Wait until the office's version is another than `seen`; False when the time is over."""
        if self.closing:
            return False
        if self.version(office) != seen:
            return True
        event = self._events.setdefault(office, asyncio.Event())
        try:
            await asyncio.wait_for(event.wait(), seconds)
        except TimeoutError:
            return False
        return not self.closing

    def _told_here(self, office: str) -> None:
        self._untold.add(office)
        self._wake(office)

    def _wake(self, office: str) -> None:
        self._versions[office] = self.version(office) + 1
        event = self._events.pop(office, None)
        if event is not None:
            event.set()

    def _wake_all(self) -> None:
        for office in list(self._events):
            self._wake(office)

    async def _tell_others(self) -> None:
        while True:
            await asyncio.sleep(GATHER_S)
            if not self._untold:
                continue
            offices = sorted(self._untold)[:AT_ONCE]
            self._untold.difference_update(offices)  # who changes meanwhile is told once more
            try:
                await asyncio.to_thread(self._notify, ",".join(offices))
            except Exception:  # noqa: BLE001 - whatever it was, later changes must be told
                self._untold.update(offices)
                _log.exception("changes: not told")
                await asyncio.sleep(AGAIN_S)

    def _notify(self, offices: str) -> None:
        with self._database.write("") as tx:
            tx.execute(_NOTIFY, {"channel": CHANNEL, "offices": offices})

    async def _listen(self, url: URL) -> None:
        while True:
            try:
                await self._hear(url)
            except (psycopg.Error, OSError) as error:
                _log.warning("changes: listening again after %s", type(error).__name__)
            await asyncio.sleep(AGAIN_S)

    async def _hear(self, url: URL) -> None:
        words = url.set(drivername="postgresql").render_as_string(hide_password=False)
        connection = await psycopg.AsyncConnection.connect(words, autocommit=True)
        async with connection:
            await connection.execute(_LISTEN)
            self._wake_all()  # what happened before we listened
            async for told in connection.notifies():
                for office in told.payload.split(","):
                    self._wake(office)
