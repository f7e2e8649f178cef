"""The office over the LAN: this PC listens, finds the others, and relays when it is its turn.

    lan = OfficeLan(office, service)
    lan.start()
    ...
    lan.stop()          # before service.stop()

It feeds `SyncService` with the peers it can reach; the engine does the rest. Nothing here decides
what is true: an address that leads nowhere or to a stranger is only passed over.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Protocol

from models.errors import OfficeError
from models.lan_address import DEFAULT_PORT, parse_address, url_of
from services.assembly import OpenOffice
from services.sync.addresses import (
    Member,
    here,
    members,
    places_of,
    tell,
)
from services.sync.client import Address
from services.sync.endpoint import serve
from services.sync.enrolled import find_enrolment
from services.sync.inviting import HEADER, invitation_open, invited_answer
from services.sync.link import PeerPlace
from services.sync.listener import PORTS, Answer, Listener
from services.sync.relaying import RelayWatch
from services.sync.requests import read_headers
from services.sync.service import SyncService
from services.sync.tls import key_at, server_context

__all__ = ["LanPlan", "Neighbourhood", "OfficeLan", "first_ports", "start_lan", "typed_peers"]

LOOK_S = 3.0
"""How often every other PC is looked at; a look is one handshake."""
MISSED = 3
"""After so many looks in vain a PC counts as away."""
TELL_S = 60.0
log = logging.getLogger(__name__)


class Neighbourhood(Protocol):
    """What finds listeners by itself (mDNS)."""

    def start(self, name: str, hosts: Sequence[str], port: int) -> None:
        """Begin to announce this PC and to look."""

    def urls(self) -> tuple[str, ...]:
        """Where listeners were found."""

    def close(self) -> None:
        """Stop."""


@dataclass(frozen=True)
class LanPlan:
    """Where to listen and look: `host` "" is every address, `peers` were typed by hand.

    `look_s` is the pause between two looks at the others.
    """

    host: str = ""
    ports: tuple[int, ...] = PORTS
    peers: tuple[str, ...] = ()
    neighbours: Neighbourhood | None = None
    look_s: float = LOOK_S
    silent_ms: int = 60_000

    def at(self, host: str, ports: tuple[int, ...]) -> LanPlan:
        """The same plan, listening there."""
        return replace(self, host=host, ports=ports)


class OfficeLan:
    """Listener, lookout and relay of one open office; `port` is where it listens, 0 for nowhere."""

    def __init__(
        self,
        office: OpenOffice,
        service: SyncService,
        plan: LanPlan = LanPlan(),
        *,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        """Serves `service.site` and adds the PCs it finds to `service`."""
        self._office = office
        self._core = office.core
        self._service = service
        self._plan = plan
        self._now = now
        self._watch = RelayWatch(
            self._core.journal.device.public_key, self._now_ms(), plan.silent_ms
        )
        self._listener = Listener(
            self._answer, server_context(self._core.journal.device, self._core.clock),
            welcome=self._is_member,
        )  # fmt: skip
        self._missed: dict[bytes, int] = {}
        self._told_at = float("-inf")
        self._relaying = False
        self._stopped = threading.Event()
        self._looking = ThreadPoolExecutor(6, thread_name_prefix="lan-look")
        self._thread: threading.Thread | None = None

    @property
    def port(self) -> int:
        """The port others find this PC at."""
        return self._listener.port

    @property
    def relaying(self) -> bool:
        """Whether this PC relays for the office now."""
        return self._relaying

    def start(self) -> None:
        """Listen and look; raises `MachineError` LAN-01 when no port is free."""
        self._listener.start(self._plan.host, self._plan.ports)
        self._thread = threading.Thread(target=self._run, name="lan", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop looking and listening; polls that wait here are let go."""
        self._stopped.set()
        if self._thread is not None:
            self._thread.join()
        self._looking.shutdown(cancel_futures=True)
        if self._plan.neighbours is not None:
            self._plan.neighbours.close()
        self._service.waiter.close()
        self._listener.close()

    def _run(self) -> None:
        self._look_safely()
        if self._plan.neighbours is not None:  # takes seconds: after the first look
            name = self._core.journal.device.public_key.hex()[:20]
            self._plan.neighbours.start(name, self._hosts(), self.port)
        while not self._stopped.wait(self._plan.look_s):
            self._look_safely()

    def _look_safely(self) -> None:
        try:
            self.look()
        except OfficeError as error:
            log.warning("the LAN could not be looked at: %s", error.code)

    def look(self) -> None:
        """One round: tell our address, look at everybody, relay or leave it to another."""
        self._tell()
        with self._core.store.read() as conn:
            everybody = members(conn)
            places = {each.log: places_of(conn, each) for each in everybody}
            enrolled = find_enrolment(conn, self._core.office.unit_code)
        mine = self._core.journal.device.public_key
        others = [each for each in everybody if each.key != mine]
        self._forget(others)
        order = [each.key for each in everybody]
        work = [
            self._looking.submit(self._look_at, each, places[each.log], order[0]) for each in others
        ]
        for each in work:
            each.result()
        if enrolled is not None:
            self._relay(order, enrolled.city_log)

    def _forget(self, others: Sequence[Member]) -> None:
        """Exchange no more with who left the roster, or writes another log now."""
        known = {each.log for each in others}
        for name, place in self._service.peers().items():
            if place.kind != "city" and name not in known:
                self._service.remove(name)

    def _look_at(self, member: Member, places: Sequence[str], first: bytes) -> None:
        """See whether a PC is there; a new place, or one that is back, is taken up at once."""
        linked = self._service.peers().get(member.log)
        near = [linked.address.url] if linked else []
        found = self._find(member, tuple(dict.fromkeys((*near, *places, *self._unclaimed()))))
        if found:
            self._watch.heard(member.key, self._now_ms())
            away = self._missed.pop(member.log, 0)
            if linked is None or linked.address.url != found:
                kind = "hub" if member.key == first else "pc"
                place = PeerPlace(
                    member.log, member.key, kind, member.name, Address(found, pin=member.key)
                )
                self._service.add(place, relay=True)
            elif away:
                self._service.meet(member.log)
            return
        self._missed[member.log] = self._missed.get(member.log, 0) + 1
        if linked is not None and self._missed[member.log] == MISSED:
            self._service.remove(member.log)

    def _find(self, member: Member, urls: Sequence[str]) -> str:
        """The first of `urls` where that PC answers, empty for none."""
        for url in urls:
            if self._stopped.is_set():
                break
            if key_at(url) == member.key:
                return url
        return ""

    def _unclaimed(self) -> tuple[str, ...]:
        """Addresses of whom nobody knows yet whose they are: announced, then typed."""
        announced = self._plan.neighbours.urls() if self._plan.neighbours else ()
        return (*announced, *self._plan.peers)

    def _relay(self, order: Sequence[bytes], city: bytes) -> None:
        now_ms = self._now_ms()
        try:
            standing, fault = self._service.standing(city)
        except KeyError:
            return
        behind = standing.ready and not fault and not standing.equal
        self._watch.city(behind=behind, now_ms=now_ms)
        self._relaying = self._watch.relays(order, now_ms)
        self._service.relay(self._relaying)

    # What the listener is given

    def _is_member(self, headers: Mapping[str, str]) -> bool:
        """Whether a request names a PC of the office; its signature is checked with the body.

        While an invitation is open a newcomer may knock: the code is in the body.
        """
        if HEADER in headers:
            return invitation_open(self._core)
        try:
            return self._service.site.find_visitor(read_headers(headers).log) is not None
        except OfficeError:
            return False

    def _answer(self, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        if path == "/enrol":
            return invited_answer(self._core, body)
        response = serve(self._service.site, path, headers, body)
        if response.status == 200:
            visitor = self._service.site.find_visitor(read_headers(headers).log)
            if visitor is not None:
                self._watch.heard(visitor.member.public_key, self._now_ms())
        return response.status, response.headers, response.body

    def _hosts(self) -> tuple[str, ...]:
        return (self._plan.host,) if self._plan.host else here()

    def _tell(self) -> None:
        if self._now() - self._told_at < TELL_S or self._office.revoked:
            return
        urls = [url_of(host, self.port) for host in self._hosts()]
        if urls:
            tell(self._core.journal, self._office.who.session, urls)
            self._told_at = self._now()

    def _now_ms(self) -> int:
        return int(self._now() * 1000)


def typed_peers(texts: Sequence[str]) -> tuple[str, ...]:
    """Addresses typed by hand; raises `InputError` LAN-02, LAN-03."""
    return tuple(parse_address(text) for text in texts if text.strip())


def first_ports(port: str) -> tuple[int, ...]:
    """The chosen port first, then the usual ones."""
    chosen = int(port) if port.isdecimal() and 0 < int(port) < 65536 else DEFAULT_PORT
    return tuple(dict.fromkeys((chosen, *PORTS)))


def start_lan(office: OpenOffice, service: SyncService) -> OfficeLan | None:
    """Open the LAN of a PC as its settings say; None for an office that is enrolled nowhere.

    What the settings name wrongly is passed over: a typing mistake keeps nobody from work. With
    MOTCUA_LAN_HOST it listens at that address alone, and neither announces nor looks by mDNS.
    """
    core = office.core
    with core.store.read() as conn:
        if find_enrolment(conn, core.office.unit_code) is None:
            return None
    from services.sync.mdns import Neighbours  # lazy: slow  # noqa: PLC0415

    settings = core.settings
    host = os.environ.get("MOTCUA_LAN_HOST", "")
    neighbours = Neighbours() if settings["lan_mdns"] == "on" and not host else None
    try:
        peers = typed_peers(settings["lan_peers"].splitlines())
    except OfficeError as error:
        log.warning("addresses typed by hand are not used: %s", error.code)
        peers = ()
    plan = LanPlan(host, first_ports(settings["lan_port"]), peers=peers, neighbours=neighbours)
    lan = OfficeLan(office, service, plan)
    lan.start()
    return lan
