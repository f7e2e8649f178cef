"""Asking over real HTTP and TLS on loopback: who answers, and what when somebody else does."""

from __future__ import annotations

import socket
import threading
import time
from datetime import timedelta

import pytest

from models.errors import ForeignError
from models.events.intake import Noted
from services.clock import FixedClock
from services.sync import protocol as p
from services.sync.accept import Member
from services.sync.answering import Me
from services.sync.client import Address, Caller, NoAnswer, reachable
from services.sync.endpoint import OfficeSite, Waiter
from services.sync.memory import MemoryStore
from tests.support.devices import OFFICE, START
from tests.sync.http_site import HttpSite, tls_of
from tests.sync.logs import writer

NOW = int(START.timestamp() * 1000)


@pytest.fixture
def parts():
    hub, pc = writer("hub"), writer("pc")
    pc.write(Noted("x"))
    members = [Member(w.log, w.device.public_key) for w in (hub, pc)]
    store = MemoryStore(OFFICE, hub.device, members, now_ms=lambda: NOW)
    site = OfficeSite(store, store.members.get, lambda: Me(hub.log), Waiter(), lambda: NOW)
    return hub, pc, store, site


@pytest.fixture
def http(parts):
    server = HttpSite(parts[3])
    yield server
    parts[3].waiter.close()
    server.stop()


@pytest.fixture
def callers():
    made: list[Caller] = []

    def make(address, who, clock=None, **kwargs) -> Caller:
        clock = clock or FixedClock(START)
        caller = Caller(address, who.device, log=lambda: who.log, clock=clock, **kwargs)
        made.append(caller)
        return caller

    yield make
    for caller in made:
        caller.stop()
        caller.close()


def code(caller, question) -> str:
    with pytest.raises(NoAnswer) as caught:
        caller.ask(question)
    return caught.value.code


def test_questions_and_answers_over_one_connection(parts, http, callers):
    _, pc, store, _ = parts
    caller = callers(Address(http.url), pc)
    assert isinstance(caller.ask(p.Push(OFFICE, pc.run())), p.Ack)
    said = caller.ask(p.Heads(OFFICE))
    assert said.heads == dict(store.heads())
    pc.write(Noted("y"))
    pc.write(Noted("z"))
    assert caller.ask(p.Push(OFFICE, pc.run(2))) == p.Gap(pc.log, pc.head_at(1))
    assert reachable(Address(http.url))


@pytest.mark.parametrize("off", [timedelta(days=3650), timedelta(days=-3650)])
def test_a_clock_ten_years_off_is_put_right_by_the_answer(parts, http, callers, off):
    _, pc, _, _ = parts
    caller = callers(Address(http.url), pc, FixedClock(START + off))
    assert isinstance(caller.ask(p.Heads(OFFICE)), p.HeadsAnswer)
    assert http.seen == ["/sync/v1/heads"] * 2
    assert isinstance(caller.ask(p.Heads(OFFICE)), p.HeadsAnswer)
    assert len(http.seen) == 3


@pytest.mark.parametrize(
    ("instead", "expected"),
    [
        ((200, {"Content-Type": "text/html"}, b"<html>Dang nhap wifi</html>"), "DB-04"),
        ((302, {"Location": "http://portal/"}, b""), "DB-04"),
        ((404, {}, b""), "DB-04"),
        ((502, {}, b"bad gateway"), "DB-02"),
        ((500, {}, b"Internal Server Error"), "DB-15"),
        ((200, {"Content-Type": "application/x-mot-cua"}, b"nonsense"), "DB-10"),
        ((200, {"Content-Type": "application/x-mot-cua"}, bytes(9 << 20)), "DB-09"),
    ],
)
def test_what_is_no_answer_of_ours_is_named(parts, http, callers, instead, expected):
    http.instead = instead
    assert code(callers(Address(http.url), parts[1]), p.Heads(OFFICE)) == expected


def test_a_server_in_between_that_says_later_is_heeded(parts, http, callers):
    caller = callers(Address(http.url), parts[1])
    http.instead = (429, {"Retry-After": "7"}, b"slow down")
    assert caller.ask(p.Heads(OFFICE)) == p.Busy(7000)
    http.instead = (503, {}, b"")
    assert caller.ask(p.Heads(OFFICE)).retry_ms > 0


def test_nobody_there_and_nobody_answering(parts, callers):
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        assert code(callers(Address(url), parts[1]), p.Heads(OFFICE)) == "DB-01"
        assert not reachable(Address(url))
        silent.listen()
        slow = callers(Address(url), parts[1], read_s=0.2)
        assert code(slow, p.Heads(OFFICE)) == "DB-02"


def test_an_idle_connection_that_was_closed_is_opened_anew(parts, http, callers):
    caller = callers(Address(http.url), parts[1])
    http.close_each = True
    for _ in range(3):
        assert isinstance(caller.ask(p.Heads(OFFICE)), p.HeadsAnswer)


def test_the_key_of_the_peer_is_compared_before_anything_is_sent(parts, callers, tmp_path):
    hub, pc, _, site = parts
    server = HttpSite(site, tls_of(hub.device, tmp_path))
    try:
        right = callers(Address(server.url, pin=hub.device.public_key), pc)
        assert isinstance(right.ask(p.Heads(OFFICE)), p.HeadsAnswer)
        server.seen.clear()
        wrong = callers(Address(server.url, pin=pc.device.public_key), pc)
        assert code(wrong, p.Heads(OFFICE)) == "DB-03"
        public = callers(Address(server.url), pc)
        assert code(public, p.Heads(OFFICE)) == "DB-26"
        assert server.seen == []
    finally:
        server.stop()


@pytest.mark.parametrize("url", ["http://192.0.2.1:80", "http://city.example", "ftp://127.0.0.1"])
def test_in_the_clear_only_to_this_machine(url):
    with pytest.raises(ForeignError) as caught:
        Address(url)
    assert caught.value.code == "DB-18"
    assert Address("http://[::1]:5").port == 5 and Address("https://city.example").port == 443


def test_a_waiting_poll_can_be_broken_off(parts, http, callers):
    _, pc, _, _ = parts
    caller = callers(Address(http.url), pc)
    ended: list[object] = []

    def poll() -> None:
        try:
            caller.ask(p.Pull(OFFICE, {}, wait_ms=25_000))
        except NoAnswer as error:
            ended.append(error.code)

    thread = threading.Thread(target=poll)
    thread.start()
    while not http.seen:
        time.sleep(0.01)
    before = time.monotonic()
    caller.stop()
    thread.join(20)
    assert ended and time.monotonic() - before < 15
    assert code(caller, p.Heads(OFFICE)) == "DB-01"
