"""The way of attachments to one peer: a thread that fetches, then gives, then waits for news."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Protocol

from models.errors import ForeignError, OfficeError
from services.core import Core
from services.store.blob_faults import LACKING, clear_faults, note_faults
from services.store.blob_refs import (
    BlobRef,
    held_rows,
    mark_at_city,
    unoffered_rows,
    wanted_rows,
)
from services.sync.client import Caller, NoAnswer
from services.sync.link import PeerPlace
from services.sync.office_shelf import OfficeShelf
from services.sync.protocol import (
    MAX_BLOB,
    Answer,
    BlobChunk,
    BlobGet,
    BlobHave,
    BlobHeld,
    BlobPut,
    BlobQuestion,
    BlobsHeld,
    Busy,
    Refused,
)
from services.sync.shelf import chunk_size, missing_chunks

__all__ = ["BlobWay", "Turns"]

LOOK_S, SOON_S = 15.0, 0.5
"""How often a peer is asked again for what it did not have; how soon while something is put off."""
FIRST_PAUSE_S, LAST_PAUSE_S = 2.0, 60.0
GIVE_LAN_S = 10.0
"""The office's machines fetch by themselves; one that did not by then is given it."""
OTHERS_MS = 60_000
"""What another PC wrote is sent to the city by that PC, by us only if it was not after so long."""
ASKED, MOST = 200, 1000
"""So many names in one question; so many are looked through at a time."""
NEVER = float("inf")
log = logging.getLogger(__name__)


class Turns(Protocol):
    """What the ways of an office share; see `services/sync/blobs.py`."""

    core: Core
    shelf: OfficeShelf
    stopped: bool

    def version(self) -> int: ...
    def wait(self, seen: int, seconds: float) -> None: ...
    def claim(self, name: str, peer: bytes) -> bool: ...
    def free(self, name: str) -> None: ...
    def age_s(self, name: str) -> float: ...
    def is_turn(self, way: BlobWay, name: str) -> bool: ...
    def before_piece(self, way: BlobWay, size: int) -> bool: ...
    def arrived(self, named: BlobRef) -> None: ...


