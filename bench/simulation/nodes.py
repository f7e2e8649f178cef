"""The machines of a simulated office: a PC (or hub) that clerks sit at, and the city."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bench.simulation.acts import OFFICE
from bench.simulation.disk import Disk
from bench.simulation.shelf import START, Shelf, read
from bench.simulation.signatures import SimulatedDevice
from bench.simulation.stored import DiskStore, PowerCut
from bench.simulation.truth import Saved, Truth
from bench.simulation.workload import BOOK
from bench.simulation.world import PcClock, World
from models import hlc
from models.book import BookState
from models.codec import Event, to_payload
from models.dossier import Dossier
from models.envelope import Actor, Envelope, Sealed, log_id, seal
from models.events.issuing import BookNumberReserved
from models.events.roster import IncarnationOpened, roster_stream
from models.fold import FOLD_VERSION
from models.ids import uuid7
from models.roster import city_log
from services.journal.device import Device
from services.journal.kept import kept_of, pieces_of
from services.journal.reading import stream_ends
from services.sync.memory import MemoryStore
from services.sync.messages import Appended
from services.sync.ports import Taken, Verdict
from services.sync.protocol import Origin, Run

if TYPE_CHECKING:
    from bench.simulation.talking import Talk

__all__ = ["SYSTEM", "Node", "Part", "device_key", "make_device"]

SYSTEM = Actor("", "system", "s")
Part = tuple[str, Event]


@lru_cache(maxsize=64)
def device_key(number: int) -> Ed25519PrivateKey:
    """The same key for the same machine in every seed; 99 is the city's."""
    return Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32)


@lru_cache(maxsize=4096)
def make_device(number: int, incarnation: int, *, slot: int, name: str) -> Device:
    """A machine with its key and the log of this incarnation."""
    private = device_key(number)
    public = private.public_key().public_bytes_raw()
    log = city_log(public, OFFICE) if name == "city" else log_id(public, incarnation)
    return SimulatedDevice(log, public, incarnation, slot, name, private)


