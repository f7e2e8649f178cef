"""I15: a month without the city costs few questions and no memory; then a minute brings it all."""

from __future__ import annotations

from bench.simulation.history import play
from bench.simulation.nodes import Node
from bench.simulation.office import Office
from bench.simulation.signatures import quick_signatures
from bench.simulation.workload import work
from bench.simulation.world import DAY, MINUTE, World
from services.sync import core

DAYS = 30
A_DAY = 24 * 60


def lonely_pc(office: Office) -> Node:
    """One PC that knows nobody but the city; the others are switched off."""
    office.switch_on()
    office.world.run(MINUTE)
    alone = office.pcs[1]
    for node in office.seats:
        if node is alone:
            for peer in [p for p in node.talk.state.peers if p != office.city.log]:
                office.forget_peer(node, peer)
        else:
            node.talk.alive = False
    return alone


def test_a_month_without_the_city() -> None:
    with quick_signatures():
        office = Office(World(1))
        office.found()
        pc = lonely_pc(office)
        office.net.islands[office.city.name] = 1
        asked = []
        for _ in range(DAYS):
            before = pc.talk.asked
            for _ in range(4):
                work(office.world, pc)
                office.world.run(DAY // 4)
                assert sum(len(peer.open) for peer in pc.talk.state.peers.values()) <= 2
            asked.append(pc.talk.asked - before)
        assert max(asked) <= 2.5 * A_DAY, "about one question a minute each way"
        assert sum(asked[-5:]) < 1.5 * sum(asked[:5]), "the rate does not grow"
        assert core.standing(pc.talk.state, office.city.log).to_push > 0
        office.net.islands.clear()
        office.greet(pc, pc.talk)
        office.world.run(MINUTE)
        held = {e.envelope.id for log in office.city.shelf.logs.values() for e in log}
        assert {act.id for act in office.truth.saved} <= held


def test_the_same_seed_is_the_same_history() -> None:
    assert play(7) == play(7)
    assert play(7) != play(8)
