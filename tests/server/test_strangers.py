"""Whoever fails again and again waits before anything is done; who is right never does."""

import http.client
import os
import threading

import pytest

from models.errors import ForeignError
from server.answers import TooMany
from server.strangers import ADDRESS, KEY, MOST, Strangers, source_of
from services.sync.faults import fault
from services.sync.protocol import Ack, Busy, Heads, HeadsAnswer, Refused
from services.sync.wire import decode_answer, encode
from tests.support.city import Pen
from tests.support.running_city import BOUND, Client, serving


class Door:
    """A `Strangers` with a clock of its own."""

    def __init__(self) -> None:
        self.at = 1000.0
        self.strangers = Strangers(lambda: self.at)

    def fail(self, source="1.2.3.4", key="pc") -> bool:
        """One wrong try; False when it was turned away before."""
        try:
            with self.strangers.trial(source, key, guilty=ForeignError):
                raise fault("DB-11")
        except TooMany:
            return False
        except ForeignError:
            return True

    def succeed(self, source="1.2.3.4", key="pc") -> None:
        with self.strangers.trial(source, key, guilty=ForeignError):
            pass


def test_failures_of_a_name_run_out_and_wear_off():
    door = Door()
    assert [door.fail() for _ in range(int(KEY.burst) + 1)] == [True] * int(KEY.burst) + [False]
    assert door.strangers.wait_ms("1.2.3.4", "pc") == pytest.approx(1000 / KEY.per_second, abs=1)
    assert door.strangers.wait_ms("1.2.3.4", "other") == 0
    assert door.strangers.wait_ms("5.6.7.8", "pc") == 0  # nobody locks a PC out in its name
    door.at += 1 / KEY.per_second
    assert door.fail() and not door.fail()


def test_an_address_that_tries_many_names_runs_out_too():
    door = Door()
    tries = [door.fail(key=f"{n}") for n in range(int(ADDRESS.burst) + 1)]
    assert tries.count(True) == int(ADDRESS.burst)
    assert door.strangers.wait_ms("1.2.3.4", "new") > 0
    assert door.strangers.wait_ms("1.2.3.5", "new") == 0


def test_who_is_right_or_unlucky_is_never_held_up():
    door = Door()
    for _ in range(3 * int(ADDRESS.burst)):
        door.succeed()
        trial = door.strangers.trial("1.2.3.4", "pc", guilty=ForeignError)
        with pytest.raises(ZeroDivisionError), trial:
            raise ZeroDivisionError
    assert door.strangers.wait_ms("1.2.3.4", "pc") == 0


def test_tries_under_way_count_and_what_is_remembered_is_bounded():
    door = Door()
    inside, release = threading.Barrier(int(KEY.burst) + 1), threading.Event()

    def one():
        with door.strangers.trial("1.2.3.4", "pc", guilty=ForeignError):
            inside.wait(BOUND)
            release.wait(BOUND)

    threads = [threading.Thread(target=one) for _ in range(int(KEY.burst))]
    for each in threads:
        each.start()
    inside.wait(BOUND)
    assert not door.fail()
    release.set()
    for each in threads:
        each.join()
    assert door.fail()
    for n in range(MOST):
        door.fail(source=f"{n}")
    assert len(door.strangers._spent) == MOST


@pytest.mark.parametrize(
    ("host", "whom"),
    [
        ("192.0.2.7", "192.0.2.7"), ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"), ("testclient", "testclient"),
    ],
)  # fmt: skip
def test_an_address_is_counted_as_its_customer(host, whom):
    class Asked:
        client = type("Address", (), {"host": host})

    assert source_of(Asked()) == whom


def test_forgers_wait_unread_and_the_devices_go_on(tmp_path, city_url):
    """One worker: a forger in the name of a PC is answered 429, its body not read; the PC works."""
    with serving(city_url, tmp_path / "home") as server:
        pen = Pen()
        server.enrol(pen)
        client = Client(pen, server.port)
        path, body = "/sync/v1/heads", encode(Heads(pen.office))
        forged = client.headers(path, body) | {"X-Signature": "00" * 64}
        answers = [client.send(path, body, forged) for _ in range(int(KEY.burst) + 40)]
        said = [answer for _, answer in answers]
        refused = [each for each in said if isinstance(each, Refused)]
        assert {each.code for each in refused} == {"DB-11"}
        assert len(refused) < len(said) and isinstance(said[-1], Busy)
        assert _unread(server.port, path, forged)  # answered though the body never came
        other = Client(Pen(seed=os.urandom(32)), server.port)
        server.enrol(other.pen)
        assert isinstance(other.ask(Heads(pen.office)), HeadsAnswer)
        other.pen.write("a")
        assert isinstance(other.push(), Ack)


def _unread(port, path, headers):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=BOUND)
    try:
        connection.putrequest("POST", path)
        for name, value in {**headers, "Content-Length": "1000000"}.items():
            connection.putheader(name, value)
        connection.endheaders()
        return isinstance(decode_answer(connection.getresponse().read()), Busy)
    finally:
        connection.close()