class Node:
    """One machine: device key, disk, store, clock. What is in memory dies with `crash`."""

    def __init__(
        self, world: World, truth: Truth, device: Device, *, number: int,
        build: Callable[[Device], MemoryStore], clock: PcClock, name: str = "",
    ) -> None:  # fmt: skip
        self.name = name or device.name
        self.world = world
        self.truth = truth
        self.device = device
        self.admitted = device.log
        self._first = device
        self.number = number
        self.clock = clock
        self.disk = Disk()
        self.restored = self.cut = False
        self.canary: tuple[bytes, int] | None = None
        self.former: set[bytes] = set()
        self.talk: Talk | None = None
        self.store = DiskStore(self.disk, lambda: build(self.device))
        self._read_anew()

    @property
    def slot(self) -> int:
        return self.device.slot

    @property
    def log(self) -> bytes:
        return self.device.log

    def restart(self) -> None:
        """Start again from what the disk holds: also which log is ours."""
        self.store.fuse, self.cut = None, False
        self.device, self.former = self._first, set()
        for kind, *what in self.disk.records:
            if kind == "_reopen":
                incarnation = what[-1].origin.incarnation
                self.former.add(self.log)
                self.device = make_device(
                    self.number, incarnation, slot=self.slot, name=self.device.name
                )
        self.store.reopen()
        self._read_anew()

    def _read_anew(self) -> None:
        """After every start: all that is known is on the disk."""
        self.shelf = Shelf(self.store)
        self._hlc = 0
        self.refresh()

    def refresh(self) -> None:
        """Read what arrived; the clocks of others are taken over within reason."""
        for item in self.shelf.refresh():
            e = item.envelope
            wall = self.clock.wall
            self._hlc = max(self._hlc, e.hlc) if e.log == self.log else hlc.merge(
                self._hlc, e.hlc, wall
            )  # fmt: skip

    def dossiers(self) -> list[str]:
        return self.shelf.dossiers()

    def dossier(self, dossier_id: str) -> Dossier:
        return self.shelf.dossier(dossier_id)

    def book(self) -> BookState:
        return self.shelf.book(BOOK)

    def _sealed(self, actor: Actor, parts: list[Part]) -> list[Sealed]:
        """The events of one act as `services.journal.append` seals them."""
        head = self.store.heads().get(self.log, START)
        seq, prev, sealed = head.seq, head.hash, list[Sealed]()
        ends: dict[str, tuple[bytes, ...]] = {}
        for stream, event in parts:
            self._hlc = hlc.tick(self._hlc, self.clock.wall)
            seq += 1
            parents = ends.get(stream) or stream_ends(self.shelf.stream(stream))
            item = seal(
                Envelope(
                    uuid7(self.clock.wall, self.clock.random(10)), self.log, seq, prev, OFFICE,
                    stream, event.KIND, event.VERSION, parents, self._hlc, self.clock.wall, None,
                    actor, FOLD_VERSION, to_payload(event),
                )
            )  # fmt: skip
            prev = item.hash
            ends[stream] = (item.hash,)
            sealed.append(item)
        return sealed

    def _signed(self, sealed: list[Sealed]) -> Run:
        """The act as it is stored and sent: one signature, over its last event."""
        for item in sealed:
            self.truth.written[item.hash] = item
        pairs: list[tuple[bytes, bytes | None]] = [(item.body, None) for item in sealed]
        pairs[-1] = (sealed[-1].body, self.device.sign(sealed[-1].hash))
        return Run(self.log, Origin(self.device.public_key, self.device.incarnation), tuple(pairs))

    def seal_act(self, actor: Actor, parts: list[Part]) -> Run:
        """An act, sealed and signed."""
        return self._signed(self._sealed(actor, parts))

    def open_new_log(self, common: int) -> bool:
        """Go on in a new log; own acts after `common` are written again, with the same ids.

        A copy builds on what its original built on, for its author saw no more. All of it is one
        act: a power cut leaves the old log or the whole new one. The acts leave the old log, where
        the peers' version takes their place (as in `services.journal.incarnation`).
        """
        old, before = self.device, self.shelf.logs.get(self.log, [])[common:]
        incarnation = old.incarnation + 1 + self.world.random.randrange(1 << 20)
        self.device = make_device(self.number, incarnation, slot=self.slot, name=old.name)
        self.store.inner.device = self.device
        self.truth.tell_key(self.device)
        opened = IncarnationOpened(self.device.public_key, incarnation, old.log, common)
        first = self._sealed(SYSTEM, [(roster_stream(OFFICE), opened)])
        copies = self._copies(first[-1], before)
        run = self._signed([*first, *copies])
        done = self.keep(run, lambda: self.store.open_log(old.log, common, run))
        if done:
            self.former.add(old.log)
            if old.log in self.truth.revoked:
                self.truth.revoked[self.log] = 0
            if old.log in self.truth.rolled_back | self.truth.twice:
                self.truth.rolled_back.add(self.log)
            self.restored = True
            self.world.tell(f"{self.name} opens a new log, {len(copies)} events carried over")
        else:
            self.device = old
        return done

    def keep_branches(self, shown: Run | None = None) -> None:
        """Keep both versions of logs written twice, as `services.journal.branches` does."""
        forks: dict[bytes, int] = {}
        for log, seq, *_ in sorted(self.store.inner.forks):
            forks.setdefault(log, seq)
        for log, seq in forks.items():
            events = self.shelf.logs.get(log, [])[seq - 1 :] if log != self.log else []
            pieces = list(pieces_of(events))
            if shown is not None and shown.log == log:
                theirs = (read(*pair) for pair in shown.events)
                pieces += pieces_of(e for e in theirs if e.envelope.seq >= seq)
            for piece in pieces:
                if not self.cut and any(e.hash not in self.shelf.kept for e in piece):
                    self.write(SYSTEM, list(kept_of(piece)))

    def _copies(self, last: Sealed, originals: list[Sealed]) -> list[Sealed]:
        new: dict[bytes, Sealed] = {}
        for original in originals:
            if original.envelope.type == IncarnationOpened.KIND:
                continue
            e = original.envelope
            self._hlc = hlc.tick(self._hlc, self.clock.wall)
            parents = tuple(new[p].hash if p in new else p for p in e.parents)
            seq, prev = last.envelope.seq + 1, last.hash
            last = new[original.hash] = seal(
                replace(e, log=self.log, seq=seq, prev=prev, parents=parents, hlc=self._hlc)
            )
            if original.hash in self.truth.unlawful:
                self.truth.unlawful.add(last.hash)
        return list(new.values())

    def write(self, actor: Actor, parts: list[Part]) -> bool:
        """One act of this machine's own log; True once it is answered with "saved"."""
        return self.keep(self.seal_act(actor, parts))

    def keep(self, run: Run, store: Callable[[], Taken] | None = None) -> bool:
        """Store an act of our own, answer the person, and see to it that it shows (I8)."""
        try:
            taken = store() if store else self.store.take(run)
        except PowerCut:
            self.world.tell(f"{self.name} loses power in the middle of an act")
            self.cut = True
            return False
        if taken.verdict not in (Verdict.TAKEN, Verdict.REVOKED):
            self.truth.breach("I8 causal_session", f"own act was {taken.verdict}")
            return False
        if store:
            self._read_anew()
        self.refresh()
        if self.shelf.logs[self.log][-1].body != run.events[-1][0]:
            self.truth.breach("I8 causal_session", f"{self.name} does not show its own act")
        for item in self.shelf.logs[self.log][-len(run.events) :]:
            if item.envelope.type != IncarnationOpened.KIND:
                self.truth.saved.append(Saved(self.name, item.envelope.id, item.hash))
            if isinstance(event := item.event(), BookNumberReserved):
                self.truth.paper = max(self.truth.paper, event.number)
        self.canary = (self.log, taken.head.seq)
        if self.talk is not None:
            self.talk.give(Appended())
        return True
