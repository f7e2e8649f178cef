"""An office of three PCs and its city as real processes, in network namespaces or on loopback."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Protocol

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from server.context import opened_city
from server.enrolment import issue_code
from server.log_store import CityLogStore
from server.offices import add_office
from services.catalogue.catalogue import bundled_catalogue
from services.clock import SystemClock
from services.sync.protocol import heads_digest
from services.training.accounts import PASSWORD
from services.training.office import create_training_office
from tests.support import namespaces
from tests.support.postgres import free_port

ROOT = Path(__file__).resolve().parent.parent.parent
PORT = 47126
BOUND = 90.0
NAMES = ("one", "two", "hub", "city")


class Machine(Protocol):
    """Where a program can be started; `address` is where it is found."""

    address: str

    def start(self, command: Sequence[str | Path], **popen: object) -> subprocess.Popen: ...


class Here:
    """A machine of the loopback network: an address of its own, no cable."""

    def __init__(self, number: int) -> None:
        self.address = f"127.0.0.{number + 1}"

    def start(self, command: Sequence[str | Path], **popen: object) -> subprocess.Popen:
        return subprocess.Popen([str(word) for word in command], **popen)


class Driver:
    """A PC whose services are driven from here; `ask` waits for the answer."""

    def __init__(self, town: Town, name: str, login: str, more: Sequence[str]) -> None:
        self.town, self.name = town, name
        self.home = town.folder / name
        self.errors = (town.folder / f"{name}.log").open("a")
        words = ["-m", "tests.lan.driver", self.home, login, "--listen", town.listen(name), *more]
        self.process = town.start(name, words, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                  stderr=self.errors, text=True)  # fmt: skip
        self.port = self._read()

    def ask(self, do: str, **given: object):
        """What the PC answers; an error of the office comes as AssertionError with its code."""
        self.process.stdin.write(json.dumps({"do": do, **given}) + "\n")
        self.process.stdin.flush()
        return self._read()

    def _read(self):
        line = self.process.stdout.readline()
        assert line, f"{self.name} ended:\n{Path(self.errors.name).read_text()[-3000:]}"
        said = json.loads(line)
        assert "ok" in said, said
        return said["ok"]

    def kill(self) -> None:
        """A power cut."""
        self.process.kill()
        self._gone()

    def close(self) -> None:
        """The program is closed by its user."""
        if self.process.poll() is None:
            self.process.stdin.close()
            assert self.process.wait(BOUND) == 0
        self._gone()

    def _gone(self) -> None:
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()
        self.errors.close()


class Town:
    """City, office and network; the founding PC is `hub` (slot 0), the others join it."""

    def __init__(self, folder: Path, machines: dict[str, Machine], lan) -> None:
        self.folder, self.machines, self.lan = folder, machines, lan
        self.city_home = folder / "city"
        self.city_home.mkdir()
        self.db = f"sqlite:///{self.city_home / 'city.db'}"
        self.unit = bundled_catalogue().search_units("Định Công")[0]
        self.ports = {name: free_port() for name in machines}
        self.pcs: dict[str, Driver] = {}
        self._servers: list[subprocess.Popen] = []
        self.environment = {**os.environ, "MOTCUA_PASSWORD": PASSWORD}
        self.authority: list[object] = []
        self._log = (folder / "city.log").open("a")
        with opened_city(self.db, self.city_home) as city:
            add_office(city.journal, self.unit.code, name=self.unit.name, profile={})
        if lan is not None:
            pem = folder / "city.pem"
            pem.write_bytes(self_signed(machines["city"].address))
            self.authority = ["--ca-file", pem]

    @property
    def url(self) -> str:
        """The city as the PCs reach it: TLS over the network, plain on the same machine."""
        if self.lan is not None:
            return f"https://{self.machines['city'].address}:{self.ports['hub']}"
        return f"http://127.0.0.1:{self.ports['city']}"

    def listen(self, name: str) -> str:
        port = PORT if self.lan is not None else self.ports[name]
        return f"{self.machines[name].address}:{port}"

    def start(self, name: str, words: Sequence[object], **popen: object) -> subprocess.Popen:
        """A Python program on a machine."""
        return self.machines[name].start(
            [sys.executable, *map(str, words)], cwd=ROOT, env=self.environment, **popen
        )

    def run(self, name: str, *words: object) -> dict:
        """A command of the program, to its end; its JSON."""
        done = self.start(name, ["main.py", *words, "--json"], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True)  # fmt: skip
        out, errors = done.communicate(timeout=BOUND)
        assert done.returncode == 0, errors
        return json.loads(out)

    def open_city(self) -> None:
        """Start the city's server, with TLS in front of it where there is a network."""
        port = self.ports["city"]
        words = ["main.py", "serve", "city", "--home", self.city_home, "--db", self.db,
                 "--listen", f"127.0.0.1:{port}"]  # fmt: skip
        self._servers.append(self.start("city", words, stdout=self._log, stderr=self._log))
        if self.lan is not None:
            front = f"{self.machines['city'].address}:{self.ports['hub']}"
            words = ["-m", "tests.lan.front", self.folder / "city.pem", front, port]
            self._servers.append(self.start("city", words, stderr=self._log))

    def close_city(self) -> None:
        """Stop the city's server."""
        for each in self._servers:
            each.send_signal(signal.SIGTERM)
        for each in self._servers:
            each.wait(BOUND)
        self._servers.clear()

    def cut_wan(self) -> None:
        """Nobody reaches the city any more; it does not notice."""
        if self.lan is not None:
            self.lan.cut("city")
        else:
            self.close_city()

    def heal_wan(self) -> None:
        if self.lan is not None:
            self.lan.heal("city")
        else:
            self.open_city()

    def code(self) -> str:
        with opened_city(self.db, self.city_home) as city:
            return issue_code(city.journal, self.unit.code).code

    def found(self) -> None:
        """The office: founded on the hub, registered with the city, joined by the others."""
        create_training_office(self.folder / "hub", self.unit, clock=SystemClock()).close()
        self.open_city()
        self.wait_for_city()
        self.enrol("hub")
        self.run("hub", "sync", "--once", "--home", self.folder / "hub")
        with ThreadPoolExecutor() as pool:
            list(pool.map(self.enrol, ("one", "two")))

    def enrol(self, name: str) -> None:
        self.run(name, "enrol", "--home", self.folder / name, "--server", self.url, "--code",
                 self.code(), "--user", "quantri", *self.authority)  # fmt: skip

    def wait_for_city(self) -> None:
        host, port = self.url.partition("://")[2].split(":")
        probe = f"import socket; socket.create_connection(({host!r}, {port}), 1)"
        probe += f"; socket.create_connection(('127.0.0.1', {self.ports['city']}), 1)"
        until = time.monotonic() + BOUND
        while self.start("city", ["-c", probe], stderr=subprocess.DEVNULL).wait() != 0:
            assert time.monotonic() < until, "the city did not start"

    def open_pc(self, name: str, login: str, *more: str) -> Driver:
        """Sign in on a PC."""
        self.pcs[name] = Driver(self, name, login, more)
        return self.pcs[name]

    def city_digest(self) -> str:
        """What the city holds of the office, read from its tables."""
        with opened_city(self.db, self.city_home) as city:
            store = CityLogStore(
                city.database, self.unit.code, key=city.key, clock=SystemClock(),
                changed=lambda _office: None,
            )  # fmt: skip
            return heads_digest(store.heads()).hex()

    def close(self) -> None:
        for each in self.pcs.values():
            if each.process.poll() is None:
                each.process.kill()
            each._gone()
        for each in self._servers:
            each.kill()
            each.wait()
        self._log.close()


@contextmanager
def town(folder: Path, network: str) -> Iterator[Town]:
    """A founded office on `network`: namespaces or loopback."""
    with ExitStack() as stack:
        lan = stack.enter_context(namespaces.lan(*NAMES)) if network == "namespaces" else None
        machines: dict[str, Machine] = (
            dict(lan.hosts) if lan else {name: Here(n) for n, name in enumerate(NAMES)}
        )
        made = Town(folder, machines, lan)
        stack.callback(made.close)
        made.found()
        yield made


def self_signed(address: str) -> bytes:
    """Certificate and key of a server at an address, as PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "city")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(),
                                now - timedelta(days=1), now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(address))]), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return certificate.public_bytes(Encoding.PEM) + private
