"""The real ways of looking at the network of this PC, for `services.sync.diagnosis`."""

from __future__ import annotations

import http.client
import ipaddress
import shutil
import socket
import ssl
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

import ifaddr

from services.core import Core
from services.store.statement import rows_of
from services.sync.authority import authority_of
from services.sync.client import trusted_context
from services.sync.diagnosis import Asked, Diagnosis, Reply, diagnose
from services.sync.naming import pc_names
from services.sync.standing import own_skew
from services.sync.status import read_sync_status

__all__ = ["SystemProbes", "asked_of", "look_at_network", "says_public"]

PATIENCE_S = 4.0
MOST_BYTES = 65_536
_PROFILE = (
    "powershell", "-NoProfile", "-NonInteractive", "-Command",
    "(Get-NetConnectionProfile).NetworkCategory",
)  # fmt: skip


class SystemProbes:
    """Asks the operating system and the network; nothing takes longer than a few seconds."""

    def __init__(self, home: Path) -> None:
        self._home = home

    def addresses(self) -> Sequence[str]:
        """Every usable address of every adapter."""
        found = []
        for adapter in ifaddr.get_adapters():
            for each in adapter.ips:
                text = each.ip if isinstance(each.ip, str) else each.ip[0]
                address = ipaddress.ip_address(text)
                if not (address.is_loopback or address.is_link_local):
                    found.append(text)
        return found

    def answers(self, address: str) -> bool:
        """Whether a TCP connection to `address` (https://host:port) is accepted."""
        parts = urlsplit(address)
        if not parts.hostname:
            return False
        place = (parts.hostname, parts.port or 443)
        try:
            with socket.create_connection(place, timeout=PATIENCE_S):
                return True
        except OSError:
            return False

    def resolves(self, host: str) -> bool:
        """Whether the name has an address; an address as a name has itself."""
        try:
            return bool(socket.getaddrinfo(host, None))
        except (OSError, UnicodeError):
            return False

    def fetch(self, url: str) -> Reply:
        """A GET that follows no redirect and reads at most 64 kB."""
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
        connection: http.client.HTTPConnection
        if parts.scheme == "https":
            secure = trusted_context(authority_of(self._home))
            connection = http.client.HTTPSConnection(
                host, port, timeout=PATIENCE_S, context=secure
            )
        else:
            connection = http.client.HTTPConnection(host, port, timeout=PATIENCE_S)
        try:
            connection.request("GET", parts.path or "/", headers={"Accept": "application/json"})
            answer = connection.getresponse()
            head = answer.headers
            return Reply(
                answer.status, head.get("Location", ""), head.get("Content-Type", ""),
                answer.read(MOST_BYTES),
            )  # fmt: skip
        except (OSError, http.client.HTTPException) as error:
            return Reply(fault=fault_of(error))
        finally:
            connection.close()

    def free_bytes(self) -> int:
        """Room left on the disk of the data."""
        return shutil.disk_usage(self._home).free

    def public_profile(self) -> bool:
        """Whether Windows treats a network of this PC as public; False elsewhere."""
        if sys.platform != "win32":
            return False
        try:
            told = subprocess.run(_PROFILE, capture_output=True, timeout=PATIENCE_S, check=False)
        except (OSError, subprocess.TimeoutExpired):
            return False
        return says_public(told.stdout.decode(errors="replace"))


def fault_of(error: Exception) -> str:
    """Which of the faults of `Reply` this is."""
    if isinstance(error, ssl.SSLError):
        return "tls"
    if isinstance(error, TimeoutError):
        return "timeout"
    return "refused" if isinstance(error, ConnectionRefusedError) else "unreachable"


def says_public(told: str) -> bool:
    """Whether what Get-NetConnectionProfile printed names a public network."""
    return "public" in told.lower().split()


def asked_of(core: Core) -> Asked:
    """What this office expects of its network."""
    now_ms = int(core.clock.now().timestamp() * 1000)
    with core.store.read() as conn:
        status = read_sync_status(conn, core.journal.device.log, now_ms=now_ms)
        rows = rows_of(conn, "SELECT value FROM sync_state WHERE name = 'city_key'")
        names = pc_names(conn)
    peers = tuple(
        (names.get(p.log, p.name), p.address)
        for p in status.peers
        if p.kind != "city" and p.address
    )
    return Asked(
        status.server, bytes(rows[0][0]).hex() if rows else "", peers, own_skew(status),
        revoked=status.revoked_after is not None,
    )  # fmt: skip


def look_at_network(core: Core) -> Diagnosis:
    """Look at everything; takes some seconds when much is silent."""
    return diagnose(asked_of(core), SystemProbes(core.home))
