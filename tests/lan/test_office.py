"""The office over the LAN while the city is cut off: real processes, a real network.

PC one records, PC two handles, the hub's PC approves, numbers and signs; the hub is killed and
another PC relays and takes the book over; the city comes back and has everything.
"""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

from tests.lan.town import BOUND, Town, town
from tests.support.namespaces import why_not

FAST = ("--look", "0.3", "--silent", "2000")
NETWORK = os.environ.get("MOTCUA_LAN_TEST") or ("loopback" if why_not() else "namespaces")
"""Namespaces where they can be made; addresses of loopback else, or when asked for."""


def until(true, what: str) -> None:
    end = time.monotonic() + BOUND
    while not true():
        assert time.monotonic() < end, what
        time.sleep(0.02)


def everywhere(pcs, dossier: str, status: str, times: dict[str, float]) -> None:
    """Wait until each PC shows the dossier so; what the slowest took is kept."""
    start = time.monotonic()
    for pc in pcs:
        assert pc.ask("wait", dossier=dossier, status=status, seconds=BOUND), (pc.name, status)
    times[status] = round(time.monotonic() - start, 3)


def even(pcs) -> bool:
    return len({pc.ask("digest") for pc in pcs}) == 1


def test_a_day_without_the_city(tmp_path: Path, record_property) -> None:
    with town(tmp_path, NETWORK) as made:
        play(made, record_property)


def play(made: Town, record_property) -> None:
    hub = made.open_pc("hub", "lanhdao", *FAST)
    one = made.open_pc("one", "tiepnhan", *FAST, "--peer", made.listen("hub"))
    two = made.open_pc("two", "thuly", *FAST, "--peer", made.listen("hub"))
    office = (one, two, hub)
    until(lambda: all(len(pc.ask("peers")) == 3 for pc in office), "everybody meets everybody")
    until(lambda: even(office), "all PCs have the same")
    until(lambda: hub.ask("relaying"), "the first PC relays")
    assert not one.ask("relaying") and not two.ask("relaying")

    made.cut_wan()
    times: dict[str, float] = {}
    dossier = one.ask("receive")
    everywhere(office, dossier, "received", times)
    two.ask("handle", dossier=dossier)
    everywhere(office, dossier, "submitted", times)
    hub.ask("approve", dossier=dossier)
    everywhere(office, dossier, "approved", times)
    assert hub.ask("number", dossier=dossier) == 1
    everywhere(office, dossier, "numbered", times)
    hub.ask("sign", dossier=dossier)
    everywhere(office, dossier, "signed", times)
    record_property("seconds", json.dumps(times))
    print("seconds from an act to all PCs:", times)
    assert max(times.values()) < 5

    hub.kill()
    second = one.ask("receive")
    two.ask("wait", dossier=second, status="received")
    two.ask("handle", dossier=second)
    two.ask("approve", dossier=second)
    assert two.ask("take_over", last=1) == two.ask("log")
    assert two.ask("number", dossier=second) == 2
    everywhere((one, two), second, "numbered", times)
    until(lambda: one.ask("relaying"), "the second PC relays when the hub is silent")

    made.heal_wan()
    until(lambda: one.ask("unsent") == two.ask("unsent") == 0, "the city has it")
    hub = made.open_pc("hub", "lanhdao", *FAST)
    office = (one, two, hub)
    until(lambda: even(office), "the hub is back and has everything")
    until(lambda: hub.ask("relaying") and not one.ask("relaying"), "the hub relays again")
    until(lambda: made.city_digest() == hub.ask("digest"), "the city has everything")
    books = [pc.ask("book") for pc in office]
    assert books[0] == books[1] == books[2]
    assert [(n, state) for n, _, state in books[0]] == [(1, "reserved"), (2, "reserved")]
    assert all(pc.ask("verify") for pc in office)
    for pc in office:
        pc.close()
