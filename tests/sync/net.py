"""A little world for the engine: stores in memory, one clock, a network that may be bad."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from services.sync import core
from services.sync.accept import Member
from services.sync.answering import Me, answer
from services.sync.memory import MemoryStore
from services.sync.messages import (
    Answered,
    Appended,
    Ask,
    Failed,
    NewLogNeeded,
    PeerDown,
    PeerUp,
    Tick,
    WakeAt,
)
from services.sync.protocol import Push, Question
from tests.support.devices import OFFICE
from tests.sync.logs import Writer, writer

TRIP_MS, LOST_MS = 20, 5_000


@dataclass
class Node:
    """One machine: what it writes, what it holds, its engine, and all its engine ever said."""

    name: str
    writer: Writer
    store: MemoryStore
    state: core.State | None = None
    notes: list = field(default_factory=list)
    asked: list = field(default_factory=list)

    @property
    def log(self) -> bytes:
        return self.writer.log

    @property
    def member(self) -> Member:
        return self.store.members[self.log]


@dataclass
class Net:
    """All nodes, one clock; `bad` gives the share of messages lost, doubled and delayed."""

    names: tuple[str, ...]
    seed: int = 1
    bad: float = 0.0
    change: Callable[[Node, Node, Question], object] | None = None

    def __post_init__(self) -> None:
        self.random = Random(self.seed)
        self.now_ms = 1_000_000
        self.queue: list = []
        self.count = 0
        self.cut: set[frozenset[str]] = set()
        self.served: list[tuple[str, str, Question]] = []
        writers = {name: writer(name) for name in self.names}
        members = [
            Member(w.log, w.device.public_key, "city" if name == "city" else "pc")
            for name, w in writers.items()
        ]
        self.nodes: dict[str, Node] = {}
        for name, each in writers.items():
            store = MemoryStore(OFFICE, each.device, members, now_ms=lambda: self.now_ms)
            self.nodes[name] = Node(name, each, store)
            self.boot(name)

    def __getitem__(self, name: str) -> Node:
        return self.nodes[name]

    def boot(self, name: str) -> None:
        """Start the node's engine afresh on its store."""
        city = self.nodes["city"].writer if "city" in self.nodes else None
        node = self.nodes[name]
        config = core.Config(
            OFFICE, node.log, self.random.random, lambda: self.now_ms,
            key=node.writer.device.public_key,
            city=city.log if city else b"", city_key=city.device.public_key if city else b"",
        )  # fmt: skip
        node.state = core.start(config, node.store)

    def connect(self, name: str, *others: str, relay: bool = False) -> None:
        for other in others:
            to = self[other]
            kind = self[other].member.kind
            self.give(name, PeerUp(to.log, to.writer.device.public_key, kind, relay))

    def write(self, name: str, *events) -> None:
        node = self[name]
        before = len(node.writer.events)
        node.writer.write(*events)
        node.store.append(node.writer.events[before:])
        self.give(name, Appended())

    def at(self, delay: int, call: Callable[[], None]) -> None:
        self.count += 1
        heapq.heappush(self.queue, (self.now_ms + delay, self.count, call))

    def give(self, name: str, given) -> None:
        """One step of the node's engine; its questions travel."""
        node = self[name]
        node.state, outputs = core.step(node.state, given, now_ms=self.now_ms)
        for output in outputs:
            if isinstance(output, Ask):
                node.asked.append((self.now_ms, output))
                self._travel(node, output)
            elif isinstance(output, WakeAt):
                self.at(output.at_ms - self.now_ms, lambda: self.give(name, Tick()))
            else:
                node.notes.append(output)

    def _travel(self, node: Node, ask: Ask) -> None:
        to = next((n for n in self.nodes.values() if n.log == ask.peer), None)
        link = frozenset((node.name, to.name)) if to else frozenset()
        if to is None or link in self.cut or self.random.random() < self.bad:
            self.at(LOST_MS, lambda: self.give(node.name, Failed(ask.request)))
            return
        for _ in range(1 + (self.random.random() < self.bad)):
            self.at(self._trip(), lambda: self._arrive(node, to, ask))

    def _trip(self) -> int:
        return TRIP_MS + (self.random.randrange(3_000) if self.random.random() < self.bad else 0)

    def _arrive(self, node: Node, to: Node, ask: Ask) -> None:
        self.served.append((node.name, to.name, ask.question))
        before = dict(to.store.heads())
        said = self.change(node, to, ask.question) if self.change else None
        if said is None:
            asker = to.store._find_key(node.writer.device.public_key)
            assert asker is not None
            me = Me(to.log, to.name)
            said = answer(to.store, ask.question, asker=asker, me=me, now_ms=self.now_ms)
        if isinstance(ask.question, Push) and dict(to.store.heads()) != before:
            self.give(to.name, Appended())
        if self.random.random() < self.bad:
            self.at(LOST_MS, lambda: self.give(node.name, Failed(ask.request, "DB-02")))
        else:
            self.at(self._trip(), lambda: self.give(node.name, Answered(ask.request, said)))

    def run(self, seconds: float) -> None:
        """Let so much time pass."""
        end = self.now_ms + int(seconds * 1000)
        while self.queue and self.queue[0][0] <= end:
            at, _, call = heapq.heappop(self.queue)
            self.now_ms = max(self.now_ms, at)
            call()
        self.now_ms = end

    def split(self, *pair: str) -> None:
        """Cut the cable between two nodes; both notice."""
        self.cut.add(frozenset(pair))
        for name, other in (pair, pair[::-1]):
            self.give(name, PeerDown(self[other].log))

    def heads(self) -> list[dict]:
        return [dict(node.store.heads()) for node in self.nodes.values()]

    def said(self, name: str, kind) -> list:
        return [note for note in self[name].notes if isinstance(note, kind)]

    def needs_new_log(self, name: str) -> list[NewLogNeeded]:
        return self.said(name, NewLogNeeded)
