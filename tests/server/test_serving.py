"""The running server: sync over real HTTP on PostgreSQL, long polls, stateless workers, an end."""

import hashlib
import http.client
import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from services.journal.device import signature_holds
from services.sync.protocol import (
    Ack,
    Head,
    HelloAnswer,
    Pull,
    Suffixes,
    ack_bytes,
)
from tests.support.city import OFFICE, Pen
from tests.support.running_city import ROOT, Client, serving


def pens(count):
    return [Pen(seed=bytes([n + 1]) * 32) for n in range(count)]


def holds(answer):
    """Logs and heads of a PULL, for comparing workers."""
    return sorted((run.log, len(run.events)) for run in answer.runs), answer.digest


@pytest.fixture(params=["postgresql", "sqlite"])
def url(request, tmp_path):
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'home' / 'city.db'}"
    return request.getfixturevalue("city_url")


def test_enrol_push_pull_and_a_long_poll_that_is_woken(url, tmp_path):
    first, second = pens(2)
    with serving(url, tmp_path / "home") as server:
        told = server.enrol(first, name="Máy 1")
        assert told["office"]["code"] == OFFICE
        assert told["device"] == {
            "log": first.log.hex(), "slot": 0, "kind": "pc", "name": "Máy 1"
        }  # fmt: skip
        assert server.enrol(second)["device"]["slot"] == 1
        one, two = Client(first, server.port), Client(second, server.port)
        hello = one.hello()
        assert isinstance(hello, HelloAnswer) and hello.yours.seq == 0
        assert hello.log.hex() == told["city_log"]
        first.write("a", "b")
        ack = one.push()
        assert isinstance(ack, Ack) and ack.head == first.head()
        key = bytes.fromhex(str(told["city_key"]))
        assert signature_holds(key, ack_bytes(ack), ack.signature)
        assert one.push() == ack
        got = two.pull()
        assert isinstance(got, Suffixes) and not got.more
        assert {run.log for run in got.runs} == {first.log, hello.log}
        mine = {run.log: Head(len(run.events), run_end(run)) for run in got.runs}
        assert ack in got.acks
        waited = {}

        def wait():
            waited["said"] = two.pull(mine, wait_ms=25_000)
            waited["at"] = time.monotonic()

        thread = threading.Thread(target=wait)
        thread.start()
        time.sleep(0.5)
        assert thread.is_alive()
        first.write("c")
        start = time.monotonic()
        one.push(first.run(2))
        thread.join(30)
        assert waited["said"].runs == (first.run(2),)
        assert waited["at"] - start < 9, "found by looking again, not woken"
        assert two.pull(mine, wait_ms=0).runs


def run_end(run):
    return hashlib.sha256(run.events[-1][0]).digest()


def test_one_two_and_four_workers_answer_alike(city_url, tmp_path):
    """The same questions to the same database through 1, 2 and 4 workers."""
    writers = pens(4)
    seen = []
    for workers in (1, 2, 4):
        with serving(city_url, tmp_path / "home", workers=workers) as server:
            if not seen:
                for pen in writers:
                    server.enrol(pen)
                    pen.write("a", "b")
                    assert isinstance(Client(pen, server.port).push(), Ack)
            answers = []
            for pen in writers:  # a new connection each time: any worker may answer
                answers.append(Client(pen, server.port).hello().yours)
                answers.append(Client(pen, server.port).push())
                answers.append(holds(Client(pen, server.port).pull()))
                answers.append(Client(pen, server.port).push(Pen(seed=pen.seed, events=[]).run()))
            seen.append(answers)
    assert seen[0] == seen[1] == seen[2]


def test_workers_killed_in_the_middle_lose_and_double_nothing(city_url, tmp_path):
    writers = pens(4)
    with serving(city_url, tmp_path / "home", workers=2) as server:
        for pen in writers:
            server.enrol(pen)
            for n in range(60):
                pen.write(f"{n}", f"{n}b")

        acks = {}

        def drain(pen):
            client = Client(pen, server.port)
            for start in range(0, 120, 6):
                acks[pen.log] = client.push_until_taken(pen.run(start, start + 6))

        threads = [threading.Thread(target=drain, args=(pen,)) for pen in writers]
        for thread in threads:
            thread.start()
        for _ in range(3):
            time.sleep(0.4)
            victim = server.workers()[0]
            os.kill(victim, signal.SIGKILL)
            wait_for_workers(server, 2, without=victim)
        for thread in threads:
            thread.join(60)
        assert {log: ack.head for log, ack in acks.items()} == {p.log: p.head() for p in writers}
        asked = Pull(OFFICE, {}, events=500)
        got = Client(writers[0], server.port).ask_until(asked, Suffixes)
        assert {run.log: len(run.events) for run in got.runs if run.log in acks} == {
            pen.log: 120 for pen in writers
        }
    assert max(ack.tree_size for ack in acks.values()) == 480 + len(got.runs[0].events)


