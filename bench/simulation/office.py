"""A simulated office: five PCs, the hub and the city; whom they know and what they promised."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from random import Random
from typing import Any

from bench.simulation.acts import OFFICE
from bench.simulation.network import Network
from bench.simulation.nodes import SYSTEM, Node, make_device
from bench.simulation.shelf import START as START_OF_LOG
from bench.simulation.shelf import read
from bench.simulation.talking import Talk
from bench.simulation.truth import Truth
from bench.simulation.workload import work
from bench.simulation.world import DAY, HOUR, SECOND, PcClock, World
from models.codec import Event
from models.envelope import Sealed
from models.errors import ForeignError
from models.events.roster import DeviceAdmitted, DeviceRevoked, HubOrder, roster_stream
from services.journal.device import Device
from services.sync.accept import Member
from services.sync.doubting import UNTRUE
from services.sync.memory import MemoryStore
from services.sync.messages import Appended, PeerDown, Rejected, RelayFor
from services.sync.protocol import Ack, Answer, Head, HeadsAnswer, HelloAnswer, Run, Suffixes

__all__ = ["YEAR", "Office", "flip_a_bit"]

YEAR = 365 * DAY
PCS = 5
CITY = 99
_ERRORS = (0, 0, 0, 40 * SECOND, -3 * HOUR, -YEAR, YEAR, -10 * YEAR, 10 * YEAR)
"""How wrong the clocks of PCs are at the beginning."""


def flip_a_bit(source: Random, run: Run) -> Run:
    """The run with one bit of one event changed."""
    place = source.randrange(len(run.events))
    body, signature = run.events[place]
    spot = source.randrange(len(body))
    bad = body[:spot] + bytes([body[spot] ^ (1 << source.randrange(8))]) + body[spot + 1 :]
    pairs = (*run.events[:place], (bad, signature), *run.events[place + 1 :])
    return replace(run, events=pairs)


class Office:
    """All machines and what joins them. `pcs[0]` is the hub, in slot 0; clones stand apart.

    `keeper` is the PC at which the records clerk numbers documents, the hub until it is lost.
    """

    def __init__(self, world: World) -> None:
        self.world = world
        self.truth = Truth()
        self.net = Network(world)
        self.listeners: dict[str, list[Callable[[], None]]] = {}
        self.images: dict[str, tuple[Device, tuple[bytes, int] | None, tuple[Any, ...]]] = {}
        self.liars: set[str] = set()
        self.restored_at: dict[str, int] = {}
        self.spoilt: set[bytes] = set()
        self.claimed: set[bytes] = set()
        self.spoilt_runs: list[Run] = []
        self.city_device = make_device(CITY, 1, slot=-1, name="city")
        self.city = self._node(self.city_device, CITY, error=0)
        names = ["hub", *(f"pc{n}" for n in range(1, PCS + 1))]
        self.pcs = [
            self._node(make_device(slot + 1, 1, slot=slot, name=name), slot + 1,
                       error=world.random.choice(_ERRORS))
            for slot, name in enumerate(names)
        ]  # fmt: skip
        self.clones: list[Node] = []
        self.keeper = self.pcs[0]
        self.first_devices = {node.number: node.device for node in self.pcs}

    @property
    def nodes(self) -> list[Node]:
        """Every machine that is not gone for good."""
        return [self.city, *self.alive, *self.clones]

    @property
    def alive(self) -> list[Node]:
        """The PCs that are not gone for good, clones aside."""
        return [node for node in self.pcs if node.name not in self.net.gone]

    @property
    def seats(self) -> list[Node]:
        """Machines that clerks sit at."""
        return [*self.alive, *self.clones]

    @property
    def trusted(self) -> list[Node]:
        """Machines that were not revoked, the city first; the others learn nothing any more."""
        gone = {self.truth.keys[log] for log in self.revoked()}
        return [n for n in self.nodes if n.device.public_key not in gone]

    def revoked(self) -> dict[bytes, int]:
        """The last good event of each revoked log, as the city knows it."""
        members = self.city.store.inner.members.values()
        return {m.log: m.last_seq for m in members if m.last_seq is not None}

    def forked(self) -> set[bytes]:
        """Logs of which two machines hold different events of the same number."""
        versions: dict[bytes, list[list[Sealed]]] = {}
        for node in self.nodes:
            for log, events in node.shelf.logs.items():
                versions.setdefault(log, []).append(events)
        found = set()
        for log, held in versions.items():
            longest = max(held, key=len)
            if any(events[-1].hash != longest[len(events) - 1].hash for events in held):
                found.add(log)
        return found

    @property
    def kept(self) -> set[bytes]:
        """Events that were answered with "saved"."""
        return {act.hash for act in self.truth.saved}

    def _node(self, device: Device, number: int, *, error: int, name: str = "") -> Node:
        clock = PcClock(self.world, error)
        city = self.city_device

        def build(mine: Device) -> MemoryStore:
            trusted = [Member(city.log, city.public_key, "city")]
            return MemoryStore(OFFICE, mine, trusted, now_ms=lambda: clock.wall)

        self.truth.tell_key(device)
        return Node(
            self.world, self.truth, device, number=number, build=build, clock=clock, name=name
        )

    def found(self) -> None:
        """The city admits the PCs and ranks the hubs; some dossiers are under way already."""
        said: list[tuple[str, Event]] = [
            (roster_stream(OFFICE), DeviceAdmitted(d.log, d.public_key, 1, d.slot, d.name))
            for d in (pc.device for pc in self.pcs)
        ]
        said.append((roster_stream(OFFICE), HubOrder(tuple(pc.log for pc in self.pcs))))
        runs = [self.city.seal_act(SYSTEM, said)]
        self.city.store.take(runs[0])
        hub = self.pcs[0]
        hub.store.take(runs[0])
        hub.refresh()
        for _ in range(self.world.random.randrange(4, 12)):
            work(self.world, hub)
        everything = hub.store.run_after(hub.log, START_OF_LOG, events=1 << 30, size=1 << 30)
        runs += [everything] if everything else []
        for node in self.nodes:
            for run in runs:
                self._give(node, run)
            node.refresh()

    def _give(self, node: Node, run: Run) -> None:
        """Hand a run over before any engine runs."""
        try:
            node.store.take(run)
        except ForeignError as error:
            self.truth.breach("I17 clock_free", f"an honest run was refused ({error.code})")

    def switch_on(self) -> None:
        """Start the engine on every PC."""
        for node in self.seats:
            self.start(node)

    def start(self, node: Node) -> None:
        """Start the engine of one PC: it knows the city, the hub and the other PCs."""
        node.talk = Talk(self, node)
        self.greet(node, node.talk)

    def greet(self, node: Node, talk: Talk) -> None:
        """Tell an engine whom it can reach; who writes another log now is left (as by the LAN)."""
        there = {peer.log for peer, _ in self.peers_of(node)}
        for gone in [log for log in talk.state.peers if log not in there]:
            talk.give(PeerDown(gone))
        for peer, kind in self.peers_of(node):
            near = kind != "city" and node in self.clones  # nobody can call a clone to fetch it
            talk.meet(peer, kind=kind, relay=near or (kind == "city" and node is self.relay))

    @property
    def relay(self) -> Node:
        """Who passes the logs of others to the city: the first of the hub order that is alive."""
        lawful = [n for n in self.alive if n.log not in self.truth.revoked] or self.alive
        on = [n for n in lawful if n.name not in self.net.off]
        return on[0] if on else lawful[0]

    def peers_of(self, node: Node) -> Iterator[tuple[Node, str]]:
        """Whom a PC talks with, and as what: the city, the hub, and its neighbours in the ring."""
        yield self.city, "city"
        first = self.alive[0].slot
        near = {(node.slot + step) % len(self.pcs) for step in (-1, 1)} | {first}
        for place in sorted(near):
            peer = self.pcs[place]
            if peer.number != node.number and peer in self.alive:
                yield peer, "pc" if place != first else "hub"

    def find(self, log: bytes, asker: Node) -> Node | None:
        """The machine behind a log, as addresses lead there: a clone cannot be called."""
        for node in (self.city, *self.alive):
            if (node.log == log or log in node.former):
                return node
        return None

    def crash(self, node: Node) -> None:
        """A power cut: memory and what was not synced are gone; soon the machine is back."""
        if node.talk is not None:
            node.talk.alive = False
            node.talk = None
        lost = node.disk.crash(self.world.random)
        node.restart()
        self.listeners.pop(node.name, None)
        self.check_promises(node)
        self.world.tell(f"{node.name} crashes, {lost} unsynced records lost")
        if node is not self.city:
            self.world.later(self.world.random.randrange(5 * SECOND), lambda: self._back(node))

    def _back(self, node: Node) -> None:
        if node.talk is None:
            self.start(node)

    def changed(self, node: Node) -> None:
        """Something new stands on `node`: its engine and those who wait for it hear of it."""
        if node.talk is not None:
            node.talk.give(Appended())
        for waiting in self.listeners.pop(node.name, []):
            self.world.later(0, waiting)

    def promised(self, node: Node, ack: Ack) -> None:
        """`node` says that it holds a log durably: it must, whatever happens to its power."""
        given = self.truth.promises.setdefault(node.name, {})
        if ack.log not in given or given[ack.log].seq < ack.head.seq:
            given[ack.log] = ack.head

    def check_promises(self, node: Node) -> None:
        """After a power cut: what was acknowledged and what was called "saved" is there."""
        for log, head in self.truth.promises.get(node.name, {}).items():
            if node.store.inner.head_at(log, head.seq) != head:
                self.truth.breach("I1 no_lost_ack", f"{node.name} lost what it had acknowledged")
        held = {e.envelope.id for log in node.shelf.logs.values() for e in log}
        said = self.truth.saved[self.restored_at.get(node.name, 0) :]
        if any(act.pc == node.name and act.id not in held for act in said):
            self.truth.breach("I1 no_lost_ack", f'{node.name} lost an act it had called "saved"')

    def spoil(self, answer: Answer, asker: bytes) -> Answer:
        """A hostile machine answers: it says it holds what it does not, or changes one bit."""
        more = Head(self.world.random.randrange(1, 40), self.world.random.randbytes(32))
        if isinstance(answer, HelloAnswer):
            self.claimed.add(asker)
            return replace(answer, yours=more)
        if isinstance(answer, HeadsAnswer):
            self.claimed.add(asker)
            return replace(answer, heads={**answer.heads, asker: more})
        return self._spoil_runs(answer) if isinstance(answer, Suffixes) else answer

    def _spoil_runs(self, answer: Suffixes) -> Suffixes:
        runs = list(answer.runs)
        if runs:
            place = self.world.random.randrange(len(runs))
            self.spoilt.add(runs[place].log)
            runs[place] = flip_a_bit(self.world.random, runs[place])
            self.spoilt_runs.append(runs[place])
        return replace(answer, runs=tuple(runs))

    def check_taken(self, node: Node, answer: Suffixes) -> None:
        """A bad run keeps nothing else waiting: the others of the same answer stand here now."""
        for run in answer.runs:
            log = run.log
            if log in node.former | {node.log} | self.truth.twice or run in self.spoilt_runs:
                continue
            last = read(*run.events[-1])
            if node.store.head_at(log, last.envelope.seq) != Head(last.envelope.seq, last.hash):
                self.truth.breach("I13 no_head_of_line", f"{node.name} left a good run aside")

    def forget_promises(self, node: Node) -> None:
        """An older disk was put in by hand: nobody can hold the machine to what it had said."""
        self.truth.promises.pop(node.name, None)
        self.restored_at[node.name] = len(self.truth.saved)

    def lose(self, node: Node) -> None:
        """A machine is gone for good, with its disk."""
        if node.talk is not None:
            node.talk.alive = False
            node.talk = None
        self.net.gone.add(node.name)
        self.listeners.pop(node.name, None)
        self.count_losses(node, {e.hash: e for log in node.shelf.logs.values() for e in log})
        for seat in self.seats:
            self.relay_again(seat)
            if seat.talk is not None:
                self.greet(seat, seat.talk)
        self.world.tell(f"{node.name} is lost for good")

    def count_losses(self, node: Node, before: dict[bytes, Sealed]) -> None:
        """What stood on the replaced disk alone is lost; the screen must have said "only here"."""
        left = {e.envelope.id for n in self.nodes for log in n.shelf.logs.values() for e in log}
        for item in before.values():
            if item.envelope.id not in left:
                self.truth.lost.add(item.envelope.id)

    def check_canary(self, node: Node) -> None:
        """At the start of a PC: is the disk older than what this PC remembers outside of it?"""
        head = node.store.heads().get(node.log)
        seq = head.seq if head else 0
        if node.canary is not None and (node.canary[0] != node.log or node.canary[1] > seq):
            node.open_new_log(seq)

    def clone(self, original: Node) -> None:
        """A second machine with the same key and the same disk."""
        first = self.first_devices[original.number]
        twin = self._node(
            first, original.number, error=original.clock.offset, name=f"{original.name}-clone"
        )
        twin.disk.restore(original.disk.image())
        twin.restart()
        self.clones.append(twin)
        self.truth.twice.add(original.log)
        self.start(twin)
        self.world.tell(f"{original.name} is cloned")

    def revoke(self, node: Node, event: DeviceRevoked) -> None:
        """The city's word; who hears of it later learns it from anybody."""
        self.truth.revoked[node.log] = event.last_seq
        self.city.write(SYSTEM, [(roster_stream(OFFICE), event)])
        self.changed(self.city)
        for seat in self.seats:
            self.relay_again(seat)
        self.world.tell(f"{node.name} is revoked after {event.last_seq}")

    def forget_peer(self, node: Node, peer: bytes) -> None:
        """Tell an engine that a machine cannot be reached any more."""
        if node.talk is not None:
            node.talk.give(PeerDown(peer))

    def relay_again(self, node: Node) -> None:
        """Tell an engine whether it passes the logs of others to the city now."""
        if node.talk is not None:
            node.talk.give(RelayFor(self.city.log, node is self.relay))

    def reconnect(self) -> None:
        """Everything works again, and every engine hears that its peers can be reached."""
        self.net.calm()
        for node in self.seats:
            if node.talk is None:
                self.start(node)
            else:
                self.greet(node, node.talk)

    def rejected(self, node: Node, note: Rejected) -> None:
        """A run was refused: what an honest machine wrote may only be refused for a reason."""
        spoilt = note.ours and note.log in self.spoilt
        spoilt = spoilt or (note.code == UNTRUE and note.log in self.claimed | self.spoilt)
        allowed = spoilt or note.log in self.truth.twice or note.log in self.truth.revoked
        if not allowed:
            self.truth.breach("I17 clock_free", f"an honest run was refused ({note.code})")
