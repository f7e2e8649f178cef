"""When what is silent is tried again: never because of our own work, never all at once."""

from __future__ import annotations

import socket
import threading
from random import Random

import pytest

from models.events.intake import Noted
from services.clock import FixedClock
from services.sync import link as links
from services.sync.client import Address, Caller
from services.sync.link import Absence, Link, PeerPlace
from services.sync.messages import Ask, PeerUp
from services.sync.protocol import Heads
from services.sync.state import comeback_ms
from tests.support.devices import OFFICE, START
from tests.sync.logs import writer
from tests.sync.net import Net

HOUR_MS = 3_600_000


def questions(net, name, seconds):
    """How many questions the node puts while it writes an act every second."""
    before = len(net[name].asked)
    for n in range(seconds):
        net.write(name, Noted(f"{n}"))
        net.run(1)
    return len(net[name].asked) - before


def test_a_busy_pc_does_not_hammer_a_city_that_is_away():
    net = Net(("city", "a"))
    net.cut.add(frozenset(("city", "a")))
    net.connect("a", "city")
    net.run(600)
    assert questions(net, "a", 600) < 40
    net.cut.clear()
    net.connect("a", "city")
    net.run(0.2)
    assert net["city"].store.heads() == net["a"].store.heads()
    assert questions(net, "a", 5) >= 5, "a city that answers gets each act at once"


def met_after(seed, away_ms):
    """How many ms after a city came back a PC speaks to it."""
    net = Net(("city", "a"), seed)
    net.cut.add(frozenset(("city", "a")))
    net.connect("a", "city")
    net.run(60)
    net.cut.clear()
    node, to, start = net["a"], net["city"], net.now_ms
    before = len(node.asked)
    net.give("a", PeerUp(to.log, to.writer.device.public_key, "city", away_ms=away_ms))
    while len(node.asked) == before:
        net.run(0.1)
        assert net.now_ms - start < 70_000
    return node.asked[before][0] - start


@pytest.mark.parametrize(("minutes", "least", "most"), [(1, 3_000, 6_000), (60, 45_000, 60_000)])
def test_all_offices_find_a_city_that_was_away_but_not_in_one_moment(minutes, least, most):
    times = sorted(met_after(seed, minutes * 60_000) for seed in range(126))
    assert least <= times[-1] - times[0] and times[-1] <= most
    tenth = max(sum(at <= other < at + most / 10 for other in times) for at in times)
    assert tenth < 126 / 3, "no tenth of the time sees a third of the offices"


def test_who_asks_by_hand_waits_for_nothing_also_during_the_pause():
    assert met_after(1, 0) == 0
    net = Net(("city", "a"))
    to = net["city"]
    net.write("a", Noted("x"))
    net.give("a", PeerUp(to.log, to.writer.device.public_key, "city", away_ms=HOUR_MS))
    net.write("a", Noted("y"))
    assert net["a"].asked == []
    net.connect("a", "city")
    net.run(0.2)
    assert to.store.heads() == net["a"].store.heads()


def test_the_pause_grows_with_the_absence_up_to_a_minute():
    draw = Random(1).random
    assert comeback_ms(9_000, draw) == comeback_ms(0, draw) == 0
    assert max(comeback_ms(60_000, draw) for _ in range(200)) <= 6_000
    assert 50_000 < max(comeback_ms(10 * HOUR_MS, draw) for _ in range(200)) <= 60_000


def test_an_absence_of_our_own_network_makes_nobody_wait():
    away = Absence(10.0, ("10.0.0.5",))
    away.look(("10.0.0.5",))
    assert away.away_ms(70.0) == 60_000
    away.look(())
    away.look(("10.0.0.5",))
    assert away.away_ms(70.0) == 0


def test_a_link_tells_how_long_its_peer_was_away(monkeypatch):
    monkeypatch.setattr(links, "PROBE_S", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    place = PeerPlace(b"c" * 16, b"", "city", "city", Address(f"http://127.0.0.1:{port}"))
    seconds, found = [100.0], []
    failed, back = threading.Event(), threading.Event()
    device = writer("a").device
    at = FixedClock(START, seed=1)
    link = Link(
        place, lambda where: Caller(where, device, log=lambda: device.log, clock=at),
        give=lambda given, ask: failed.set(),
        found=lambda away: (found.append(away), back.set()),
        now=lambda: seconds[0],
    )  # fmt: skip
    try:
        link.put(Ask(place.log, 1, Heads(OFFICE)))
        assert failed.wait(30)
        seconds[0] += 90
        with socket.create_server(("127.0.0.1", port)):
            assert back.wait(30)
    finally:
        link.stop()
        link.join(10)
    assert found[0] == 90_000
