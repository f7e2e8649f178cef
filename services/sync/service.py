"""Sync of an open office on this PC: drives the engine over HTTP, from sign-in to closing.

    service = SyncService(office, changed=..., noted=...)
    service.start()              # the city of the enrolment; LAN peers are added by the LAN service
    service.add(PeerPlace(...))
    service.stop()

`service.site` answers what other machines ask. Everything is safe to call from any thread; the
callbacks come from the threads of sync.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from models.changed import Changed
from models.errors import OfficeError
from services.assembly import OpenOffice
from services.journal.branches import BranchKeeper
from services.program import VERSION
from services.refreshing import refresh_core
from services.sync import core as engine
from services.sync import messages as m
from services.sync.answering import Me
from services.sync.authority import authority_of
from services.sync.blobs import BlobSync
from services.sync.client import Address, Caller
from services.sync.endpoint import OfficeSite, Waiter
from services.sync.enrolled import address_log, find_enrolment, former_logs
from services.sync.journal_store import JournalStore, find_asker
from services.sync.link import Link, PeerPlace
from services.sync.office_shelf import OfficeShelf
from services.sync.ports import Taken
from services.sync.protocol import MAX_WAIT_MS, Ack, Push
from services.sync.recording import known_offset, record, record_contact, record_peer

__all__ = ["SyncService"]

CONTACT_S = 30.0
"""The last contact with a peer is written down at most this often."""
POLL_MS, POLL_ONCE_MS = 2_000, 100
"""The pause after an empty answer of a peer that holds no polls, or is not asked to."""
RETRY_S = 5.0
"""After a fault of our own disk the engine is tried again."""
TAKEN_UP = ("office/", "calendar/", "catalogue/", "key/")
"""What the program may have stored and not taken up before a power cut."""
log = logging.getLogger(__name__)


class SyncService:
    """The engine with its threads; one per open office."""

    def __init__(
        self,
        office: OpenOffice,
        *,
        changed: Callable[[Changed], None] = lambda _changed: None,
        noted: Callable[[], None] = lambda: None,
        wait_ms: int = MAX_WAIT_MS,
    ) -> None:
        """`changed` tells what screens show anew, `noted` that the status of sync may differ."""
        self.office = office
        self._core = office.core
        self._changed = changed
        self._noted = noted
        self.pushed = 0
        journal = self._core.journal
        self.logs = JournalStore(
            self._core.store, journal.device, office=self._core.office.unit_code,
            clock=self._core.clock, projectors=journal.projectors, stored=self._stored,
        )  # fmt: skip
        self._branches = BranchKeeper(journal)
        shelf = OfficeShelf(self._core)
        self.blobs = BlobSync(self._core, shelf, busy=self._owes, changed=changed)
        self.waiter = Waiter()
        self.site = OfficeSite(
            self.logs, lambda log: find_asker(self._core.store, log), self._me, self.waiter,
            self._wall_ms, shelf=shelf,
        )  # fmt: skip
        self._wait_ms = wait_ms
        self._lock = threading.RLock()
        self._own = threading.Lock()  # which log is ours changes in one thread at a time
        self._news = threading.Condition()
        self._poked = False
        self._stopped = False
        self._alarms = {"engine": 0, "retry": 0}
        self._links: dict[bytes, Link] = {}
        self._contact: dict[bytes, float] = {}
        self._state = engine.start(self._config(), self.logs)
        self._thread: threading.Thread | None = None
        self._unlisten: Callable[[], None] = lambda: None

    def start(self) -> None:
        """Take up what is stored, then exchange with the city; harmless before enrolment."""
        refresh_core(self._core, TAKEN_UP)
        self._unlisten = self._core.store.after_commit(self._poke)
        self._thread = threading.Thread(target=self._run, name="sync", daemon=True)
        self._thread.start()
        self.take_up_enrolment()

    def take_up_enrolment(self) -> None:
        """Begin to exchange with the city; called again after this PC was enrolled or moved."""
        with self._core.store.read() as conn:
            found = find_enrolment(conn, self._core.office.unit_code)
            offset = known_offset(conn, found.city_log) if found else None
        if found is None:
            return
        with self._lock:
            self._state.config = self._config()
        self._core.journal.skew_ms = None if offset is None else -offset
        where = Address(found.server_url, ca_file=authority_of(self._core.home))
        place = PeerPlace(found.city_log, found.city_key, "city", "city", where)
        self.add(place, relay=self._relays())

    def add(self, place: PeerPlace, *, relay: bool = False) -> None:
        """Exchange with a peer, or go on at its new address; `relay`: give it others' logs too."""
        with self._lock:
            if self._stopped:
                return
            old = self._links.pop(place.log, None)
            if old is not None:
                old.stop()
            with self._core.store.write() as tx:
                record_peer(
                    tx, place.log, kind=place.kind, name=place.name, address=place.address.url
                )
            self._links[place.log] = Link(
                place, self._caller, give=self._carried,
                found=lambda away_ms: self.meet(place.log, away_ms=away_ms),
            )  # fmt: skip
        self._give(m.PeerUp(place.log, place.key, place.kind, relay))
        self.blobs.add(place, self._caller(place.address))

    def remove(self, log: bytes) -> None:
        """Exchange no more with a peer."""
        with self._lock:
            link = self._links.pop(log, None)
        if link is not None:
            link.stop()
            self.blobs.remove(log)
            self._give(m.PeerDown(log))

    def meet(self, log: bytes, *, away_ms: int = 0) -> None:
        """A peer is back: start over with it, at once or, after a long absence of its own, soon.

        PCs of the office are few and meet at once; the city is met by all offices.
        """
        with self._lock:
            link, known = self._links.get(log), self._state.peers.get(log)
        if link is not None and known is not None:
            link.restart()
            self._give(replace(known.up, away_ms=away_ms if link.place.kind == "city" else 0))
            self.blobs.found(log)

    def relay(self, on: bool) -> None:
        """Whether this PC gives the city the logs of others (the hub does, or who stands in)."""
        self._give(m.RelayFor(self._state.config.city, on))

    def peers(self) -> Mapping[bytes, PeerPlace]:
        """Every peer that is exchanged with."""
        with self._lock:
            return {name: link.place for name, link in self._links.items()}

    def standing(self, log: bytes) -> tuple[engine.Standing, str]:
        """How we stand with a peer, and its fault; raises KeyError for a stranger."""
        with self._lock:
            return engine.standing(self._state, log), self._state.peers[log].fault

    def stop(self) -> None:
        """End all threads; returns within seconds, also while a poll waits."""
        with self._lock:
            self._stopped = True
            links = list(self._links.values())
        self._unlisten()
        self.waiter.close()
        self._poke()
        for link in links:
            link.stop()
        self.blobs.stop()
        for link in links:
            link.join(5)
        if self._thread is not None:
            self._thread.join(5)

    # The engine

    def _give(self, given: m.Given) -> None:
        """One step; what the engine says is done after the lock is free again."""
        with self._lock:
            if self._stopped:
                return
            try:
                self._state, outputs = engine.step(self._state, given, now_ms=_now_ms())
            except OfficeError as error:  # our own disk: nothing was taken, so nothing is lost
                log.warning("sync cannot store: %s", error.code)
                self._retry()
                return
            for output in outputs:
                if isinstance(output, m.Ask) and output.peer in self._links:
                    self._links[output.peer].put(output)
                elif isinstance(output, m.WakeAt):
                    self._set_alarm("engine", output.at_ms)
        notes = [each for each in outputs if not isinstance(each, m.Ask | m.WakeAt | m.Changed)]
        if notes:
            self._note(notes)

    def _carried(self, given: m.Given, ask: m.Ask) -> None:
        """What came of a question."""
        if isinstance(given, m.Answered):
            if isinstance(ask.question, Push) and isinstance(given.answer, Ack):
                self.pushed += len(ask.question.run.events)
            self._touch(ask.peer)
        self._give(given)

    def _touch(self, peer: bytes) -> None:
        now = time.monotonic()
        if now - self._contact.get(peer, -CONTACT_S) < CONTACT_S:
            return
        self._contact[peer] = now
        self._write(lambda tx: record_contact(tx, peer, self._now()))
        self._follow()

    def _note(self, notes: Sequence[m.Note]) -> None:
        own = self._state.log
        kept = [note for note in notes if not isinstance(note, m.NewLogNeeded)]
        for note in notes:
            if isinstance(note, m.Forked):
                self._keep_branches(note)
        if kept:
            at = self._now()
            self._write(lambda tx: record(tx, kept, own_log=own, at=at))
        for note in notes:
            if isinstance(note, m.Met) and note.peer == self._state.config.city:
                self._core.journal.skew_ms = -note.offset_ms
            elif isinstance(note, m.NewLogNeeded):
                self._renew(note)
        self._noted()

    def _keep_branches(self, note: m.Forked | None = None) -> None:
        """Of logs that were written twice each machine holds one version: give it the other."""
        try:
            streams = self._branches.look(note.run if note else None)
            if streams:
                self._changed(refresh_core(self._core, streams))
        except OfficeError as error:
            log.warning("a forked log could not be kept: %s", error.code)

    def _renew(self, note: m.NewLogNeeded) -> None:
        """Our disk is a copy: go on in a new log, with what the peer does not have of the old."""
        try:
            with self._own:
                if note.log != self._core.journal.device.log:
                    return
                log_id = self.office.begin_new_log(note.common)
        except OfficeError as error:
            log.warning("no new log: %s", error.code)
            return
        self._give(m.Reborn(log_id))

    def _stored(self, taken: Taken) -> None:
        """Events of others are in the journal: take them up and show them."""
        try:
            changed = refresh_core(self._core, taken.streams)
            self._follow()
        except OfficeError as error:
            log.warning("what arrived is stored, but not taken up: %s", error.code)
            return
        self._changed(changed)
        self._keep_branches()

    def _follow(self) -> None:
        try:
            with self._own:
                self.office.follow()
        except OfficeError as error:
            log.warning("passwords and place could not be brought in step: %s", error.code)

    def _write(self, act: Callable[..., object]) -> None:
        try:
            with self._core.store.write() as tx:
                act(tx)
        except OfficeError as error:
            log.warning("the status of sync could not be written: %s", error.code)

    # Time and news

    def _poke(self) -> None:
        """After each commit: questions that wait look again, and so does the engine."""
        self.waiter.poke()
        self.blobs.poke()
        with self._news:
            self._poked = True
            self._news.notify()

    def _set_alarm(self, whose: str, at_ms: int) -> None:
        with self._news:
            self._alarms[whose] = at_ms
            self._news.notify()

    def _retry(self) -> None:
        """Look again soon; the engine's own alarm stands beside it."""
        self._set_alarm("retry", _now_ms() + int(RETRY_S * 1000))

    def _run(self) -> None:
        seen, unread = None, False
        while not self._stopped:
            with self._news:
                if not self._poked:
                    next_ms = min((at for at in self._alarms.values() if at), default=0)
                    self._news.wait(max(0, next_ms - _now_ms()) / 1000 if next_ms else None)
                poked, self._poked = self._poked, False
                due = [whose for whose, at in self._alarms.items() if 0 < at <= _now_ms()]
                self._alarms.update(dict.fromkeys(due, 0))
            try:
                heads = self.logs.heads() if poked or unread else seen
            except OfficeError:  # the store is being closed, or its disk is full or gone
                unread = True
                self._retry()
                continue
            unread = False
            if heads != seen:
                seen = heads
                self._give(m.Appended())
            elif due:
                self._give(m.Tick())

    def _owes(self, peer: bytes) -> bool:
        """Whether events wait to go to a peer that takes them: attachments let them pass."""
        with self._lock:
            if peer not in self._state.peers:
                return False
            standing = engine.standing(self._state, peer)
        return standing.ready and standing.to_push > 0

    # What the engine and the site are given

    def _config(self) -> engine.Config:
        core, device = self._core, self._core.journal.device
        code = core.office.unit_code
        with core.store.read() as conn:
            city = find_enrolment(conn, code)
            former = former_logs(conn, device.log)
        return engine.Config(
            code, device.log, self._draw, self._wall_ms, key=device.public_key, former=former,
            city=city.city_log if city else b"", city_key=city.city_key if city else b"",
            app=VERSION, catalogue=lambda: core.catalogue.bundle.digest,
            wait_ms=self._wait_ms, poll_ms=POLL_MS if self._wait_ms else POLL_ONCE_MS,
        )  # fmt: skip

    def _me(self) -> Me:
        core = self._core
        return Me(core.journal.device.log, VERSION, catalogue=core.catalogue.bundle.digest)

    def _caller(self, address: Address) -> Caller:
        device = self._core.journal.device
        return Caller(address, device, log=self._address_log, clock=self._core.clock)

    def _address_log(self) -> bytes:
        with self._own, self._core.store.read() as conn:
            return address_log(conn, self._core.journal.device.log)

    def _relays(self) -> bool:
        """Whether this PC is the first hub, or the office's first PC when no order was given."""
        with self._core.store.read() as conn:
            rows = conn.exec_driver_sql(
                "SELECT log FROM device WHERE kind <> 'city' AND last_seq IS NULL "
                "ORDER BY priority IS NULL, priority, slot, incarnation DESC LIMIT 1"
            ).all()
        return bool(rows) and bytes(rows[0][0]) == self._core.journal.device.log

    def _draw(self) -> float:
        return int.from_bytes(self._core.clock.random(4), "big") / 2**32

    def _wall_ms(self) -> int:
        return int(self._core.clock.now().timestamp() * 1000)

    def _now(self) -> str:
        return self._core.clock.now().isoformat()


def _now_ms() -> int:
    return time.monotonic_ns() // 1_000_000
