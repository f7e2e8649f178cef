"""An office of network namespaces: PCs on one switch, cables that can be cut, no other network."""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.support.keeper import kept
from tests.support.needs import find_program, miss_package, miss_right

CLONE_NEWNET = 0x40000000
SET_PARENT_DEATH_SIGNAL = 1
NETWORK = "10.77.0"
START_BOUND = 30.0
C = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True)
class Host:
    """One machine of the test: a network namespace with one cable to the switch."""

    name: str
    address: str
    holder: int
    """The process that keeps the namespace alive."""

    def start(self, command: Sequence[str | Path], **popen: object) -> subprocess.Popen:
        """A program on this machine. It is the child itself: `kill()` is a power cut for it.

        Start it from the main thread: it ends with the thread that started it.
        """
        return subprocess.Popen(
            [str(word) for word in command], preexec_fn=_mover(self.holder), **popen
        )

    def run(self, command: Sequence[str | Path], **popen: object) -> subprocess.CompletedProcess:
        """A program run to its end on this machine; captured as text, at most 60 s."""
        words = {"capture_output": True, "text": True, "encoding": "utf-8", "timeout": 60, **popen}
        return subprocess.run(
            [str(word) for word in command], preexec_fn=_mover(self.holder), **words
        )

    @contextmanager
    def entered(self) -> Iterator[None]:
        """Sockets made by this thread inside the block belong to this machine."""
        before = os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC)
        try:
            _enter(f"/proc/{self.holder}/ns/net")
            try:
                yield
            finally:
                _set_namespace(before)
        finally:
            os.close(before)


class Lan:
    """The machines by name, and the switch between them."""

    def __init__(self, hosts: dict[str, Host], switch: int) -> None:
        self.hosts = hosts
        self._switch = switch

    def __getitem__(self, name: str) -> Host:
        return self.hosts[name]

    def cut(self, *names: str) -> None:
        """Pull the cables of these machines out of the switch."""
        _ip(self._switch, *(f"link set {_port(self.hosts, name)} down" for name in names))

    def heal(self, *names: str) -> None:
        """Plug them in again."""
        _ip(self._switch, *(f"link set {_port(self.hosts, name)} up" for name in names))


def why_not() -> str:
    """Why namespaces cannot be made here; empty when they can."""
    if not find_program("ip") or not shutil.which("unshare"):
        return "iproute2"
    if sys.platform != "linux" or os.geteuid() != 0:
        return "network namespaces need root"
    tried = subprocess.run(
        ["unshare", "-n", "ip", "link", "add", "end1", "type", "veth", "peer", "name", "end2"],
        capture_output=True,
        text=True,
    )
    return f"network namespaces are not allowed: {tried.stderr.strip()}" if tried.returncode else ""


@contextmanager
def lan(*names: str) -> Iterator[Lan]:
    """Machines `names` at 10.77.0.1, .2, … on one switch; all gone afterwards, whatever happens."""
    if reason := why_not():
        miss_package(reason) if reason == "iproute2" else miss_right(reason)
    with ExitStack() as stack:
        switch = stack.enter_context(_namespace())
        _ip(switch, "link add lan type bridge mcast_snooping 0", "link set lan up")
        hosts = {}
        for number, name in enumerate(names, 1):
            holder = stack.enter_context(_namespace())
            hosts[name] = Host(name, f"{NETWORK}.{number}", holder)
            _ip(
                switch,
                f"link add {_port(hosts, name)} type veth peer name eth0 netns {holder}",
                f"link set {_port(hosts, name)} master lan up",
            )
            _ip(
                holder,
                "link set lo up",
                f"addr add {NETWORK}.{number}/24 brd + dev eth0",
                "link set eth0 up",
                "route add 224.0.0.0/4 dev eth0",
            )
        yield Lan(hosts, switch)


def _port(hosts: dict[str, Host], name: str) -> str:
    return f"port{list(hosts).index(name) + 1}"


@contextmanager
def _namespace() -> Iterator[int]:
    """A namespace without a name, held by a sleeping process; its pid. It dies with its holder."""
    ours = os.stat("/proc/self/ns/net").st_ino
    with kept(["unshare", "-n", "sleep", "infinity"], options=["--signal", "KILL"]) as keeper:
        until = time.monotonic() + START_BOUND
        while True:
            for child in _children(keeper.pid):
                if _inode(child) not in (ours, 0):
                    yield child
                    return
            assert keeper.poll() is None and time.monotonic() < until, "no network namespace"
            time.sleep(0.005)


def _children(pid: int) -> list[int]:
    try:
        words = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return []
    return [int(word) for word in words]


def _inode(pid: int) -> int:
    try:
        return os.stat(f"/proc/{pid}/ns/net").st_ino
    except OSError:
        return 0


def _ip(namespace: int, *commands: str) -> None:
    """Run `ip` commands in the namespace of a process; the first that fails is the error."""
    words = ["nsenter", "-t", str(namespace), "-n", find_program("ip") or "ip", "-batch", "-"]
    done = subprocess.run(words, input="\n".join(commands), capture_output=True, text=True)
    assert done.returncode == 0, f"{commands}: {done.stderr}"


def _mover(holder: int) -> Callable[[], None]:
    """What a child does before it becomes the program: change network, die with the test run."""
    path = f"/proc/{holder}/ns/net"

    def move() -> None:
        _enter(path)
        C.prctl(SET_PARENT_DEATH_SIGNAL, signal.SIGKILL, 0, 0, 0)

    return move


def _enter(path: str) -> None:
    namespace = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        _set_namespace(namespace)
    finally:
        os.close(namespace)


def _set_namespace(descriptor: int) -> None:
    if C.setns(descriptor, CLONE_NEWNET) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
