"""The shell around the production engine on one machine: its questions travel, its notes are kept.

`services.sync.core` asks, `services.sync.answering` answers; nothing of the protocol is here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from bench.simulation.acts import OFFICE
from bench.simulation.stored import PowerCut
from bench.simulation.world import SECOND
from services.sync import answering, core
from services.sync.messages import (
    Answered,
    Ask,
    Changed,
    Failed,
    Forked,
    Given,
    NewLogNeeded,
    Output,
    PeerUp,
    Reborn,
    Rejected,
    Tick,
    WakeAt,
)
from services.sync.protocol import Ack, Answer, Pull, Push, Question, Refused, Suffixes

if TYPE_CHECKING:
    from bench.simulation.nodes import Node
    from bench.simulation.office import Office

__all__ = ["Talk", "answer_of"]

PATIENCE = 30 * SECOND
"""After this long without an answer the transport gives up (besides the time of a long poll)."""


class Talk:
    """One run of the engine: begins when the machine is switched on, ends with it."""

    def __init__(self, office: Office, node: Node) -> None:
        self.office = office
        self.node = node
        self.alive = True
        self._wake = -1
        self._open: set[int] = set()
        self.asked = 0
        city = office.city_device
        config = core.Config(
            OFFICE, node.log, office.world.random.random, lambda: node.clock.wall,
            key=node.device.public_key, former=frozenset(node.former),
            city=city.log, city_key=city.public_key,
        )  # fmt: skip
        self.state = core.start(config, node.store)

    def meet(self, peer: Node, *, kind: str, relay: bool) -> None:
        """Another machine can be reached."""
        key = peer.device.public_key
        self.give(PeerUp(peer.log, key, kind, relay))

    def give(self, given: Given) -> None:
        """One step of the production engine, and everything it wants done."""
        if not self.alive:
            return
        try:
            self.state, outputs = core.step(self.state, given, now_ms=self.office.world.now)
        except PowerCut:
            self.office.crash(self.node)
            return
        for output in outputs:
            self._carry_out(output)

    def _carry_out(self, output: Output) -> None:
        if isinstance(output, Ask):
            self._ask(output)
        elif isinstance(output, WakeAt):
            self._sleep_until(output.at_ms)
        elif isinstance(output, NewLogNeeded):
            self.office.world.later(0, lambda: self._be_reborn(output))
        elif isinstance(output, Forked):
            self._keep_branches(output)
        elif isinstance(output, Changed):
            self.node.refresh()
            self._keep_branches()
            self.office.changed(self.node)
        elif isinstance(output, Rejected):
            self.office.rejected(self.node, output)

    def _keep_branches(self, found: Forked | None = None) -> None:
        """A new event of the own log, from within a step: it goes out after this one."""

        def keep() -> None:
            if self.alive and self.node.store.inner.forks:
                self.node.keep_branches(found.run if found else None)
                if self.node.cut:
                    self.office.crash(self.node)
                else:
                    self.office.changed(self.node)

        if found or self.node.store.inner.forks:
            self.office.world.later(0, keep)

    def _be_reborn(self, needed: NewLogNeeded) -> None:
        if self.alive and needed.log == self.node.log:
            truth = self.office.truth
            if needed.log not in truth.twice | truth.rolled_back:
                truth.breach("I18 restore_no_fork", f"{self.node.name} begins anew for nothing")
            self.node.open_new_log(needed.common)
            self.give(Reborn(self.node.log))
            self.office.changed(self.node)

    def _sleep_until(self, at_ms: int) -> None:
        self._wake += 1
        mine = self._wake

        def ring() -> None:
            if mine == self._wake:
                self.give(Tick())

        self.office.world.later(max(1, at_ms - self.office.world.now), ring)

    def _ask(self, ask: Ask) -> None:
        self.asked += 1
        self._open.add(ask.request)
        patience = PATIENCE + (ask.question.wait_ms if isinstance(ask.question, Pull) else 0)
        peer = self.office.find(ask.peer, self.node)

        def end(given: Given) -> None:
            if ask.request in self._open:
                self._open.discard(ask.request)
                heard = any(ask.request in known.open for known in self.state.peers.values())
                self.give(given)
                answer = given.answer if isinstance(given, Answered) and heard else None
                if isinstance(answer, Suffixes) and self.alive and not ask.aside:
                    self.office.check_taken(self.node, answer)

        self.office.world.later(patience, lambda: end(Failed(ask.request)))
        if peer is None or not self.office.net.reaches(self.node.name, peer.name):
            self.office.world.later(1, lambda: end(Failed(ask.request)))
            return
        self.office.net.send(
            self.node.name, peer.name,
            lambda: self._asked(peer, ask, lambda given: end(given)),
        )  # fmt: skip

    def _asked(self, peer: Node, ask: Ask, end: Callable[[Given], None]) -> None:
        """The question arrives at `peer`; the answer goes the same uncertain way back."""

        def reply(answer: Answer) -> None:
            if isinstance(answer, Ack):
                self.office.promised(peer, answer)
            elif peer.name in self.office.liars:
                answer = self.office.spoil(answer, self.node.log)
            self.office.net.send(
                peer.name, self.node.name, lambda: end(Answered(ask.request, answer))
            )

        serve(self.office, peer, self.node.admitted, question=ask.question, reply=reply)


def serve(
    office: Office, peer: Node, asker: bytes, *, question: Question, reply: Callable[[Answer], None]
) -> None:
    """Answer now, or when there is something to tell (a long poll), or when the time is over."""
    found = answer_of(office, peer, asker, question=question)
    waits = isinstance(question, Pull) and question.wait_ms > 0
    if not (waits and isinstance(found, Suffixes) and not found.runs):
        if found is not None:
            reply(found)
        return
    done: list[bool] = []

    def again() -> None:
        if not done:
            done.append(True)
            later = answer_of(office, peer, asker, question=question)
            if later is not None:
                reply(later)

    assert isinstance(question, Pull)
    office.listeners.setdefault(peer.name, []).append(again)
    office.world.later(question.wait_ms, again)


def answer_of(office: Office, peer: Node, asker: bytes, *, question: Question) -> Answer | None:
    """What the production answering half of `peer` says to the machine admitted as `asker`.

    None when the power went while it was answering.
    """
    member = peer.store.member_of(asker)
    if member is None:
        return Refused("DB-07", "")
    before = peer.store.changes
    try:
        found = answering.answer(
            peer.store, question, asker=member, me=answering.Me(peer.log), now_ms=peer.clock.wall
        )
    except PowerCut:
        office.crash(peer)
        return None
    if isinstance(question, Push) and before != peer.store.changes:
        peer.refresh()
        office.changed(peer)
    return found
