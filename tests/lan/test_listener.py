"""The listener of a PC: pinned TLS, limits for strangers, long answers side by side."""

from __future__ import annotations

import contextlib
import http.client
import socket
import ssl
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from models.errors import MachineError
from services.clock import SystemClock
from services.journal.device import make_device
from services.sync.client import Address, Caller, NoAnswer
from services.sync.endpoint import MEDIA_TYPE
from services.sync.listener import Limits, Listener
from services.sync.protocol import Busy, Heads
from services.sync.tls import client_context, key_at, key_of, server_context
from services.sync.wire import encode

HERE = "127.0.0.1"
CLOCK = SystemClock()
HUB = make_device(CLOCK, name="hub", slot=0)
OTHER = make_device(CLOCK, name="other", slot=1)


class Talk(http.client.HTTPConnection):
    """One connection over a socket that is open already."""

    def __init__(self, sock: socket.socket) -> None:
        super().__init__(HERE)
        self.sock = sock

    def ask(self, path="/sync/v1/heads", body=b"x", headers=None):
        self.request("POST", path, body, headers or {})
        answer = self.getresponse()
        return answer.status, answer.read()


@pytest.fixture
def listening():
    opened = []

    def start(handler=lambda path, _headers, body: (200, {}, path.encode() + body), **more):
        made = Listener(handler, server_context(HUB, CLOCK), **more)
        made.start(HERE, [0])
        opened.append(made)
        return made

    yield start
    for each in opened:
        each.close()


def connect(listener: Listener) -> ssl.SSLSocket:
    plain = socket.create_connection((HERE, listener.port), 30)
    return client_context().wrap_socket(plain)


def test_the_peer_is_known_by_its_key_over_tls_1_3(listening) -> None:
    listener = listening()
    with connect(listener) as secure:
        assert key_of(secure) == HUB.public_key and secure.version() == "TLSv1.3"
        assert Talk(secure).ask(body=b"!") == (200, b"/sync/v1/heads!")
        assert Talk(secure).ask(body=b"") == (200, b"/sync/v1/heads")
    assert key_at(f"https://{HERE}:{listener.port}") == HUB.public_key
    with socket.create_server((HERE, 0)) as silent:
        port = silent.getsockname()[1]
        assert key_at(f"https://{HERE}:{port}", seconds=0.2) == b""
    assert key_at(f"https://{HERE}:{port}") == b""


def test_nothing_is_sent_to_a_machine_with_another_key(listening) -> None:
    seen = []
    listener = listening(lambda *said: seen.append(said) or (200, {}, b""))
    address = Address(f"https://{HERE}:{listener.port}", pin=OTHER.public_key)
    caller = Caller(address, OTHER, log=lambda: OTHER.log, clock=CLOCK)
    with pytest.raises(NoAnswer) as refused:
        caller.ask(Heads("00001"))
    assert refused.value.code == "DB-03" and not seen


def test_a_peer_that_hangs_up_after_each_answer_is_asked_again(listening) -> None:
    said = encode(Busy(1000))
    headers = {"Content-Type": MEDIA_TYPE, "Connection": "close"}
    listener = listening(lambda *_: (429, headers, said))
    address = Address(f"https://{HERE}:{listener.port}", pin=HUB.public_key)
    caller = Caller(address, OTHER, log=lambda: OTHER.log, clock=CLOCK)
    assert [caller.ask(Heads("00001")) for _ in range(3)] == [Busy(1000)] * 3
    caller.close()


def test_older_tls_and_plain_http_get_no_answer(listening) -> None:
    listener = listening()
    old = client_context()
    old.minimum_version = ssl.TLSVersion.TLSv1_2
    old.maximum_version = ssl.TLSVersion.TLSv1_2
    plain = socket.create_connection((HERE, listener.port), 30)
    with plain, pytest.raises((ssl.SSLError, OSError)):
        old.wrap_socket(plain)
    with socket.create_connection((HERE, listener.port), 30) as plain:
        plain.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        assert b"HTTP" not in plain.recv(100)


def test_a_stranger_gets_nothing_and_its_body_is_not_read(listening) -> None:
    seen = []
    listener = listening(
        lambda *said: seen.append(said) or (200, {}, b""),
        welcome=lambda headers: headers.get("x-device") == "ab",
    )
    with connect(listener) as secure:
        secure.sendall(b"POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 4000000\r\n\r\n")
        answer = secure.recv(4000)
        assert answer.startswith(b"HTTP/1.1 403") and answer.endswith(b"\r\n\r\n") and not seen
        assert b"uvicorn" not in answer.lower()
    with connect(listener) as secure:
        assert Talk(secure).ask(headers={"X-Device": "ab"})[0] == 200


@pytest.mark.parametrize("told", [True, False])
def test_a_body_over_the_limit_is_refused(listening, told) -> None:
    listener = listening(limits=Limits(body=1000))
    with connect(listener) as secure:
        if told:
            assert Talk(secure).ask(body=bytes(1001))[0] == 413
        else:
            talk = Talk(secure)
            talk.request("POST", "/x", iter([bytes(600)] * 2), encode_chunked=True)
            assert talk.getresponse().status == 413
    with connect(listener) as secure:
        assert Talk(secure).ask(body=bytes(1000))[0] == 200


def test_a_connection_that_asks_nothing_is_hung_up(listening) -> None:
    listener = listening(limits=Limits(first_s=0.2))
    with connect(listener) as secure:
        assert secure.recv(10) == b""
    with connect(listener) as secure:
        assert Talk(secure).ask()[0] == 200


@pytest.mark.parametrize("limits", [Limits(of_address=3), Limits(connections=3)])
def test_too_many_connections_are_hung_up_and_the_others_go_on(listening, limits) -> None:
    listener = listening(limits=limits)
    held = [connect(listener) for _ in range(3)]
    with connect(listener) as late:
        assert late.recv(10) == b""
    assert [Talk(each).ask()[0] for each in held] == [200] * 3
    for each in held:
        each.close()
    until = time.monotonic() + 30
    while True:
        with connect(listener) as again, contextlib.suppress(http.client.HTTPException, OSError):
            assert Talk(again).ask()[0] == 200
            break
        assert time.monotonic() < until


def test_long_polls_do_not_hold_up_other_questions(listening) -> None:
    go = threading.Event()

    def handler(path, _headers, _body):
        if path == "/wait":
            go.wait(30)
        return 200, {}, path.encode()

    listener = listening(handler)

    def poll():
        with connect(listener) as secure:
            return Talk(secure).ask("/wait")

    with ThreadPoolExecutor(8) as pool:
        polls = [pool.submit(poll) for _ in range(8)]
        with connect(listener) as secure:
            assert Talk(secure).ask("/now") == (200, b"/now")
        assert not any(each.done() for each in polls)
        go.set()
        assert {each.result() for each in polls} == {(200, b"/wait")}


def test_the_next_port_is_taken_and_when_none_is_free_it_is_said(listening) -> None:
    taken = listening().port
    with socket.create_server((HERE, 0)) as other:
        busy = other.getsockname()[1]
        second = Listener(lambda *_: (200, {}, b""), server_context(HUB, CLOCK))
        try:
            assert second.start(HERE, [taken, busy, 0]) not in (taken, busy, 0)
        finally:
            second.close()
        third = Listener(lambda *_: (200, {}, b""), server_context(HUB, CLOCK))
        with pytest.raises(MachineError) as refused:
            third.start(HERE, [taken, busy])
        assert refused.value.code == "LAN-01"
        third.close()
