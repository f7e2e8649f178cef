"""The office of namespaces: its machines meet each other only, a cut cable is cut, all ends."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.support.namespaces import lan, why_not

ROOT = Path(__file__).resolve().parents[2]
SERVER = """
import socket
with socket.create_server(("0.0.0.0", 7000)) as server:
    print("ready", flush=True)
    while True:
        with server.accept()[0] as peer:
            peer.sendall(b"hub")
"""
KILLED_RUN = """
import sys, time
from tests.support.namespaces import lan
with lan("a") as office:
    child = office["a"].start([sys.executable, "-c", "import time; time.sleep(600)"])
    print(office["a"].holder, child.pid, flush=True)
    time.sleep(600)
"""


def ask(address: str) -> bytes:
    """What the server at `address` says; OSError when it is out of reach."""
    with socket.create_connection((address, 7000), timeout=0.5) as peer:
        return peer.recv(10)


def ask_until(address: str) -> bytes:
    """The same, tried for a while: a plugged cable needs a moment."""
    until = time.monotonic() + 30
    while True:
        try:
            return ask(address)
        except OSError:
            assert time.monotonic() < until, f"{address} stays out of reach"


def test_machines_meet_each_other_only_and_a_cut_cable_is_cut():
    with lan("hub", "pc1") as office:
        hub = office["hub"]
        with hub.start([sys.executable, "-c", SERVER], stdout=subprocess.PIPE) as server:
            assert server.stdout.readline() == b"ready\n"
            with office["pc1"].entered():
                assert ask_until(hub.address) == b"hub"
                office.cut("hub")
                with pytest.raises(OSError):
                    ask(hub.address)
                office.heal("hub")
                assert ask_until(hub.address) == b"hub"
            with pytest.raises(OSError):
                ask(hub.address)  # the machine of the test run is no part of the office
            server.kill()


def test_a_machine_hears_what_is_said_to_all():
    with lan("a", "b") as office:
        with office["b"].entered():
            ear = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            ear.bind(("", 7001))
            ear.settimeout(0.2)
        with office["a"].entered(), ear, socket.socket(type=socket.SOCK_DGRAM) as mouth:
            mouth.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
            for _ in range(100):
                mouth.sendto(b"who is the hub?", ("10.77.0.255", 7001))
                try:
                    heard, sender = ear.recvfrom(100)
                except TimeoutError:
                    continue
                break
        assert (heard, sender[0]) == (b"who is the hub?", office["a"].address)


def test_what_still_runs_in_the_office_ends_with_it():
    with lan("a") as office:
        addresses = office["a"].run(["ip", "-4", "-o", "addr"]).stdout
        assert "10.77.0.1/24" in addresses and addresses.count("inet ") == 2
        left = office["a"].start(["sleep", "600"])
    assert left.wait(60) == -signal.SIGKILL


def test_a_killed_test_run_leaves_no_network_and_no_program():
    if why_not():
        with lan():  # skips or fails with the reason
            pass
    run = subprocess.Popen(
        [sys.executable, "-c", KILLED_RUN], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    with run:
        pids = [int(word) for word in run.stdout.readline().split()]
        assert all(Path(f"/proc/{pid}").exists() for pid in pids)
        os.kill(run.pid, signal.SIGKILL)
    until = time.monotonic() + 60
    while any(Path(f"/proc/{pid}").exists() for pid in pids):
        assert time.monotonic() < until, "the office outlived its test run"
        time.sleep(0.05)
