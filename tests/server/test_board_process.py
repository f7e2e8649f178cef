"""The board is folded by a process of its own: gone with the server, back when killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
import uvicorn
from sqlalchemy import select

from models.events.intake import Noted
from models.events.issuing import BookNumberReserved, BookOpened
from server.app import ServerSettings, create_app
from server.board import tables as t
from server.board.readings import refresh, waiting
from server.context import opened_city
from server.offices import add_office
from server.schema import dirty_stream
from tests.support.city import OFFICE, Pen
from tests.support.postgres import free_port
from tests.support.running_city import ROOT, Client, Server, ask_json, serving

BOOK = "book/2026/VB"
BOUND = 60.0


@pytest.fixture(params=["postgresql", "sqlite"])
def url(request, tmp_path):
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'home' / 'city.db'}"
    return request.getfixturevalue("city_url")


@pytest.fixture
def home(tmp_path):
    made = tmp_path / "home"
    made.mkdir(mode=0o700)
    return made


def reached(look):
    until = time.monotonic() + BOUND
    while not (found := look()):
        assert time.monotonic() < until
        time.sleep(0.05)
    return found


def folding(server: Server) -> list[int]:
    """Processes that fold for this server, wherever they hang."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if b"board" in words and str(server.home).encode() in words:
            found.append(int(process.name))
    return found


def number(pen: Pen, client: Client, n: int) -> None:
    """The next number of the book, taken by the city."""
    after = len(pen.events)
    if not after:
        pen.write(BookOpened(2026, "VB", pen.log.hex()), stream=BOOK, kind="")
    pen.write(BookNumberReserved(n, f"d{n}", f"{n:02d}/VB", "2026-11-16"), stream=BOOK, kind="")
    client.push(pen.run(after))


def last_number(city) -> int | None:
    with city.database.read_city() as tx:
        return tx.execute(select(t.board_book.c.last)).scalar()


def nice_of(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[16])


def test_it_folds_beside_the_server_comes_back_when_killed_and_ends_with_it(url, home):
    pen = Pen()
    with serving(url, home) as server, opened_city(url, home) as city:
        server.enrol(pen)
        client = Client(pen, server.port)
        number(pen, client, 1)
        reached(lambda: last_number(city) == 1)
        (first,) = folding(server)
        assert nice_of(first) == min(19, nice_of(server.pid) + 10)
        os.kill(first, signal.SIGKILL)
        number(pen, client, 2)
        assert client.hello(), "the server goes on answering"
        reached(lambda: last_number(city) == 2)
        (second,) = folding(server)
        assert second != first
        os.kill(server.pid, signal.SIGKILL)  # no word of farewell: the pipe tells
        reached(lambda: not folding(server))


def test_it_ends_with_a_server_that_is_told_to_stop_and_says_nothing_odd(city_url, home):
    with serving(city_url, home, workers=2) as server:
        reached(lambda: folding(server))
        os.kill(server.pid, signal.SIGTERM)
        reached(lambda: not Path(f"/proc/{server.pid}").exists())
        assert not folding(server)
        assert {line["level"] for line in server.lines()} == {"info"}, server.log.read_text()


def test_a_worker_alone_never_folds(url, home):
    """The application without the process beside it: marks wait, until somebody folds them."""
    port, pen = free_port(), Pen()
    app = create_app(ServerSettings(url, home))
    server = uvicorn.Server(
        uvicorn.Config(app, host="127.0.0.1", port=port, log_level="error", access_log=False)
    )
    thread = threading.Thread(target=server.run)
    with opened_city(url, home) as city:
        told = Server(port, url, home, home / "none")
        add_office(city.journal, OFFICE, name="Phường")
        thread.start()
        try:
            reached(lambda: server.started)
            told.enrol(pen)
            number(pen, Client(pen, port), 1)
            assert ask_json(port, "GET", "/health")[0] == 200
            time.sleep(3)
            assert BOOK in marked(city) and last_number(city) is None
        finally:
            server.should_exit = True
            thread.join(BOUND)
        while refresh(city.database, 1):
            pass
        assert last_number(city) == 1 and not waiting(city.database).streams


def marked(city) -> list[str]:
    with city.database.read_city() as tx:
        return list(tx.execute(select(dirty_stream.c.st)).scalars())


def test_by_itself_it_folds_until_it_is_told_to_stop(url, home):
    with opened_city(url, home) as city:
        add_office(city.journal, OFFICE, name="Phường")
        city.journal.append(OFFICE, [("dossier/d1", Noted("a"))])
        assert waiting(city.database).streams == 1
        command = [sys.executable, str(ROOT / "main.py"), "serve", "board", "--json"]
        options = ["--db", url, "--home", str(home)]
        with subprocess.Popen([*command, *options], stdout=subprocess.PIPE) as process:
            try:
                reached(lambda: not waiting(city.database).streams)
                process.terminate()
                said, _ = process.communicate(timeout=BOUND)
            finally:
                process.kill()
    assert process.returncode == 0 and json.loads(said) == {"stopped": True}
