"""A running city server for tests, and a small client that signs as a device does."""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from server.context import opened_city
from server.enrolment import issue_code
from server.offices import add_office
from services.sync.protocol import Ack, Answer, Head, Hello, Pull, Push, Question, Run
from services.sync.requests import sign_request
from services.sync.wire import decode_answer, encode, path_of
from tests.support.city import OFFICE, OTHER, Pen
from tests.support.keeper import kept
from tests.support.postgres import free_port

ROOT = Path(__file__).resolve().parents[2]
BOUND = 60.0


@dataclass
class Server:
    """Where a server listens, and the parts a test opens beside it."""

    port: int
    db: str
    home: Path
    log: Path
    pid: int = 0

    def get(self, path: str) -> tuple[int, dict[str, object]]:
        """A GET as (status, JSON)."""
        return ask_json(self.port, "GET", path)

    def enrol(self, pen: Pen, *, name: str = "PC") -> dict[str, object]:
        """Enrol the pen's device over HTTP with a fresh code of its office."""
        with opened_city(self.db, self.home) as city:
            code = issue_code(city.journal, pen.office).code
        said = {
            "code": code, "public_key": pen.public_key.hex(), "incarnation": pen.incarnation,
            "log": pen.log.hex(), "name": name, "app": "0.1",
            "head": {"seq": 0, "hash": "00" * 32},
        }  # fmt: skip
        status, answer = ask_json(self.port, "POST", "/enrol", said)
        assert status == 200, answer
        return answer

    def workers(self) -> list[int]:
        """The processes of the workers, children of the supervisor."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        return [pid for pid in map(int, children) if b"spawn_main" in _command(pid)]

    def lines(self) -> list[dict[str, object]]:
        """What the server logged so far."""
        return [json.loads(line) for line in self.log.read_text("utf-8").splitlines()]


@dataclass
class Client:
    """A device that talks with a server, each time over a new connection: any worker answers."""

    pen: Pen
    port: int
    offset_ms: int = 0
    extra: dict[str, str] = field(default_factory=dict)

    def ask(self, question: Question) -> Answer:
        """The answer to a question, whatever the status."""
        return self.send(path_of(question), encode(question))[1]

    def send(
        self, path: str, body: bytes, headers: dict[str, str] | None = None
    ) -> tuple[int, Answer]:
        """A signed POST of raw bytes as (status, answer)."""
        signed = self.headers(path, body) if headers is None else headers
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=BOUND)
        try:
            connection.request("POST", path, body, {**signed, **self.extra})
            answer = connection.getresponse()
            return answer.status, decode_answer(answer.read())
        finally:
            connection.close()

    def headers(self, path: str, body: bytes) -> dict[str, str]:
        """Fresh signed headers."""
        return sign_request(
            "POST", path, body, log=self.pen.log, nonce=os.urandom(16),
            time_ms=int(time.time() * 1000) + self.offset_ms, sign=self.pen.private.sign,
        )  # fmt: skip

    def hello(self, **more: object) -> Answer:
        """HELLO with the pen's head."""
        said = {
            "versions": (1, 1), "app": "0.1", "office": self.pen.office, "log": self.pen.log,
            "head": self.pen.head(), "roster": b"", "catalogue": "",
            "wall_ms": int(time.time() * 1000),
        }  # fmt: skip
        return self.ask(Hello(**{**said, **more}))  # type: ignore[arg-type]

    def push(self, run: Run | None = None) -> Answer:
        """PUSH of a run, or of all the pen has written."""
        return self.ask(Push(self.pen.office, run or self.pen.run()))

    def pull(self, heads: dict[bytes, Head] | None = None, *, wait_ms: int = 0) -> Answer:
        """PULL of what `heads` lacks."""
        return self.ask(Pull(self.pen.office, heads or {}, wait_ms=wait_ms))

    def push_until_taken(self, run: Run) -> Ack:
        """PUSH again and again, over lost connections and busy answers, until acknowledged."""
        said = self.ask_until(Push(self.pen.office, run), Ack)
        assert isinstance(said, Ack)
        return said

    def ask_until(self, question: Question, kind: type) -> Answer:
        """Ask again and again, over lost connections and busy answers, until such an answer."""
        until = time.monotonic() + BOUND
        said: Answer | None = None
        while time.monotonic() < until:
            try:
                said = self.ask(question)
            except (OSError, http.client.HTTPException):
                said = None
            if isinstance(said, kind):
                return said
            time.sleep(0.05)
        raise AssertionError(f"not answered: {said}")


def ask_json(
    port: int, method: str, path: str, said: object = None
) -> tuple[int, dict[str, object]]:
    """One JSON question over a connection of its own."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=BOUND)
    try:
        body = None if said is None else json.dumps(said).encode()
        connection.request(method, path, body, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read() or b"{}")
    finally:
        connection.close()


@contextmanager
def serving(
    db: str, home: Path, *, workers: int = 1, environment: dict[str, str] | None = None
) -> Iterator[Server]:
    """`main.py serve city` on a free port, ready, with OFFICE and OTHER; ended afterwards."""
    home.mkdir(mode=0o700, exist_ok=True)
    with opened_city(db, home) as city:
        for office in (OFFICE, OTHER):
            add_office(city.journal, office, name=f"Phường {office}")
    port = free_port()
    log = home / "server.log"
    words = ["serve", "city", "--db", db, "--home", str(home), "--workers", str(workers)]
    command = [sys.executable, str(ROOT / "main.py"), *words, "--listen", f"127.0.0.1:{port}"]
    with (
        log.open("wb") as out,
        kept(
            command,
            stderr=out,
            stdout=subprocess.DEVNULL,
            env={**os.environ, **(environment or {})},
        ) as keeper,
    ):
        server = Server(port, db, home, log)
        _wait_until_ready(server, keeper)
        server.pid = _program_of(keeper.pid)
        yield server


def _wait_until_ready(server: Server, keeper: object) -> None:
    until = time.monotonic() + BOUND
    while time.monotonic() < until:
        try:
            if server.get("/ready")[0] == 200:
                return
        except OSError:
            assert keeper.poll() is None, server.log.read_text()  # type: ignore[attr-defined]
        time.sleep(0.05)
    raise AssertionError(server.log.read_text())


def _program_of(keeper: int) -> int:
    children = Path(f"/proc/{keeper}/task/{keeper}/children").read_text().split()
    return int(children[0])


def _command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""
