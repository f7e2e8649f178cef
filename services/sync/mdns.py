"""Announcing and finding listeners on the LAN by mDNS: a convenience, never needed.

What is announced says nothing about the office but that a listener is here; who it is, its key
proves. Many networks drop multicast, so nothing waits for it (design notes: sync §2).
"""

from __future__ import annotations

import ipaddress
import logging
import threading
from collections.abc import Sequence

from zeroconf import (
    Error,
    InterfaceChoice,
    IPVersion,
    ServiceBrowser,
    ServiceInfo,
    ServiceStateChange,
    Zeroconf,
)

from models.lan_address import url_of

__all__ = ["SERVICE", "Neighbours"]

SERVICE = "_motcua._tcp.local."
MOST = 64
ASK_MS = 3_000
log = logging.getLogger(__name__)


class Neighbours:
    """The listeners that announced themselves, from `start` to `close`."""

    def __init__(self, *, interfaces: Sequence[str] = ()) -> None:
        """On all interfaces, or on those with these addresses."""
        self._interfaces = list(interfaces)
        self._found: dict[str, tuple[str, ...]] = {}
        self._own = ""
        self._lock = threading.Lock()
        self._zeroconf: Zeroconf | None = None

    def start(self, name: str, hosts: Sequence[str], port: int) -> None:
        """Announce this PC as `name` and look for others; a network that cannot is passed over."""
        self._own = f"{name}.{SERVICE}"
        packed = [ipaddress.ip_address(host).packed for host in hosts]
        info = ServiceInfo(SERVICE, self._own, port, addresses=packed, server=f"{name}.local.")
        try:
            self._zeroconf = Zeroconf(interfaces=self._interfaces or InterfaceChoice.All)
            ServiceBrowser(self._zeroconf, SERVICE, handlers=[self._heard])
            if packed:
                self._zeroconf.register_service(info)
        except (OSError, Error) as error:
            log.info("no mDNS here: %s", error)

    def urls(self) -> tuple[str, ...]:
        """Where listeners were announced."""
        with self._lock:
            return tuple(url for urls in self._found.values() for url in urls)

    def close(self) -> None:
        """Take the announcement back."""
        if self._zeroconf is not None:
            self._zeroconf.close()
            self._zeroconf = None

    def _heard(
        self, zeroconf: Zeroconf, service_type: str, name: str, state_change: ServiceStateChange
    ) -> None:
        if name == self._own:
            return
        if state_change is ServiceStateChange.Removed:
            with self._lock:
                self._found.pop(name, None)
            return
        info = zeroconf.get_service_info(service_type, name, timeout=ASK_MS)
        if info is None or not info.port:
            return
        hosts = [str(ipaddress.ip_address(raw)) for raw in info.addresses_by_version(IPVersion.All)]
        with self._lock:
            if name in self._found or len(self._found) < MOST:
                self._found[name] = tuple(url_of(host, info.port) for host in hosts)