def wait_for_workers(server, count, without=0):
    """Until so many work, the killed one not counted: it is listed for a moment longer."""
    until = time.monotonic() + 60
    while len(working := set(server.workers()) - {without}) < count:
        assert time.monotonic() < until, working
        time.sleep(0.05)


def test_two_workers_wake_each_other_log_no_names_and_let_answers_go_out(city_url, tmp_path):
    first, second = pens(2)
    with serving(city_url, tmp_path / "home", workers=2) as server:
        server.enrol(first, name="Máy của Nguyễn Văn Bí Mật")
        server.enrol(second)
        client = Client(first, server.port)
        heads = {run.log: Head(len(run.events), run_end(run)) for run in client.pull().runs}
        late = []
        for n in range(6):
            said, thread = in_background(client, dict(heads))
            second.write(f"Trần Thị Kín {n}", stream="dossier/kín")
            start = time.monotonic()
            Client(second, server.port).push(second.run(n))
            thread.join(30)
            late.append(time.monotonic() - start)
            assert said["got"].runs == (second.run(n),)
            heads[second.log] = second.head()
        assert max(late) < 9, "found by looking again, not told by the other worker"
        server.get("/tree/inclusion?office=00004&log=secret&seq=1")
        said, thread = in_background(client, heads)
        start = time.monotonic()
        os.kill(server.pid, signal.SIGTERM)
        thread.join(30)
        assert isinstance(said["got"], Suffixes) and not said["got"].runs
        assert time.monotonic() - start < 15
        wait_for_the_end(server.pid)
        lines, text = server.lines(), server.log.read_text("utf-8")
    told = [line for line in lines if line.get("route") == "/sync/v1/{question}"]
    assert {line["answer"] for line in told} == {"Ack", "Suffixes"}
    assert {line["office"] for line in told} == {OFFICE}
    assert told[-1]["device"] == first.log.hex()[:8]
    assert {line["level"] for line in lines} == {"info"}, text
    for secret in ("Bí Mật", "Kín", "kín", "secret"):
        assert secret not in text, secret


def in_background(client, heads):
    """A long poll in a thread; given time to be waiting at the server."""
    said = {}
    thread = threading.Thread(target=lambda: said.update(got=client.pull(heads, wait_ms=25_000)))
    thread.start()
    time.sleep(0.3)
    return said, thread


def wait_for_the_end(pid):
    until = time.monotonic() + 30
    while os.path.exists(f"/proc/{pid}") and time.monotonic() < until:
        time.sleep(0.05)
    assert not os.path.exists(f"/proc/{pid}")


def test_who_comes_all_at_once_is_shared_out_among_the_workers(city_url, tmp_path):
    with serving(city_url, tmp_path / "home", workers=2) as server:
        until = time.monotonic() + 60
        while len(set(answered(server))) < 2:
            assert time.monotonic() < until, "only one worker has ever answered"
            server.get("/health")
        before, until = len(answered(server)), time.monotonic() + 60
        ports = [server.port] * 64
        lines = [http.client.HTTPConnection("127.0.0.1", port, timeout=60) for port in ports]
        for line in lines:
            line.connect()
        for line in lines:
            line.request("GET", "/health")
        assert {line.getresponse().status for line in lines} == {200}
        for line in lines:
            line.close()
        while len(told := answered(server)[before:]) < 64:  # a line is written after its answer
            assert time.monotonic() < until, told
    assert len(set(told)) == 2
    assert min(told.count(worker) for worker in set(told)) >= 10


def answered(server):
    """The worker of each answer to GET /health so far."""
    return [line["process"] for line in server.lines() if line.get("route") == "/health"]


def test_a_port_that_is_taken_is_refused(city_url, tmp_path):
    with serving(city_url, tmp_path / "home") as server:
        words = ["serve", "city", "--db", city_url, "--home", str(tmp_path / "home"), "--workers"]
        command = [sys.executable, str(ROOT / "main.py"), *words, "2", "--listen"]
        second = subprocess.run(
            [*command, f"127.0.0.1:{server.port}"], capture_output=True, timeout=120, check=False
        )
        assert second.returncode == 2 and b"MC-24" in second.stderr
        assert server.get("/health")[0] == 200
