"""A city to measure: PostgreSQL, `serve city` in its own processes, the CPU each of them used."""

from __future__ import annotations

import http.client
import os
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from bench.keeper import kept
from bench.postgres import Cluster, free_port
from bench.queues import Queued
from models.events.roster import DeviceAdmitted, roster_stream
from server.context import opened_city
from server.offices import add_office

ROOT = Path(__file__).parents[1]
TEMPLATE = "storm_template"
BOUND = 90.0
LARGER = {"shared_buffers": "256MB", "max_wal_size": "4GB"}
"""What anybody gives a PostgreSQL of this size; durability stays as the tests have it."""


@dataclass(frozen=True)
class Serving:
    """A city server: its port and the process that supervises its workers."""

    port: int
    pid: int

    def folding(self) -> list[int]:
        """The process that folds for the board."""
        return [pid for pid in _children(self.pid) if b"\0board\0" in _command(pid)]

    def workers(self) -> list[int]:
        """The processes that answer."""
        found = [pid for pid in _children(self.pid) if b"spawn_main" in _command(pid)]
        return found or [self.pid]


def found_city(url: str, home: Path, queues: Iterable[Queued]) -> None:
    """The tables, and every office of `queues` with its one PC on the roster."""
    with opened_city(url, home) as city:
        for each in queues:
            add_office(city.journal, each.office, name=f"Phường {each.office}")
            said = DeviceAdmitted(each.log, each.public_key, 1, 0, "PC 1")
            city.journal.append(each.office, [(roster_stream(each.office), said)])


@contextmanager
def serving(db: str, home: Path, *, workers: int) -> Iterator[Serving]:
    """`main.py serve city` on a free port, ready; ended afterwards."""
    port = free_port()
    words = ["serve", "city", "--db", db, "--home", str(home), "--workers", str(workers)]
    command = [sys.executable, str(ROOT / "main.py"), *words, "--listen", f"127.0.0.1:{port}"]
    log = home / "server.log"
    with (
        log.open("ab") as out,
        kept(command, stderr=out, stdout=subprocess.DEVNULL) as keeper,
    ):
        _wait_until_ready(port, keeper, log)
        yield Serving(port, _children(keeper.pid)[0])


def _wait_until_ready(port: int, keeper: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + BOUND
    while time.monotonic() < until and keeper.poll() is None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=BOUND)
        try:
            connection.request("GET", "/ready")
            if connection.getresponse().status == 200:
                return
        except OSError:
            pass
        finally:
            connection.close()
        time.sleep(0.05)
    raise RuntimeError(f"the server did not start: {log.read_text()[-2000:]}")


def postgres_pid(server: Cluster) -> int:
    """The process all backends descend from."""
    return int((server.folder / "data" / "postmaster.pid").read_text().split()[0])


def cpu_seconds(pid: int) -> float:
    """User and system time of a process, its descendants, and those it has reaped."""
    ticks = 0
    with suppress(OSError):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        ticks = sum(map(int, fields[11:15]))
    own = ticks / os.sysconf("SC_CLK_TCK")
    return own + sum(cpu_seconds(child) for child in _children(pid))


def _children(pid: int) -> list[int]:
    with suppress(OSError):
        return [int(w) for w in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return []


def _command(pid: int) -> bytes:
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    return b""