class _Pause(Exception):
    """The peer wants to be left alone for so many seconds; 0: as after a fault."""

    def __init__(self, seconds: float = 0.0) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class BlobWay:
    """Attachments to and from one peer; `code` is its last fault, empty when all is well."""

    def __init__(self, turns: Turns, place: PeerPlace, caller: Caller) -> None:
        self.place = place
        self.silent = False
        self.code = ""
        self.ended = threading.Event()
        self._turns = turns
        self._caller = caller
        self._one = threading.Lock()  # `settle` and the thread share the connection
        self._not_before: dict[str, float] = {}
        self._given: set[str] = set()
        self._noted: set[str] = set()
        self._pause_s = 0.0
        self._rest_until = 0.0
        self._put_off = False
        self._thread = threading.Thread(target=self._run, name=f"blobs-{place.name}", daemon=True)

    @property
    def stopped(self) -> bool:
        """Whether this way has ended."""
        return self.ended.is_set()

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """Break off and end."""
        self.ended.set()
        self._caller.stop()

    def join(self, seconds: float) -> None:
        """Wait for the thread."""
        if self._thread.is_alive() and self._thread is not threading.current_thread():
            self._thread.join(seconds)

    def rested(self) -> None:
        """The peer is back, or has news: wait no longer, and ask again for what it did not have."""
        self._pause_s = self._rest_until = 0.0
        never = {name: at for name, at in self._not_before.items() if at == NEVER}
        self._not_before = never

    def exchange(self) -> bool:
        """Fetch what can be fetched and give what is lacking; says whether anything moved."""
        with self._one:
            try:
                self._turns.shelf.follow()
                moved = self._fetch()
                moved = self._give() or moved
                self.silent, self.code, self._pause_s = False, "", 0.0
                return moved
            except NoAnswer as error:
                self.silent, self.code = True, error.code
                self._rest(0.0)
            except _Pause as pause:
                self._rest(pause.seconds)
            except OfficeError as error:  # our own disk: what is whole stays, the rest comes again
                self.code = error.code
                self._rest(0.0)
        return False

    def _rest(self, seconds: float) -> None:
        if not seconds:
            seconds = self._pause_s = min(LAST_PAUSE_S, self._pause_s * 2 or FIRST_PAUSE_S)
        self._rest_until = time.monotonic() + seconds

    def _run(self) -> None:
        while not self.stopped:
            seen = self._turns.version()
            if time.monotonic() >= self._rest_until:
                try:
                    moved = self.exchange()
                except Exception:
                    log.exception("attachments of %s", self.place.name)
                    self._rest(0.0)
                    continue
                if moved:
                    continue
            left = self._rest_until - time.monotonic()
            self._turns.wait(seen, max(left, SOON_S if self._put_off else LOOK_S))
        self._caller.close()

    # Fetching

    def _fetch(self) -> bool:
        moved = False
        for named, held in self._offered(self._wanted()):
            if not held.whole or self.stopped:
                continue
            if not 0 < held.size <= MAX_BLOB or named.size not in (0, held.size):
                self._not_before[named.hash] = NEVER  # not what the event names
            elif self._turns.claim(named.hash, self.place.log):
                try:
                    moved = self._fetch_one(named, held.size) or moved
                finally:
                    self._turns.free(named.hash)
        return moved

    def _wanted(self) -> list[BlobRef]:
        now = time.monotonic()
        with self._turns.core.store.read() as conn:
            rows = wanted_rows(conn, MOST)
        ready = [each for each in rows if self._not_before.get(each.hash, 0.0) <= now]
        picked = [each for each in ready if self._turns.is_turn(self, each.hash)]
        self._put_off = len(picked) < len(ready)
        return picked

    def _offered(self, wanted: Sequence[BlobRef]) -> Iterator[tuple[BlobRef, BlobHeld]]:
        """What the peer has of the wanted; the rest is asked for again later."""
        for start in range(0, len(wanted), ASKED):
            some = wanted[start : start + ASKED]
            held = self._held(some)
            self._note_lacking(name for name in (n.hash for n in some) if name not in held)
            for named in some:
                here = held.get(named.hash)
                if here is None or not here.whole:
                    self._not_before[named.hash] = time.monotonic() + LOOK_S
                if here is not None:
                    yield named, here

    def _fetch_one(self, named: BlobRef, size: int) -> bool:
        """Fetch the missing pieces; says whether the attachment is whole now."""
        shelf, name = self._turns.shelf, named.hash
        have = shelf.incoming.have(name, size)
        missing = missing_chunks(size, have)
        alone = not any(have)
        for number in missing:
            if not self._turns.before_piece(self, chunk_size(size, number)):
                return False
            said = self._ask(BlobGet(self._office, bytes.fromhex(name), number))
            if not _is_piece(said, name, size=size, number=number):
                self._not_before[name] = time.monotonic() + LOOK_S
                return False
            shelf.incoming.put(name, size, number, data=said.data)  # type: ignore[union-attr]
        try:
            whole = shelf.finish(named, size).whole
        except ForeignError:
            # With pieces of others among them it may not be this peer's fault: once more from it.
            log.warning("an attachment of %s is not what its name says", self.place.name)
            self._note((name,), "DB-21")
            self._not_before[name] = NEVER if alone else 0.0
            return not alone
        if whole:
            self._turns.arrived(named)
        return whole

    # Giving

    def _give(self) -> bool:
        moved = False
        to_city = self.place.kind == "city"
        offered = [each for each in self._unoffered(to_city) if each.hash not in self._given]
        for start in range(0, len(offered), ASKED):
            some = offered[start : start + ASKED]
            held = self._held(some)
            whole = {name for name, here in held.items() if here.whole}
            for named in some:
                here = held.get(named.hash)
                if here is not None and not here.whole and self._give_one(named, here):
                    whole.add(named.hash)
                    self._forgive(named.hash)
                    moved = True
                if self.stopped:
                    break
            self._given |= whole
            if to_city and whole:
                with self._turns.core.store.write() as tx:
                    mark_at_city(tx, whole)
        return moved

    def _unoffered(self, to_city: bool) -> Sequence[BlobRef]:
        core = self._turns.core
        now_ms = int(core.clock.now().timestamp() * 1000)
        with core.store.read() as conn:
            if to_city:
                return unoffered_rows(conn, others_before_ms=now_ms - OTHERS_MS, limit=MOST)
            held = held_rows(conn, ASKED)
        return [each for each in held if self._turns.age_s(each.hash) >= GIVE_LAN_S]

    def _give_one(self, named: BlobRef, here: BlobHeld) -> bool:
        """Send the pieces the peer lacks; says whether it has the attachment whole now."""
        name = bytes.fromhex(named.hash)
        first = self._turns.shelf.find_chunk(named.hash, 0)
        if first is None:
            return False  # damaged on our disk
        size = first[0]
        have = here.have if here.size == size else b""
        for number in missing_chunks(size, have):
            found = self._turns.shelf.find_chunk(named.hash, number)
            if found is None or not self._turns.before_piece(self, len(found[1])):
                return False
            try:
                said = self._ask(BlobPut(self._office, name, size, number, found[1]))
            except _Pause:
                if self.code:
                    self._note((named.hash,), self.code)
                raise
            if isinstance(said, BlobsHeld) and any(each.whole for each in said.held):
                return True
            if not isinstance(said, BlobsHeld):
                self._note((named.hash,), said.code if isinstance(said, Refused) else "DB-10")
                return False
        return False

    # What the screen tells

    def _note_lacking(self, names: Iterable[str]) -> None:
        new = set(names) - self._noted
        self._noted |= new
        self._note(new, LACKING)

    def _note(self, names: Collection[str], code: str) -> None:
        """Keep why an attachment did not come from, or go to, this peer."""
        if names:
            core = self._turns.core
            now_ms = int(core.clock.now().timestamp() * 1000)
            with core.store.write() as tx:
                note_faults(tx, names, peer=self.place.log, code=code, now_ms=now_ms)

    def _forgive(self, name: str) -> None:
        with self._turns.core.store.write() as tx:
            clear_faults(tx, name, peer=self.place.log)

    # Asking

    @property
    def _office(self) -> str:
        return self._turns.core.office.unit_code

    def _held(self, names: Sequence[BlobRef]) -> dict[str, BlobHeld]:
        if not names:
            return {}
        asked = tuple(bytes.fromhex(each.hash) for each in names)
        said = self._ask(BlobHave(self._office, asked))
        return {each.hash.hex(): each for each in said.held} if isinstance(said, BlobsHeld) else {}

    def _ask(self, question: BlobQuestion) -> Answer:
        said = self._caller.ask(question)
        if isinstance(said, Busy):
            raise _Pause(min(max(said.retry_ms, 100), 600_000) / 1000)
        if isinstance(said, Refused) and said.code not in ("DB-19", "DB-20", "DB-21"):
            self.code = said.code  # full, over its quota, an older program: later
            raise _Pause(LAST_PAUSE_S)
        if not isinstance(said, BlobsHeld | BlobChunk | Refused):
            raise _Pause(LAST_PAUSE_S)  # revoked, or no answer to this question
        return said


def _is_piece(said: Answer, name: str, *, size: int, number: int) -> bool:
    """Whether the answer is the piece that was asked for."""
    return (
        isinstance(said, BlobChunk)
        and (said.hash.hex(), said.size, said.chunk) == (name, size, number)
        and len(said.data) == chunk_size(size, number)
    )
